"""Reads of attendances by who comes, for the page of a supporter."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.db.session import db
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp


def list_of_address(email: str, group_ids: Collection[int], *, limit: int) -> Sequence[Rsvp]:
    """Return attendances under an address at events of these groups, the latest event first."""
    return db.session.scalars(
        select(Rsvp)
        .join(Rsvp.event)
        .where(Rsvp.email == email, Event.group_id.in_(group_ids))
        .options(contains_eager(Rsvp.event))
        .order_by(Event.starts_at.desc(), Rsvp.id.desc())
        .limit(limit)
    ).all()
