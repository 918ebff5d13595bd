"""The inbox of Stripe's events: stored first, applied later, kept until applied."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.db.session import db
from app.groups.models import PaymentAccount
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.lib import logs
from app.payments.facts import EventSnapshot
from app.payments.models.collecting import CheckoutAttempt
from app.payments.models.inbox import StripeEvent, SweepCursor
from app.payments.queries import events as event_reads
from app.payments.queries import sweeps as sweep_reads
from app.payments.rules.attempts import LIVE_ATTEMPTS
from app.payments.rules.events import DEFERRALS, EVENT_TYPES, PERSONAL_LIFE, EventState
from app.queue import service as queue

APPLY_JOB = "payments.apply"
ERROR_LIMIT = 2000


def receive(account: PaymentAccount, event: EventSnapshot, *, now: datetime) -> StripeEvent | None:
    """Keep an event and ask the worker to apply it; nothing where it was kept already."""
    if event_reads.find_event(account.id, event.id) is not None:
        return None
    is_wanted = event.type in EVENT_TYPES
    row = StripeEvent(
        payment_account_id=account.id,
        event_id=event.id,
        type=event.type,
        object_type=event.object_type,
        object_id=event.object_id,
        is_live=event.is_live,
        api_version=event.api_version,
        created_at=event.created_at,
        received_at=now,
        body=event.body,
        state=EventState.RECEIVED if is_wanted else EventState.IGNORED,
    )
    db.session.add(row)
    db.session.flush()
    if is_wanted:
        queue.put(APPLY_JOB, {"event": row.id}, now=now, key=f"{APPLY_JOB}:{row.id}")
    return row


def finish(row_id: int, *, order_key: str | None, now: datetime) -> None:
    """Write down that an event was applied, or that it was about nothing of ours."""
    row = _lock(row_id)
    row.state = EventState.DONE if order_key else EventState.IGNORED
    row.order_key, row.applied_at, row.error = order_key, now, None
    ledger.settle("unmatched_event", _subject(row), now=now)


def defer(row_id: int, why: str, *, now: datetime) -> timedelta | None:
    """Let an event wait whose order we do not know; after the last wait it becomes a finding.

    Returns how long to wait, or nothing when the waiting is over.
    """
    row = _lock(row_id)
    if row.tries < len(DEFERRALS):
        wait = DEFERRALS[row.tries]
        row.tries += 1
        row.state, row.error = EventState.DEFERRED, why
        return wait
    row.state, row.error, row.applied_at = EventState.IGNORED, why, now
    detail = f"Stripe told of {row.object_type} {row.object_id} ({row.type}): {why}"
    ledger.report(Difference("unmatched_event", _subject(row), detail), now=now)
    return None


def fail(row_id: int, error: BaseException, *, now: datetime) -> None:
    """Keep an event that could not be applied, with what went wrong, for the next try."""
    row = _lock(row_id)
    if row.state in {EventState.DONE, EventState.IGNORED}:
        return
    row.state = EventState.FAILED
    row.error = f"{now:%Y-%m-%d %H:%M:%S} {described(error)}"[:ERROR_LIMIT]


def described(error: BaseException) -> str:
    """What went wrong, for a log or a page; a database's own words quote the row, so only where."""
    if isinstance(error, DBAPIError):
        return logs.places(error)
    return f"{type(error).__name__}: {error}"


def purge(*, now: datetime) -> None:
    """Empty what speaks of people in events and attempts that are older than ninety days."""
    old = now - PERSONAL_LIFE
    db.session.execute(
        update(StripeEvent)
        .where(StripeEvent.received_at < old, StripeEvent.body.is_not(None))
        .values(body=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(CheckoutAttempt)
        .where(CheckoutAttempt.created_at < old, CheckoutAttempt.state.not_in(LIVE_ATTEMPTS))
        .values(params={})
        .execution_options(synchronize_session=False)
    )


def move_cursor(account_id: int, *, now: datetime) -> None:
    """Note that an account's balance has been compared with the ledger up to now."""
    cursor = sweep_reads.find_cursor(account_id)
    if cursor is None:
        cursor = SweepCursor(payment_account_id=account_id)
        db.session.add(cursor)
    cursor.swept_until = cursor.swept_at = now


def _lock(row_id: int) -> StripeEvent:
    return db.session.scalars(
        select(StripeEvent)
        .where(StripeEvent.id == row_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _subject(row: StripeEvent) -> str:
    return f"event:{row.event_id}"
