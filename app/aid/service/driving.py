"""What becomes of a planned day: confirmed, sent, driven, or called off."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.pickups import NoStopsError, PlanBrokenError, VehicleBusyError
from app.aid.mails import hosting as mails
from app.aid.models.pickups import PickupRun, PickupStop
from app.aid.queries import pickups as reads
from app.aid.rules import pickups as rules
from app.aid.rules.hosting import van_window
from app.aid.rules.pickups import OPEN_RUNS
from app.aid.rules.words import PickupState, RunState
from app.aid.service import planning
from app.aid.service.runs import held, note
from app.audit.facts import Actor
from app.db.session import db


def confirm(run: PickupRun, *, version: int, now: datetime, by: Actor) -> None:
    """Call a draft planned; raises NoStopsError, VehicleBusyError, or PlanBrokenError.

    The last where the checker finds anything wrong with its order.
    """
    run = held(run, version, {RunState.DRAFT})
    _check(run)
    run.checked_at = now
    become(run, RunState.PLANNED, "pickup_run.planned", now=now, by=by)


def send(run: PickupRun, *, version: int, now: datetime, by: Actor) -> None:
    """Say that the driver has the sheet; hours that changed since are looked at once more."""
    run = held(run, version, {RunState.PLANNED})
    _check(run)
    run.checked_at = run.sent_at = now
    become(run, RunState.SENT, "pickup_run.sent", now=now, by=by)
    _tell_hosts(run, now=now)


def take_back(run: PickupRun, *, version: int, now: datetime, by: Actor) -> None:
    """Let the order of a run that is planned or sent be changed again."""
    run = held(run, version, {RunState.PLANNED, RunState.SENT})
    run.checked_at = run.sent_at = None
    become(run, RunState.DRAFT, "pickup_run.reopened", now=now, by=by)


def start(run: PickupRun, *, version: int, now: datetime, by: Actor) -> None:
    """Say that the van is under way."""
    run = held(run, version, {RunState.SENT})
    become(run, RunState.RUNNING, "pickup_run.started", now=now, by=by)


def call_off(run: PickupRun, *, version: int, now: datetime, by: Actor) -> None:
    """Send no van; what was to be fetched waits again."""
    run = held(run, version, OPEN_RUNS | {RunState.SENT})
    for request in reads.lock_requests([stop.request_id for stop in in_order(run)]):
        if request.state is PickupState.PLANNED:
            request.state = PickupState.OPEN
    become(run, RunState.CANCELLED, "pickup_run.called_off", now=now, by=by)


def in_order(run: PickupRun) -> list[PickupStop]:
    """The stops that the van makes."""
    planned = (stop for stop in run.stops if stop.position is not None)
    return sorted(planned, key=lambda stop: stop.position or 0)


def _tell_hosts(run: PickupRun, *, now: datetime) -> None:
    """Tell hosts on which day and from when to when the van comes; the same plan once."""
    day = run.starts_local.date()
    for stop in in_order(run):
        point = stop.request.point
        if point is None or point.host is None or stop.arrives_local is None:
            continue
        times = van_window(stop.arrives_local)
        key = f"{run.public_id}:{day.isoformat()}:{times}"
        mails.pickup_planned(point.host, day, times, key=key, now=now)


def _check(run: PickupRun) -> None:
    if not in_order(run):
        raise NoStopsError
    if planning.problems_of(run):
        raise PlanBrokenError
    if reads.find_clash(run) is not None:
        raise VehicleBusyError


def become(run: PickupRun, state: RunState, action: str, *, now: datetime, by: Actor) -> None:
    """Let a run stand otherwise, and write down who said so; raises RunClosedError."""
    rules.check_move(run.state, state)
    run.state = state
    raise_version(run, action, now=now, by=by)


def raise_version(run: PickupRun, action: str, *, now: datetime, by: Actor) -> None:
    """Note a change of a run, so that a page made before is stale."""
    run.version += 1
    run.updated_at = now
    db.session.flush()
    note(run, action, now=now, by=by)
