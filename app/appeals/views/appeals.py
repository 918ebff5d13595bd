"""The public pages of appeals, and what they show on pages of packages below."""

from flask import Blueprint, Response, jsonify, request

from app.appeals.models.appeals import Appeal
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import sources as source_reads
from app.appeals.queries import wall as wall_reads
from app.appeals.render import appeals as render
from app.lib import clock
from app.web.locale import absolute_url, current_locale, leave_out_of_links
from app.web.pages import ASKED_EACH_TIME
from app.web.pages import render as show_page
from app.web.panels import Block

bp = Blueprint("appeals", __name__)


@bp.get("/appeals/")
def index() -> Response:
    """List what is asked for now, and what was asked for before."""
    now = clock.utcnow()
    return show_page(
        "appeals/index.html",
        public=True,
        running=appeal_reads.list_running(now),
        others=appeal_reads.list_other_public(now),
        stage_of=lambda appeal: appeal.stage(now),
    )


@bp.get("/appeals/<slug>")
def show(slug: str) -> Response:
    """Tell the story of an appeal, and how far it is."""
    now = clock.utcnow()
    appeal = appeal_reads.get_public_appeal(slug, now)
    return show_page(
        "appeals/show.html",
        public=True,
        share_url=absolute_url("appeals.show", slug=slug),
        embed_url=absolute_url("embed.show", slug=slug),
        supporters=wall_reads.list_recent_supporters(appeal.id),
        **render.appeal_page(appeal, now=now, came_from=_came_from(appeal)),
    )


def _came_from(appeal: Appeal) -> str | None:
    """The known code in the address; any other changes nothing about the page."""
    typed = request.args.get("from")
    source = source_reads.find_source(appeal.id, typed) if typed else None
    if typed is not None and source is None:
        leave_out_of_links("from")
    return source.code if source else None


@bp.get("/appeals/<slug>.json")
def figures(slug: str) -> Response:
    """State the figures of an appeal for machines; nothing in them is about a person."""
    now = clock.utcnow()
    appeal = appeal_reads.get_public_appeal(slug, now)
    address = absolute_url("appeals.show", slug=appeal.slug)
    response = jsonify(render.figures(appeal, address=address, locale=current_locale(), now=now))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = ASKED_EACH_TIME
    response.add_etag()
    response.make_conditional(request)
    return response


def group_blocks(group_id: int) -> list[Block]:
    """Show what a group asks for on its page."""
    running = appeal_reads.list_public_of_group(group_id, clock.utcnow())
    return [Block("appeals", "appeals/_group.html", {"appeals": running}, 10)] if running else []
