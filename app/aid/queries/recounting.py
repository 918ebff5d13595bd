"""Reads that count every line of every move again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from app.aid.models.stock import (
    Box,
    StockBalance,
    StockLine,
    StockLocation,
    StockMove,
    StockTotal,
)
from app.aid.rules.words import LocationKind, Unit
from app.db.session import db

#: Place, round, thing, unit.
BalanceKey = tuple[int, int, int, Unit]
#: Round, kind of place, thing, unit.
TotalKey = tuple[int, LocationKind, int, Unit]


def counted_balances() -> Mapping[BalanceKey, int]:
    """Return what every line says about what lies where."""
    found: defaultdict[BalanceKey, int] = defaultdict(int)
    lines = select(
        StockMove.drop_id,
        StockLine.from_id,
        StockLine.to_id,
        StockLine.item_id,
        StockLine.unit,
        StockLine.qty,
    ).join(StockMove, StockMove.id == StockLine.move_id)
    rows = db.session.execute(lines.where(StockLine.item_id.is_not(None)))
    for drop_id, from_id, to_id, item_id, unit, qty in rows.yield_per(1000):
        if item_id is not None:
            found[from_id, drop_id, item_id, unit] -= qty
            found[to_id, drop_id, item_id, unit] += qty
    return {key: qty for key, qty in found.items() if qty}


def kept_balances() -> Mapping[BalanceKey, int]:
    """Return what is kept of what lies where."""
    rows = db.session.execute(
        select(
            StockBalance.location_id,
            StockBalance.drop_id,
            StockBalance.item_id,
            StockBalance.unit,
            StockBalance.qty,
        ).where(StockBalance.qty != 0)
    )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


def kept_totals() -> Mapping[TotalKey, int]:
    """Return the kept sums by kind of place."""
    rows = db.session.execute(
        select(
            StockTotal.drop_id,
            StockTotal.kind,
            StockTotal.item_id,
            StockTotal.unit,
            StockTotal.qty,
        ).where(StockTotal.qty != 0)
    )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


def kinds_of_places() -> Mapping[int, LocationKind]:
    """Return under which kind of place goods of each place count: in a box, where it stands."""
    kinds = {row[0]: row[1] for row in db.session.execute(_KINDS)}
    for inside, place in db.session.execute(select(Box.contents_id, Box.location_id)):
        kinds[inside] = kinds[place]
    return kinds


_KINDS = select(StockLocation.id, StockLocation.kind)


def last_places_of_boxes() -> Mapping[int, int]:
    """Return where the last move of each box took it."""
    rows = db.session.execute(
        select(StockLine.box_id, StockLine.to_id)
        .where(StockLine.box_id.is_not(None))
        .order_by(StockLine.id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def list_all_boxes() -> list[Box]:
    """Return every box there is."""
    return list(db.session.scalars(select(Box).order_by(Box.id)).unique())
