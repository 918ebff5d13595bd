"""Reads of what is on: lists, the neighbourhood of a place, feeds. All of them ask the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only, selectinload

from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.events.models.events import Event
from app.events.rules.filters import (
    FEED_HOLDS,
    FEED_LOOKS_BACK,
    RINGS,
    EventFilter,
    Near,
    Window,
    coming,
    past,
)
from app.events.rules.words import EventState
from app.lib import geo
from app.search.queries import index as search
from app.search.queries.index import Circle, Hit, Mark, Question
from app.search.rules.index import asked_words
from app.web.paging import Key

KIND: Final = "event"
PAGE_SIZE: Final = 12
#: The nearest are chosen among so many of a ring that come next.
_RING_HOLDS: Final = 300
#: What a list needs of an event; texts that are shown on its page alone stay where they are.
_LISTED: Final = (
    Event.id, Event.public_id, Event.slug, Event.group_id, Event.kind, Event.title, Event.summary,
    Event.starts_local, Event.ends_local, Event.zone, Event.starts_at, Event.ends_at,
    Event.is_all_day, Event.is_end_open, Event.mode, Event.access, Event.place_id,
    Event.place_shown, Event.place_released_at, Event.state, Event.status, Event.rsvp_mode,
    Event.has_waiting_list, Event.previous_starts_local, Event.mobilisation_id, Event.changed_at,
    Event.sequence,
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """An event of a list, and where the index shows it to be."""

    event: Event
    position: tuple[float, float] | None
    #: How far that is from where somebody looks.
    km: float | None = None


@dataclass(frozen=True)
class EventPage:
    """Some events of a list, and the keys of the pages around it."""

    rows: Sequence[Listed]
    next_key: str | None = None
    previous_key: str | None = None


def list_events(
    wanted: EventFilter, *, after: Key | None = None, before: Key | None = None
) -> EventPage:
    """Return a page of what is on, in the order of time; what is over, the latest first."""
    if wanted.near is not None and wanted.near.km is None:
        return _nearest(wanted, wanted.near)
    is_back = before is not None
    key = before or after
    hits = search.list_hits(
        _question(wanted, wanted.window),
        mark=Mark(key.at, key.row_id) if key else None,
        is_falling=wanted.window.is_past != is_back,
        limit=PAGE_SIZE + 1,
    )
    shown = hits[:PAGE_SIZE]
    has_more = len(hits) > PAGE_SIZE
    if is_back:
        shown = shown[::-1]
    has_next, has_previous = (True, has_more) if is_back else (has_more, key is not None)
    return EventPage(
        _load(_inside(shown, wanted.near), wanted.near),
        _key(shown[-1]) if shown and has_next else None,
        _key(shown[0]) if shown and has_previous else None,
    )


def list_next(wanted: EventFilter, limit: int) -> Sequence[Listed]:
    """Return the few that come next, for a part of another page."""
    hits = search.list_hits(_question(wanted, wanted.window), limit=limit)
    return _load(hits, None)


def list_for_feed(wanted: EventFilter, now: datetime) -> Sequence[Event]:
    """Return what a feed holds: what comes, then what was over lately, at most a thousand.

    A feed of another time than all that comes holds what that holds.
    """
    hits = _feed_hits(wanted, wanted.window, FEED_HOLDS)
    if wanted.window == coming(now) and len(hits) < FEED_HOLDS:
        lately = past(now, since=now - FEED_LOOKS_BACK)
        hits += _feed_hits(wanted, lately, FEED_HOLDS - len(hits))
    events = _events([hit.thing_id for hit in hits], is_whole=True)
    return [events[hit.thing_id] for hit in hits if hit.thing_id in events]


def list_of_mobilisation(mobilisation_id: int) -> Sequence[Event]:
    """Return the local events of a day of action, in the order of time, at most a thousand."""
    question = Question(kind=KIND, facets=((f"mob:{mobilisation_id}",),))
    ids = [hit.thing_id for hit in search.list_hits(question, limit=FEED_HOLDS)]
    events = _events(ids, is_whole=True)
    return [events[id_] for id_ in ids if id_ in events]


def list_choices() -> dict[str, list[str]]:
    """Return the countries and languages in which there are events."""
    return search.list_values(KIND, ("country", "lang"))


def list_campaigns() -> Sequence[Campaign]:
    """Return the published campaigns, those that go on first."""
    return db.session.scalars(
        select(Campaign)
        .where(Campaign.published_at.is_not(None))
        .order_by(Campaign.closed_at.is_not(None), Campaign.published_at.desc(), Campaign.id)
    ).all()


def find_campaign(slug: str) -> Campaign | None:
    """Return the published campaign of an address, or None."""
    return db.session.scalar(
        select(Campaign).where(Campaign.slug == slug, Campaign.published_at.is_not(None))
    )


# --- asking the index ---------------------------------------------------------------------------


def _question(wanted: EventFilter, window: Window, km: float | None = None) -> Question:
    typed = asked_words(wanted.words)
    near = wanted.near
    reach = km or (near.km if near else None)
    return Question(
        kind=KIND,
        facets=wanted.facets(),
        words=tuple(typed[:-1]),
        beginning=typed[-1] if typed else "",
        starts_from=window.starts_from,
        starts_before=window.starts_before,
        is_running_too=not window.is_past,
        ended_by=window.ended_by,
        circle=Circle(near.position, reach) if near and reach else None,
    )


def _feed_hits(wanted: EventFilter, window: Window, limit: int) -> list[Hit]:
    question = _question(wanted, window)
    hits = search.list_hits(question, is_falling=window.is_past, limit=limit)
    return _inside(hits, wanted.near)


def _nearest(wanted: EventFilter, near: Near) -> EventPage:
    """The nearest first, ring by ring; where all is far away, in the order of time."""
    hits: list[Hit] = []
    for km in RINGS:
        question = _question(wanted, wanted.window, km)
        hits = search.list_hits(question, is_falling=wanted.window.is_past, limit=_RING_HOLDS)
        hits = [hit for hit in hits if Circle(near.position, km).holds(hit)]
        if len(hits) >= PAGE_SIZE:
            break
    if not hits:
        question = _question(wanted, wanted.window)
        hits = search.list_hits(question, is_falling=wanted.window.is_past, limit=PAGE_SIZE)
    else:
        hits.sort(key=lambda hit: (_km(hit, near) or 0.0, hit.starts_at, hit.entry_id))
    return EventPage(_load(hits[:PAGE_SIZE], near))


def _inside(hits: Sequence[Hit], near: Near | None) -> list[Hit]:
    if near is None or near.km is None:
        return list(hits)
    return [hit for hit in hits if Circle(near.position, near.km).holds(hit)]


def _km(hit: Hit, near: Near | None) -> float | None:
    if near is None or hit.position is None:
        return None
    return geo.distance_km(near.position, hit.position)


def _key(hit: Hit) -> str:
    return Key(hit.starts_at, hit.entry_id).encode()


# --- the rows -----------------------------------------------------------------------------------


def _load(hits: Sequence[Hit], near: Near | None) -> list[Listed]:
    events = _events([hit.thing_id for hit in hits])
    return [
        Listed(events[hit.thing_id], hit.position, _km(hit, near))
        for hit in hits
        if hit.thing_id in events
    ]


def _events(ids: Sequence[int], *, is_whole: bool = False) -> dict[int, Event]:
    """The published events of some keys, with what is shown of them."""
    if not ids:
        return {}
    question = select(Event).where(Event.id.in_(ids), Event.state == EventState.PUBLISHED)
    if is_whole:
        question = question.options(selectinload(Event.notes), joinedload(Event.mobilisation))
    else:
        question = question.options(load_only(*_LISTED), joinedload(Event.seats))
    return {event.id: event for event in db.session.scalars(question).unique()}
