"""Reads of points for the desk's lists, its map and its first page; each page of them by key."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.rules.words import RUN_STATES, Fill, PointKind, PointState, Visibility
from app.db.session import db
from app.places.models import Place
from app.web.paging import Key, Page

PAGE_SIZE: Final = 40
#: More areas than this nobody tells apart on a map.
_MOST_AREAS: Final = 500


@dataclass(frozen=True, kw_only=True)
class PointFilter:
    """Which points a list shows; what is None or empty does not narrow it."""

    #: The rounds (ids) whose points may be seen.
    drop_ids: Collection[int]
    #: The groups whose hosts and hidden points may be seen.
    people_of: Collection[int] = ()
    states: Collection[PointState] = ()
    kind: PointKind | None = None
    fills: Collection[Fill] = ()
    visibility: Visibility | None = None
    #: A district such as E17, or a town.
    area: str = ""
    #: In the name of the point; of the host, where she may be seen.
    words: str = ""
    oldest_first: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL, over CollectionPoint, but for rounds and states."""
        point = CollectionPoint
        found: list[ColumnElement[bool]] = []
        if self.kind is not None:
            found.append(point.kind == self.kind)
        if self.fills:
            found.append(point.fill.in_(self.fills))
        if self.visibility is not None:
            found.append(point.visibility == self.visibility)
        if self.area:
            found.append(and_(self._is_not_hidden(), _lies_in(self.area)))
        if self.words:
            found.append(self._says())
        return found

    def _says(self) -> ColumnElement[bool]:
        host = aliased(PointHost)
        people = exists().where(
            host.point_id == CollectionPoint.id,
            or_(
                host.name.icontains(self.words, autoescape=True),
                host.email.icontains(self.words, autoescape=True),
            ),
        )
        name = CollectionPoint.name.icontains(self.words, autoescape=True)
        return or_(and_(self._is_not_hidden(), name), and_(self._is_of_people(), people))

    def _is_not_hidden(self) -> ColumnElement[bool]:
        """Who may not see a private point does not find it by what it is called or where it is."""
        return or_(CollectionPoint.visibility != Visibility.PRIVATE, self._is_of_people())

    def _is_of_people(self) -> ColumnElement[bool]:
        # Not a join: the list walks along its order and stops where the page is full.
        drop = aliased(Drop)
        return exists().where(drop.id == CollectionPoint.drop_id, drop.group_id.in_(self.people_of))


def _lies_in(area: str) -> ColumnElement[bool]:
    place = aliased(Place)
    return exists().where(
        place.id == CollectionPoint.place_id,
        or_(
            place.district == area.replace(" ", "").upper(),
            place.locality.icontains(area, autoescape=True),
        ),
    )


def list_points(
    wanted: PointFilter, key: Key | None, *, size: int = PAGE_SIZE
) -> Page[CollectionPoint]:
    """Return a page of points with their hosts, the latest or the oldest first."""
    after = key.row_id if key else None
    ids = [*islice(_ids(wanted, after, size + 1), size + 1)]
    found = db.session.scalars(
        select(CollectionPoint)
        .where(CollectionPoint.id.in_(ids[:size]))
        .options(selectinload(CollectionPoint.host))
    )
    shown = sorted(found, key=lambda each: each.id, reverse=not wanted.oldest_first)
    more = Key(shown[-1].created_at, shown[-1].id).encode() if len(ids) > size else None
    return Page(shown, more)


def _ids(wanted: PointFilter, after: int | None, limit: int) -> Iterator[int]:
    """The points of a page by their keys, in its order."""
    if not wanted.states:
        return iter(db.session.scalars(question(wanted, after).limit(limit)))
    # Of each round and state the first few along the index, then merged: nothing is sorted whole.
    parts = [
        db.session.scalars(question(wanted, after, (drop_id, state)).limit(limit)).all()
        for drop_id in sorted(set(wanted.drop_ids))
        for state in sorted(wanted.states)
    ]
    return heapq.merge(*parts, reverse=not wanted.oldest_first)


def question(
    wanted: PointFilter, after: int | None, part: tuple[int, PointState] | None = None
) -> Select[int]:
    """What is asked for a page: of one round and state, or of all rounds; its test reads plans."""
    point, drop = CollectionPoint, aliased(Drop)
    found = select(point.id).where(*wanted.conditions())
    if part is not None:
        found = found.where(point.drop_id == part[0], point.state == part[1])
    else:
        # Not a plain `in`: the list walks along its order and stops where the page is full.
        found = found.where(exists().where(drop.id == point.drop_id, drop.id.in_(wanted.drop_ids)))
    if after is not None:
        found = found.where(point.id > after if wanted.oldest_first else point.id < after)
    return found.order_by(point.id.asc() if wanted.oldest_first else point.id.desc())


# --- counts and the map ---------------------------------------------------------------------------


def count_by_state(drop_ids: Collection[int]) -> dict[PointState, int]:
    """How many points of these rounds are in each state."""
    point = CollectionPoint
    rows = db.session.execute(
        select(point.state, func.count()).where(point.drop_id.in_(drop_ids)).group_by(point.state)
    )
    return {state: count for state, count in rows}  # noqa: C416 - rows are no pairs to mypy


@dataclass(frozen=True)
class AreaCount:
    """So many points of one state lie in one area, hidden ones counted apart."""

    district: str | None
    locality: str
    position: tuple[float, float]
    state: PointState
    is_hidden: bool
    count: int


def count_by_area(
    drop_ids: Collection[int], states: Collection[PointState], *, people_of: Collection[int]
) -> list[AreaCount]:
    """How many points of some states lie in each area, the fullest area first.

    Nothing is said of private points but in the groups of `people_of`.
    """
    is_hidden = CollectionPoint.visibility == Visibility.PRIVATE
    where = (Place.district, Place.locality, Place.area_lat, Place.area_lon)
    rows = db.session.execute(
        select(*where, CollectionPoint.state, is_hidden, func.count())
        .join(Place, Place.id == CollectionPoint.place_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(
            CollectionPoint.drop_id.in_(drop_ids),
            CollectionPoint.state.in_(states),
            Place.area_lat.is_not(None),
            or_(~is_hidden, Drop.group_id.in_(people_of)),
        )
        .group_by(*where, CollectionPoint.state, is_hidden)
        .order_by(func.count().desc(), Place.district, Place.locality)
        .limit(_MOST_AREAS)
    )
    return [
        AreaCount(district, locality, (lat, lon), state, bool(hidden), count)
        for district, locality, lat, lon, state, hidden, count in rows
        if lat is not None and lon is not None
    ]


def list_filling(drop_ids: Collection[int], *, limit: int) -> Sequence[CollectionPoint]:
    """Return the points that are full or nearly so, the full ones first, the longest so first."""
    point = CollectionPoint
    is_full = or_(point.state == PointState.FULL, point.fill == Fill.FULL)
    return db.session.scalars(
        select(point)
        .where(
            point.drop_id.in_(drop_ids),
            point.state.in_(RUN_STATES),
            or_(is_full, point.fill == Fill.NEARLY),
        )
        .order_by(is_full.desc(), point.updated_at, point.id)
        .limit(limit)
    ).all()
