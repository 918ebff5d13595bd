"""Every error as a page that says what to do; unknown ones carry a number to quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import Response, current_app, make_response, render_template, request
from flask_babel import gettext
from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException

from app.lib import errors, ids

if TYPE_CHECKING:
    from flask import Flask

log = structlog.get_logger(__name__)

PAGES = frozenset({400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})


def error_page(status: int, sentence: str = "", error_id: str = "") -> Response:
    """The page of a status; plain text where not even that can be drawn."""
    page = status if status in PAGES else (400 if status < 500 else 500)
    try:
        body = render_template(
            f"errors/{page}.html", code=status, sentence=sentence, error_id=error_id
        )
    except (TemplateError, LookupError):
        log.exception("error page failed", status=status)
        response = make_response(f"{status} {sentence} {error_id}".strip(), status)
        response.mimetype = "text/plain"
        return response
    return make_response(body, status)


def _on_http_exception(error: HTTPException) -> Response:
    ready = error.get_response()
    status = error.code or 500
    if status < 400:
        return ready  # type: ignore[return-value]
    response = error_page(status)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in ready.headers:
            response.headers[name] = ready.headers[name]
    return response


def _on_user_error(error: errors.UserError) -> Response:
    status = error.status
    response = error_page(status, gettext(error.sentence, **error.params))
    if status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response


def _on_unknown_error(error: Exception) -> Response:
    if current_app.testing:
        raise error
    error_id = ids.token(6)
    # The address is logged without its query; bodies and headers never are.
    log.error("unhandled error", error_id=error_id, endpoint=request.endpoint, exc_info=error)
    return error_page(500, error_id=error_id)


def init_app(app: Flask) -> None:
    """Show a page for every error."""
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(errors.UserError, _on_user_error)
    app.register_error_handler(Exception, _on_unknown_error)
