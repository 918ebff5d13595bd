"""Reads for the static copy of what is on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_, select

from app.db.session import db
from app.events.models.events import Event
from app.events.rules.words import EventState

_AT_ONCE: Final = 200


def each_coming(now: datetime) -> Iterator[Event]:
    """Every published event that is not over, cancelled ones too, the next first."""
    last: Event | None = None
    while True:
        wanted = select(Event).where(Event.state == EventState.PUBLISHED, Event.ends_at > now)
        if last is not None:
            later = and_(Event.starts_at == last.starts_at, Event.id > last.id)
            wanted = wanted.where(or_(Event.starts_at > last.starts_at, later))
        found = db.session.scalars(wanted.order_by(Event.starts_at, Event.id).limit(_AT_ONCE)).all()
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = found[-1]
