"""Runs the catcher: SMTP in a thread, pages in front, until the process is told to stop."""

from __future__ import annotations

import signal
from contextlib import closing
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from app.demo.catcher.pages import create_pages
from app.demo.catcher.sink import smtp_sink
from app.demo.catcher.store import MailStore

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

HOST = "127.0.0.1"


class _QuietHandler(WSGIRequestHandler):
    """Says nothing about ordinary requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no line: who read which mail is nobody's business."""


def serve_catcher(directory: Path, *, web_port: int, smtp_port: int, site_url: str) -> None:
    """Take and show mail on loopback until SIGTERM or SIGINT; raises OSError for a taken port."""
    store = MailStore(directory)
    pages = create_pages(store, site_url=site_url)
    server = make_server(HOST, web_port, pages, threaded=True, request_handler=_QuietHandler)
    sink = smtp_sink(store, host=HOST, port=smtp_port)
    signal.signal(signal.SIGTERM, _leave)
    with closing(server.socket):
        sink.start()
        try:
            server.serve_forever()
        finally:
            sink.stop()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
