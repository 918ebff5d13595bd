"""Rounds of collecting: what is kept of one, and what must be so before it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.aid.rules.words import DROP_MOVES, DropState
from app.lib.text import Translated

#: A round is a matter of weeks; longer is a slip.
LONGEST: Final = timedelta(days=366)
TITLE_LENGTH: Final = 200
PHONE_LENGTH: Final = 40
#: More boxes than this fill a ship.
MOST_BOXES: Final = 1_000_000
KEPT_AT_MOST: Final = 180
KEPT_USUALLY: Final = 30
#: Ends of addresses that lead elsewhere below /aid/.
RESERVED_SLUGS: Final = frozenset(
    {"again", "invited", "items", "needs", "new", "overview", "points", "workplaces"}
)
#: Things are collected, or soon will be, or are being fetched.
RUNNING: Final = (
    DropState.ANNOUNCED,
    DropState.OPEN,
    DropState.PAUSED,
    DropState.CLOSING,
    DropState.COLLECTING,
)
#: People may bring things now.
TAKES_THINGS: Final = frozenset({DropState.OPEN, DropState.CLOSING})
#: What is needed changes no more.
NEEDS_ARE_OVER: Final = frozenset(
    {
        DropState.COLLECTING,
        DropState.DEPARTED,
        DropState.DELIVERED,
        DropState.REPORTED,
        DropState.ARCHIVED,
        DropState.CANCELLED,
    }
)
#: The last goods were handed over, or there will be none: retention counts from here.
ENDS: Final = frozenset({DropState.DELIVERED, DropState.CANCELLED})
#: The public numbers stay as they are.
FROZEN: Final = frozenset({DropState.REPORTED, DropState.ARCHIVED})
#: Hosts and stewards hear of it.
TOLD: Final = frozenset({DropState.COLLECTING, DropState.REPORTED, DropState.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class DropContent:
    """Everything that an organiser decides about a round, besides its list and its states."""

    group_id: int
    campaign_id: int | None
    appeal_id: int | None
    title: Translated
    summary: Translated
    body: Translated
    destination: Translated | None
    how_to_pack: Translated | None
    zone: str
    opens_on: date
    closes_on: date
    pickup_from: date | None
    pickup_until: date | None
    depart_on: date | None
    target_boxes: int | None
    phone: str | None
    retention_days: int
    picture_id: int | None
    picture_alt: Translated | None


class Lack(StrEnum):
    """What a round has not, and needs before it goes on."""

    LIVE_POINT = "live_point"
    WANTED_ITEM = "wanted_item"
    RUN_DONE = "run_done"
    REPORT = "report"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What counts when a round is to go on."""

    state: DropState
    paused_from: DropState | None = None
    live_points: int = 0
    wanted_items: int = 0
    unfinished_runs: int = 0
    has_report: bool = False
    has_note: bool = False


_Demand = tuple[Lack, Callable[[Standing], bool]]
#: What must be so before a round comes into a state.
DEMANDS: Final[dict[DropState, tuple[_Demand, ...]]] = {
    DropState.OPEN: (
        (Lack.LIVE_POINT, lambda standing: standing.live_points > 0),
        (Lack.WANTED_ITEM, lambda standing: standing.wanted_items > 0),
    ),
    DropState.DEPARTED: ((Lack.RUN_DONE, lambda standing: standing.unfinished_runs == 0),),
    DropState.REPORTED: ((Lack.REPORT, lambda standing: standing.has_report),),
    DropState.CANCELLED: ((Lack.NOTE, lambda standing: standing.has_note),),
}


def moves_from(state: DropState, paused_from: DropState | None = None) -> list[DropState]:
    """What may follow, in the order of a round; a pause leads back to where it came from."""
    allowed = DROP_MOVES[state]
    if state is DropState.PAUSED:
        allowed = frozenset({DropState.CANCELLED} | ({paused_from} if paused_from else set()))
    return [each for each in DropState if each in allowed]


def lacks(standing: Standing, to: DropState) -> list[Lack]:
    """What is not yet so, of all that a state demands."""
    return [lack for lack, is_met in DEMANDS.get(to, ()) if not is_met(standing)]


def is_in_order(first: date | None, last: date | None) -> bool:
    """Whether a last day comes after its first, not too far behind."""
    if first is None or last is None:
        return first is None or last is None
    return first <= last <= first + LONGEST
