"""Looks at a plan without knowing who made it, and counts everything again.

Only what a van's day is (`rules/route`) is shared with the proposer: no time, no distance and no
load of the plan is believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.aid.rules.route import DETOUR, KM_PER_HOUR, Call, Fault, Plan, Position, Shift, Visit
from app.lib.geo import distance_km

#: Less than a second: what adding up minutes in another order may differ by.
_HAIR: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a plan breaks, at which place (none: of the whole day), and by how much."""

    fault: Fault
    key: str | None = None
    by: int = 0


def problems(plan: Plan, visits: Sequence[Visit], shift: Shift) -> list[Broken]:
    """Everything that is wrong with a plan, in the order of the day; nothing: it can be driven."""
    known = {visit.key: visit for visit in visits}
    found = [*_served(plan, known)]
    calls = [call for call in plan.calls if call.key in known]
    found += _of_the_day(plan, shift)
    found += _doors(calls, known)
    found += _ways(plan, calls, known, shift)
    found += _loads(calls, known, shift)
    return found


def _served(plan: Plan, known: dict[str, Visit]) -> Iterator[Broken]:
    """Each place stands in the plan exactly once, served or left out."""
    count = Counter([call.key for call in plan.calls] + [each.key for each in plan.unserved])
    for key in sorted(count.keys() - known.keys()):
        yield Broken(Fault.UNKNOWN, key)
    for key in known:
        if count[key] == 0:
            yield Broken(Fault.MISSING, key)
        if count[key] > 1:
            yield Broken(Fault.TWICE, key, count[key])


def _of_the_day(plan: Plan, shift: Shift) -> Iterator[Broken]:
    if plan.sets_off < shift.starts:
        yield Broken(Fault.BEFORE_SHIFT, by=shift.starts - plan.sets_off)
    last = max([plan.back, *(call.leaves for call in plan.calls)])
    if last > shift.ends:
        yield Broken(Fault.AFTER_SHIFT, by=last - shift.ends)


def _doors(calls: Sequence[Call], known: dict[str, Visit]) -> Iterator[Broken]:
    """The van stands at a door only while it is open, and long enough to load."""
    for call in calls:
        visit = known[call.key]
        if visit.position is None:
            yield Broken(Fault.NO_POSITION, call.key)
        if call.begins < call.arrives:
            yield Broken(Fault.TOO_FAST, call.key, call.arrives - call.begins)
        if call.leaves - call.begins < visit.minutes:
            yield Broken(Fault.TOO_SHORT, call.key, visit.minutes - call.leaves + call.begins)
        if not _is_open(visit, call.begins, call.leaves):
            yield Broken(Fault.CLOSED, call.key)


def _is_open(visit: Visit, since: int, to: int) -> bool:
    """Whether a door is open from one minute to another; openings that touch are one."""
    reached = since
    for opens, closes in sorted((each.opens, each.closes) for each in visit.windows):
        if opens <= reached <= closes:
            reached = closes
    inside = any(each.opens <= since <= each.closes for each in visit.windows)
    return inside and to <= reached


def _ways(
    plan: Plan, calls: Sequence[Call], known: dict[str, Visit], shift: Shift
) -> Iterator[Broken]:
    """From each place to the next there is time to drive; a van without stops stays at home."""
    if not calls:
        return
    stops: list[tuple[str | None, int, int, Position | None]]
    stops = [(None, plan.sets_off, plan.sets_off, shift.start_place)]
    stops += [(call.key, call.arrives, call.leaves, known[call.key].position) for call in calls]
    stops += [(None, plan.back, plan.back, shift.end_place)]
    # Past a place that nobody can find on a map, the way is counted from the one before it.
    placed = [stop for stop in stops if stop[3] is not None]
    for (_, _, leaves, here), (key, arrives, _, there) in pairwise(placed):
        short = _minutes(here, there) - (arrives - leaves)
        if short > _HAIR:
            yield Broken(Fault.TOO_FAST, key, max(1, round(short)))
    for (_, _, leaves, here), (key, arrives, _, there) in pairwise(stops):
        if (here is None or there is None) and arrives < leaves:
            yield Broken(Fault.TOO_FAST, key, leaves - arrives)


def _minutes(here: Position | None, there: Position | None) -> float:
    if here is None or there is None:
        return 0.0
    return distance_km(here, there) * DETOUR / KM_PER_HOUR * 60


def _loads(calls: Sequence[Call], known: dict[str, Visit], shift: Shift) -> Iterator[Broken]:
    """What the van holds after each stop is what was put into it, and no more than it can hold."""
    boxes = grams = 0
    for call in calls:
        boxes, grams = boxes + known[call.key].boxes, grams + known[call.key].grams
        if (call.boxes, call.grams) != (boxes, grams):
            yield Broken(Fault.WRONG_LOAD, call.key)
        if shift.most_boxes is not None and boxes > shift.most_boxes:
            yield Broken(Fault.TOO_MANY_BOXES, call.key, boxes - shift.most_boxes)
        if shift.most_grams is not None and grams > shift.most_grams:
            yield Broken(Fault.TOO_HEAVY, call.key, grams - shift.most_grams)
