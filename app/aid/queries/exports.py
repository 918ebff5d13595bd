"""Reads for files: every row of a round, some hundred at a time, so that a file needs no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.aid.models.points import CollectionPoint, PointItem
from app.aid.models.stock import Box, DropOff, StockLine, StockLocation, StockMove
from app.aid.models.workplaces import WorkplaceCollection
from app.db.session import db

_AT_ONCE: Final = 200
Row = TypeVar("Row")


def each_point(drop_id: int) -> Iterator[CollectionPoint]:
    """Every point of a round with its host and what it takes, in the order they were offered."""
    point = CollectionPoint
    wanted = (
        select(point)
        .where(point.drop_id == drop_id)
        .options(selectinload(point.host), selectinload(point.takes).joinedload(PointItem.item))
    )
    return _each(wanted, point.id, lambda row: row.id)


def each_workplace(drop_id: int) -> Iterator[WorkplaceCollection]:
    """Every collection at work of a round, in the order they were told to us."""
    place = WorkplaceCollection
    wanted = select(place).where(place.drop_id == drop_id).options(joinedload(place.point))
    return _each(wanted, place.id, lambda row: row.id)


def each_drop_off(drop_id: int) -> Iterator[DropOff]:
    """Everything that was brought in a round, in the order it was written down."""
    wanted = (
        select(DropOff)
        .where(DropOff.drop_id == drop_id)
        .options(joinedload(DropOff.point), joinedload(DropOff.workplace))
    )
    return _each(wanted, DropOff.id, lambda row: row.id)


def each_line(drop_id: int) -> Iterator[StockLine]:
    """Every line of every move of goods of a round, in the order they were recorded."""
    line = StockLine
    wanted = (
        select(line)
        .join(StockMove, StockMove.id == line.move_id)
        .where(StockMove.drop_id == drop_id)
        .options(joinedload(line.move), joinedload(line.box), *_named(line.from_), *_named(line.to))
    )
    return _each(wanted, line.id, lambda row: row.id)


def each_box(drop_id: int) -> Iterator[Box]:
    """Every labelled box of a round, in the order they were made."""
    wanted = select(Box).where(Box.drop_id == drop_id).options(*_named(Box.location))
    return _each(wanted, Box.id, lambda row: row.id)


def _named(place: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """What a place is named after, read along with it."""
    return (
        joinedload(place).joinedload(StockLocation.point),
        joinedload(place).joinedload(StockLocation.workplace),
        joinedload(place).joinedload(StockLocation.vehicle),
    )


def _each(wanted: Select[Row], key: Any, key_of: Callable[[Row], int]) -> Iterator[Row]:  # noqa: ANN401
    after = 0
    while True:
        rows = db.session.scalars(wanted.where(key > after).order_by(key).limit(_AT_ONCE)).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = key_of(rows[-1])
