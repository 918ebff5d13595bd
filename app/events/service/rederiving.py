"""New zone data moves instants: a country changed its clocks, and the wall still shows the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.audit.facts import Actor
from app.db.session import db
from app.events.models.events import Event
from app.events.rules import times
from app.events.rules.times import When
from app.events.service import changing, telling

#: Events may be moved by the change to either side of now.
_MARGIN = timedelta(days=2)


def rederive(*, after_id: int, now: datetime, limit: int) -> int | None:
    """Derive the instants of the next coming events anew; return where to go on, None at the end.

    Nothing is written for an event whose instants stay.
    """
    rows = db.session.scalars(
        select(Event)
        .where(Event.id > after_id, Event.ends_at > now - _MARGIN)
        .order_by(Event.id)
        .limit(limit)
        .with_for_update(of=Event)
    ).all()
    for event in rows:
        _rederive(event, now=now)
    return rows[-1].id if len(rows) == limit else None


def when_of(event: Event) -> When:
    """The times of an event as one value."""
    return When(
        starts_local=event.starts_local,
        ends_local=event.ends_local,
        zone=event.zone,
        starts_fold=event.starts_fold,
        ends_fold=event.ends_fold,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        is_all_day=event.is_all_day,
        is_end_open=event.is_end_open,
    )


def _rederive(event: Event, *, now: datetime) -> None:
    fresh = times.rederive(when_of(event))
    if (fresh.starts_at, fresh.ends_at) == (event.starts_at, event.ends_at):
        return
    before = telling.snapshot(event)
    event.starts_at, event.ends_at = fresh.starts_at, fresh.ends_at
    # The time on the wall is what people wrote down: nobody is told, calendars are.
    changing.finish(event, "event.clock_changed", before, now=now, by=Actor.system(), is_told=False)
