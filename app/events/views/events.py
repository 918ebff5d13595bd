"""The public page of an event, and what events show on the pages of packages below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.events.errors.editing import EventMovedError
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.render import events as render
from app.events.render import jsonld
from app.events.render import paper as paper_render
from app.events.render import rsvps as rsvps_render
from app.events.render import shifts as shifts_render
from app.lib import clock
from app.web.locale import absolute_url
from app.web.pages import render as show_page

bp = Blueprint("events", __name__)

#: What other sides of events show on the page: each gives the values of its own part.
BLOCKS: tuple[Callable[[Event, datetime], Mapping[str, Any]], ...] = (
    rsvps_render.block_for,
    shifts_render.block_for,
    paper_render.block_for,
)


@bp.get("/events/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Say what is on, when, where, and how it stands; it touches the topic `event:<id>`."""
    event = reads.get_published(slug)
    return show_page("events/show.html", public=True, **page_values(event, now=clock.utcnow()))


def page_values(event: Event, *, now: datetime) -> dict[str, Any]:
    """Everything that the page shows, the parts of other sides too."""
    values = {
        "share_url": absolute_url("events.show", slug=event.slug),
        "preview_line": render.description(event, now),
        "json_ld": jsonld.event_json(event, now=now),
        **render.event_page(event, now=now),
    }
    for block in BLOCKS:
        values |= block(event, now)
    return values


@bp.app_errorhandler(EventMovedError)
def lead_on(error: EventMovedError) -> ResponseReturnValue:
    """Lead from an old address to the present one, on every page below it."""
    values = {**(request.view_args or {}), "slug": error.slug}
    target = url_for(request.endpoint or "events.show", **values)
    query = request.query_string.decode("ascii", "ignore")
    is_read = request.method in {"GET", "HEAD"}
    return redirect(f"{target}?{query}" if query else target, 301 if is_read else 303)
