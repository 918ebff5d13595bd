"""What an editor can choose for an article."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import and_, or_, select

from app.db.session import db
from app.events.models.events import Event
from app.events.rules.words import EventKind, EventState

#: A review is written soon after the film was shown.
_LATEST: Final = 40


def list_screenings(group_ids: Collection[int], kept_id: int | None = None) -> Sequence[Event]:
    """Return the latest film screenings of these groups, and the one that was chosen before."""
    is_one = and_(
        Event.group_id.in_(group_ids),
        Event.kind == EventKind.SCREENING,
        Event.state == EventState.PUBLISHED,
    )
    return db.session.scalars(
        select(Event)
        .where(or_(is_one, Event.id == (kept_id or 0)))
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .limit(_LATEST)
    ).all()
