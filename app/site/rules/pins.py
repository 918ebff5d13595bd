"""What may be put first on the home page, and what the page needs not say again."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from app.actions.rules.words import ActionKind
from app.site.rules.words import PinKind

#: More than this is a list, and nothing is first any more.
MOST_PINS: Final = 6
#: So many things to do stand on the home page.
HOME_ACTIONS: Final = 4

_SAID_BY: Final[dict[PinKind, tuple[ActionKind, ...]]] = {
    PinKind.APPEAL: (ActionKind.GIVE,),
    PinKind.EVENT: (ActionKind.GO,),
    PinKind.MOBILISATION: (ActionKind.TAKE_PART,),
    PinKind.DROP: (ActionKind.BRING,),
    PinKind.CAMPAIGN: (ActionKind.JOIN_CAMPAIGN,),
    PinKind.ARTICLE: (),
}


class Shift(StrEnum):
    """Where a pin goes among the others."""

    UP = "up"
    DOWN = "down"


def said_by(shown: Iterable[tuple[PinKind, int]]) -> set[tuple[ActionKind, int]]:
    """What needs not be offered again, because the page leads to it already."""
    return {(kind, thing_id) for pin, thing_id in shown for kind in _SAID_BY[pin]}


def shifted(order: list[int], key: int, shift: Shift) -> list[int]:
    """The keys with one of them a place further up or down; at the end it stays where it is."""
    place = order.index(key)
    other = place - 1 if shift is Shift.UP else place + 1
    if not 0 <= other < len(order):
        return order
    moved = list(order)
    moved[place], moved[other] = moved[other], moved[place]
    return moved
