"""A wire from the payments' gateway to a rehearsal in the same process, for filling quickly.

The SDK and the rehearsal do all they do over HTTP; only the sockets between them are left out.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from app.payments.gateway import client as gateway

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.rehearsal.core import Rehearsal


class _Wire:
    """What the SDK asks of an HTTP client; the SDK itself is for the gateway alone to import."""

    name = "in_process"

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def request_with_retries(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: str | bytes | None = None,
        _most_retries: int | None = None,
        **_more: object,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Hand one call to the rehearsal; its answer as the SDK expects it."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        status, answered, body = self._rehearsal.handle(method, path, headers, post_data)
        return body.decode(), status, {name.lower(): value for name, value in answered.items()}


@contextmanager
def wired_to(rehearsal: Rehearsal) -> Iterator[None]:
    """Let every call to Stripe in this process reach the rehearsal."""
    gateway.use_http_client(cast("Any", _Wire(rehearsal)))
    try:
        yield
    finally:
        gateway.use_http_client(None)
