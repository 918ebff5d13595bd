"""What the worker does about payments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.db.session import transaction
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.lib import clock
from app.payments.flows import sweep, sync
from app.payments.service import inbox
from app.queue.facts import Handler, RetryLater, Schedule


def _apply(payload: Mapping[str, Any]) -> None:
    wait = sync.apply_event(int(payload["event"]), now=clock.utcnow())
    if wait is not None:
        raise RetryLater(wait)


def _sweep(payload: Mapping[str, Any]) -> None:
    """What could not be looked at is a finding until a sweep looked at everything again."""
    report = sweep.sweep(now=clock.utcnow(), is_deep=bool(payload.get("is_deep")))
    with transaction():
        if report.problems:
            detail = "; ".join(report.problems)
            ledger.report(Difference("sweep", "stripe", detail), now=clock.utcnow())
        else:
            ledger.settle("sweep", "stripe", now=clock.utcnow())


def _purge(_payload: Mapping[str, Any]) -> None:
    with transaction():
        inbox.purge(now=clock.utcnow())


def _check(_payload: Mapping[str, Any]) -> None:
    """Keep what does not agree as findings, and settle those that agree again."""
    differences = ledger.check_books()
    with transaction():
        ledger.keep_findings(differences, now=clock.utcnow())


HANDLERS: Mapping[str, Handler] = {
    inbox.APPLY_JOB: _apply,
    "payments.sweep": _sweep,
    "payments.sweep_deep": _sweep,
    "payments.purge": _purge,
    "payments.check_books": _check,
}

SCHEDULES: tuple[Schedule, ...] = (
    Schedule("payments.sweep", timedelta(minutes=5)),
    Schedule("payments.sweep_deep", timedelta(days=1), {"is_deep": True}),
    Schedule("payments.purge", timedelta(days=1)),
    Schedule("payments.check_books", timedelta(days=1)),
)
