"""What a round says in public of its goods: a fold of the moves, honest about what it can count.

Bags, boxes and kilograms stay apart: nobody knows what is in a bag. Towards a target in boxes, two
bags count as one. Things that were sorted are told one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.aid.rules.quantities import worth_boxes
from app.aid.rules.words import LocationKind, Unit

_L = LocationKind


class Stage(StrEnum):
    """Where goods are, in the words of a reader."""

    AT_POINTS = "at_points"
    ON_THE_WAY = "on_the_way"
    IN_STORE = "in_store"
    DELIVERED = "delivered"
    GIVEN = "given"
    LOST = "lost"
    DISCARDED = "discarded"
    #: Bags and boxes that nobody counts any more: what was in them is counted.
    SORTED = "sorted"


STAGES: Final[Mapping[LocationKind, Stage]] = {
    _L.POINT: Stage.AT_POINTS,
    _L.WORKPLACE: Stage.AT_POINTS,
    _L.VEHICLE: Stage.ON_THE_WAY,
    _L.STORE: Stage.IN_STORE,
    _L.DESTINATION: Stage.DELIVERED,
    _L.GIVEN: Stage.GIVEN,
    _L.LOST: Stage.LOST,
    _L.DISCARDED: Stage.DISCARDED,
    _L.ADJUST: Stage.SORTED,
}
#: Still with us.
IN_HAND: Final = frozenset({Stage.AT_POINTS, Stage.ON_THE_WAY, Stage.IN_STORE})
#: Told because they are not where they were meant to go.
GONE: Final = frozenset({Stage.GIVEN, Stage.LOST, Stage.DISCARDED})


class Total(NamedTuple):
    """So much of a thing in one kind of place."""

    kind: LocationKind
    item_id: int
    unit: Unit
    qty: int


@dataclass(frozen=True)
class Amounts:
    """Bags, boxes and weight, apart."""

    bags: int = 0
    boxes: int = 0
    grams: int = 0
    #: Closed boxes with a label, beside the others.
    labelled: int = 0

    def __bool__(self) -> bool:
        return bool(self.bags or self.boxes or self.grams or self.labelled)

    @property
    def worth(self) -> int:
        """What they count towards a target in boxes."""
        return worth_boxes(self.bags, self.boxes)


@dataclass(frozen=True)
class ItemAmounts:
    """Of one sorted thing: how many we know of, and where they are."""

    item_id: int
    unit: Unit
    known: int
    in_hand: int
    delivered: int
    gone: int


@dataclass(frozen=True)
class Progress:
    """All that a round says of its goods."""

    collected: Amounts = field(default_factory=Amounts)
    stages: Mapping[Stage, Amounts] = field(default_factory=dict)
    items: tuple[ItemAmounts, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.collected or self.items or any(self.stages.values()))


def fold(
    totals: Iterable[Total], labelled: Mapping[LocationKind, int], *, mixed_id: int
) -> Progress:
    """Make the public numbers of the sums, and of closed boxes by the kind of place they are in."""
    units: defaultdict[tuple[Stage | None, Unit], int] = defaultdict(int)
    items: defaultdict[tuple[int, Unit], dict[Stage, int]] = defaultdict(dict)
    for kind, item_id, unit, qty in totals:
        stage = STAGES.get(kind)
        units[stage, unit] += qty if stage else -qty
        if item_id != mixed_id and stage not in {None, Stage.SORTED}:
            there = items[item_id, unit]
            there[stage] = there.get(stage, 0) + qty
    boxes: defaultdict[Stage, int] = defaultdict(int)
    for kind, count in labelled.items():
        if kind in STAGES:
            boxes[STAGES[kind]] += count
    return Progress(
        collected=_amounts(units, None, 0),
        stages={stage: _amounts(units, stage, boxes[stage]) for stage in Stage},
        items=tuple(
            _item(item_id, unit, there) for (item_id, unit), there in sorted(items.items())
        ),
    )


def _amounts(
    units: Mapping[tuple[Stage | None, Unit], int], stage: Stage | None, labelled: int
) -> Amounts:
    return Amounts(
        bags=max(units.get((stage, Unit.BAG), 0), 0),
        boxes=max(units.get((stage, Unit.BOX), 0), 0),
        grams=max(units.get((stage, Unit.GRAM), 0), 0),
        labelled=labelled,
    )


def _item(item_id: int, unit: Unit, there: Mapping[Stage, int]) -> ItemAmounts:
    return ItemAmounts(
        item_id=item_id,
        unit=unit,
        known=sum(there.values()),
        in_hand=sum(qty for stage, qty in there.items() if stage in IN_HAND),
        delivered=there.get(Stage.DELIVERED, 0),
        gone=sum(qty for stage, qty in there.items() if stage in GONE),
    )


# --- frozen ---------------------------------------------------------------------------------------


def to_json(totals: Iterable[Total], labelled: Mapping[LocationKind, int]) -> dict[str, object]:
    """The sums as they are now, to be kept."""
    return {
        "totals": [
            {"kind": each.kind.value, "item_id": each.item_id, "unit": each.unit.value}
            | {"qty": each.qty}
            for each in totals
        ],
        "boxes": {kind.value: count for kind, count in labelled.items()},
    }


def from_json(kept: Mapping[str, Any]) -> tuple[list[Total], dict[LocationKind, int]]:
    """The sums as they were kept."""
    totals = [
        Total(LocationKind(each["kind"]), each["item_id"], Unit(each["unit"]), each["qty"])
        for each in kept.get("totals", ())
    ]
    boxes = {LocationKind(kind): count for kind, count in kept.get("boxes", {}).items()}
    return totals, boxes
