"""How the desk shows goods: places with what is in them, moves line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.aid.models.drops import AidItem, Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import Box, StockBalance, StockLine, StockLocation, StockMove
from app.aid.queries import stock as reads
from app.aid.queries import stores as place_reads
from app.aid.render.stock import amount, place_name, thing
from app.aid.render.words import BOX_STATE_NAMES, LOCATION_NAMES, MOVE_NAMES
from app.aid.rules import labels
from app.aid.rules.boxes import BoxDeed
from app.aid.rules.quantities import in_boxes
from app.aid.rules.stock import ENDLESS, Deed
from app.aid.rules.words import BoxState, LocationKind, Unit
from app.lib.text import isolate

DEED_NAMES: Final = {
    Deed.MOVE: _l("Move to another place"),
    Deed.SORT: _l("Sort"),
    Deed.COUNT: _l("Count"),
    Deed.GIVE: _l("Give away"),
    Deed.LOSE: _l("Note a loss"),
    Deed.DISCARD: _l("Throw away"),
    Deed.FIND: _l("Found again"),
}


BOX_DEED_NAMES: Final = {
    BoxDeed.PACK: _l("Pack"),
    BoxDeed.UNPACK: _l("Take out"),
    BoxDeed.SEAL: _l("Close the box"),
    BoxDeed.OPEN: _l("Open the box"),
    BoxDeed.SPLIT: _l("Put a part into a new box"),
    BoxDeed.MERGE: _l("Put all of it into another box"),
    BoxDeed.DELIVER: _l("It was delivered"),
    BoxDeed.LOSE: _l("It is lost"),
    BoxDeed.FIND: _l("It was found again"),
    BoxDeed.GIVE: _l("Give it away"),
    BoxDeed.DISCARD: _l("Throw it away"),
    BoxDeed.DROP: _l("Do not use this label"),
}
BOX_DEED_ADVICE: Final = {
    BoxDeed.SEAL: _l("What is in it stays until somebody opens it. Print a new label afterwards."),
    BoxDeed.OPEN: _l("Its label no longer counts. Close it again and print a new one."),
    BoxDeed.MERGE: _l("The label of this box is not used any more."),
    BoxDeed.DELIVER: _l("Say what was missing and what was spoilt. Leave empty what was right."),
    BoxDeed.FIND: _l("It is then where it was before."),
    BoxDeed.GIVE: _l("Everything in it goes, and its label is not used any more."),
    BoxDeed.DISCARD: _l("Everything in it goes, and its label is not used any more."),
}


@dataclass(frozen=True)
class PlaceRow:
    """A place and all that is in it, in one line."""

    location: StockLocation
    name: str
    kind: str
    what: str
    boxes: int


@dataclass(frozen=True)
class MoveRow:
    """A move in a few lines."""

    move: StockMove
    name: str
    lines: Sequence[str]
    is_undone: bool


def place_rows(drop: Drop) -> list[PlaceRow]:
    """The places where something of a round lies."""
    places = place_reads.list_used_places(drop)
    lying = reads.balances_by_place(drop.id, (each.id for each in places))
    boxes = reads.count_boxes_by_place(drop.id)
    return [
        PlaceRow(
            location=each,
            name=place_name(each),
            kind=str(LOCATION_NAMES[each.kind]),
            what=what_lies(lying.get(each.id, ())),
            boxes=boxes.get(each.id, 0),
        )
        for each in places
    ]


def end_rows(drop: Drop) -> list[tuple[str, str, StockLocation | None]]:
    """What was given away, lost, thrown away, by itself or with its box; lost things lead on."""
    found: dict[LocationKind, list[tuple[AidItem, int, Unit]]] = {}
    for each in reads.totals(drop):
        if each.kind in _ENDS:
            found.setdefault(each.kind, []).append((each.item, each.qty, each.unit))
    lost = place_reads.find_account(drop.id, LocationKind.LOST)
    return [
        (
            str(LOCATION_NAMES[kind]),
            listed(found[kind]),
            lost if kind is LocationKind.LOST else None,
        )
        for kind in _ENDS
        if kind in found
    ]


_ENDS = (LocationKind.GIVEN, LocationKind.LOST, LocationKind.DISCARDED)


def what_lies(balances: Sequence[StockBalance]) -> str:
    """All that lies in a place, in words, each thing once."""
    return listed((each.item, each.qty, each.unit) for each in balances)


def listed(amounts: Iterable[tuple[AidItem, int, Unit]]) -> str:
    """Things and how much of them: "Blankets: 4; Mixed: 14 bags, 19 boxes"."""
    found: dict[str, list[str]] = {}
    for item, qty, unit in amounts:
        found.setdefault(thing(item), []).append(amount(qty, unit))
    comma, stop = str(_(", ")), str(_("; "))
    return stop.join(f"{name}: {comma.join(parts)}" for name, parts in found.items())


def things(balances: Sequence[StockBalance]) -> list[tuple[str, str]]:
    """Each thing that lies there, and how much of it."""
    return [(thing(each.item), amount(each.qty, each.unit)) for each in balances]


def place_values(drop: Drop, location: StockLocation) -> dict[str, Any]:
    """What the page of a place says."""
    boxes = reads.list_boxes_at(location, drop)
    return {
        "name": place_name(location),
        "kind_name": LOCATION_NAMES[location.kind],
        "balances": things(reads.balances_at(location, drop)),
        "boxes": box_rows(boxes),
        "deed_names": DEED_NAMES,
        "may_depart": location.kind is LocationKind.VEHICLE
        and any(each.state is BoxState.LOADED for each in boxes),
        "is_store": location.kind is LocationKind.STORE,
    }


@dataclass(frozen=True)
class BoxRow:
    """A labelled box in one line."""

    box: Box
    label: str
    state: str
    place: str
    what: str


def box_rows(boxes: Sequence[Box]) -> list[BoxRow]:
    """Labelled boxes of one round with where they stand and what is in them."""
    if not boxes:
        return []
    lying = reads.balances_by_place(boxes[0].drop_id, (each.contents_id for each in boxes))
    return [
        BoxRow(
            box=each,
            label=labels.written(each.label),
            state=str(BOX_STATE_NAMES[each.state]),
            place=place_name(each.location),
            what=what_lies(lying.get(each.contents_id, ())),
        )
        for each in boxes
    ]


def move_rows(moves: Sequence[StockMove]) -> list[MoveRow]:
    """Moves with their lines in words."""
    undone = reads.reversed_among([each.id for each in moves])
    insides = reads.boxes_by_inside(
        each.id
        for row in moves
        for line in row.lines
        for each in (line.from_, line.to)
        if each.kind is LocationKind.BOX
    )
    return [
        MoveRow(
            move=each,
            name=str(MOVE_NAMES[each.kind]),
            lines=_lines(each, insides),
            is_undone=each.id in undone,
        )
        for each in moves
    ]


def _lines(move: StockMove, insides: dict[int, Box]) -> list[str]:
    """The lines of a move, those together that go the same way."""
    ways: dict[tuple[int, int], list[StockLine]] = {}
    for line in move.lines:
        ways.setdefault((line.from_id, line.to_id), []).append(line)
    return [_way(lines, insides) for lines in ways.values()]


def _way(lines: Sequence[StockLine], insides: dict[int, Box]) -> str:
    loose = listed((each.item, each.qty, each.unit) for each in lines if each.item is not None)
    boxes = [
        str(_("box %(label)s", label=isolate(labels.written(each.box.label))))
        for each in lines
        if each.box is not None
    ]
    what = str(_(", ")).join([loose, *boxes] if loose else boxes)
    line = lines[0]
    from_, to = (isolate(_place(each, insides)) for each in (line.from_, line.to))
    if line.from_.kind in ENDLESS:
        return str(_("%(what)s, to %(to)s", what=what, to=to))
    if line.to.kind in ENDLESS:
        return str(_("%(what)s, from %(from_)s", what=what, from_=from_))
    return str(_("%(what)s, from %(from_)s to %(to)s", what=what, from_=from_, to=to))


def _place(location: StockLocation, insides: dict[int, Box]) -> str:
    box = insides.get(location.id)
    if box is not None:
        return str(_("box %(label)s", label=labels.written(box.label)))
    return place_name(location)


def who_wrote(move: StockMove) -> str:
    """Who wrote a move down, without a name of anybody outside the desk."""
    kind = move.recorded_by.partition(":")[0]
    names = {
        "account": _("an organiser"),
        "host": _("the host of a point"),
        "helper": _("a helper at a point"),
        "steward": _("the steward of a workplace"),
    }
    return str(names.get(kind, kind))


def point_block(point: CollectionPoint) -> dict[str, Any]:
    """What the desk's page of a point says of its goods."""
    location = place_reads.find_of_point(point.id)
    if location is None:
        return {"stock": None}
    bags, boxes = reads.bags_and_boxes(location.id, point.drop_id)
    return {
        "stock": {
            "location": location,
            "drop": point.drop,
            "balances": things(reads.balances_at(location)),
            "room": in_boxes(bags, boxes),
            "most": point.max_boxes,
        }
    }
