"""Runs a rehearsal on loopback: web server and courier, until told to stop."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Thread

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.lib import clock
from app.rehearsal.config import RehearsalConfig
from app.rehearsal.core import Rehearsal
from app.rehearsal.courier import Courier
from app.rehearsal.web import create_rehearsal

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LOOK = 0.2  # seconds between looks at `stop`


class QuietHandler(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_request(self, *_: object, **__: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Running:
    """A rehearsal that runs: its address and its core."""

    url: str
    rehearsal: Rehearsal
    courier: Courier


@contextmanager
def running(
    config: RehearsalConfig, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[Running]:
    """Run a rehearsal in threads of this process; port 0 takes a free one.

    An empty ``public_url`` becomes the address it listens on. Raises LiveKeyError, ValueError for
    a host that is not loopback, OSError when the port is taken.
    """
    if host not in LOOPBACK:
        raise ValueError(f"The rehearsal has no key: it listens on loopback alone, not on {host}.")
    # Bound here: werkzeug's own binding ends the process when the port is taken.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        server = make_server(
            host, port, _not_yet, threaded=True, request_handler=QuietHandler, fd=listener.fileno()
        )
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{server.port}"
    try:
        app = create_rehearsal(replace(config, public_url=config.public_url or url))
    except BaseException:
        server.server_close()
        raise
    server.app = app
    rehearsal: Rehearsal = app.extensions["rehearsal"]
    courier: Courier = app.extensions["courier"]
    thread = Thread(target=_serve, args=(server,), name="rehearsal-web", daemon=True)
    thread.start()
    courier.start()
    try:
        yield Running(url, rehearsal, courier)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        courier.stop()
        rehearsal.close()


def serve(config: RehearsalConfig, host: str, port: int, stop: Callable[[], bool]) -> None:
    """Run a rehearsal until ``stop()`` is true; raises what ``running`` raises."""
    with running(config, host=host, port=port):
        while not stop():
            clock.sleep(LOOK)


def _serve(server: BaseWSGIServer) -> None:
    server.serve_forever(poll_interval=LOOK)


def _not_yet(_environ: object, _start: object) -> list[bytes]:
    raise RuntimeError("The server answers only once it was started.")
