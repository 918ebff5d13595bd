"""Which of all that can be done is shown, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, Protocol, TypeVar

from app.actions.rules.words import ActionKind

#: So many a page shows where nothing else is said; more is a list that nobody reads.
SHOWN: Final = 6
#: An event so near is urgent, and an appeal or a round that ends so soon.
EVENT_IS_NEAR: Final = timedelta(days=3)
END_IS_NEAR: Final = timedelta(days=7)

#: What asks least of somebody stands before what asks more; one of each family before a second.
_FAMILIES: Final[Sequence[frozenset[ActionKind]]] = (
    frozenset({ActionKind.GO}),
    frozenset({ActionKind.GIVE}),
    frozenset({ActionKind.BRING}),
    frozenset({ActionKind.JOIN_CAMPAIGN, ActionKind.JOIN_GROUP}),
    frozenset({ActionKind.TAKE_PART}),
    frozenset({ActionKind.HOST}),
    frozenset({ActionKind.HOST_POINT}),
    frozenset({ActionKind.COLLECT_AT_WORK}),
)
_RANKS: Final = {kind: rank for rank, family in enumerate(_FAMILIES) for kind in family}


class Doable(Protocol):
    """What the rule must know of something that can be done."""

    @property
    def kind(self) -> ActionKind:
        """What is done."""

    @property
    def is_urgent(self) -> bool:
        """Whether it will soon be too late."""


T = TypeVar("T", bound=Doable)


def rank(kind: ActionKind) -> int:
    """Where a kind stands among the others; families share a place."""
    return _RANKS[kind]


def arrange(found: Iterable[T], limit: int) -> list[T]:
    """Choose so many: one of each family before any comes twice, what is urgent first.

    Within a family the order they came in stays, but for the urgent ones.
    """
    families: dict[int, list[T]] = {}
    for each in found:
        families.setdefault(rank(each.kind), []).append(each)
    for members in families.values():
        members.sort(key=lambda each: not each.is_urgent)
    rounds = [
        (turn, not each.is_urgent, place, each)
        for place, members in families.items()
        for turn, each in enumerate(members)
    ]
    rounds.sort(key=lambda each: each[:3])
    return [each for _turn, _calm, _place, each in rounds[:limit]]
