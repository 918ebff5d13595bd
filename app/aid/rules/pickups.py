"""What may be asked of a van, what a run is made of, and what may have happened at a stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from app.aid.errors.pickups import (
    AbsurdAmountError,
    BeforeRoundError,
    NothingToFetchError,
    ResultHasCountError,
    ResultNeedsCountError,
    ResultNeedsReasonError,
    RunClosedError,
    ShiftTimeMissingError,
    ShiftTimesError,
)
from app.aid.rules.words import RUN_MOVES, RunState, StopOutcome
from app.events.rules import times

#: More than any place holds: somebody's finger slipped.
BAGS_MOST, BOXES_MOST = 2000, 1000
NOTE_LENGTH, REASON_LENGTH, NAME_LENGTH, CREW_LENGTH = 500, 300, 80, 200
REGISTRATION_LENGTH = 20
CAPACITY_MOST, PAYLOAD_MOST = 2000, 30_000
SHIFT_SHORTEST, SHIFT_LONGEST = timedelta(minutes=30), timedelta(hours=16)
#: A van stands this long at a door, and so many minutes more for each box or two.
DOOR_MINUTES: Final = 10
_BOXES_A_MINUTE: Final = 3
_LONGEST_STOP: Final = 60

#: Its stops can still be moved.
OPEN_RUNS: Final = frozenset({RunState.DRAFT, RunState.PLANNED})
#: What stands in their order is nobody else's to fetch.
LIVE_RUNS: Final = OPEN_RUNS | {RunState.SENT, RunState.RUNNING}
#: What was asked is asked again after these.
ASKS_AGAIN: Final = frozenset(
    {StopOutcome.PARTIAL, StopOutcome.CLOSED_NO_ACCESS, StopOutcome.SKIPPED}
)
#: Something was taken into the van.
TAKES: Final = frozenset({StopOutcome.COLLECTED, StopOutcome.PARTIAL})


class Shove(StrEnum):
    """How a stop is moved by hand."""

    UP = "up"
    DOWN = "down"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, kw_only=True)
class VehicleContent:
    """What an organiser says of a van."""

    name: str
    capacity_boxes: int
    payload_kg: int | None = None
    registration: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RunContent:
    """What an organiser says of a van's day."""

    vehicle_id: int
    start_id: int
    end_id: int
    starts_local: datetime
    ends_local: datetime
    crew: str | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What happened at a stop."""

    outcome: StopOutcome
    bags: int = 0
    boxes: int = 0
    reason: str = ""


def check_amounts(bags: int, boxes: int) -> None:
    """Raise AbsurdAmountError where nobody can mean these."""
    if not (0 <= bags <= BAGS_MOST and 0 <= boxes <= BOXES_MOST):
        raise AbsurdAmountError(BAGS_MOST, BOXES_MOST)


def check_request(bags: int, boxes: int) -> None:
    """Raise AbsurdAmountError or NothingToFetchError where that is no wish."""
    check_amounts(bags, boxes)
    if not bags and not boxes:
        raise NothingToFetchError


def check_shift(content: RunContent, zone: str, begins_on: date) -> None:
    """Raise ShiftTimesError, BeforeRoundError or ShiftTimeMissingError where nobody drives so."""
    if content.ends_local.year > times.LAST_YEAR:
        raise ShiftTimesError
    if content.starts_local.date() < begins_on:
        raise BeforeRoundError
    if not SHIFT_SHORTEST <= content.ends_local - content.starts_local <= SHIFT_LONGEST:
        raise ShiftTimesError
    if not all(times.exists(each, zone) for each in (content.starts_local, content.ends_local)):
        raise ShiftTimeMissingError


def check_result(result: Result) -> None:
    """Raise what is missing from a result, or one thing too many."""
    check_amounts(result.bags, result.boxes)
    counted = result.bags or result.boxes
    if result.outcome in TAKES and not counted:
        raise ResultNeedsCountError
    if result.outcome not in TAKES and counted:
        raise ResultHasCountError
    if needs_reason(result.outcome) and not result.reason:
        raise ResultNeedsReasonError


def needs_reason(outcome: StopOutcome) -> bool:
    """Whether somebody has to say why not everything was fetched."""
    return outcome not in {StopOutcome.PENDING, StopOutcome.COLLECTED}


def check_move(now: RunState, then: RunState) -> None:
    """Raise RunClosedError where a run cannot become that."""
    if then not in RUN_MOVES[now]:
        raise RunClosedError


def stop_minutes(boxes: int) -> int:
    """How long a van stands where so many boxes are loaded."""
    return min(DOOR_MINUTES + boxes // _BOXES_A_MINUTE, _LONGEST_STOP)


def shoved(order: list[str], key: str, shove: Shove) -> list[str]:
    """An order in which one key was moved; at its end there is nowhere to go."""
    rest = [each for each in order if each != key]
    if shove is Shove.OUT:
        return rest
    if shove is Shove.IN:
        return [*rest, key]
    step = -1 if shove is Shove.UP else 1
    at = max(0, order.index(key) + step)
    return [*rest[:at], key, *rest[at:]]
