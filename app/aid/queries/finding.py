"""Finding a point: the nearest that take a thing and are open at a time. The index is asked alone.

Cells are read ring by ring and each of their points is looked at in the order of distance; whether
it is open is told from one column. So the work grows with what has to be looked at until enough is
found, and ends at a limit, however many points there are and however close together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import heappop, heappush
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy import ARRAY, Text, cast, func, select, true, tuple_

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint, PointCell
from app.aid.queries.hours import listed_hours
from app.aid.rules.hours import Hours, is_open
from app.aid.rules.hours_code import hours_from
from app.aid.rules.nearness import Position, keys_everywhere, rings
from app.aid.rules.places import is_listed
from app.aid.rules.words import PointState
from app.db.session import db
from app.lib import geo

#: So many rows of the index are read for one question, and so many points looked at.
READ_MOST: Final = 8000
LOOKED_MOST: Final = 4000
#: So many are asked at once whether they are open: the first few tell mostly.
_FIRST, _CHUNK = 40, 400
#: So few keys are asked one after the other.
_FEW: Final = 2
#: So many are loaded at once.
_LOADED: Final = 100


@dataclass(frozen=True)
class NearPoint:
    """A point near somewhere, and how far it is."""

    point: CollectionPoint
    #: As far as anybody may know where it is.
    km: float
    position: Position
    hours: Hours

    @property
    def is_full(self) -> bool:
        """Whether it takes no more."""
        return self.point.state is PointState.FULL


class _Row(NamedTuple):
    """One row of the index."""

    point_id: int
    lat: float
    lon: float
    is_full: bool


@dataclass(frozen=True, order=True)
class _Seen:
    km: float
    point_id: int
    position: Position
    is_full: bool


def nearest(
    drop_id: int,
    position: Position,
    *,
    item_id: int | None = None,
    at: datetime | None = None,
    limit: int = 10,
    exclude: Collection[int] = (),
) -> list[NearPoint]:
    """The nearest points of a drop that take more of a thing; at a time, those that are open then.

    `exclude` names points by id. Of a dense town the nearest few thousand are looked at.
    """
    seen = (
        each
        for each in _by_distance(drop_id, position, item_id)
        if not each.is_full and each.point_id not in exclude
    )
    found = seen if at is None else _open_ones(drop_id, seen, at)
    return _load(list(islice(found, limit)))


def around(
    drop_id: int, position: Position, *, item_id: int | None = None, limit: int
) -> list[NearPoint]:
    """The nearest points of a drop, open or not, full or not."""
    return _load(list(islice(_by_distance(drop_id, position, item_id), limit)))


def list_points(
    drop_id: int, *, item_id: int | None = None, after: int = 0, limit: int
) -> Sequence[CollectionPoint]:
    """The points of a drop in the order in which they were entered, behind the one of an id."""
    ids: set[int] = set()
    for key in keys_everywhere(drop_id, item_id):
        ids.update(row.point_id for row in _read_long(key, after, limit))
    found = _points(sorted(ids)[:limit])
    return [found[each] for each in sorted(found)]


# --- the index ----------------------------------------------------------------------------------


def _by_distance(drop_id: int, position: Position, item_id: int | None) -> Iterator[_Seen]:
    """The points of the index, the nearest first, as many as may be read."""
    waiting: list[_Seen] = []
    known: set[int] = set()
    read = 0
    for km, keys in rings(drop_id, position, item_id):
        rows = _read(keys, READ_MOST - read)
        read += len(rows)
        for point_id, lat, lon, is_full in rows:
            if point_id not in known:
                known.add(point_id)
                there = (lat, lon)
                heappush(waiting, _Seen(geo.distance_km(position, there), point_id, there, is_full))
        if read >= READ_MOST:
            break
        while waiting and waiting[0].km <= km:
            yield heappop(waiting)
    while waiting:
        yield heappop(waiting)


def _read(keys: Sequence[str], limit: int) -> list[_Row]:
    """The rows of some keys, each looked up in the index."""
    if len(keys) <= _FEW:
        return [row for key in keys for row in _read_long(key, 0, limit)][:limit]
    cell = PointCell
    columns = (cell.point_id, cell.lat, cell.lon, cell.is_full)
    if db.session.get_bind().dialect.name == "sqlite":
        wanted = select(*columns).where(cell.key.in_(keys)).limit(limit)
    else:
        # PostgreSQL would read the whole table for so many keys, unless each is asked by itself.
        key = func.unnest(cast(list(keys), ARRAY(Text))).table_valued("key").render_derived()
        own = select(*columns).where(cell.key == key.c.key).limit(limit).lateral()
        wanted = select(own).select_from(key.join(own, true())).limit(limit)
    return [_Row(*row) for row in db.session.execute(wanted)]


def _read_long(key: str, after: int, limit: int) -> list[_Row]:
    """The rows of one key, in the order of the points; there may be many.

    Asked as a pair, so that both databases begin in the middle of the index and stop.
    """
    cell = PointCell
    rows = db.session.execute(
        select(cell.point_id, cell.lat, cell.lon, cell.is_full)
        .where(tuple_(cell.key, cell.point_id) > tuple_(key, after), cell.key <= key)
        .order_by(cell.key, cell.point_id)
        .limit(limit)
    )
    return [_Row(*row) for row in rows]


def _open_ones(drop_id: int, seen: Iterator[_Seen], at: datetime) -> Iterator[_Seen]:
    """Those that are open at a moment, in the same order."""
    opens_on, closes_on = db.session.execute(
        select(Drop.opens_on, Drop.closes_on).where(Drop.id == drop_id)
    ).one()
    known: dict[int, tuple[Hours, bool]] = {}
    looked, size = 0, _FIRST
    while looked < LOOKED_MOST and (some := list(islice(seen, size))):
        hours = _hours([each.point_id for each in some], opens_on, closes_on)
        for each in some:
            its = hours[each.point_id]
            # Many keep the same hours: they are one value, and asked once.
            if id(its) not in known:
                known[id(its)] = (its, is_open(its, at))
            if known[id(its)][1]:
                yield each
        looked, size = looked + len(some), _CHUNK


def _hours(ids: Collection[int], opens_on: date, closes_on: date) -> dict[int, Hours]:
    """The hours of some points; where they name no days, those of the drop."""
    point = CollectionPoint
    rows = db.session.execute(
        select(
            point.id,
            point.hours_code,
            point.shut_on,
            point.from_on,
            point.until_on,
            point.zone,
            point.nation,
        ).where(point.id.in_(ids))
    )
    return {
        row.id: hours_from(
            row.hours_code,
            row.shut_on,
            (row.from_on or opens_on, row.until_on or closes_on),
            row.zone,
            row.nation,
        )
        for row in rows
    }


# --- the rows -----------------------------------------------------------------------------------


def _load(seen: Sequence[_Seen]) -> list[NearPoint]:
    points = _points([each.point_id for each in seen])
    return [
        NearPoint(point, each.km, each.position, listed_hours(point))
        for each in seen
        if (point := points.get(each.point_id)) is not None
    ]


def _points(ids: Sequence[int]) -> dict[int, CollectionPoint]:
    """The points of some ids, a few at a time: for many PostgreSQL would read all places."""
    found: dict[int, CollectionPoint] = {}
    for start in range(0, len(ids), _LOADED):
        rows = db.session.scalars(
            select(CollectionPoint).where(CollectionPoint.id.in_(ids[start : start + _LOADED]))
        )
        found |= {each.id: each for each in rows if is_listed(each.visibility, each.state)}
    return found
