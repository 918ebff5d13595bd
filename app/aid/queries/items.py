"""Reads of the kinds of things that groups collect."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.aid.models.drops import AidItem, DropNeed
from app.aid.rules.catalogue import MIXED
from app.aid.rules.needs import WANTED
from app.db.session import db


def list_items(group_id: int, *, with_retired: bool = False) -> Sequence[AidItem]:
    """Return what a group collects, kind by kind."""
    found = select(AidItem).where(AidItem.group_id == group_id)
    if not with_retired:
        found = found.where(AidItem.retired_at.is_(None))
    return db.session.scalars(found.order_by(AidItem.category, AidItem.id)).all()


def find_item(group_id: int, item_id: int) -> AidItem | None:
    """Return a kind of thing of this group, or None."""
    return db.session.scalar(
        select(AidItem).where(AidItem.id == item_id, AidItem.group_id == group_id)
    )


def find_by_code(group_id: int, code: str) -> AidItem | None:
    """Return a kind of thing by the group's name for it, or None."""
    return db.session.scalar(
        select(AidItem).where(AidItem.group_id == group_id, AidItem.code == code)
    )


def get_mixed(group_id: int) -> AidItem:
    """Return what stands for unsorted goods; raises LookupError before a group's first round."""
    found = find_by_code(group_id, MIXED)
    if found is None:
        raise LookupError(f"group {group_id} collects nothing yet")
    return found


def is_wanted(item_id: int) -> bool:
    """Whether any round asks for a thing."""
    found = select(DropNeed.id).where(DropNeed.item_id == item_id, DropNeed.priority.in_(WANTED))
    return db.session.scalar(found.limit(1)) is not None
