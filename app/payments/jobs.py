"""What the worker does about payments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.db.session import transaction
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.lib import clock
from app.payments.flows import guarded, sweep, sync
from app.payments.flows.changing import carry_out
from app.payments.gateway.client import patiently
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import PlanChangeState, wait_of
from app.payments.service import changes, guard, inbox
from app.queue.facts import Handler, RetryLater, Schedule


def _apply(payload: Mapping[str, Any]) -> None:
    with patiently():
        wait = sync.apply_event(int(payload["event"]), now=clock.utcnow())
    if wait is not None:
        raise RetryLater(wait)


def _sweep(payload: Mapping[str, Any]) -> None:
    """What could not be looked at is a finding until a sweep looked at everything again."""
    with patiently():
        report = sweep.sweep(now=clock.utcnow(), is_deep=bool(payload.get("is_deep")))
    with transaction():
        if report.problems:
            detail = "; ".join(report.problems)
            ledger.report(Difference("sweep", "stripe", detail), now=clock.utcnow())
        else:
            ledger.settle("sweep", "stripe", now=clock.utcnow())


def _change(payload: Mapping[str, Any]) -> None:
    """What was asked of a plan is repeated until Stripe did it or refused it."""
    change_id = int(payload["change"])
    with patiently():
        state = carry_out(change_id, now=clock.utcnow())
    if state is PlanChangeState.REQUESTED:
        raise RetryLater(wait_of(plan_reads.get_change(change_id).tries))


def _purge(_payload: Mapping[str, Any]) -> None:
    with transaction():
        inbox.purge(now=clock.utcnow())


def _check(_payload: Mapping[str, Any]) -> None:
    """Keep what does not agree as findings, and settle those that agree again."""
    differences = ledger.check_books()
    with transaction():
        ledger.keep_findings(differences, now=clock.utcnow())


def _guard(_payload: Mapping[str, Any]) -> None:
    """What the guard finds out late: pages where cards are tried out, cards that must rest."""
    now = clock.utcnow()
    guarded.close_tested_pages(now=now)
    guarded.look_after_cards(now=now)


def _purge_guard(_payload: Mapping[str, Any]) -> None:
    with transaction():
        guard.purge(now=clock.utcnow())


HANDLERS: Mapping[str, Handler] = {
    inbox.APPLY_JOB: _apply,
    changes.CHANGE_JOB: _change,
    "payments.sweep": _sweep,
    "payments.sweep_deep": _sweep,
    "payments.purge": _purge,
    "payments.check_books": _check,
    "payments.guard": _guard,
    "payments.purge_guard": _purge_guard,
}

SCHEDULES: tuple[Schedule, ...] = (
    Schedule("payments.sweep", timedelta(minutes=5)),
    Schedule("payments.sweep_deep", timedelta(days=1), {"is_deep": True}),
    Schedule("payments.purge", timedelta(days=1)),
    Schedule("payments.check_books", timedelta(days=1)),
    Schedule("payments.guard", timedelta(minutes=1)),
    Schedule("payments.purge_guard", timedelta(hours=1)),
)
