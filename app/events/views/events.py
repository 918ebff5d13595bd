"""The public page of an event, and what events show on the pages of packages below."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.events.errors.editing import EventMovedError
from app.events.queries import events as reads
from app.events.render.page import page_values
from app.events.rules.paper import read_paper
from app.events.rules.words import Paper
from app.lib import clock
from app.web.locale import leave_out_of_links
from app.web.pages import render as show_page

bp = Blueprint("events", __name__)


@bp.get("/events/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Say what is on, when, where, and how it stands; it touches the topic `event:<id>`."""
    event = reads.get_published(slug)
    return show_page(
        "events/show.html", public=True, **page_values(event, now=clock.utcnow(), paper=came_from())
    )


def came_from() -> Paper | None:
    """The kind of paper whose code is in the address; any other changes nothing about the page."""
    typed = request.args.get("from")
    paper = read_paper(typed)
    if typed is not None and paper is None:
        leave_out_of_links("from")
    return paper


@bp.app_errorhandler(EventMovedError)
def lead_on(error: EventMovedError) -> ResponseReturnValue:
    """Lead from an old address to the present one, on every page below it."""
    values = {**(request.view_args or {}), "slug": error.slug}
    target = url_for(request.endpoint or "events.show", **values)
    query = request.query_string.decode("ascii", "ignore")
    is_read = request.method in {"GET", "HEAD"}
    return redirect(f"{target}?{query}" if query else target, 301 if is_read else 308)
