"""Whether a port can be had, asked before anything is started."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now; a port just left behind counts as free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A server sets it too, so that connections still closing do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def answers(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether something on this machine takes connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def refuse_taken(ports: Mapping[str, int], *, host: str = "127.0.0.1", advice: str = "") -> None:
    """Raise a ClickException that names the first port that is in use."""
    for what, port in ports.items():
        if not is_free(port, host=host):
            hint = f"; {advice}" if advice else "; choose another with --port"
            raise click.ClickException(f"port {port} is in use (wanted for {what}){hint}")
