"""Reads of vehicles, and of the stores between which they drive."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from app.aid.models.pickups import Vehicle
from app.aid.models.stock import StockLocation
from app.aid.rules.words import LocationKind
from app.db.session import db
from app.lib.errors import NotFoundError


def list_vehicles(group_ids: Collection[int]) -> Sequence[Vehicle]:
    """Every vehicle of some groups, those in use first, by name."""
    return db.session.scalars(
        select(Vehicle)
        .where(Vehicle.group_id.in_(group_ids))
        .order_by(Vehicle.retired_at.is_not(None), func.lower(Vehicle.name), Vehicle.id)
    ).all()


def list_usable(group_id: int) -> Sequence[Vehicle]:
    """The vehicles of a group that can be sent somewhere."""
    return [each for each in list_vehicles([group_id]) if each.retired_at is None]


def get_vehicle(public_id: str, group_ids: Collection[int]) -> Vehicle:
    """A vehicle of one of these groups; raises NotFoundError."""
    found = db.session.scalar(
        select(Vehicle).where(Vehicle.public_id == public_id, Vehicle.group_id.in_(group_ids))
    )
    if found is None:
        raise NotFoundError
    return found


def get_by_id(vehicle_id: int, group_id: int) -> Vehicle:
    """A vehicle of a group by its number; raises NotFoundError."""
    found = db.session.get(Vehicle, vehicle_id)
    if found is None or found.group_id != group_id:
        raise NotFoundError
    return found


def lock_vehicle(vehicle_id: int) -> Vehicle:
    """A vehicle as it stands, held until the transaction ends."""
    return db.session.scalars(
        select(Vehicle)
        .where(Vehicle.id == vehicle_id)
        .with_for_update(of=Vehicle)
        .execution_options(populate_existing=True)
    ).one()


def is_name_taken(group_id: int, name: str, except_id: int | None = None) -> bool:
    """Whether another vehicle of the group is called so."""
    found = db.session.scalars(
        select(Vehicle.id).where(Vehicle.group_id == group_id, Vehicle.name == name)
    ).all()
    return any(each != except_id for each in found)


def list_stores(group_id: int) -> Sequence[StockLocation]:
    """The stores of a group that are in use, by name."""
    return db.session.scalars(
        select(StockLocation)
        .where(
            StockLocation.group_id == group_id,
            StockLocation.kind == LocationKind.STORE,
            StockLocation.closed_at.is_(None),
        )
        .order_by(func.lower(StockLocation.name), StockLocation.id)
    ).all()
