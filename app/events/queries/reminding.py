"""Reads of whom to remind, and of events that are over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db.session import db
from app.events.models.events import Event, EventNote
from app.events.models.rsvps import Rsvp
from app.events.queries.rsvps import is_first_of_mailbox
from app.events.rules.rsvps import kept_days
from app.events.rules.words import EventState, RsvpState, Status


def lock_due(*, starts_after: datetime, starts_before: datetime, limit: int) -> Sequence[Rsvp]:
    """Return those with a place who were not reminded of this start, held against other writers."""
    is_told = and_(Rsvp.reminded_for.is_not(None), Rsvp.reminded_for == Event.starts_at)
    return db.session.scalars(
        select(Rsvp)
        .join(Event, Event.id == Rsvp.event_id)
        .where(
            Event.state == EventState.PUBLISHED,
            Event.status.not_in({Status.CANCELLED, Status.POSTPONED}),
            Event.starts_at > starts_after,
            Event.starts_at <= starts_before,
            Rsvp.state == RsvpState.GOING,
            Rsvp.email.is_not(None),
            Rsvp.wants_reminders,
            is_first_of_mailbox({RsvpState.GOING}, is_bulk=True),
            ~func.coalesce(is_told, False),
        )
        .order_by(Rsvp.id)
        .limit(limit)
        .with_for_update(of=Rsvp, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def due_to_purge(*, now: datetime) -> Iterator[int]:
    """Ids of events whose attendances are to be deleted, the first to end first."""
    rows = db.session.execute(
        select(Event.id, Event.ends_at, Event.retention_days, Event.status)
        .where(Event.purged_at.is_(None), Event.ends_at <= now)
        .order_by(Event.ends_at, Event.id)
    )
    return (
        row.id
        for row in rows
        if row.ends_at + timedelta(days=kept_days(row.retention_days, row.status)) <= now
    )


def list_with_hidden_place(*, before: datetime, after: datetime) -> Sequence[Event]:
    """Return events that ended in a span of time and whose place not everybody was to know.

    What was never published told nobody where it is, whatever it was to say.
    """
    later = aliased(Event)
    is_used_later = (
        select(later.id).where(later.place_id == Event.place_id, later.ends_at > before).exists()
    )
    return db.session.scalars(
        select(Event)
        .where(
            Event.purged_at.is_not(None),
            Event.ends_at <= before,
            Event.ends_at > after,
            Event.is_place_out.is_(False) | Event.published_at.is_(None),
            ~is_used_later,
        )
        .order_by(Event.id)
    ).all()


def find_event(event_id: int) -> Event | None:
    """Return an event by its row, or None."""
    return db.session.get(Event, event_id)


def find_note(note_id: int) -> EventNote | None:
    """Return a note of the day by its row, or None."""
    return db.session.get(EventNote, note_id)


def unreported(*, since: datetime, until: datetime) -> Iterable[tuple[str, datetime, int]]:
    """(public id, end, group) of events that are over and of which nobody wrote how it was."""
    rows = db.session.execute(
        select(Event.public_id, Event.ends_at, Event.group_id).where(
            Event.state == EventState.PUBLISHED,
            Event.status != Status.CANCELLED,
            Event.ends_at > since,
            Event.ends_at <= until,
            Event.reported_at.is_(None),
            Event.headcount.is_(None),
        )
    )
    return ((row.public_id, row.ends_at, row.group_id) for row in rows)


def to_decide(now: datetime) -> Iterable[tuple[str, datetime, int, datetime]]:
    """(public id, since, group, start) of events with people who wait for a yes or a no."""
    rows = db.session.execute(
        select(Event.public_id, func.min(Rsvp.created_at), Event.group_id, Event.starts_at)
        .join(Rsvp, Rsvp.event_id == Event.id)
        .where(Rsvp.state == RsvpState.ASKED, Event.ends_at > now)
        .group_by(Event.id)
    )
    return ((row[0], row[1], row[2], row[3]) for row in rows)


def list_attendees(
    event_id: int, states: Collection[RsvpState] | None, *, q: str, after: int, limit: int
) -> Sequence[Rsvp]:
    """Return RSVPs of an event by their order of coming, filtered by state and words."""
    wanted = select(Rsvp).where(Rsvp.event_id == event_id, Rsvp.id > after)
    if states:
        wanted = wanted.where(Rsvp.state.in_(states))
    if q:
        like = f"%{q.lower().replace('%', '').replace('_', '')}%"
        found = (func.lower(Rsvp.name).like(like), Rsvp.email.like(like), Rsvp.code.like(like))
        wanted = wanted.where(or_(*found))
    return db.session.scalars(wanted.order_by(Rsvp.id).limit(limit)).all()
