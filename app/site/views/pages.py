"""The addresses that machines ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template
from sqlalchemy.exc import SQLAlchemyError

from app.db.schema import is_current
from app.lib import clock
from app.notices.service import watching
from app.settings import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("site", __name__)

#: RFC 9116 asks for less than a year; the file is made anew for each reader.
SECURITY_CONTACT_LIFE = timedelta(days=180)


@bp.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers out of what is nobody else's business."""
    return _plain("site/robots.txt")


@bp.get("/.well-known/security.txt")
def security() -> Response:
    """Where to report a weakness (RFC 9116)."""
    expires = (clock.utcnow() + SECURITY_CONTACT_LIFE).replace(microsecond=0)
    return _plain("site/security.txt", expires=expires.strftime("%Y-%m-%dT%H:%M:%SZ"))


@bp.get("/.well-known/change-password")
def change_password() -> ResponseReturnValue:
    """Where password managers send an organiser to change her password."""
    return redirect("/desk/reset", 302)


@bp.get("/healthz")
def health() -> Response:
    """Say that the process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> Response:
    """Say whether visitors can be served: the database answers and its schema is ours.

    Pages can be served without a worker, so that a silent one is named and no more.
    """
    try:
        troubles = watching.troubles(clock.utcnow()) if is_current() else None
    except SQLAlchemyError:
        troubles = None
    if troubles is None:
        text = "the database is away or not migrated\n"
        return Response(text, status=503, mimetype="text/plain")
    return Response("".join(f"{line}\n" for line in ("ready", *troubles)), mimetype="text/plain")


def _plain(template: str, **values: str) -> Response:
    text = render_template(template, has_contact=bool(settings().contact_email), **values)
    response = Response(text, mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
