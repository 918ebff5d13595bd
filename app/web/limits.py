"""How much a request may send: little by default, more where a route says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, current_app, request

if TYPE_CHECKING:
    from flask import Flask

KIB = 1024
DEFAULT_BODY = 64 * KIB
MAX_PARTS = 200

View = TypeVar("View", bound=Callable[..., Any])


def limit_body(size: int) -> Callable[[View], View]:
    """Set the largest body, in bytes, that a view accepts; beyond it the answer is 413."""

    def mark(view: View) -> View:
        view._body_limit = size  # type: ignore[attr-defined]  # noqa: SLF001
        return view

    return mark


def _apply_limits() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "_body_limit", DEFAULT_BODY)
    request.max_content_length = limit
    # Said at once, before anything of a huge body is read.
    if (request.content_length or 0) > limit:
        abort(413)
    if (
        "\x00" in request.path
        or "\x00" in request.query_string.decode("latin-1")
        or b"%00" in request.query_string
    ):
        abort(400)


def init_app(app: Flask) -> None:
    """Limit bodies, forms and parts on every route."""
    app.config["MAX_CONTENT_LENGTH"] = DEFAULT_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = 1024 * KIB
    app.config["MAX_FORM_PARTS"] = MAX_PARTS
    app.before_request(_apply_limits)
