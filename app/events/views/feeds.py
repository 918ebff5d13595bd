"""What is on for calendars, feed readers and maps: the same as the list, without a page."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from flask import Response, request
from flask_babel import gettext

from app.events.errors.editing import EventNotFoundError
from app.events.queries import events as event_reads
from app.events.queries import listing as reads
from app.events.queries import mobilisations as mobilisation_reads
from app.events.render import calendar, feeds
from app.events.views.listing import Asked, bp, read_question
from app.lib import clock
from app.settings import settings
from app.web.filters import plain
from app.web.locale import absolute_url, current_locale
from app.web.pages import ASKED_EACH_TIME

_CALENDAR: Final = f"{calendar.MEDIA_TYPE}; charset=utf-8"


@bp.get("/events.ics")
def calendar_of_all() -> Response:
    """What is on as a calendar to subscribe to, narrowed as the list is."""
    now = clock.utcnow()
    asked = _question(now)
    events = reads.list_for_feed(asked.wanted, now)
    text = calendar.calendar_file(events, now=now, name=_name(asked), address=_own_address())
    return feed_answer(text, _CALENDAR)


@bp.get("/events/<slug>.ics")
def calendar_of_event(slug: str) -> Response:
    """One event as a file for a calendar."""
    event = event_reads.get_published(slug)
    text = calendar.event_file(event, now=clock.utcnow())
    return feed_answer(text, _CALENDAR, file_name=f"{event.slug}.ics")


@bp.get("/mobilisations/<slug>.ics")
def calendar_of_mobilisation(slug: str) -> Response:
    """Every local event of a day of action as a calendar to subscribe to."""
    mobilisation = mobilisation_reads.get_public(slug)
    events = reads.list_of_mobilisation(mobilisation.id)
    text = calendar.calendar_file(
        events, now=clock.utcnow(), name=plain(mobilisation.title), address=_own_address()
    )
    return feed_answer(text, _CALENDAR)


@bp.get("/events.atom")
def atom() -> Response:
    """What is on and what is said of it on the day, for feed readers."""
    now = clock.utcnow()
    asked = _question(now)
    text = feeds.atom(
        reads.list_for_feed(asked.wanted, now),
        now=now,
        title=_name(asked),
        address=_own_address(),
        page=absolute_url("listing.index", locale=current_locale(), **asked.address),
    )
    return feed_answer(text, f"{feeds.ATOM_TYPE}; charset=utf-8")


@bp.get("/events.geojson")
def geojson() -> Response:
    """What is on as points on a map; of hidden places the middle of their area."""
    now = clock.utcnow()
    asked = _question(now)
    found = feeds.geojson(reads.list_for_feed(asked.wanted, now), now=now)
    return feed_answer(json.dumps(found, ensure_ascii=False), feeds.GEOJSON_TYPE)


def _question(now: datetime) -> Asked:
    asked = read_question(request.args, now)
    if not asked.is_placed:
        raise EventNotFoundError
    return asked


def _name(asked: Asked) -> str:
    """What the feed is called where somebody reads it."""
    about = [
        asked.group.name if asked.group else None,
        asked.campaign.title if asked.campaign else None,
        asked.mobilisation.title if asked.mobilisation else None,
    ]
    named = (plain(each) for each in about if each is not None)
    return " – ".join([settings().site_name, gettext("What is on"), *named])


def _own_address() -> str:
    values = {**(request.view_args or {}), **request.args.to_dict()}
    endpoint = request.endpoint or "listing.index"
    return absolute_url(endpoint, locale=current_locale(), **values)


def feed_answer(text: str, media_type: str, *, file_name: str | None = None) -> Response:
    """A file that anybody may read from anywhere, kept and asked for each time."""
    response = Response(text, content_type=media_type)
    response.vary.add("Accept-Encoding")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = ASKED_EACH_TIME
    if file_name is not None:
        response.headers.set("Content-Disposition", "attachment", filename=file_name)
    response.add_etag()
    response.make_conditional(request)
    return response
