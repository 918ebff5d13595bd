"""What was asked of a plan: written down before Stripe is asked, and kept until it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.db.session import db
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.lib.ids import public_id
from app.payments.errors import PlanEndedError
from app.payments.facts import PlanChanged
from app.payments.models.plans import Plan, PlanChange
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import PlanChangeKind, PlanChangeState
from app.payments.service.listeners import tell_change
from app.queue import service as queue

CHANGE_JOB = "payments.change"
#: The one who asked waits for the answer; the worker comes after her.
HEAD_START = timedelta(minutes=1)
#: A wish that waits for longer is told to a person.
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks of a plan."""

    kind: PlanChangeKind
    #: "donor" or "account:<id>".
    asked_by: str
    reason: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


def ask(plan_key: str, wish: Wish, *, now: datetime) -> PlanChange:
    """Write a wish down; the same wish that waits already is the one there is.

    Raises NotFoundError, or PlanEndedError for a plan that ended or is to be stopped.
    """
    plan = _lock_plan(plan_reads.get_plan(plan_key).id)
    pending = plan_reads.list_pending_changes(plan_key)
    for change in pending:
        if change.kind is wish.kind and dict(change.params) == dict(wish.params):
            return change
    if plan.is_ended or any(change.kind is PlanChangeKind.STOP for change in pending):
        raise PlanEndedError
    change = PlanChange(
        public_id=public_id(),
        plan=plan,
        kind=wish.kind,
        params=dict(wish.params),
        state=PlanChangeState.REQUESTED,
        asked_by=wish.asked_by,
        reason=wish.reason,
        created_at=now,
        tries=0,
    )
    db.session.add(change)
    db.session.flush()
    queue.put(
        CHANGE_JOB,
        {"change": change.id},
        now=now,
        key=f"{CHANGE_JOB}:{change.id}",
        run_at=now + HEAD_START,
    )
    return change


def finish(change_id: int, *, now: datetime) -> PlanChangeState:
    """Write down that a wish was done; whoever is second changes nothing and tells nobody."""
    return _end(change_id, PlanChangeState.DONE, None, now)


def refuse(change_id: int, why: str, *, now: datetime) -> PlanChangeState:
    """Write down that Stripe refused a wish, in Stripe's words."""
    return _end(change_id, PlanChangeState.REFUSED, why, now)


def _end(change_id: int, state: PlanChangeState, why: str | None, now: datetime) -> PlanChangeState:
    change = _lock(change_id)
    if change.state is not PlanChangeState.REQUESTED:
        return change.state
    change.state, change.error, change.done_at = state, why, now
    asked = dict(change.params)
    if change.kind is PlanChangeKind.CONTACT:
        # An address has no business here once Stripe has it, or refused it; nor in Stripe's words.
        change.params, change.error = {}, "refused" if why else None
    db.session.flush()
    ledger.settle("plan_change_waits", _subject(change), now=now)
    tell_change(
        PlanChanged(
            plan_key=change.plan.plan_key,
            kind=change.kind,
            state=state,
            params=asked,
            asked_by=change.asked_by,
            reason=change.reason,
            at=now,
        )
    )
    return state


def note_failure(change_id: int, why: str, *, is_key_spent: bool, now: datetime) -> None:
    """Keep a wish for the next try, under a new key where Stripe's answer to the old is final."""
    change = _lock(change_id)
    if change.state is not PlanChangeState.REQUESTED:
        return
    change.tries += 1
    change.error = why
    if is_key_spent:
        change.public_id = public_id()
    if now - change.created_at > LONGEST_WAIT:
        since = f"{change.created_at:%Y-%m-%d %H:%M}"
        detail = f"What was asked of a regular gift ({change.kind}) waits for Stripe since {since}."
        ledger.report(Difference("plan_change_waits", _subject(change), detail), now=now)


def _subject(change: PlanChange) -> str:
    return f"change:{change.id}"


def _lock_plan(plan_id: int) -> Plan:
    return db.session.scalars(
        select(Plan)
        .where(Plan.id == plan_id)
        .with_for_update(of=Plan)
        .execution_options(populate_existing=True)
    ).one()


def _lock(change_id: int) -> PlanChange:
    return db.session.scalars(
        select(PlanChange)
        .where(PlanChange.id == change_id)
        .with_for_update(of=PlanChange)
        .execution_options(populate_existing=True)
    ).one()
