"""Reads of the places where a group's goods lie, and of its stores."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import selectinload

from app.aid.models.drops import Drop
from app.aid.models.stock import Box, StockBalance, StockLocation
from app.aid.rules.stock import PLACES
from app.aid.rules.words import BoxState, LocationKind
from app.db.session import db
from app.lib.errors import NotFoundError

_NAMES = (
    selectinload(StockLocation.point),
    selectinload(StockLocation.workplace),
    selectinload(StockLocation.vehicle),
)


def list_stores(
    group_ids: Collection[int], *, with_closed: bool = False
) -> Sequence[StockLocation]:
    """Return the stores of groups, by name."""
    found = select(StockLocation).where(
        StockLocation.kind == LocationKind.STORE, StockLocation.group_id.in_(group_ids)
    )
    if not with_closed:
        found = found.where(StockLocation.closed_at.is_(None))
    return db.session.scalars(found.order_by(StockLocation.name, StockLocation.id)).all()


def get_place(public_id: str, group_ids: Collection[int]) -> StockLocation:
    """Return a place of one of these groups; raises NotFoundError."""
    found = db.session.scalar(
        select(StockLocation)
        .where(StockLocation.public_id == public_id, StockLocation.group_id.in_(group_ids))
        .options(*_NAMES)
    )
    if found is None:
        raise NotFoundError
    return found


def find_account(drop_id: int, kind: LocationKind) -> StockLocation | None:
    """Return a place that a round has once, or None where nothing came there yet."""
    return db.session.scalar(
        select(StockLocation).where(StockLocation.account_key == f"{drop_id}:{kind.value}")
    )


def find_of_point(point_id: int) -> StockLocation | None:
    """Return where goods of a point lie, or None where nothing came there yet."""
    return db.session.scalar(select(StockLocation).where(StockLocation.point_id == point_id))


def lock_store(store_id: int) -> StockLocation:
    """Return a store held against other writers."""
    return db.session.scalars(
        select(StockLocation)
        .where(StockLocation.id == store_id)
        .with_for_update(of=StockLocation)
        .execution_options(populate_existing=True)
    ).one()


def holds_something(location_id: int) -> bool:
    """Return whether anything lies in a place: loose goods, or a box that is in use."""
    loose = exists().where(StockBalance.location_id == location_id, StockBalance.qty != 0)
    boxed = exists().where(Box.location_id == location_id, Box.state != BoxState.VOID)
    return bool(db.session.scalar(select(or_(loose, boxed))))


def list_used_places(drop: Drop) -> Sequence[StockLocation]:
    """Return the places where something of a round lies, or boxes of it stand."""
    loose = select(StockBalance.location_id).where(
        StockBalance.drop_id == drop.id, StockBalance.qty != 0
    )
    boxed = select(Box.location_id).where(Box.drop_id == drop.id, Box.state != BoxState.VOID)
    found = (
        select(StockLocation)
        .where(
            or_(StockLocation.id.in_(loose), StockLocation.id.in_(boxed)),
            StockLocation.kind.in_(PLACES | {LocationKind.DESTINATION}),
        )
        .options(*_NAMES)
        .order_by(StockLocation.kind, StockLocation.id)
    )
    return db.session.scalars(found).all()


def list_places(drop: Drop, kinds: Collection[LocationKind]) -> Sequence[StockLocation]:
    """Return the places of these kinds that a round may use, closed ones left out."""
    found = (
        select(StockLocation)
        .where(
            StockLocation.group_id == drop.group_id,
            or_(StockLocation.drop_id.is_(None), StockLocation.drop_id == drop.id),
            StockLocation.kind.in_(kinds),
            StockLocation.closed_at.is_(None),
        )
        .options(*_NAMES)
        .order_by(StockLocation.kind, StockLocation.name, StockLocation.id)
    )
    return db.session.scalars(found).all()
