"""To whom it may be shown where a collection point is. Decided here and nowhere else."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.aid.rules.words import SHOWN_STATES, BringState, PointKind, PointState, Visibility

#: Whoever was accepted may come while the point stands like this.
REACHED_STATES: Final = frozenset({PointState.LIVE, PointState.PAUSED, PointState.FULL})


class Shown(StrEnum):
    """How much of where a point is."""

    #: The door: street, postcode, position.
    SPOT = "spot"
    #: The middle of its district or town, and how far that reaches.
    AREA = "area"
    NOTHING = "nothing"


def to_public(kind: PointKind, visibility: Visibility, state: PointState) -> Shown:
    """What anybody may see: on pages, lists and maps, in feeds, exports, searches and distances."""
    if visibility is Visibility.PRIVATE or state not in SHOWN_STATES:
        return Shown.NOTHING
    if visibility is Visibility.AREA_ONLY:
        return Shown.AREA
    # Nobody needs the door of a home at which nothing is taken in any more.
    is_left = kind is PointKind.HOME and state is PointState.CLOSED
    return Shown.AREA if is_left else Shown.SPOT


def is_listed(visibility: Visibility, state: PointState) -> bool:
    """Whether a point has a public page and may stand on lists and maps at all."""
    return visibility is not Visibility.PRIVATE and state in SHOWN_STATES


def to_bringer(
    kind: PointKind, visibility: Visibility, state: PointState, bring: BringState
) -> Shown:
    """What somebody may see on the page of her own wish to bring something."""
    if bring is BringState.ACCEPTED and state in REACHED_STATES:
        return Shown.SPOT
    return to_public(kind, visibility, state)


def is_hidden(visibility: Visibility) -> bool:
    """Whether people have to ask before they learn where it is."""
    return visibility is not Visibility.PUBLIC


def is_narrower(new: Visibility, old: Visibility) -> bool:
    """Whether fewer people see where it is than before."""
    order = (Visibility.PRIVATE, Visibility.AREA_ONLY, Visibility.PUBLIC)
    return order.index(new) < order.index(old)
