"""A van's day in plain words: what waits to be fetched, what the van can do, what is planned.

Minutes are counted from the start of the day of the run (they pass zero and 1440 where a shift or
an opening crosses midnight), so that no change of the clocks disturbs a plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import ceil
from typing import Any, Final

from app.lib.geo import distance_km

#: Roads are so much longer than the straight line.
DETOUR: Final = 1.35
#: What a loaded van makes in a town, lights and looking for the door included.
KM_PER_HOUR: Final = 30
#: How long a van stands at a door unless somebody says otherwise.
SERVICE_MINUTES: Final = 15

#: So that a whole number of minutes, reckoned twice, is not once one more.
_HAIR: Final = 1e-9

#: Degrees north and east.
Position = tuple[float, float]


class WhyNot(StrEnum):
    """Why something is not fetched on this day."""

    NO_POSITION = "no_position"
    TOO_BIG = "too_big"
    CLOSED = "closed"
    TOO_FAR = "too_far"
    VAN_FULL = "van_full"
    NO_TIME = "no_time"
    #: By hand.
    LEFT_OUT = "left_out"


class Fault(StrEnum):
    """What is wrong with a plan."""

    UNKNOWN = "unknown"
    TWICE = "twice"
    MISSING = "missing"
    NO_POSITION = "no_position"
    BEFORE_SHIFT = "before_shift"
    AFTER_SHIFT = "after_shift"
    TOO_FAST = "too_fast"
    TOO_SHORT = "too_short"
    CLOSED = "closed"
    TOO_MANY_BOXES = "too_many_boxes"
    TOO_HEAVY = "too_heavy"
    WRONG_LOAD = "wrong_load"


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a door is open."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One place that waits for the van; a weight above one is fetched before others."""

    key: str
    position: Position | None
    windows: tuple[Window, ...]
    boxes: int
    grams: int = 0
    minutes: int = SERVICE_MINUTES
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Shift:
    """What a van and its driver can do on that day; a limit that nobody knows is None."""

    starts: int
    ends: int
    start_place: Position | None = None
    end_place: Position | None = None
    most_boxes: int | None = None
    most_grams: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One planned stop: when the van comes, loads and goes on, and what is in it then."""

    key: str
    arrives: int
    begins: int
    leaves: int
    boxes: int
    grams: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not fetched, and why."""

    key: str
    why: WhyNot


@dataclass(frozen=True, slots=True)
class Plan:
    """A day of a van, from the minute it sets off until it is back."""

    sets_off: int
    calls: tuple[Call, ...]
    back: int
    unserved: tuple[LeftOut, ...] = ()


def to_json(plan: Plan) -> dict[str, object]:
    """A plan as it is kept."""
    return asdict(plan)


def from_json(kept: Mapping[str, Any]) -> Plan:
    """A plan as it was kept."""
    calls = tuple(Call(**each) for each in kept["calls"])
    unserved = tuple(LeftOut(each["key"], WhyNot(each["why"])) for each in kept["unserved"])
    return Plan(kept["sets_off"], calls, kept["back"], unserved)


def drive_minutes(a: Position | None, b: Position | None) -> int:
    """How long a van needs from here to there; nothing where one end is not known."""
    if a is None or b is None:
        return 0
    return ceil(distance_km(a, b) * DETOUR * 60 / KM_PER_HOUR - _HAIR)


def usable(visit: Visit, shift: Shift) -> tuple[Window, ...]:
    """The openings of a place that are long enough to load in, cut to the shift, in their order."""
    cut = (Window(max(w.opens, shift.starts), min(w.closes, shift.ends)) for w in visit.windows)
    fitting = (w for w in _joined(cut) if w.closes - w.opens >= visit.minutes)
    return tuple(fitting)


def earliest(visit: Visit, arrives: int, windows: Sequence[Window]) -> int | None:
    """When loading can begin if the van comes at that minute; None: never."""
    fitting = (max(arrives, w.opens) for w in windows if arrives + visit.minutes <= w.closes)
    return next(fitting, None)


def over(most: int | None, amount: int) -> bool:
    """Whether that is more than a limit that may be unknown."""
    return most is not None and amount > most


def lay_out(order: Sequence[Visit], unserved: Iterable[LeftOut], shift: Shift) -> Plan:
    """The earliest times of stops in this order, also where they break a rule.

    The van sets off as late as its first door allows, and waits where it comes too early.
    """
    if not order:
        return Plan(shift.starts, (), shift.starts, tuple(unserved))
    sets_off = _sets_off(order[0], shift)
    calls: list[Call] = []
    at, where, boxes, grams = sets_off, shift.start_place, 0, 0
    for visit in order:
        arrives = at + drive_minutes(where, visit.position)
        opens = earliest(visit, arrives, usable(visit, shift))
        begins = arrives if opens is None else opens
        boxes, grams = boxes + visit.boxes, grams + visit.grams
        at, where = begins + visit.minutes, visit.position or where
        calls.append(Call(visit.key, arrives, begins, at, boxes, grams))
    back = at + drive_minutes(where, shift.end_place)
    return Plan(sets_off, tuple(calls), back, tuple(unserved))


def _sets_off(first: Visit, shift: Shift) -> int:
    drive = drive_minutes(shift.start_place, first.position)
    opens = earliest(first, shift.starts + drive, usable(first, shift))
    return shift.starts if opens is None else opens - drive


def _joined(windows: Iterable[Window]) -> list[Window]:
    """Openings in their order; those that touch or overlap are one."""
    joined: list[Window] = []
    for window in sorted(windows, key=lambda w: (w.opens, w.closes)):
        if joined and window.opens <= joined[-1].closes:
            last = joined.pop()
            joined.append(Window(last.opens, max(last.closes, window.closes)))
        else:
            joined.append(window)
    return joined
