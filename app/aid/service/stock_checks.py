"""Whether a move of goods can be: which rows it touches, from where to where, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.aid.errors.stock import (
    MedicineError,
    NothingError,
    PlaceClosedError,
    QuantityError,
    TimeError,
    TooManyLinesError,
    WrongWayError,
)
from app.aid.models.drops import AidItem, Drop
from app.aid.models.stock import Box, StockLocation
from app.aid.queries import stock as reads
from app.aid.rules import stock as rules
from app.aid.rules.quantities import is_sane
from app.aid.rules.stock import Leg
from app.aid.rules.words import LocationKind, MoveKind, Unit
from app.lib import clock


@dataclass(kw_only=True)
class Ground:
    """What a move stands on: its lines with the rows that they name."""

    drop: Drop
    legs: tuple[Leg, ...]
    locations: dict[int, StockLocation]
    items: dict[int, AidItem]
    #: Held against other writers, by id.
    boxes: dict[int, Box] = field(default_factory=dict)

    def hold_boxes(self) -> None:
        """Hold the boxes that move, or into or out of which something does."""
        box_ids = {leg.box_id for leg in self.legs if leg.box_id is not None}
        insides = {each.id for each in self.locations.values() if each.kind is LocationKind.BOX}
        self.boxes = {each.id: each for each in reads.lock_boxes(box_ids, insides)}
        if any(box.drop_id != self.drop.id for box in self.boxes.values()):
            raise WrongWayError
        if not box_ids <= self.boxes.keys():
            raise WrongWayError

    def points_gained(self) -> dict[int, int]:
        """The places of points to which something goes, by the point."""
        there = (self.locations[leg.to] for leg in self.legs)
        return {each.point_id: each.id for each in there if each.point_id is not None}

    def inside(self, location_id: int) -> Box | None:
        """The box whose inside a place is."""
        return next((each for each in self.boxes.values() if each.contents_id == location_id), None)


def ground_of(drop: Drop, legs: Sequence[Leg]) -> Ground:
    """Gather the rows that lines name; raises NothingError, QuantityError, and WrongWayError."""
    if not legs:
        raise NothingError
    if len(legs) > rules.LINES_MOST:
        raise TooManyLinesError
    locations = reads.locations_by_id(each for leg in legs for each in (leg.from_, leg.to))
    items = reads.items_by_id(leg.item_id for leg in legs if leg.item_id is not None)
    ground = Ground(drop=drop, legs=tuple(legs), locations=locations, items=items)
    for leg in legs:
        _check_leg(ground, leg)
    return ground


def _check_leg(ground: Ground, leg: Leg) -> None:
    if not is_sane(leg.qty, leg.unit):
        raise QuantityError
    is_one = leg.box_id is None or (leg.qty, leg.unit) == (1, Unit.BOX)
    if leg.from_ == leg.to or (leg.item_id is None) == (leg.box_id is None) or not is_one:
        raise WrongWayError
    if not all(_is_ours(ground, key) for key in (leg.from_, leg.to)):
        raise WrongWayError
    if leg.item_id is not None:
        item = ground.items.get(leg.item_id)
        if item is None or item.group_id != ground.drop.group_id:
            raise WrongWayError


def _is_ours(ground: Ground, location_id: int) -> bool:
    location = ground.locations.get(location_id)
    if location is None or location.group_id != ground.drop.group_id:
        return False
    return location.drop_id in {None, ground.drop.id}


def check_way(kind: MoveKind, ground: Ground) -> None:
    """Raise WrongWayError, PlaceClosedError or MedicineError where goods do not go so."""
    for leg in ground.legs:
        from_, to = ground.locations[leg.from_], ground.locations[leg.to]
        if not rules.may_go(kind, from_.kind, to.kind):
            raise WrongWayError
        if to.closed_at is not None:
            raise PlaceClosedError
        if leg.item_id is not None and rules.is_refused(ground.items[leg.item_id].category):
            raise MedicineError


def check_time(drop: Drop, happened_at: datetime, *, now: datetime) -> None:
    """Raise TimeError where something cannot have happened then."""
    if happened_at > now:
        raise TimeError.future()
    begins = min(drop.created_at, clock.start_of_day(drop.zone, drop.opens_on))
    if happened_at < begins:
        raise TimeError.too_early()
