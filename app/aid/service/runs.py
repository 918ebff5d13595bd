"""A van's day while it is planned: made, proposed, moved by hand. Each change makes it a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from app.aid.errors.pickups import PlannedElsewhereError, RunClosedError, StaleRunError
from app.aid.models.drops import Drop
from app.aid.models.pickups import PickupRequest, PickupRun, PickupStop, Vehicle
from app.aid.queries import pickups as reads
from app.aid.queries.vehicles import lock_vehicle
from app.aid.rules import pickups as rules
from app.aid.rules.pickups import OPEN_RUNS, RunContent, Shove
from app.aid.rules.route import LeftOut, Plan, WhyNot, lay_out, to_json
from app.aid.rules.words import PickupState, RunState
from app.aid.service import planning
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.lib.clock import day_in


def make(
    drop: Drop, vehicle: Vehicle, content: RunContent, *, now: datetime, by: Actor
) -> PickupRun:
    """Make the draft of a day; what waits is proposed in a second step. Raises what rules do."""
    _check_shift(drop, content)
    run = PickupRun(
        public_id=ids.public_id(),
        drop=drop,
        vehicle=vehicle,
        capacity_boxes=vehicle.capacity_boxes,
        created_at=now,
        updated_at=now,
    )
    _fill(run, vehicle, content)
    db.session.add(run)
    db.session.flush()
    note(run, "pickup_run.made", now=now, by=by)
    return run


def make_once(
    drop: Drop, vehicle: Vehicle, content: RunContent, *, now: datetime, by: Actor
) -> tuple[PickupRun, bool]:
    """The same, or the run of this van and shift that is there already; whether it is new."""
    lock_vehicle(vehicle.id)
    there = reads.find_same(drop.id, vehicle.id, content.starts_local, content.ends_local)
    if there is not None:
        return there, False
    return make(drop, vehicle, content, now=now, by=by), True


def _check_shift(drop: Drop, content: RunContent) -> None:
    begins_on = min(drop.opens_on, day_in(drop.zone, drop.created_at))
    rules.check_shift(content, drop.zone, begins_on)


def edit(
    run: PickupRun,
    vehicle: Vehicle,
    content: RunContent,
    *,
    version: int,
    now: datetime,
    by: Actor,
) -> None:
    """Give a day another van, crew or shift; its order stays. Raises StaleRunError, as rules do."""
    run = held(run, version, OPEN_RUNS)
    _check_shift(run.drop, content)
    _fill(run, vehicle, content)
    lay_out_anew(run, now=now)
    note(run, "pickup_run.edited", now=now, by=by)


def _fill(run: PickupRun, vehicle: Vehicle, content: RunContent) -> None:
    run.vehicle, run.vehicle_id = vehicle, vehicle.id
    run.capacity_boxes, run.payload_kg = vehicle.capacity_boxes, vehicle.payload_kg
    run.start_id, run.end_id = content.start_id, content.end_id
    run.starts_local, run.ends_local = content.starts_local, content.ends_local
    run.crew = content.crew


def take_over(
    run: PickupRun, plan: Plan, offered: Collection[str], *, version: int, now: datetime, by: Actor
) -> None:
    """Let the stops of a run be as the proposer says; `offered` names the requests it was given."""
    run = held(run, version, OPEN_RUNS)
    wanted = {each.public_id: each for each in reads.list_open_of(run.drop_id)}
    there = {stop.request.public_id for stop in run.stops}
    for key in [key for key in offered if key in wanted and key not in there]:
        _add_stop(run, wanted[key])
    _settle(
        run,
        [call.key for call in plan.calls],
        {each.key: each.why for each in plan.unserved},
        now=now,
    )
    note(run, "pickup_run.edited", now=now, by=by)


def shove(run: PickupRun, key: str, how: Shove, *, version: int, now: datetime, by: Actor) -> None:
    """Move the stop of a request up, down, out of the order or into it."""
    run = held(run, version, OPEN_RUNS)
    stop = next((each for each in run.stops if each.request.public_id == key), None)
    if stop is None or (stop.position is None) != (how is Shove.IN):
        raise StaleRunError
    if how is Shove.IN and not planning.is_free(stop.request):
        raise PlannedElsewhereError
    left = _left_out(run)
    if how is Shove.OUT:
        left[key] = WhyNot.LEFT_OUT
    _settle(run, rules.shoved(_order(run), key, how), left, now=now)
    _check_taken_in(run, key, how)
    note(run, "pickup_run.edited", now=now, by=by)


def add(run: PickupRun, request: PickupRequest, *, version: int, now: datetime, by: Actor) -> None:
    """Take a request that came later into the order, at its end."""
    run = held(run, version, OPEN_RUNS)
    if not planning.is_free(request):
        raise PlannedElsewhereError
    if all(stop.request_id != request.id for stop in run.stops):
        _add_stop(run, request)
    _settle(run, [*_order(run), request.public_id], _left_out(run), now=now)
    _check_taken_in(run, request.public_id, Shove.IN)
    note(run, "pickup_run.edited", now=now, by=by)


def _check_taken_in(run: PickupRun, key: str, how: Shove) -> None:
    """Raise PlannedElsewhereError where another van was quicker, seen only under the lock."""
    if how is Shove.IN and key not in _order(run):
        raise PlannedElsewhereError


def lay_out_anew(run: PickupRun, *, now: datetime) -> None:
    """Count the times and loads of a run again, its order kept; the run is locked already."""
    _settle(run, _order(run), _left_out(run), now=now)


def held(run: PickupRun, version: int, states: Collection[RunState]) -> PickupRun:
    """A run, locked, that stands as its reader saw it; raises StaleRunError or RunClosedError."""
    run = reads.lock_run(run.id)
    if run.version != version:
        raise StaleRunError
    if run.state not in states:
        raise RunClosedError
    return run


def note(run: PickupRun, action: str, *, now: datetime, by: Actor) -> None:
    """Write down who did what to a run; never who drives."""
    audit.record(
        by,
        action,
        f"pickup_run:{run.id}",
        now=now,
        group_id=run.drop.group_id,
        detail={"day": run.starts_local.date().isoformat(), "vehicle": run.vehicle.name},
    )


# --- the order ------------------------------------------------------------------------------------


def _order(run: PickupRun) -> list[str]:
    in_order = [stop for stop in run.stops if stop.position is not None]
    in_order.sort(key=lambda stop: stop.position or 0)
    return [stop.request.public_id for stop in in_order]


def _left_out(run: PickupRun) -> dict[str, WhyNot]:
    return {
        stop.request.public_id: WhyNot(stop.unserved or WhyNot.LEFT_OUT)
        for stop in run.stops
        if stop.position is None
    }


def _add_stop(run: PickupRun, request: PickupRequest) -> None:
    stop = PickupStop(public_id=ids.public_id(), request=request)
    run.stops.append(stop)
    db.session.flush()


def _settle(
    run: PickupRun, order: Sequence[str], left: Mapping[str, WhyNot], *, now: datetime
) -> None:
    """Write an order with its times, and what is left out; requests follow, the run is a draft."""
    locked = reads.lock_requests([stop.request_id for stop in run.stops])
    by_key = {each.public_id: each for each in locked}
    mine = {stop.request.public_id for stop in run.stops if stop.position is not None}
    usable = {
        key
        for key, each in by_key.items()
        if each.state is PickupState.OPEN or (key in mine and each.state is PickupState.PLANNED)
    }
    _drop_lost(run, usable)
    day = planning.day_of(run, [by_key[key] for key in sorted(usable)])
    kept = [key for key in dict.fromkeys(order) if key in usable]
    out = [LeftOut(key, left.get(key, WhyNot.LEFT_OUT)) for key in sorted(usable - set(kept))]
    plan = lay_out([day.visits[key] for key in kept], out, day.shift)
    _write(run, plan, day)
    run.plan = to_json(plan)
    run.state, run.checked_at = RunState.DRAFT, None
    run.version += 1
    run.updated_at = now
    db.session.flush()


def _drop_lost(run: PickupRun, usable: Collection[str]) -> None:
    """Forget stops whose request was taken back, fetched, or planned by another run."""
    for stop in [each for each in run.stops if each.request.public_id not in usable]:
        run.stops.remove(stop)
        db.session.delete(stop)
    db.session.flush()


def _write(run: PickupRun, plan: Plan, day: planning.Day) -> None:
    calls = {call.key: (number, call) for number, call in enumerate(plan.calls, start=1)}
    why = {each.key: each.why for each in plan.unserved}
    for stop in run.stops:
        key = stop.request.public_id
        if key in calls:
            number, call = calls[key]
            stop.position, stop.unserved = number, None
            stop.arrives_local, stop.leaves_local = day.wall(call.begins), day.wall(call.leaves)
            stop.request.state = PickupState.PLANNED
        else:
            stop.position, stop.unserved = None, why[key].value
            stop.arrives_local = stop.leaves_local = None
            stop.request.state = PickupState.OPEN
        stop.service_minutes = day.visits[key].minutes
