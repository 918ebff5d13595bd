"""The kinds of things that a group collects: its list begins with the usual ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.aid.errors.drops import StaleDropError
from app.aid.errors.needs import (
    ItemNotFoundError,
    ItemsFullError,
    KeptItemError,
    MedicineError,
    NeedTwiceError,
)
from app.aid.models.drops import AidItem
from app.aid.queries import items as reads
from app.aid.rules.catalogue import CATALOGUE, MEDICINES, MIXED
from app.aid.rules.needs import MOST_ITEMS, ItemContent, may_want
from app.aid.rules.words import Priority
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.groups.models import Group
from app.lib import ids
from app.lib.text import Translated


def ensure_items(group: Group) -> None:
    """Give a group the usual kinds of things, those that it has not yet."""
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    rows = [{"group_id": group.id, "version": 1, **vars(kind)} for kind in CATALOGUE]
    db.session.execute(dialect.insert(AidItem).values(rows).on_conflict_do_nothing())


def add_item(group_id: int, content: ItemContent, *, now: datetime, by: Actor) -> AidItem:
    """Add a kind of thing to what a group collects.

    Raises NeedTwiceError where it is there already under this name, ItemsFullError.
    """
    there = reads.list_items(group_id, with_retired=True)
    if any(_is_called_the_same(item.name, content.name) for item in there):
        raise NeedTwiceError
    if len(there) >= MOST_ITEMS:
        raise ItemsFullError
    code = _free_code(content.name, {item.code for item in there})
    item = AidItem(group_id=group_id, code=code, version=1, **vars(content))
    db.session.add(item)
    db.session.flush()
    _tell(item, "item.added", now=now, by=by)
    return item


def edit_item(
    group_id: int,
    item_id: int,
    content: ItemContent,
    *,
    seen_version: int,
    now: datetime,
    by: Actor,
) -> None:
    """Rename a kind of thing or say more of it.

    Raises ItemNotFoundError, StaleDropError, KeptItemError where it would cease to be a medicine
    or what nobody has sorted, or MedicineError where it is wanted and would become one.
    """
    item = _lock(group_id, item_id)
    if item.version != seen_version:
        raise StaleDropError
    if item.category is not content.category and item.code in (MIXED, MEDICINES):
        raise KeptItemError
    if not may_want(content.category, Priority.NEEDED) and reads.is_wanted(item.id):
        raise MedicineError
    for name, value in vars(content).items():
        setattr(item, name, value)
    item.version += 1
    db.session.flush()
    _tell(item, "item.edited", now=now, by=by)


def retire_item(group_id: int, item_id: int, *, is_retired: bool, now: datetime, by: Actor) -> None:
    """Offer a kind of thing for new needs no more, or again. Twice changes nothing.

    Raises ItemNotFoundError or KeptItemError.
    """
    item = _lock(group_id, item_id)
    if item.code in (MIXED, MEDICINES):
        raise KeptItemError
    if (item.retired_at is not None) == is_retired:
        return
    item.retired_at = now if is_retired else None
    item.version += 1
    _tell(item, "item.retired" if is_retired else "item.revived", now=now, by=by)


def _lock(group_id: int, item_id: int) -> AidItem:
    item = db.session.scalar(
        select(AidItem)
        .where(AidItem.id == item_id, AidItem.group_id == group_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if item is None:
        raise ItemNotFoundError
    return item


def _is_called_the_same(one: Translated, other: Translated) -> bool:
    known = {text.casefold() for text in one.texts.values()}
    return any(text.casefold() in known for text in other.texts.values())


def _free_code(name: Translated, taken: Collection[str]) -> str:
    """A short name of our own for a thing: blankets, blankets_2."""
    base = ids.slugify(name.origin_text, limit=30).replace("-", "_") or "thing"
    numbered = (f"{base}_{number}" for number in count(2))
    return next(code for code in chain([base], numbered) if code not in taken)


def _tell(item: AidItem, action: str, *, now: datetime, by: Actor) -> None:
    detail = {"code": item.code}
    audit.record(by, action, f"item:{item.id}", now=now, group_id=item.group_id, detail=detail)
    touch("aid", f"group:{item.group_id}", "home")
