"""Reads of offers, their hosts, and events so near that they may be the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager

from app.audit.facts import ActorKind
from app.audit.models import AuditEntry
from app.db.session import db
from app.events.errors.hosting import OfferNotFoundError
from app.events.models.events import Event
from app.events.models.hosting import EventHost
from app.events.models.rsvps import Rsvp
from app.events.queries import events as event_reads
from app.events.rules.words import EventState, RsvpState
from app.places.models import Place

#: Degrees around a place within which its neighbours are decrypted and measured.
_BOX = 0.6
#: In these states an event may be the same as another one.
_LIVING = (EventState.PENDING, EventState.PUBLISHED, EventState.HIDDEN)


def find_host(public_id: str) -> EventHost | None:
    """Return a host by the name in her link, or None."""
    return db.session.scalar(select(EventHost).where(EventHost.public_id == public_id))


def find_by_nonce(nonce: str) -> EventHost | None:
    """Return the offer that a form made already, or None."""
    return db.session.scalar(select(EventHost).where(EventHost.nonce == nonce))


def get_host(public_id: str, group_ids: Collection[int]) -> EventHost:
    """Return a host of an event of these groups; raises OfferNotFoundError."""
    host = find_host(public_id)
    if host is None or host.event.group_id not in group_ids:
        raise OfferNotFoundError
    if host.event.state is EventState.UNCONFIRMED:
        raise OfferNotFoundError
    return host


def lock_host(public_id: str) -> EventHost:
    """Return a host with her event, both held against other writers; raises OfferNotFoundError."""
    found = find_host(public_id)
    if found is None:
        raise OfferNotFoundError
    event_reads.lock_event(found.event_id)
    db.session.refresh(found)
    return found


def find_host_of(event_id: int) -> EventHost | None:
    """Return who offered an event, or None for one made at the desk."""
    return db.session.get(EventHost, event_id)


def list_pending(group_ids: Collection[int]) -> Sequence[EventHost]:
    """Return the offers that wait for a decision, the oldest first."""
    return db.session.scalars(
        select(EventHost)
        .join(Event)
        .options(contains_eager(EventHost.event))
        .where(Event.state == EventState.PENDING, Event.group_id.in_(group_ids))
        .order_by(EventHost.confirmed_at, EventHost.event_id)
    ).all()


def list_changed(group_ids: Collection[int]) -> Sequence[EventHost]:
    """Return the hosts who changed or wish to change a public event, the oldest first."""
    return db.session.scalars(
        select(EventHost)
        .join(Event)
        .options(contains_eager(EventHost.event))
        .where(
            or_(EventHost.proposed_at.is_not(None), EventHost.edited_at.is_not(None)),
            Event.group_id.in_(group_ids),
            Event.state.in_((EventState.PUBLISHED, EventState.HIDDEN)),
        )
        .order_by(func.coalesce(EventHost.proposed_at, EventHost.edited_at), EventHost.event_id)
    ).all()


def list_decided(group_ids: Collection[int], *, limit: int) -> Sequence[EventHost]:
    """Return the offers that were decided, the latest first."""
    decided = (
        *(EventState.PUBLISHED, EventState.HIDDEN, EventState.REJECTED),
        *(EventState.MERGED, EventState.WITHDRAWN),
    )
    return db.session.scalars(
        select(EventHost)
        .join(Event)
        .options(contains_eager(EventHost.event))
        .where(Event.state.in_(decided), Event.group_id.in_(group_ids))
        .order_by(Event.updated_at.desc(), EventHost.event_id.desc())
        .limit(limit)
    ).all()


def waiting_offers() -> Sequence[tuple[str, datetime | None, int]]:
    """(public id, since, group) of the offers that wait for a decision."""
    rows = db.session.execute(
        select(EventHost.public_id, EventHost.confirmed_at, Event.group_id)
        .join(Event)
        .where(Event.state == EventState.PENDING)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def waiting_changes() -> Sequence[tuple[str, datetime | None, int]]:
    """(public id, since, group) of the hosts whose changes nobody has looked at."""
    since = func.coalesce(EventHost.proposed_at, EventHost.edited_at)
    rows = db.session.execute(
        select(EventHost.public_id, since, Event.group_id)
        .join(Event)
        .where(
            or_(EventHost.proposed_at.is_not(None), EventHost.edited_at.is_not(None)),
            Event.state.in_((EventState.PUBLISHED, EventState.HIDDEN)),
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def count_open_of(email: str) -> int:
    """Count the offers of an address that wait, for the mailbox or for a decision."""
    found = (
        select(func.count(EventHost.event_id))
        .join(Event)
        .where(
            EventHost.email == email,
            Event.state.in_((EventState.UNCONFIRMED, EventState.PENDING)),
        )
    )
    return db.session.scalar(found) or 0


def find_id_of(email: str) -> int | None:
    """Return the key of one hosted event of an address, or None."""
    found = select(EventHost.event_id).where(EventHost.email == email)
    return db.session.scalar(found.order_by(EventHost.event_id.desc()).limit(1))


def list_of_address(email: str, *, ended_since: datetime) -> Sequence[EventHost]:
    """Return the hosted events of an address that still have a page, the next first."""
    gone = (EventState.REJECTED, EventState.WITHDRAWN)
    return db.session.scalars(
        select(EventHost)
        .join(Event)
        .options(contains_eager(EventHost.event))
        .where(EventHost.email == email, Event.ends_at >= ended_since, Event.state.not_in(gone))
        .order_by(Event.starts_at, EventHost.event_id)
    ).all()


def list_near(event: Event, *, earliest: datetime, latest: datetime) -> Sequence[Event]:
    """Return living events at about the same time in the same corner of the world."""
    place = event.place
    if place is None:
        return []
    near = Place.country == place.country
    if place.area_lat is not None and place.area_lon is not None:
        near = near | (
            Place.area_lat.between(place.area_lat - _BOX, place.area_lat + _BOX)
            & Place.area_lon.between(place.area_lon - 2 * _BOX, place.area_lon + 2 * _BOX)
        )
    return db.session.scalars(
        select(Event)
        .join(Place, Event.place_id == Place.id)
        .options(contains_eager(Event.place))
        .where(
            Event.state.in_(_LIVING),
            Event.starts_at.between(earliest, latest),
            Event.id != event.id,
            near,
        )
        .order_by(Event.starts_at, Event.id)
        .limit(200)
    ).all()


def list_accepted(event_id: int) -> list[str]:
    """Return the public ids of those who come with an organiser's yes."""
    found = select(Rsvp.public_id).where(
        Rsvp.event_id == event_id,
        Rsvp.state == RsvpState.GOING,
        Rsvp.accepted_at.is_not(None),
    )
    return list(db.session.scalars(found))


def count_messages(event_id: int, *, since: datetime) -> int:
    """Count what a host had passed on to those who come."""
    found = select(func.count(AuditEntry.id)).where(
        AuditEntry.subject == f"event:{event_id}",
        AuditEntry.action == "event.message_sent",
        AuditEntry.actor_kind == ActorKind.VISITOR,
        AuditEntry.at >= since,
    )
    return db.session.scalar(found) or 0


def list_needs(event_id: int) -> list[str]:
    """Return what those who come told about access, without who they are."""
    rows = db.session.scalars(
        select(Rsvp.needs).where(
            Rsvp.event_id == event_id,
            Rsvp.state == RsvpState.GOING,
            Rsvp.needs.is_not(None),
        )
    )
    # Sorted by the words, so that their order tells nothing.
    return sorted(needs for needs in rows if needs)


def list_rsvps(public_ids: Collection[str]) -> Sequence[Rsvp]:
    """Return attendances that left an address, by the names in their links."""
    return db.session.scalars(
        select(Rsvp)
        .where(Rsvp.public_id.in_(public_ids), Rsvp.email.is_not(None))
        .order_by(Rsvp.id)
    ).all()


def list_lapsed(before: datetime, *, limit: int) -> Sequence[EventHost]:
    """Return the offers whose mailbox nobody proved in time, held against other writers."""
    return db.session.scalars(
        select(EventHost)
        .join(Event)
        .options(contains_eager(EventHost.event))
        .where(Event.state == EventState.UNCONFIRMED, EventHost.offered_at < before)
        .order_by(EventHost.offered_at)
        .limit(limit)
        .with_for_update(of=EventHost)
    ).all()
