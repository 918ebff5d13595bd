"""The index of what is on: written anew for an event whenever anything that is listed changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.db.session import db
from app.db.topics import touch
from app.events.models.events import Event
from app.events.rules import places as place_rules
from app.events.rules.listing import facets
from app.events.rules.words import EventState, Mode, Status
from app.events.service import indexing
from app.events.service.counting import recount
from app.lib.text import Translated
from app.search.rules.index import words
from app.search.service import index as search

#: The kind of things in the search index.
KIND = "event"


def relist(event: Event, *, now: datetime) -> None:
    """Write an event into the index, or take it out; every service that changes one ends here."""
    event.is_place_out = shows_spot(event, now)
    db.session.flush()
    if event.state is EventState.PUBLISHED:
        search.write(_entry(event, now))
    else:
        search.remove(KIND, event.id)
    indexing.index_event(event, _texts(event, now))
    touch("events", f"event:{event.id}", f"group:{event.group_id}", "home")
    if event.mobilisation_id is not None:
        touch(f"mobilisation:{event.mobilisation_id}")
        recount(event.mobilisation_id)
    if event.campaign_id is not None:
        touch(f"campaign:{event.campaign_id}")


def relist_all(*, now: datetime) -> None:
    """Write every event anew."""
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        relist(event, now=now)


def release_places(*, now: datetime, limit: int) -> Sequence[Event]:
    """List the events whose place became public meanwhile; return them."""
    due = db.session.scalars(
        select(Event)
        .where(
            Event.place_released_at <= now,
            Event.is_place_out.is_(False),
            Event.status.not_in([Status.CANCELLED, Status.POSTPONED]),
        )
        .order_by(Event.place_released_at)
        .limit(limit)
        .with_for_update(of=Event, key_share=True)
    ).all()
    for event in due:
        event.is_place_out = True
        event.sequence += 1
        event.changed_at = now
        relist(event, now=now)
    return due


def shows_spot(event: Event, now: datetime) -> bool:
    """Whether anybody may see the precise place at a moment."""
    return place_rules.is_spot_public(event.place_shown, event.releases_at, now)


def position(event: Event, now: datetime) -> tuple[float, float] | None:
    """Where the event may be shown to be: the spot, the middle of its area, or nowhere."""
    if event.place is None or event.mode is Mode.ONLINE:
        return None
    spot = event.place.spot if shows_spot(event, now) else None
    if spot and spot.lat is not None and spot.lon is not None:
        return (spot.lat, spot.lon)
    if event.place.area_lat is None or event.place.area_lon is None:
        return None
    return (event.place.area_lat, event.place.area_lon)


def _entry(event: Event, now: datetime) -> search.Entry:
    where = position(event, now)
    return search.Entry(
        kind=KIND,
        thing_id=event.id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        position=where,
        words=words(*_texts(event, now)),
        facets=facets(
            kind=event.kind,
            mode=event.mode,
            languages=event.languages,
            access=event.access,
            country=event.place.country if event.place and event.mode is not Mode.ONLINE else None,
            group_id=event.group_id,
            campaign_id=event.campaign_id,
            mobilisation_id=event.mobilisation_id,
        ),
    )


def _texts(event: Event, now: datetime) -> list[str]:
    """What anybody may find it by; never more of the place than its page shows."""
    translated = (event.title, event.summary, event.body, event.aimed_at, event.status_note)
    texts = [text for each in translated for text in _all(each)]
    texts += [event.called_by, event.supported_by, event.film_title or ""]
    texts.append(event.film_director or "")
    if event.place is not None and event.mode is not Mode.ONLINE:
        texts.append(event.place.locality)
        if shows_spot(event, now):
            texts += [event.place.spot.name, event.place.spot.street]
    return texts


def _all(text: Translated | None) -> list[str]:
    return [] if text is None else list(text.texts.values())
