"""Where goods may go from a place: points, vehicles and stores, also before anything was there."""

from __future__ import annotations

from app.aid.models.drops import Drop
from app.aid.models.stock import StockLocation
from app.aid.queries import points as point_reads
from app.aid.queries import stores as place_reads
from app.aid.queries import vehicles as vehicle_reads
from app.aid.render.places import desk_name
from app.aid.render.words import LOCATION_NAMES
from app.aid.rules import stock as rules
from app.aid.rules.words import RUN_STATES, LocationKind, PointState
from app.aid.service import locations
from app.lib.errors import NotFoundError

#: At these points something may lie; a closed one is emptied.
_POINT_STATES = (*sorted(RUN_STATES), PointState.CLOSED)


def choices(drop: Drop, from_: LocationKind, *, is_found: bool = False) -> list[tuple[str, str]]:
    """(value, name) of every place to which goods may go; `is_found`: that were lost."""
    kinds = rules.PLACES | {LocationKind.DESTINATION}
    allowed = {
        kind
        for kind in kinds
        if (is_found and kind in rules.PLACES)
        or (not is_found and rules.may_go(rules.kind_between(from_, kind), from_, kind))
    }
    found: list[tuple[str, str]] = []
    if LocationKind.STORE in allowed:
        stores = place_reads.list_stores({drop.group_id})
        found += [(f"store:{each.public_id}", each.name or "") for each in stores]
    if LocationKind.VEHICLE in allowed:
        vehicles = vehicle_reads.list_vehicles({drop.group_id})
        found += [
            (f"vehicle:{each.public_id}", each.name) for each in vehicles if not each.retired_at
        ]
    if LocationKind.POINT in allowed:
        points = point_reads.list_of_drop(drop.id, _POINT_STATES)
        found += [(f"point:{each.public_id}", desk_name(each)) for each in points]
    if LocationKind.DESTINATION in allowed:
        found.append(("destination:", str(LOCATION_NAMES[LocationKind.DESTINATION])))
    return found


def find(drop: Drop, value: str) -> StockLocation:
    """The place of a choice, made if need be; raises NotFoundError."""
    kind, _colon, key = value.partition(":")
    if kind == "store":
        return place_reads.get_place(key, {drop.group_id})
    if kind == "vehicle":
        return locations.of_vehicle(vehicle_reads.get_vehicle(key, {drop.group_id}))
    if kind == "point":
        for point in point_reads.list_of_drop(drop.id, _POINT_STATES):
            if point.public_id == key:
                return locations.of_point(point)
    if kind == "destination":
        return locations.account(drop, LocationKind.DESTINATION)
    raise NotFoundError
