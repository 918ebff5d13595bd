"""The programs that only the demo runs; `muster demo` starts them."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.demo.catcher.serve import serve_catcher
from app.demo.place import HOST, Place, rehearsal_config
from app.rehearsal.server import serve

if TYPE_CHECKING:
    from types import FrameType

_DIRECTORY = click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
_PORT = click.argument("port", type=int)


@click.command("demo-catcher", hidden=True)
@_DIRECTORY
@_PORT
def catcher(directory: Path, port: int) -> None:
    """Catch the demo's mail and show it."""
    place = Place(directory, port)
    serve_catcher(
        place.mail_directory,
        web_port=place.catcher_port,
        smtp_port=place.smtp_port,
        site_url=place.url(place.port),
    )


@click.command("demo-rehearsal", hidden=True)
@_DIRECTORY
@_PORT
def rehearsal(directory: Path, port: int) -> None:
    """Play Stripe for the demo."""
    place = Place(directory, port)
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    serve(rehearsal_config(place), HOST, place.rehearsal_port, lambda: bool(told))
