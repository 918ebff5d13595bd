"""Reads of events for their pages and for the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.appeals.models.appeals import Appeal
from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.events.errors.editing import (
    EventGoneError,
    EventHiddenError,
    EventMovedError,
    EventNotFoundError,
)
from app.events.models.events import Event, EventNote, EventSeries, EventSlug, SafetyContact
from app.events.models.mobilisations import Mobilisation
from app.events.models.rsvps import Rsvp
from app.events.rules.words import HOLDS_SEATS, EventKind, EventState, RsvpState, Status
from app.web.paging import Key, Page

PAGE_SIZE: Final = 40
#: A chain of merged events longer than this is not followed.
_LONGEST_CHAIN: Final = 5


# --- the public ---------------------------------------------------------------------------------


def find_by_slug(slug: str) -> Event | None:
    """Return the event that has this address now, whatever its state, or None."""
    return db.session.scalar(select(Event).where(Event.slug == slug))


def get_published(slug: str) -> Event:
    """Return the event that anybody may see at this address.

    Raises EventMovedError where it has another address now or was merged into another, which
    `views.events` answers with 301 for every page below the address; EventHiddenError and
    EventGoneError (410); EventNotFoundError.
    """
    event = find_by_slug(slug)
    if event is None:
        old = db.session.scalar(
            select(Event)
            .join(EventSlug, EventSlug.event_id == Event.id)
            .where(EventSlug.slug == slug)
        )
        if old is None or old.state in _NEVER_SHOWN:
            raise EventNotFoundError
        raise EventMovedError(_shown(old).slug)
    return _shown(event)


_NEVER_SHOWN: Final = frozenset(
    {EventState.DRAFT, EventState.UNCONFIRMED, EventState.PENDING, EventState.REJECTED}
)


def _shown(event: Event) -> Event:
    if event.state is EventState.PUBLISHED:
        return event
    if event.state is EventState.MERGED:
        raise EventMovedError(_shown(_end_of_chain(event)).slug)
    if event.state is EventState.HIDDEN:
        raise EventHiddenError
    if event.state is EventState.WITHDRAWN and event.published_at is not None:
        raise EventGoneError
    raise EventNotFoundError


def _end_of_chain(event: Event) -> Event:
    for _ in range(_LONGEST_CHAIN):
        if event.state is not EventState.MERGED or event.merged_into is None:
            return event
        event = event.merged_into
    raise EventNotFoundError


def list_notes(event_id: int) -> Sequence[EventNote]:
    """Return what is said of the day, the latest first, without what was taken back."""
    return db.session.scalars(
        select(EventNote)
        .where(EventNote.event_id == event_id, EventNote.withdrawn_at.is_(None))
        .order_by(EventNote.posted_at.desc(), EventNote.id.desc())
    ).all()


def get_note(event_id: int, note_id: int) -> EventNote:
    """Return one note of an event; raises EventNotFoundError."""
    note = db.session.scalar(
        select(EventNote).where(EventNote.id == note_id, EventNote.event_id == event_id)
    )
    if note is None:
        raise EventNotFoundError
    return note


def list_others_of_series(event: Event, now: datetime, *, limit: int = 6) -> Sequence[Event]:
    """Return the next published times of the same series, without this one."""
    if event.series_id is None:
        return []
    return db.session.scalars(
        select(Event)
        .where(
            Event.series_id == event.series_id,
            Event.id != event.id,
            Event.state == EventState.PUBLISHED,
            Event.ends_at > now,
        )
        .order_by(Event.starts_at)
        .limit(limit)
    ).all()


# --- one event ----------------------------------------------------------------------------------


def get_for_desk(public_id: str, group_ids: Collection[int] | None = None) -> Event:
    """Return an event (of one of these groups) whatever its state; raises EventNotFoundError."""
    wanted = select(Event).where(Event.public_id == public_id)
    if group_ids is not None:
        wanted = wanted.where(Event.group_id.in_(group_ids))
    event = db.session.scalar(wanted)
    if event is None:
        raise EventNotFoundError
    return event


def get_by_id(event_id: int) -> Event:
    """Return an event by its key; raises EventNotFoundError."""
    event = db.session.get(Event, event_id)
    if event is None:
        raise EventNotFoundError
    return event


def lock_event(event_id: int) -> Event:
    """Return an event held against other writers until the transaction ends.

    Rows that point at it may still be added: whoever takes a seat holds the seats, then adds one.
    """
    event = db.session.scalar(
        select(Event)
        .where(Event.id == event_id)
        .with_for_update(of=Event, key_share=True)
        .execution_options(populate_existing=True)
    )
    if event is None:
        raise EventNotFoundError
    return event


def is_slug_taken(slug: str, *, but_of: int | None = None) -> bool:
    """Whether another event has this address, or had it."""
    now = select(Event.id).where(Event.slug == slug, Event.id != but_of)
    once = select(EventSlug.event_id).where(EventSlug.slug == slug, EventSlug.event_id != but_of)
    if but_of is None:
        now = select(Event.id).where(Event.slug == slug)
        once = select(EventSlug.event_id).where(EventSlug.slug == slug)
    return bool(db.session.scalar(select(or_(now.exists(), once.exists()))))


def is_place_shared(place_id: int, *, but_of: int) -> bool:
    """Whether another event takes place there too."""
    other = select(Event.id).where(Event.place_id == place_id, Event.id != but_of)
    return bool(db.session.scalar(select(other.exists())))


# --- series -------------------------------------------------------------------------------------


def lock_series(series_id: int) -> EventSeries:
    """Return a series held against other writers until the transaction ends."""
    series = db.session.scalar(
        select(EventSeries)
        .where(EventSeries.id == series_id)
        .with_for_update(of=EventSeries)
        .execution_options(populate_existing=True)
    )
    if series is None:
        raise EventNotFoundError
    return series


def list_of_series(series_id: int) -> Sequence[Event]:
    """Return every occurrence, the first at the top."""
    return db.session.scalars(
        select(Event).where(Event.series_id == series_id).order_by(Event.series_day, Event.id)
    ).all()


def list_running_series(made_before: datetime) -> Sequence[int]:
    """Return the series that go on and whose occurrences do not reach up to a moment."""
    return db.session.scalars(
        select(EventSeries.id)
        .where(EventSeries.ended_at.is_(None), EventSeries.made_until < made_before.date())
        .order_by(EventSeries.id)
    ).all()


# --- the desk -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DeskFilter:
    """Which events the desk lists."""

    group_ids: Collection[int]
    #: coming | past | drafts | all
    view: str = "coming"
    kind: EventKind | None = None
    group_id: int | None = None


def list_for_desk(wanted: DeskFilter, now: datetime, key: Key | None) -> Page[Event]:
    """Return a page of events: what comes soonest first, everything else the latest first."""
    is_coming = wanted.view == "coming"
    question = select(Event).where(*_conditions(wanted, now))
    if key is not None:
        question = question.where(_after(key, rising=is_coming))
    order = (Event.starts_at, Event.id) if is_coming else (Event.starts_at.desc(), Event.id.desc())
    rows = db.session.scalars(question.order_by(*order).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    next_key = Key(shown[-1].starts_at, shown[-1].id).encode() if len(rows) > PAGE_SIZE else None
    return Page(shown, next_key)


def _after(key: Key, *, rising: bool) -> ColumnElement[bool]:
    if rising:
        return or_(Event.starts_at > key.at, and_(Event.starts_at == key.at, Event.id > key.row_id))
    return or_(Event.starts_at < key.at, and_(Event.starts_at == key.at, Event.id < key.row_id))


def _conditions(wanted: DeskFilter, now: datetime) -> list[ColumnElement[bool]]:
    groups = set(wanted.group_ids)
    if wanted.group_id is not None:
        groups &= {wanted.group_id}
    found: list[ColumnElement[bool]] = [Event.group_id.in_(groups)]
    if wanted.view == "drafts":
        found.append(Event.state == EventState.DRAFT)
    elif wanted.view == "coming":
        found += [Event.ends_at > now, Event.state.in_(_ON_THE_SITE)]
    elif wanted.view == "past":
        found += [Event.ends_at <= now, Event.state.in_(_ON_THE_SITE)]
    else:
        found.append(Event.state.not_in((EventState.UNCONFIRMED,)))
    if wanted.kind is not None:
        found.append(Event.kind == wanted.kind)
    return found


_ON_THE_SITE: Final = (EventState.PUBLISHED, EventState.HIDDEN)


@dataclass(frozen=True)
class Coming:
    """How many people come to an event, and how many attendances wait for somebody."""

    people: int = 0
    waiting: int = 0
    asked: int = 0


def count_coming(event_ids: Collection[int]) -> dict[int, Coming]:
    """Return for each event how many come, stand in line, and wait for an organiser."""
    rows = db.session.execute(
        select(Rsvp.event_id, Rsvp.state, func.sum(Rsvp.party_size))
        .where(Rsvp.event_id.in_(event_ids))
        .group_by(Rsvp.event_id, Rsvp.state)
    ).all()
    found: dict[int, dict[RsvpState, int]] = {}
    for event_id, state, people in rows:
        found.setdefault(event_id, {})[state] = int(people)
    return {
        event_id: Coming(
            people=sum(states.get(each, 0) for each in HOLDS_SEATS),
            waiting=states.get(RsvpState.WAITING, 0),
            asked=states.get(RsvpState.ASKED, 0),
        )
        for event_id, states in found.items()
    }


def count_views(group_ids: Collection[int], now: datetime) -> dict[str, int]:
    """Return how many events each view of the desk's list holds."""
    return {
        view: db.session.scalar(
            select(func.count())
            .select_from(Event)
            .where(*_conditions(DeskFilter(group_ids=group_ids, view=view), now))
        )
        or 0
        for view in ("coming", "past", "drafts")
    }


def list_linkable(group_id: int) -> dict[str, Sequence[Campaign | Appeal | Mobilisation]]:
    """Return what an event of a group can belong to, by the name of its column."""
    return {
        "mobilisation_id": db.session.scalars(
            select(Mobilisation)
            .where(Mobilisation.group_id == group_id)
            .order_by(Mobilisation.on_date.desc())
        ).all(),
        "campaign_id": db.session.scalars(
            select(Campaign).where(Campaign.group_id == group_id).order_by(Campaign.id.desc())
        ).all(),
        "appeal_id": db.session.scalars(
            select(Appeal).where(Appeal.group_id == group_id).order_by(Appeal.id.desc())
        ).all(),
    }


# --- numbers to ring ----------------------------------------------------------------------------


def list_contacts(group_id: int, event_id: int | None = None) -> Sequence[SafetyContact]:
    """Return the numbers of a group, or those that one event names instead."""
    return db.session.scalars(
        select(SafetyContact)
        .where(SafetyContact.group_id == group_id, SafetyContact.event_id == event_id)
        .order_by(SafetyContact.position, SafetyContact.id)
    ).all()


def contacts_of(event: Event) -> Sequence[SafetyContact]:
    """Return the numbers that stand on an event's page: its own, or else the group's."""
    return list_contacts(event.group_id, event.id) or list_contacts(event.group_id)


def get_contact(contact_id: int, group_ids: Collection[int]) -> SafetyContact:
    """Return a number of one of these groups; raises EventNotFoundError."""
    contact = db.session.scalar(
        select(SafetyContact).where(
            SafetyContact.id == contact_id, SafetyContact.group_id.in_(group_ids)
        )
    )
    if contact is None:
        raise EventNotFoundError
    return contact


def list_stale_contacts(before: date, now: datetime) -> Iterable[tuple[int, int, date]]:
    """Return (key, group, checked on) of numbers in use that nobody rang since a day."""
    rows = db.session.execute(
        select(SafetyContact.id, SafetyContact.group_id, SafetyContact.checked_on)
        .outerjoin(Event, Event.id == SafetyContact.event_id)
        .where(
            SafetyContact.checked_on < before,
            or_(SafetyContact.event_id.is_(None), Event.ends_at > now),
        )
    )
    return ((contact_id, group_id, day) for contact_id, group_id, day in rows)


def list_marches_without_notice(now: datetime) -> Sequence[Event]:
    """Return the coming marches on the site of whose notice nothing is known."""
    return db.session.scalars(
        select(Event).where(
            Event.state == EventState.PUBLISHED,
            Event.kind == EventKind.MARCH,
            Event.starts_at > now,
            Event.notice_given_on.is_(None),
            Event.status != Status.CANCELLED,
        )
    ).all()
