"""Serving files by the hash of their bytes."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.files import queries

bp = Blueprint("files", __name__)

# A file is never a page: opened by itself it may do nothing at all.
_POLICY = "default-src 'none'; sandbox"
_FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/files/<string(length=64):sha256>.webp")
def show(sha256: str) -> ResponseReturnValue:
    """A picture, to be kept by the browser for ever."""
    data, media_type = queries.get_data(sha256)
    response = Response(data, mimetype=media_type)
    response.set_etag(sha256)
    response.headers.update(
        {
            "Cache-Control": _FOR_EVER,
            "Content-Security-Policy": _POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
    )
    return response.make_conditional(request)
