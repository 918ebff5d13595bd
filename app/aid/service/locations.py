"""Places where goods can be: found, or made when something comes there for the first time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.aid.models.drops import Drop
from app.aid.models.pickups import Vehicle
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import StockLocation
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.stock import ACCOUNTS
from app.aid.rules.words import LocationKind
from app.db.session import db
from app.lib import ids


def of_point(point: CollectionPoint) -> StockLocation:
    """Where goods of a collection point lie."""
    return _own(
        point.drop.group_id,
        LocationKind.POINT,
        drop_id=point.drop_id,
        name_of={"point_id": point.id},
    )


def find_of_point(point: CollectionPoint) -> StockLocation | None:
    """The same for a page that only reads; nothing came there yet: None."""
    return _find({"point_id": point.id})


def of_workplace(workplace: WorkplaceCollection) -> StockLocation:
    """Where goods that are collected at work lie until they are handed over."""
    return _own(
        workplace.drop.group_id,
        LocationKind.WORKPLACE,
        drop_id=workplace.drop_id,
        name_of={"workplace_id": workplace.id},
    )


def of_vehicle(vehicle: Vehicle) -> StockLocation:
    """The inside of a vehicle; it serves every round of its group."""
    return _own(
        vehicle.group_id,
        LocationKind.VEHICLE,
        drop_id=None,
        name_of={"vehicle_id": vehicle.id},
    )


def account(drop: Drop, kind: LocationKind) -> StockLocation:
    """A place that a round has once: where goods come from, where they end, what is adjusted."""
    if kind not in ACCOUNTS:
        raise ValueError(f"{kind} is no account")
    return _own(
        drop.group_id,
        kind,
        drop_id=drop.id,
        name_of={"account_key": f"{drop.id}:{kind.value}"},
    )


def inside_of_a_box(drop: Drop) -> StockLocation:
    """A new place inside a box."""
    return _added(drop.group_id, LocationKind.BOX, drop_id=drop.id)


def _own(
    group_id: int, kind: LocationKind, *, drop_id: int | None, name_of: dict[str, Any]
) -> StockLocation:
    """Find a place by the one thing that names it, or make it; somebody may do so at once."""
    found = _find(name_of)
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            return _added(group_id, kind, drop_id=drop_id, **name_of)
    except IntegrityError:
        other = _find(name_of)
        if other is None:
            raise
        return other


def _find(name_of: dict[str, Any]) -> StockLocation | None:
    return db.session.scalar(select(StockLocation).filter_by(**name_of))


def _added(
    group_id: int,
    kind: LocationKind,
    *,
    drop_id: int | None,
    **values: Any,  # noqa: ANN401
) -> StockLocation:
    location = StockLocation(
        public_id=ids.public_id(), group_id=group_id, kind=kind, drop_id=drop_id, **values
    )
    db.session.add(location)
    db.session.flush()
    return location
