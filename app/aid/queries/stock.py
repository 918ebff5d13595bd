"""Reads of goods: what lies where, and which moves there were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import selectinload

from app.aid.models.drops import AidItem, Drop
from app.aid.models.stock import (
    Box,
    StockBalance,
    StockLine,
    StockLocation,
    StockMove,
    StockTotal,
)
from app.aid.rules.stock import COUNTED, Change
from app.aid.rules.words import BoxState, LocationKind, Unit
from app.db.session import db
from app.lib.errors import NotFoundError


def totals(drop: Drop) -> list[StockTotal]:
    """Return how much of what lies in each kind of place; what is boxed counts where its box is."""
    found = (
        select(StockTotal)
        .where(StockTotal.drop_id == drop.id, StockTotal.qty != 0)
        .order_by(StockTotal.kind, StockTotal.item_id, StockTotal.unit)
    )
    return list(db.session.scalars(found).unique())


def balances_at(location: StockLocation, drop: Drop | None = None) -> list[StockBalance]:
    """Return what lies loose in a place; of one round, where one is given."""
    found = select(StockBalance).where(
        StockBalance.location_id == location.id, StockBalance.qty != 0
    )
    if drop is not None:
        found = found.where(StockBalance.drop_id == drop.id)
    found = found.order_by(StockBalance.drop_id, StockBalance.item_id, StockBalance.unit)
    return list(db.session.scalars(found).unique())


def balances_by_place(drop_id: int, location_ids: Iterable[int]) -> dict[int, list[StockBalance]]:
    """Return what of a round lies in each of many places, in one question."""
    rows = db.session.scalars(
        select(StockBalance)
        .where(
            StockBalance.drop_id == drop_id,
            StockBalance.location_id.in_(set(location_ids)),
            StockBalance.qty != 0,
        )
        .order_by(StockBalance.item_id, StockBalance.unit)
    ).unique()
    found: dict[int, list[StockBalance]] = {}
    for each in rows:
        found.setdefault(each.location_id, []).append(each)
    return found


def bags_and_boxes(location_id: int, drop_id: int) -> tuple[int, int]:
    """Return how many bags and boxes are in a place, labelled boxes among them."""
    found = db.session.execute(
        select(StockBalance.unit, func.sum(StockBalance.qty))
        .where(
            StockBalance.location_id == location_id,
            StockBalance.drop_id == drop_id,
            StockBalance.unit.in_((Unit.BAG, Unit.BOX)),
        )
        .group_by(StockBalance.unit)
    )
    loose = {row[0]: row[1] for row in found}
    labelled = db.session.scalar(
        select(func.count())
        .select_from(Box)
        .where(Box.location_id == location_id, Box.drop_id == drop_id, Box.state.in_(COUNTED))
    )
    return int(loose.get(Unit.BAG, 0)), int(loose.get(Unit.BOX, 0)) + (labelled or 0)


# --- moves ----------------------------------------------------------------------------------------


def find_move_by_key(client_key: str) -> StockMove | None:
    """Return the move that a form made, or None."""
    return db.session.scalar(select(StockMove).where(StockMove.client_key == client_key))


def get_move(public_id: str, drop_ids: Collection[int]) -> StockMove:
    """Return a move of one of these rounds; raises NotFoundError."""
    found = db.session.scalar(
        select(StockMove).where(StockMove.public_id == public_id, StockMove.drop_id.in_(drop_ids))
    )
    if found is None:
        raise NotFoundError
    return found


def find_reversal(move_id: int) -> StockMove | None:
    """Return what took a move back, or None."""
    return db.session.scalar(select(StockMove).where(StockMove.reverses_id == move_id))


def reversed_among(move_ids: Collection[int]) -> set[int]:
    """Return which of these moves were taken back."""
    found = select(StockMove.reverses_id).where(StockMove.reverses_id.in_(move_ids))
    return {each for each in db.session.scalars(found) if each is not None}


def list_moves(
    drop_id: int,
    *,
    location_id: int | None = None,
    box: Box | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[StockMove]:
    """Return the last moves of a round, the newest first: all, of one place, or of one box."""
    found = select(StockMove).where(StockMove.drop_id == drop_id)
    if location_id is not None or box is not None:
        touched = select(StockLine.move_id)
        if box is not None:
            inside = box.contents_id
            touched = touched.where(
                or_(
                    StockLine.box_id == box.id,
                    StockLine.from_id == inside,
                    StockLine.to_id == inside,
                )
            )
        if location_id is not None:
            touched = touched.where(
                or_(StockLine.from_id == location_id, StockLine.to_id == location_id)
            )
        found = found.where(StockMove.id.in_(touched))
    if before is not None:
        found = found.where(StockMove.id < before)
    return db.session.scalars(found.order_by(StockMove.id.desc()).limit(limit)).unique().all()


def list_changes_since(
    drop_id: int, location_id: int, item_id: int, unit: Unit, *, since: datetime
) -> list[Change]:
    """Return what changed a balance after a moment, by the time at which it happened."""
    qty = case((StockLine.to_id == location_id, StockLine.qty), else_=-StockLine.qty)
    found = (
        select(StockMove.happened_at, StockMove.id, qty)
        .join(StockLine, StockLine.move_id == StockMove.id)
        .where(
            StockMove.drop_id == drop_id,
            StockMove.happened_at > since,
            or_(StockLine.from_id == location_id, StockLine.to_id == location_id),
            StockLine.item_id == item_id,
            StockLine.unit == unit,
        )
    )
    return [Change(*row) for row in db.session.execute(found)]


def last_touched_at(box: Box, *, but: int) -> datetime | None:
    """Return when a box was moved, filled or emptied last, one move left out."""
    return db.session.scalar(
        select(func.max(StockMove.happened_at))
        .join(StockLine, StockLine.move_id == StockMove.id)
        .where(
            StockMove.id != but,
            or_(
                StockLine.box_id == box.id,
                StockLine.from_id == box.contents_id,
                StockLine.to_id == box.contents_id,
            ),
        )
    )


# --- rows that a move needs -----------------------------------------------------------------------


def locations_by_id(ids: Iterable[int]) -> dict[int, StockLocation]:
    """Return places by their ids, with what they are named after."""
    found = (
        select(StockLocation)
        .where(StockLocation.id.in_(set(ids)))
        .options(
            selectinload(StockLocation.point),
            selectinload(StockLocation.workplace),
            selectinload(StockLocation.vehicle),
        )
    )
    return {each.id: each for each in db.session.scalars(found).unique()}


def items_by_id(ids: Iterable[int]) -> dict[int, AidItem]:
    """Return kinds of things by their ids."""
    found = select(AidItem).where(AidItem.id.in_(set(ids)))
    return {each.id: each for each in db.session.scalars(found)}


def lock_boxes(box_ids: Collection[int], inside_ids: Collection[int]) -> list[Box]:
    """Return boxes by id or by their inside, held against other writers."""
    if not box_ids and not inside_ids:
        return []
    found = (
        select(Box)
        .where(or_(Box.id.in_(box_ids), Box.contents_id.in_(inside_ids)))
        .order_by(Box.id)
        .with_for_update(of=Box)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(found).unique())


def find_balance(location_id: int, drop_id: int, item_id: int, unit: Unit) -> int:
    """Return how much of one thing lies in a place."""
    return (
        db.session.scalar(
            select(StockBalance.qty).where(
                StockBalance.location_id == location_id,
                StockBalance.drop_id == drop_id,
                StockBalance.item_id == item_id,
                StockBalance.unit == unit,
            )
        )
        or 0
    )


def contents_of(box: Box) -> list[StockBalance]:
    """Return what is in a box, read anew."""
    found = (
        select(StockBalance)
        .where(StockBalance.location_id == box.contents_id, StockBalance.qty != 0)
        .order_by(StockBalance.item_id, StockBalance.unit)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(found).unique())


# --- boxes ----------------------------------------------------------------------------------------


def find_box(label: str) -> Box | None:
    """Return the box with this label, or None."""
    return db.session.scalar(select(Box).where(Box.label == label))


def boxes_by_inside(insides: Iterable[int]) -> dict[int, Box]:
    """Return boxes by the place that their inside is."""
    found = select(Box).where(Box.contents_id.in_(set(insides)))
    return {each.contents_id: each for each in db.session.scalars(found).unique()}


def find_place_before_loss(box: Box) -> StockLocation | None:
    """Return where a lost box stood when it was last seen, or None."""
    return db.session.scalar(
        select(StockLocation)
        .join(StockLine, StockLine.from_id == StockLocation.id)
        .where(StockLine.box_id == box.id, StockLine.to_id == box.location_id)
        .order_by(StockLine.id.desc())
        .limit(1)
    )


def list_boxes_at(location: StockLocation, drop: Drop | None = None) -> list[Box]:
    """Return the labelled boxes that stand in a place, void ones left out."""
    found = select(Box).where(Box.location_id == location.id, Box.state != BoxState.VOID)
    if drop is not None:
        found = found.where(Box.drop_id == drop.id)
    return list(db.session.scalars(found.order_by(Box.id)).unique())


def list_boxes(
    drop_id: int, states: Collection[BoxState], *, before: int | None, limit: int
) -> list[Box]:
    """Return the boxes of a round in these states (all, if none is named), the newest first."""
    found = select(Box).where(Box.drop_id == drop_id)
    if states:
        found = found.where(Box.state.in_(states))
    if before is not None:
        found = found.where(Box.id < before)
    return list(db.session.scalars(found.order_by(Box.id.desc()).limit(limit)).unique())


def list_boxes_by_label(drop_id: int, wanted: Collection[str]) -> list[Box]:
    """Return the boxes of a round with these labels."""
    found = select(Box).where(Box.drop_id == drop_id, Box.label.in_(wanted))
    return list(db.session.scalars(found.order_by(Box.id)).unique())


def list_unpacked(drop_id: int, *, limit: int = 200) -> list[Box]:
    """Return the boxes of a round that are open, the newest first."""
    return list_boxes(drop_id, (BoxState.OPEN,), before=None, limit=limit)


def count_boxes_by_place(drop_id: int) -> dict[int, int]:
    """Return how many labelled boxes of a round are closed, by where they stand."""
    found = (
        select(Box.location_id, func.count())
        .where(Box.drop_id == drop_id, Box.state.in_(COUNTED))
        .group_by(Box.location_id)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


def count_boxes(drop_id: int) -> dict[LocationKind, int]:
    """Return how many labelled boxes are closed, by the kind of place where they stand."""
    found = (
        select(StockLocation.kind, func.count())
        .join(Box, and_(Box.location_id == StockLocation.id, Box.drop_id == drop_id))
        .where(Box.state.in_(COUNTED))
        .group_by(StockLocation.kind)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}
