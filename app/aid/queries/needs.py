"""Reads of lists of needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager

from app.aid.models.drops import AidItem, Drop, DropNeed
from app.aid.rules import needs as rules
from app.aid.rules.drops import RUNNING
from app.aid.rules.words import Priority
from app.db.session import db
from app.web.panels import Waiting

_ORDER = {priority: place for place, priority in enumerate(Priority)}


def list_needs(drop_id: int) -> Sequence[DropNeed]:
    """Return the whole list of a round, in the order its editors gave it."""
    return db.session.scalars(
        select(DropNeed).where(DropNeed.drop_id == drop_id).order_by(DropNeed.position, DropNeed.id)
    ).all()


def list_by_urgency(drop_id: int) -> list[DropNeed]:
    """Return the list as people read it: the urgent first, what is fulfilled behind its kind."""
    return sorted(
        list_needs(drop_id),
        key=lambda each: (_ORDER[each.priority], each.fulfilled_at is not None),
    )


def find_need(drop_id: int, need_id: int) -> DropNeed | None:
    """Return a line of a round's list, or None."""
    return db.session.scalar(
        select(DropNeed).where(DropNeed.id == need_id, DropNeed.drop_id == drop_id)
    )


def find_need_of(drop_id: int, item_id: int) -> DropNeed | None:
    """Return the line about a thing, or None."""
    return db.session.scalar(
        select(DropNeed).where(DropNeed.drop_id == drop_id, DropNeed.item_id == item_id)
    )


def list_addable(drop: Drop) -> list[AidItem]:
    """Return the things of the group that may still be put on a round's list."""
    there = select(DropNeed.item_id).where(DropNeed.drop_id == drop.id)
    items = db.session.scalars(
        select(AidItem)
        .where(
            AidItem.group_id == drop.group_id,
            AidItem.retired_at.is_(None),
            AidItem.id.not_in(there),
        )
        .order_by(AidItem.category, AidItem.id)
    )
    return [item for item in items if rules.may_stand(item.code)]


def list_stale(group_ids: Collection[int], now: datetime) -> Sequence[DropNeed]:
    """Return the lines of running rounds that nobody has looked at for too long."""
    return db.session.scalars(
        select(DropNeed)
        .join(DropNeed.drop)
        .options(contains_eager(DropNeed.drop))
        .where(*_stale(now), Drop.group_id.in_(group_ids))
        .order_by(Drop.id, DropNeed.position, DropNeed.id)
    ).all()


def waiting(now: datetime) -> Iterator[Waiting]:
    """The running rounds with lines that somebody should look at again."""
    rows = db.session.execute(
        select(Drop.public_id, Drop.group_id, DropNeed.priority, func.min(DropNeed.checked_at))
        .join(DropNeed, DropNeed.drop_id == Drop.id)
        .where(*_stale(now))
        .group_by(Drop.public_id, Drop.group_id, DropNeed.priority)
    )
    found: dict[str, Waiting] = {}
    for public_id, group_id, priority, checked_at in rows:
        since = rules.stale_since(priority, checked_at)
        earlier = found.get(public_id)
        if earlier is None or since < earlier.since:
            found[public_id] = Waiting(public_id, since=since, group_id=group_id)
    yield from found.values()


def _stale(now: datetime) -> list[Any]:
    old = [
        (DropNeed.priority == priority) & (DropNeed.checked_at <= now - fresh)
        for priority, fresh in rules.FRESH.items()
    ]
    return [Drop.state.in_(RUNNING), DropNeed.fulfilled_at.is_(None), or_(*old)]
