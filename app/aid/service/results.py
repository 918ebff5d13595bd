"""What happened on a van's day: results at each stop, and the van unloaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.aid.errors.pickups import PlannedElsewhereError, ResultsMissingError
from app.aid.models.pickups import PickupRequest, PickupRun, PickupStop
from app.aid.models.points import CollectionPoint
from app.aid.queries import pickups as reads
from app.aid.rules import pickups as rules
from app.aid.rules.pickups import ASKS_AGAIN, Result
from app.aid.rules.words import RUN_STATES, Fill, PickupState, RunState, StopOutcome
from app.aid.service import fetching, hosting
from app.aid.service.driving import become, in_order, raise_version
from app.aid.service.runs import held
from app.audit.facts import Actor
from app.db.session import db


def enter(
    run: PickupRun,
    results: Mapping[str, Result],
    *,
    counted: str,
    version: int,
    now: datetime,
    by: Actor,
) -> None:
    """Write down what happened at stops (by their public ids); goods move, wishes end or wait.

    A run that was sent is under way by that. What was entered before can be entered anew until
    the run is finished. `counted` is the reason that the books give where a driver counted other
    than they did. Raises StaleRunError, PlannedElsewhereError, and what `check_result` and the
    moves of goods raise.
    """
    run = held(run, version, {RunState.SENT, RunState.RUNNING})
    for result in results.values():
        rules.check_result(result)
    stops = [stop for stop in in_order(run) if stop.public_id in results]
    changed = [stop for stop in stops if _result_of(stop) != results[stop.public_id]]
    locked = {each.id: each for each in reads.lock_requests([s.request_id for s in changed])}
    for stop in changed:
        result, request = results[stop.public_id], locked[stop.request_id]
        _enter(run, stop, request, result, counted=counted, now=now, by=by)
    if run.state is RunState.SENT:
        run.state = RunState.RUNNING
    raise_version(run, "pickup_run.results", now=now, by=by)


def finish(run: PickupRun, *, version: int, now: datetime, by: Actor) -> None:
    """Unload the van into its store; every stop must have a result, or ResultsMissingError."""
    run = held(run, version, {RunState.RUNNING})
    if any(stop.outcome is StopOutcome.PENDING for stop in in_order(run)):
        raise ResultsMissingError
    fetching.unload(run, now=now, by=by)
    run.finished_at = now
    become(run, RunState.FINISHED, "pickup_run.finished", now=now, by=by)


def _enter(
    run: PickupRun,
    stop: PickupStop,
    request: PickupRequest,
    result: Result,
    *,
    counted: str,
    now: datetime,
    by: Actor,
) -> None:
    other = reads.runs_of([request.id]).get(request.id)
    if other is not None and other.id != run.id:
        raise PlannedElsewhereError
    # What was taken back lies at the door from this moment on, and can only leave it now.
    at = now if stop.move_id is not None else fetching.when(run, stop, now)
    fetching.put_back(stop, reason=counted, now=now, by=by)
    stop.outcome, stop.reason = result.outcome, result.reason
    stop.bags, stop.boxes = result.bags, result.boxes
    request.state, request.done_at = _wish_after(result.outcome, now)
    db.session.flush()
    fetching.fetch(run, stop, at=at, counted=counted, now=now, by=by)
    point = request.point
    if result.outcome is StopOutcome.COLLECTED and point is not None and _has_room_again(point):
        hosting.set_fill(point, Fill.EMPTY, now=now, by=by)


def _has_room_again(point: CollectionPoint) -> bool:
    """Whether the public should read that a point which was filling up takes in again."""
    return point.fill is not Fill.EMPTY and point.state in RUN_STATES


def _wish_after(outcome: StopOutcome, now: datetime) -> tuple[PickupState, datetime | None]:
    """How a wish stands after a stop: what stayed there is asked for still."""
    if outcome is StopOutcome.PENDING:
        return PickupState.PLANNED, None
    return (PickupState.OPEN, None) if outcome in ASKS_AGAIN else (PickupState.DONE, now)


def _result_of(stop: PickupStop) -> Result:
    return Result(outcome=stop.outcome, bags=stop.bags, boxes=stop.boxes, reason=stop.reason)
