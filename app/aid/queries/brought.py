"""Reads of what was brought, as the desk lists it: the latest first, each page by key."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import DropOff
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.words import Visibility
from app.db.session import db
from app.lib.errors import NotFoundError
from app.web.paging import Key, Page

PAGE_SIZE: Final = 40


@dataclass(frozen=True, kw_only=True)
class BroughtFilter:
    """Which drop-offs a list shows; what is None or empty does not narrow it."""

    drop_ids: Collection[int]
    #: The groups whose private points may be told by name.
    people_of: Collection[int] = ()
    point_id: int | None = None
    #: In the name of the point.
    words: str = ""
    since: datetime | None = None
    #: The first instant that is not shown any more.
    until: datetime | None = None
    #: Those that were taken back, too.
    with_voided: bool = True

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL, over DropOff, but for the round."""
        found: list[ColumnElement[bool]] = []
        if self.point_id is not None:
            found.append(DropOff.point_id == self.point_id)
        if self.since is not None:
            # Nothing is written down before it came: this bounds how far back is looked.
            found += [DropOff.received_at >= self.since, DropOff.logged_at >= self.since]
        if self.until is not None:
            found.append(DropOff.received_at < self.until)
        if self.words:
            found.append(self._says())
        if not self.with_voided:
            found.append(DropOff.void_id.is_(None))
        return found

    def _says(self) -> ColumnElement[bool]:
        point, drop = aliased(CollectionPoint), aliased(Drop)
        may_read = (point.visibility != Visibility.PRIVATE) | drop.group_id.in_(self.people_of)
        return exists().where(
            point.id == DropOff.point_id,
            drop.id == point.drop_id,
            point.name.icontains(self.words, autoescape=True),
            may_read,
        )


def list_brought(wanted: BroughtFilter, key: Key | None, *, size: int = PAGE_SIZE) -> Page[DropOff]:
    """Return a page of drop-offs, the latest written down first."""
    # Of each round the first few along its index, then merged: nothing is sorted as a whole.
    parts = [_of_drop(drop_id, wanted, key, size + 1) for drop_id in sorted(set(wanted.drop_ids))]
    rows = [*islice(heapq.merge(*parts, key=_place, reverse=True), size + 1)]
    shown = rows[:size]
    more = Key(shown[-1].logged_at, shown[-1].id).encode() if len(rows) > size else None
    return Page(shown, more)


def _place(drop_off: DropOff) -> tuple[datetime, int]:
    return (drop_off.logged_at, drop_off.id)


def _of_drop(drop_id: int, wanted: BroughtFilter, key: Key | None, limit: int) -> Sequence[DropOff]:
    question = brought_of(drop_id, wanted, key).limit(limit)
    return db.session.scalars(question).all()


def brought_of(drop_id: int, wanted: BroughtFilter, key: Key | None) -> Select[DropOff]:
    """The question for the drop-offs of one round, after a key; its test looks at the plan."""
    question = select(DropOff).where(DropOff.drop_id == drop_id, *wanted.conditions())
    if key is not None:
        question = question.where(tuple_(DropOff.logged_at, DropOff.id) < (key.at, key.row_id))
    return question.options(
        joinedload(DropOff.point), joinedload(DropOff.workplace), joinedload(DropOff.move)
    ).order_by(DropOff.logged_at.desc(), DropOff.id.desc())


def each_brought(wanted: BroughtFilter) -> Iterator[DropOff]:
    """Every drop-off of a filter, read page by page."""
    key: Key | None = None
    while True:
        page = list_brought(wanted, key, size=200)
        yield from page.rows
        if page.next_key is None:
            return
        key = Key(page.rows[-1].logged_at, page.rows[-1].id)


def get_drop_off(public_id: str, group_ids: Collection[int]) -> DropOff:
    """Return a drop-off of one of these groups; raises NotFoundError."""
    found = db.session.scalar(
        select(DropOff)
        .join(DropOff.drop)
        .where(DropOff.public_id == public_id, Drop.group_id.in_(group_ids))
    )
    if found is None:
        raise NotFoundError
    return found


# --- where something can be entered ---------------------------------------------------------------


def find_point(public_id: str, drop_ids: Collection[int]) -> CollectionPoint | None:
    """Return a point of these rounds, or None."""
    return db.session.scalar(
        select(CollectionPoint).where(
            CollectionPoint.public_id == public_id, CollectionPoint.drop_id.in_(drop_ids)
        )
    )


def find_workplace(public_id: str, drop_ids: Collection[int]) -> WorkplaceCollection | None:
    """Return a collection at work of these rounds, or None."""
    return db.session.scalar(
        select(WorkplaceCollection).where(
            WorkplaceCollection.public_id == public_id, WorkplaceCollection.drop_id.in_(drop_ids)
        )
    )
