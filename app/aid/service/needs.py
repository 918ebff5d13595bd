"""Editors keep a round's list of needs: line by line, and what they looked at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.aid.errors.drops import StaleDropError
from app.aid.errors.needs import (
    ItemNotFoundError,
    MedicineError,
    NeedNotFoundError,
    NeedQtyError,
    NeedsFullError,
    NeedTwiceError,
    UnwantedItemError,
    UnwantedQtyError,
)
from app.aid.models.drops import Drop, DropNeed
from app.aid.queries import items as item_reads
from app.aid.queries import needs as reads
from app.aid.rules import needs as rules
from app.aid.rules.needs import NeedContent
from app.aid.rules.words import Priority
from app.aid.service import drop_changing
from app.audit.facts import Actor
from app.db.session import db


def add(drop_id: int, content: NeedContent, *, now: datetime, by: Actor) -> DropNeed:
    """Put a thing on the list, at its end.

    Raises ItemNotFoundError, UnwantedItemError, MedicineError, NeedTwiceError, NeedsFullError,
    NeedQtyError or UnwantedQtyError.
    """
    drop = drop_changing.lock_open(drop_id)
    item = item_reads.find_item(drop.group_id, content.item_id)
    if item is None:
        raise ItemNotFoundError
    if item.retired_at is not None or not rules.may_stand(item.code):
        raise UnwantedItemError
    if not rules.may_want(item.category, content.priority):
        raise MedicineError
    if reads.find_need_of(drop.id, item.id) is not None:
        raise NeedTwiceError
    there = reads.list_needs(drop.id)
    if len(there) >= rules.MOST_NEEDS:
        raise NeedsFullError
    _check_qty(content)
    need = DropNeed(
        drop_id=drop.id,
        item_id=item.id,
        position=max((each.position for each in there), default=-1) + 1,
        priority=content.priority,
        target_qty=content.target_qty,
        why=content.why,
        checked_at=now,
    )
    db.session.add(need)
    _finish(drop, "drop.need_added", now=now, by=by)
    return need


def edit(
    drop_id: int, need_id: int, content: NeedContent, *, seen: str, now: datetime, by: Actor
) -> None:
    """Say otherwise how much a thing is wanted; somebody looked at it by that.

    `seen` is when it was looked at last, as the page knew it. Raises NeedNotFoundError,
    StaleDropError, MedicineError, NeedQtyError or UnwantedQtyError.
    """
    drop, need = _lock(drop_id, need_id)
    if need.checked_at.isoformat() != seen:
        raise StaleDropError
    if not rules.may_want(need.item.category, content.priority):
        raise MedicineError
    _check_qty(content)
    need.priority, need.target_qty = content.priority, content.target_qty
    need.why, need.checked_at = content.why, now
    if content.priority is Priority.NOT_WANTED:
        need.fulfilled_at = None
    _finish(drop, "drop.need_edited", now=now, by=by)


def remove(drop_id: int, need_id: int, *, now: datetime, by: Actor) -> None:
    """Take a thing off the list; what is gone already stays gone."""
    drop = drop_changing.lock_open(drop_id)
    need = reads.find_need(drop.id, need_id)
    if need is not None:
        db.session.delete(need)
        _finish(drop, "drop.need_removed", now=now, by=by)


def move_up(drop_id: int, need_id: int, *, now: datetime, by: Actor) -> None:
    """Move a line one place up among those of the same urgency; raises NeedNotFoundError."""
    drop, need = _lock(drop_id, need_id)
    rows = list(reads.list_needs(drop.id))
    alike = [each for each in rows if each.priority is need.priority]
    at = alike.index(need)
    if at == 0:
        return
    above = rows.index(alike[at - 1])
    rows.remove(need)
    rows.insert(above, need)
    for place, each in enumerate(rows):
        each.position = place
    drop_changing.finish(drop, "drop.need_moved", now=now, by=by)


def fulfil(drop_id: int, need_id: int, *, is_enough: bool, now: datetime, by: Actor) -> None:
    """Say that enough of a thing has come, or take that back. Twice changes nothing.

    Raises NeedNotFoundError, or UnwantedItemError for what nobody wants.
    """
    drop, need = _lock(drop_id, need_id)
    if need.priority is Priority.NOT_WANTED:
        raise UnwantedItemError
    if (need.fulfilled_at is not None) == is_enough:
        return
    need.fulfilled_at = now if is_enough else None
    need.checked_at = now
    action = "drop.need_fulfilled" if is_enough else "drop.need_open_again"
    _finish(drop, action, now=now, by=by)


def look_at(drop_id: int, need_ids: Collection[int], *, now: datetime, by: Actor) -> None:
    """Note that somebody looked at lines and they are still right; nobody is told of that."""
    drop = drop_changing.lock_open(drop_id)
    looked_at = [each for each in reads.list_needs(drop.id) if each.id in need_ids]
    for need in looked_at:
        need.checked_at = now
    if looked_at:
        drop_changing.finish(drop, "drop.needs_looked_at", now=now, by=by)


def _lock(drop_id: int, need_id: int) -> tuple[Drop, DropNeed]:
    drop = drop_changing.lock_open(drop_id)
    need = reads.find_need(drop.id, need_id)
    if need is None:
        raise NeedNotFoundError
    return drop, need


def _check_qty(content: NeedContent) -> None:
    if content.target_qty is None:
        return
    if content.priority is Priority.NOT_WANTED:
        raise UnwantedQtyError
    if not 1 <= content.target_qty <= rules.MOST_QTY:
        raise NeedQtyError


def _finish(drop: Drop, action: str, *, now: datetime, by: Actor) -> None:
    drop.needs_changed_at = now
    drop_changing.finish(drop, action, now=now, by=by)
