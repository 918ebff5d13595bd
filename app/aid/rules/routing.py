"""Proposes the order of a van's day: the same answer for the same places, whatever their order.

Each place is put where it costs the least driving; then parts of the tour are torn out and put
back, a fixed number of times, with dice of a fixed seed. No clock is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random  # noqa: TID251  (dice of a fixed seed: the same plan every time)
from typing import Final

from app.aid.rules.route import (
    LeftOut,
    Plan,
    Shift,
    Visit,
    WhyNot,
    drive_minutes,
    earliest,
    lay_out,
    over,
    usable,
)

SEED: Final = 5
#: So often is a tour of some places torn up; a large one seldomer, so that a page never waits long.
STEPS: Final = 2000
_STEPS_BY_PLACES: Final = 100_000
#: At most so many places are torn out at once.
_MOST_TORN: Final = 10
#: A worse tour is kept if it is no worse than the one this many steps ago.
_MEMORY: Final = 40
#: One place in so many is passed over when a tour is put together again.
_BLINK: Final = 60
#: Costs in one number: a place that is left out, a minute at the wheel, a minute of the evening.
_LEFT_OUT_COSTS, _DRIVE_COSTS = 10**10, 10**5
_NEVER: Final = -(10**9)


def propose(visits: Sequence[Visit], shift: Shift) -> Plan:
    """An order for the day, and for everything that does not fit the reason."""
    known = sorted(visits, key=lambda visit: visit.key)
    hopeless = {visit.key: why for visit in known if (why := alone(visit, shift))}
    ground = _ground([visit for visit in known if visit.key not in hopeless], shift)
    tour = _improved(ground)
    order = [ground.visits[each] for each in tour.order]
    planned = {visit.key for visit in order}
    boxes, grams = sum(v.boxes for v in order), sum(v.grams for v in order)
    unserved = [
        LeftOut(visit.key, hopeless.get(visit.key) or _beside(visit, shift, boxes, grams))
        for visit in known
        if visit.key not in planned
    ]
    return lay_out(order, unserved, shift)


def alone(visit: Visit, shift: Shift) -> WhyNot | None:
    """Why a place cannot be served even if the van went nowhere else; None if it can."""
    if visit.position is None:
        return WhyNot.NO_POSITION
    if over(shift.most_boxes, visit.boxes) or over(shift.most_grams, visit.grams):
        return WhyNot.TOO_BIG
    windows = usable(visit, shift)
    if not windows:
        return WhyNot.CLOSED
    there = shift.starts + drive_minutes(shift.start_place, visit.position)
    begins = earliest(visit, there, windows)
    if begins is None:
        return WhyNot.TOO_FAR
    back = begins + visit.minutes + drive_minutes(visit.position, shift.end_place)
    return WhyNot.TOO_FAR if back > shift.ends else None


def _beside(visit: Visit, shift: Shift, boxes: int, grams: int) -> WhyNot:
    """Why a place that could be served alone is not served beside the others."""
    full = over(shift.most_boxes, boxes + visit.boxes) or over(
        shift.most_grams, grams + visit.grams
    )
    return WhyNot.VAN_FULL if full else WhyNot.NO_TIME


@dataclass(frozen=True, slots=True)
class _Ground:
    """The places by number, and the minutes between them; the last two rows are start and end."""

    visits: list[Visit]
    windows: list[tuple[tuple[int, int], ...]]
    drive: list[list[int]]
    near: list[list[int]]
    shift: Shift

    @property
    def start(self) -> int:
        """The number of the place where the day begins."""
        return len(self.visits)

    @property
    def end(self) -> int:
        """The number of the place where the day ends."""
        return len(self.visits) + 1


@dataclass(slots=True)
class _Tour:
    """An order; when each place is left at the earliest, must be reached at the latest."""

    order: list[int]
    left_at: list[int]
    reach_by: list[int]
    boxes: int
    grams: int


def _ground(visits: list[Visit], shift: Shift) -> _Ground:
    places = [visit.position for visit in visits] + [shift.start_place, shift.end_place]
    drive = [[drive_minutes(a, b) for b in places] for a in places]
    numbers = range(len(visits))
    near = [sorted(numbers, key=lambda b, a=a: (drive[a][b], b)) for a in numbers]  # type: ignore[misc]
    # The last minute at which loading may begin stands where the closing time stood.
    windows = [
        tuple((w.opens, w.closes - visit.minutes) for w in usable(visit, shift)) for visit in visits
    ]
    return _Ground(visits, windows, drive, near, shift)


def _improved(ground: _Ground) -> _Tour:
    """The best tour found in a fixed number of tries."""
    dice = Random(SEED)  # noqa: S311
    everywhere = sorted(range(len(ground.visits)), key=lambda each: -ground.visits[each].weight)
    tour = _filled(ground, [], everywhere, None)
    cost = _cost(ground, tour)
    best, least = tour, cost
    memory = [cost] * _MEMORY
    for step in range(_steps(len(ground.visits))):
        kept = _torn(ground, tour.order, dice)
        away = _shuffled(ground, kept, dice)
        other = _filled(ground, kept, away, dice)
        found = _cost(ground, other)
        if found <= cost or found <= memory[step % _MEMORY]:
            tour, cost = other, found
        memory[step % _MEMORY] = cost
        if cost < least:
            best, least = tour, cost
    return best


def _steps(places: int) -> int:
    return 0 if places < 2 else min(STEPS, _STEPS_BY_PLACES // places)


def _torn(ground: _Ground, order: Sequence[int], dice: Random) -> list[int]:
    """The tour without some neighbours: of a place, or of one another in the order."""
    count = 1 + dice.randrange(min(_MOST_TORN, max(1, len(order))))
    if order and dice.random() < 0.5:
        first = dice.randrange(len(order))
        return [*order[:first], *order[first + count :]]
    around = ground.near[dice.randrange(len(ground.visits))]
    gone = set(around[:count])
    return [each for each in order if each not in gone]


def _shuffled(ground: _Ground, kept: Sequence[int], dice: Random) -> list[int]:
    """What is not in the tour, in an order by which it may be put back: heavy ones always first."""
    inside = set(kept)
    away = [each for each in range(len(ground.visits)) if each not in inside]
    dice.shuffle(away)
    match dice.randrange(3):
        case 0:
            away.sort(key=lambda each: -ground.drive[ground.start][each])
        case 1:
            away.sort(key=lambda each: sum(to - since for since, to in ground.windows[each]))
        case _:
            pass
    away.sort(key=lambda each: -ground.visits[each].weight)
    return away


def _filled(ground: _Ground, kept: list[int], away: Sequence[int], dice: Random | None) -> _Tour:
    """A tour with as many of those away as fit, each where it costs least."""
    tour = _timed(ground, kept)
    for each in away:
        visit, shift = ground.visits[each], ground.shift
        if over(shift.most_boxes, tour.boxes + visit.boxes):
            continue
        if over(shift.most_grams, tour.grams + visit.grams):
            continue
        at = _cheapest(ground, tour, each, dice)
        if at is not None:
            tour = _timed(ground, [*tour.order[:at], each, *tour.order[at:]])
    return tour


def _cheapest(ground: _Ground, tour: _Tour, each: int, dice: Random | None) -> int | None:
    """Where a place can be put in so that the way grows least; None if nowhere."""
    drive, mine = ground.drive, ground.drive[each]
    windows, minutes = ground.windows[each], ground.visits[each].minutes
    stops = [ground.start, *tour.order, ground.end]
    best, least = None, 0
    for at, left_at in enumerate(tour.left_at):
        before, after = stops[at], stops[at + 1]
        more = drive[before][each] + mine[after] - drive[before][after]
        if best is not None and more >= least:
            continue
        arrives = left_at + drive[before][each]
        begins = next((max(arrives, since) for since, last in windows if arrives <= last), None)
        if begins is None or begins + minutes + mine[after] > tour.reach_by[at]:
            continue
        if dice is None or dice.randrange(_BLINK):
            best, least = at, more
    return best


def _timed(ground: _Ground, order: list[int]) -> _Tour:
    """A tour with its times; only ever called with an order that keeps them all."""
    drive, visits, windows = ground.drive, ground.visits, ground.windows
    at, where, left_at = ground.shift.starts, ground.start, [ground.shift.starts]
    for each in order:
        arrives = at + drive[where][each]
        begins = next((max(arrives, since) for since, last in windows[each] if arrives <= last))
        at, where = begins + visits[each].minutes, each
        left_at.append(at)
    latest, then, reach_by = ground.shift.ends, ground.end, [ground.shift.ends]
    for each in reversed(order):
        limit = latest - drive[each][then] - visits[each].minutes
        fits = (min(last, limit) for since, last in windows[each] if min(last, limit) >= since)
        latest, then = max(fits, default=_NEVER), each
        reach_by.append(latest)
    reach_by.reverse()
    boxes = sum(visits[each].boxes for each in order)
    return _Tour(order, left_at, reach_by, boxes, sum(visits[each].grams for each in order))


def _cost(ground: _Ground, tour: _Tour) -> int:
    """First what is left out, then the minutes at the wheel, then the hour of coming home."""
    stops = [ground.start, *tour.order, ground.end]
    inside = set(tour.order)
    left_out = sum(v.weight for number, v in enumerate(ground.visits) if number not in inside)
    wheel = sum(ground.drive[a][b] for a, b in pairwise(stops))
    home = tour.left_at[-1] + ground.drive[stops[-2]][ground.end] - ground.shift.starts
    return left_out * _LEFT_OUT_COSTS + wheel * _DRIVE_COSTS + home
