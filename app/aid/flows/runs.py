"""Proposing a van's day: read, think outside of every transaction, then write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.aid.models.pickups import PickupRun
from app.aid.rules.routing import propose as think
from app.aid.service import planning, runs
from app.audit.facts import Actor
from app.db.session import transaction


def propose(load: Callable[[], PickupRun], *, version: int, now: datetime, by: Actor) -> None:
    """Let the proposer order what waits; raises StaleRunError where the run changed meanwhile."""
    run = load()
    day = planning.day_of(run, planning.candidates(run))
    plan = think([*day.visits.values()], day.shift)
    with transaction():
        runs.take_over(load(), plan, day.visits.keys(), version=version, now=now, by=by)
