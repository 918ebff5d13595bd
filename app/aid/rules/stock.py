"""How goods may be moved: from where to where, when, and what becomes of a labelled box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from app.aid.rules.words import (
    BOX_MOVES,
    PHYSICAL,
    BoxState,
    DropState,
    ItemCategory,
    LocationKind,
    MoveKind,
    Unit,
)

_L = LocationKind
#: Where goods wait for their journey.
PLACES: Final = frozenset({_L.POINT, _L.WORKPLACE, _L.VEHICLE, _L.STORE})
#: Where boxes are packed and stand.
SHELVES: Final = frozenset({_L.POINT, _L.STORE})
#: Places that one drop has of its own, found by their kind alone.
ACCOUNTS: Final = frozenset(
    {_L.WORLD_IN, _L.DESTINATION, _L.GIVEN, _L.LOST, _L.DISCARDED, _L.ADJUST}
)
LINES_MOST: Final = 200
REASON_LENGTH: Final = 300
WHAT_LENGTH: Final = 200
#: In these states of a drop nothing is moved.
STILL: Final = frozenset({DropState.DRAFT, DropState.ARCHIVED})
#: Once it is told what became of a round, nothing more is brought.
TAKES_NOTHING: Final = STILL | {DropState.REPORTED}


@dataclass(frozen=True, kw_only=True)
class Leg:
    """So many of one thing go from one place to another, or one labelled box does."""

    from_: int
    to: int
    item_id: int | None = None
    unit: Unit = Unit.BOX
    qty: int = 1
    box_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class DropOffContent:
    """What somebody brought; the weight where nothing else counts it, or beside it."""

    bags: int = 0
    boxes: int = 0
    grams: int = 0
    #: What is in them, in a few words.
    what: str = ""
    #: The one thing that they hold; nothing: unsorted.
    item_id: int | None = None
    #: Now, unless said otherwise.
    received_at: datetime | None = None
    #: The wish to bring something that this fulfils.
    request_id: int | None = None

    def amounts(self) -> list[tuple[Unit, int]]:
        """What there is of it, unit by unit; a negative number is kept, to be refused."""
        found = ((Unit.BAG, self.bags), (Unit.BOX, self.boxes), (Unit.GRAM, self.grams))
        return [(unit, qty) for unit, qty in found if qty]


@dataclass(frozen=True, kw_only=True)
class Goods:
    """So many of one thing."""

    item_id: int
    unit: Unit
    qty: int


@dataclass(frozen=True, kw_only=True)
class StoreContent:
    """What is known of a store; the address is for drivers."""

    name: str
    address: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What is written on a box when it is closed."""

    gross_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    note: str = ""


class Way(NamedTuple):
    """From which kinds of places to which goods go for one reason."""

    sources: frozenset[LocationKind]
    targets: frozenset[LocationKind]


def _way(sources: Iterable[LocationKind], targets: Iterable[LocationKind]) -> Way:
    return Way(frozenset(sources), frozenset(targets))


_INSIDE = PLACES | {_L.BOX}
#: What may go where. A reversal goes back the way that the other move came.
WAYS: Final[Mapping[MoveKind, tuple[Way, ...]]] = {
    MoveKind.DROP_OFF: (_way({_L.WORLD_IN}, {_L.POINT, _L.WORKPLACE, _L.STORE}),),
    MoveKind.HAND_OVER: (_way({_L.WORKPLACE, _L.WORLD_IN}, {_L.POINT, _L.VEHICLE, _L.STORE}),),
    MoveKind.PICK_UP: (_way({_L.POINT, _L.WORKPLACE, _L.STORE}, {_L.VEHICLE}),),
    MoveKind.UNLOAD: (_way({_L.VEHICLE}, SHELVES),),
    MoveKind.TRANSFER: (_way(SHELVES | {_L.WORKPLACE}, SHELVES), _way({_L.VEHICLE}, {_L.VEHICLE})),
    MoveKind.SORT: (_way(PLACES, {_L.ADJUST}), _way({_L.ADJUST}, PLACES)),
    MoveKind.PACK: (_way(SHELVES | {_L.BOX}, {_L.BOX}),),
    MoveKind.UNPACK: (_way({_L.BOX}, SHELVES),),
    MoveKind.LOAD: (_way(SHELVES, {_L.VEHICLE}),),
    MoveKind.DELIVER: (
        _way({_L.VEHICLE, _L.STORE, _L.POINT}, {_L.DESTINATION}),
        # What turned out to be missing or spoilt when a box was opened there.
        _way({_L.BOX}, {_L.LOST, _L.DISCARDED}),
    ),
    MoveKind.GIVE: (_way(_INSIDE, {_L.GIVEN}),),
    MoveKind.LOSE: (_way(_INSIDE, {_L.LOST}),),
    MoveKind.FIND: (_way({_L.LOST}, PLACES),),
    MoveKind.DISCARD: (_way(_INSIDE, {_L.DISCARDED}),),
    MoveKind.COUNT: (_way(_INSIDE, {_L.ADJUST}), _way({_L.ADJUST}, _INSIDE)),
    MoveKind.REVERSAL: (),
}
#: Places without a bottom: there, less than nothing is what came from there.
ENDLESS: Final = frozenset({_L.WORLD_IN, _L.ADJUST})
#: Deeds that leave fewer goods than there were, or more: each says why.
NEEDS_REASON: Final = frozenset(
    {MoveKind.GIVE, MoveKind.LOSE, MoveKind.FIND, MoveKind.DISCARD, MoveKind.COUNT}
    | {MoveKind.REVERSAL}
)


def may_go(kind: MoveKind, from_: LocationKind, to: LocationKind) -> bool:
    """Whether goods may go from one kind of place to another for this reason."""
    return any(from_ in way.sources and to in way.targets for way in WAYS[kind])


def kind_between(from_: LocationKind, to: LocationKind) -> MoveKind:
    """What it is called when goods go on from one place to another."""
    if to is _L.DESTINATION:
        return MoveKind.DELIVER
    if to is _L.VEHICLE:
        if from_ is _L.VEHICLE:
            return MoveKind.TRANSFER
        return MoveKind.LOAD if from_ is _L.STORE else MoveKind.PICK_UP
    if from_ is _L.VEHICLE:
        return MoveKind.UNLOAD
    return MoveKind.HAND_OVER if from_ is _L.WORKPLACE else MoveKind.TRANSFER


class Deed(StrEnum):
    """What is done with what lies in a place, as the desk asks for it."""

    MOVE = "move"
    SORT = "sort"
    COUNT = "count"
    GIVE = "give"
    LOSE = "lose"
    DISCARD = "discard"
    #: What was lost is there again.
    FIND = "find"


#: What can be done with what lies in each kind of place.
DEEDS: Final[Mapping[LocationKind, tuple[Deed, ...]]] = {
    **{kind: tuple(deed for deed in Deed if deed is not Deed.FIND) for kind in PLACES},
    _L.LOST: (Deed.FIND,),
}
#: What such a deed is in the books; to move is called by where it goes.
DEED_KINDS: Final[Mapping[Deed, MoveKind]] = {
    Deed.SORT: MoveKind.SORT,
    Deed.COUNT: MoveKind.COUNT,
    Deed.GIVE: MoveKind.GIVE,
    Deed.LOSE: MoveKind.LOSE,
    Deed.DISCARD: MoveKind.DISCARD,
    Deed.FIND: MoveKind.FIND,
}


def is_refused(category: ItemCategory) -> bool:
    """Whether we never take a thing: medicines need a licence, for charities too."""
    return category is ItemCategory.MEDICINE


def is_physical(kind: LocationKind) -> bool:
    """Whether goods are really there, so that there is never less than nothing."""
    return kind in PHYSICAL


# --- labelled boxes -------------------------------------------------------------------------------


def state_after(
    state: BoxState, to: LocationKind, *, lost_from: BoxState | None = None
) -> BoxState | None:
    """What a box is once it was moved to a kind of place; nothing: it may not go there."""
    if state is BoxState.LOST:
        after = lost_from if lost_from is not None and fits(lost_from, to) else None
    elif to is _L.LOST:
        after = BoxState.LOST
    elif to is _L.DESTINATION:
        after = BoxState.DELIVERED
    elif to is _L.VEHICLE:
        after = state if state is BoxState.IN_TRANSIT else BoxState.LOADED
    elif to in SHELVES:
        after = BoxState.OPEN if state is BoxState.OPEN else BoxState.SEALED
    else:
        after = None
    if after is None or (after is state and state in ON_THE_MOVE):
        return after
    return after if after in BOX_MOVES[state] else None


def fits(state: BoxState, kind: LocationKind) -> bool:
    """Whether a box in this state can stand in a place of this kind."""
    return kind in STANDS_IN[state]


#: Where a box is in each state; a label that is void may have been left anywhere.
STANDS_IN: Final[Mapping[BoxState, frozenset[LocationKind]]] = {
    BoxState.OPEN: SHELVES,
    BoxState.SEALED: SHELVES,
    BoxState.LOADED: frozenset({_L.VEHICLE}),
    BoxState.IN_TRANSIT: frozenset({_L.VEHICLE}),
    BoxState.DELIVERED: frozenset({_L.DESTINATION}),
    BoxState.SHORT: frozenset({_L.DESTINATION}),
    BoxState.DAMAGED: frozenset({_L.DESTINATION}),
    BoxState.LOST: frozenset({_L.LOST}),
    BoxState.VOID: SHELVES,
}
#: A box in one of these can be moved and be afterwards what it was.
ON_THE_MOVE: Final = frozenset(
    {BoxState.OPEN, BoxState.SEALED, BoxState.LOADED, BoxState.IN_TRANSIT}
)
#: Labels on eight sheets of paper.
BOXES_AT_ONCE: Final = 64
#: Where things go that are put away with their box, by the reason.
BOX_ENDS: Final[Mapping[MoveKind, LocationKind]] = {
    MoveKind.DISCARD: _L.DISCARDED,
    MoveKind.GIVE: _L.GIVEN,
    MoveKind.LOSE: _L.LOST,
}
#: These count as boxes in public; an open one is still being packed.
COUNTED: Final = frozenset(BoxState) - {BoxState.OPEN, BoxState.VOID}
#: Where a moved box was, in a correction: what it was before, by why and whither it had been moved.
BEFORE: Final[Mapping[MoveKind, BoxState]] = {
    MoveKind.PICK_UP: BoxState.SEALED,
    MoveKind.LOAD: BoxState.SEALED,
    MoveKind.UNLOAD: BoxState.LOADED,
    MoveKind.DELIVER: BoxState.IN_TRANSIT,
    MoveKind.FIND: BoxState.LOST,
}
#: What it must be still, for the move to be taken back.
AFTER: Final[Mapping[MoveKind, frozenset[BoxState]]] = {
    MoveKind.PICK_UP: frozenset({BoxState.LOADED}),
    MoveKind.LOAD: frozenset({BoxState.LOADED}),
    MoveKind.UNLOAD: frozenset({BoxState.SEALED}),
    MoveKind.DELIVER: frozenset({BoxState.DELIVERED, BoxState.SHORT, BoxState.DAMAGED}),
    MoveKind.LOSE: frozenset({BoxState.LOST}),
}


# --- the past -------------------------------------------------------------------------------------


class Change(NamedTuple):
    """What one line did to a balance, and when."""

    happened_at: datetime
    move_id: int
    qty: int


def least_since(balance: int, later: Iterable[Change]) -> int:
    """The least that ever lay there from a moment on, given what lies there now.

    `later` is all that happened after that moment, in any order.
    """
    least = running = balance
    for change in sorted(later, reverse=True):
        running -= change.qty
        least = min(least, running)
    return least
