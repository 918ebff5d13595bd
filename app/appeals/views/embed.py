"""The one page that other sites may show in a frame: how far an appeal is, and where to give."""

from flask import Blueprint, Response, request

from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import sources as source_reads
from app.appeals.render import appeals as render
from app.lib import clock
from app.web.headers import framable_policy
from app.web.pages import render as show_page

bp = Blueprint("embed", __name__)


@bp.get("/appeals/<slug>/embed")
def show(slug: str) -> Response:
    """Show the thermometer and the amounts as plain links; nothing is typed inside a frame.

    A form here could be laid under another site's buttons, so there is none.
    """
    now = clock.utcnow()
    appeal = appeal_reads.get_public_appeal(slug, now)
    source = source_reads.find_source(appeal.id, request.args.get("from", ""))
    response = show_page(
        "appeals/embed.html",
        public=True,
        **render.appeal_page(appeal, now=now, came_from=source.code if source else None),
    )
    response.headers["Content-Security-Policy"] = framable_policy()
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
