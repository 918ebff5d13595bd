"""A run as the rules of routes see it: minutes of its day, doors, loads, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.aid.models.pickups import PickupRequest, PickupRun
from app.aid.models.points import CollectionPoint
from app.aid.queries import pickups as reads
from app.aid.queries.hours import hours_of
from app.aid.queries.places import whole_position
from app.aid.rules import route_check
from app.aid.rules.hours import Hours, on, spans
from app.aid.rules.pickups import stop_minutes
from app.aid.rules.quantities import in_boxes
from app.aid.rules.route import Plan, Position, Shift, Visit, WhyNot, Window, from_json
from app.aid.rules.route_check import Broken
from app.aid.rules.words import Fill, PickupState
from app.events.rules import times
from app.lib import clock

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
#: A door whose hours nobody knows: open, and the driver is told to ring first.
_ANY_TIME = Window(-100_000, 100_000)
_FULL_COMES_FIRST = 2


@dataclass(frozen=True)
class Door:
    """When a place can be fetched from; some have to be rung first."""

    windows: tuple[Window, ...]
    ring_first: bool = False


@dataclass(frozen=True)
class Day:
    """A van's day: where its minutes begin, its shift, and what waits."""

    begins_at: datetime
    zone: str
    shift: Shift
    visits: Mapping[str, Visit]
    #: Names of requests whose place has to be rung first.
    ring_first: frozenset[str]

    def wall(self, minute: int) -> datetime:
        """What the wall shows at a minute of the day."""
        return times.wall(self.begins_at + minute * _MINUTE, self.zone)


def day_of(run: PickupRun, requests: Iterable[PickupRequest]) -> Day:
    """The day of a run with what it may fetch."""
    zone, first = run.drop.zone, run.starts_local.date()
    begins_at = clock.start_of_day(zone, first)
    days = [first + number * _DAY for number in range(-1, (run.ends_local.date() - first).days + 1)]
    listed = [*requests]
    taken = reads.taken_of([each.id for each in listed])
    grams = reads.grams_at([each.point_id for each in listed if each.point_id is not None])
    doors = {each.public_id: _door(each, begins_at, days) for each in listed}
    return Day(
        begins_at,
        zone,
        _shift(run, begins_at),
        {
            each.public_id: _visit(
                each,
                doors[each.public_id],
                taken=taken.get(each.id, (0, 0)),
                grams=grams.get(each.point_id or 0, 0),
            )
            for each in listed
        },
        frozenset(key for key, door in doors.items() if door.ring_first),
    )


def candidates(run: PickupRun) -> list[PickupRequest]:
    """What a run may fetch: what it has in its order, and what waits and was not taken out."""
    refused = {stop.request_id for stop in run.stops if stop.unserved == WhyNot.LEFT_OUT}
    mine = [stop.request for stop in run.stops if stop.position is not None]
    waiting = [each for each in reads.list_open_of(run.drop_id) if each.id not in refused]
    return [*{each.id: each for each in (*mine, *waiting)}.values()]


def is_free(request: PickupRequest) -> bool:
    """Whether no other run fetches it."""
    return request.state is PickupState.OPEN


def plan_of(run: PickupRun) -> Plan | None:
    """The plan of a run, as it is kept."""
    return from_json(run.plan) if run.plan is not None else None


def problems_of(run: PickupRun) -> list[Broken]:
    """What the checker finds wrong with a run as it stands, hours and amounts of this moment."""
    plan = plan_of(run)
    if plan is None:
        return []
    day = day_of(run, [stop.request for stop in run.stops])
    return route_check.problems(plan, [*day.visits.values()], day.shift)


def amounts(request: PickupRequest, taken: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """(bags, boxes) that still wait, less what a van could take before; never nothing."""
    bags, boxes = max(request.bags - taken[0], 0), max(request.boxes - taken[1], 0)
    return (bags, boxes) if bags or boxes else (0, 1)


def _visit(request: PickupRequest, door: Door, *, taken: tuple[int, int], grams: int) -> Visit:
    bags, boxes = amounts(request, taken)
    load = in_boxes(bags, boxes)
    is_full = request.point is not None and request.point.fill is Fill.FULL
    return Visit(
        key=request.public_id,
        position=_position(request),
        windows=door.windows,
        boxes=load,
        grams=grams,
        minutes=stop_minutes(load),
        weight=_FULL_COMES_FIRST if is_full else 1,
    )


def _position(request: PickupRequest) -> Position | None:
    """Where a place is; where only the district is known, its middle."""
    if request.workplace is not None:
        return _both(request.workplace.lat, request.workplace.lon)
    return whole_position(request.point) if request.point is not None else None


def _both(lat: float | None, lon: float | None) -> Position | None:
    return None if lat is None or lon is None else (lat, lon)


def _shift(run: PickupRun, begins_at: datetime) -> Shift:
    zone = run.drop.zone
    start, end = reads.get_location(run.start_id), reads.get_location(run.end_id)
    return Shift(
        starts=_minute(times.instant(run.starts_local, zone), begins_at),
        ends=_minute(times.instant(run.ends_local, zone), begins_at),
        start_place=_both(start.lat, start.lon),
        end_place=_both(end.lat, end.lon),
        most_boxes=run.capacity_boxes,
        most_grams=None if run.payload_kg is None else run.payload_kg * 1000,
    )


def _minute(at: datetime, begins_at: datetime) -> int:
    return round((at - begins_at) / _MINUTE)


def _door(request: PickupRequest, begins_at: datetime, days: Sequence[date]) -> Door:
    if request.point is None or not request.point.hours:
        return Door((_ANY_TIME,), ring_first=True)
    return door_of(request.point, begins_at, days)


def door_of(point: CollectionPoint, begins_at: datetime, days: Sequence[date]) -> Door:
    """When a point opens on some days; vans also come after its last day, at its usual hours."""
    hours = replace(hours_of(point), first_day=None, last_day=None)
    if any(on(hours, day).is_by_appointment for day in days[1:]):
        return Door((_ANY_TIME,), ring_first=True)
    return Door(_windows(hours, begins_at, days))


def _windows(hours: Hours, begins_at: datetime, days: Sequence[date]) -> tuple[Window, ...]:
    return tuple(
        Window(_minute(span.starts, begins_at), _minute(span.ends, begins_at))
        for day in days
        for span in spans(hours, day)
    )
