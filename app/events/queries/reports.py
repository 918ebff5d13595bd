"""Reads of what people say is wrong with events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.audit.models import AuditEntry
from app.db.session import db
from app.events.models.events import Event
from app.events.models.hosting import EventReport
from app.events.rules.words import EventState

#: What is written down when reports take an event out of sight.
HIDDEN_ACTION = "event.hidden_by_reports"


def find_reportable(slug: str) -> Event | None:
    """Return the event of which one can say that something is wrong: public, or taken out."""
    return db.session.scalar(
        select(Event).where(
            Event.slug == slug, Event.state.in_((EventState.PUBLISHED, EventState.HIDDEN))
        )
    )


def find_by_nonce(nonce: str) -> EventReport | None:
    """Return the report that a form made already, or None."""
    return db.session.scalar(select(EventReport).where(EventReport.nonce == nonce))


def count_networks(event_id: int, since: datetime) -> int:
    """Count the different networks that reported an event and were not answered yet."""
    found = select(func.count(func.distinct(EventReport.network))).where(
        EventReport.event_id == event_id,
        EventReport.handled_at.is_(None),
        EventReport.sent_at >= since,
        EventReport.network.is_not(None),
    )
    return db.session.scalar(found) or 0


def count_events_of(network: str, since: datetime) -> int:
    """Count the events of which one network said that something is wrong."""
    found = select(func.count(func.distinct(EventReport.event_id))).where(
        EventReport.network == network, EventReport.sent_at >= since
    )
    return db.session.scalar(found) or 0


def count_hidden(since: datetime) -> int:
    """Count the events that reports took out of sight."""
    found = select(func.count(AuditEntry.id)).where(
        AuditEntry.action == HIDDEN_ACTION, AuditEntry.at >= since
    )
    return db.session.scalar(found) or 0


def was_found_right(event_id: int, since: datetime) -> bool:
    """Whether an organiser looked into reports lately and found the event in order."""
    found = select(EventReport.id).where(
        EventReport.event_id == event_id,
        EventReport.was_right.is_(False),
        EventReport.handled_at >= since,
    )
    return db.session.scalar(found.limit(1)) is not None


def list_open(group_ids: Collection[int]) -> Sequence[EventReport]:
    """Return what nobody has looked into, event by event, the hidden ones first."""
    return db.session.scalars(
        select(EventReport)
        .join(Event)
        .options(contains_eager(EventReport.event))
        .where(EventReport.handled_at.is_(None), Event.group_id.in_(group_ids))
        .order_by(Event.state == EventState.PUBLISHED, Event.starts_at, EventReport.sent_at)
    ).all()


def lock_open_of(event_id: int) -> Sequence[EventReport]:
    """Return the open reports of an event, held against other writers."""
    return db.session.scalars(
        select(EventReport)
        .where(EventReport.event_id == event_id, EventReport.handled_at.is_(None))
        .order_by(EventReport.id)
        .with_for_update(of=EventReport)
        .execution_options(populate_existing=True)
    ).all()


def waiting_reports() -> Sequence[tuple[str, datetime | None, int]]:
    """(public id of the event, since, group) of each event with open reports."""
    rows = db.session.execute(
        select(Event.public_id, func.min(EventReport.sent_at), Event.group_id)
        .join(Event, Event.id == EventReport.event_id)
        .where(EventReport.handled_at.is_(None))
        .group_by(Event.public_id, Event.group_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_old(before: datetime, *, limit: int) -> Sequence[int]:
    """Return the ids of reports looked into before an instant, or of events over before it."""
    return db.session.scalars(
        select(EventReport.id)
        .join(Event, Event.id == EventReport.event_id)
        .where((EventReport.handled_at < before) | (Event.ends_at < before))
        .order_by(EventReport.id)
        .limit(limit)
    ).all()
