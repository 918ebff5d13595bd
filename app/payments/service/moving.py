"""Money that was given to the wrong fund goes to the right one, with its fees and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.ledger import queries as ledger_reads
from app.ledger import service as ledger
from app.ledger.errors import FundAccountError, FundCurrencyError
from app.ledger.models import Fund, LedgerEntry
from app.ledger.rules import EntryKind, NewEntry, moving_lines
from app.payments.models.collecting import CheckoutAttempt, Payment
from app.payments.models.plans import Plan
from app.payments.rules.offline import desk_source


def check_target(old: Fund, new: Fund) -> None:
    """Accept a fund of the same body and currency; raises FundAccountError, FundCurrencyError."""
    if old.payment_account_id is None or new.payment_account_id != old.payment_account_id:
        raise FundAccountError
    if new.currency != old.currency:
        raise FundCurrencyError(old.currency)


def move_order(
    order_key: str, *, old: Fund, new: Fund, reason: str, now: datetime, by: Actor
) -> None:
    """Move all that an order brought and cost to another fund, and what it will still bring.

    The lines in the old fund are undone and written anew in the new one, so that both balances are
    exact; a refund that comes later is taken from the new one. Raises what `check_target` raises.
    """
    check_target(old, new)
    # In the order in which news from Stripe locks them.
    attempts, payments = _lock_attempts(order_key), _lock_payments(order_key)
    for payment in payments:
        payment.fund_id = new.id
    for attempt in attempts:
        if not _began_plan(attempt):
            attempt.fund_id = new.id
    db.session.flush()
    _post(order_key, old, new, reason=reason, now=now)
    for payment in payments:
        _note(payment, old, new, now=now, by=by)


def move_plan(plan_key: str, *, old: Fund, new: Fund) -> None:
    """Let a plan collect for another fund from now on; raises what `check_target` raises."""
    check_target(old, new)
    plan = db.session.scalar(
        select(Plan)
        .where(Plan.plan_key == plan_key)
        .with_for_update(of=Plan)
        .execution_options(populate_existing=True)
    )
    if plan is not None:
        plan.fund_id = plan.attempt.fund_id = new.id
        db.session.flush()


def _post(order_key: str, old: Fund, new: Fund, *, reason: str, now: datetime) -> None:
    sums = ledger_reads.sum_order_lines(order_key, old.id)
    lines = moving_lines(sums, old_fund=old.id, new_fund=new.id)
    if not lines or old.payment_account_id is None:
        return  # nothing came yet, or all of it went back, to the penny
    entry = NewEntry(
        source=desk_source(old.payment_account_id),
        ref=f"{order_key}/{_count_moves(order_key) + 1}",
        kind=EntryKind.TRANSFER,
        lines=lines,
        posted_at=now,
        order_key=order_key,
        reason=reason,
    )
    ledger.post(entry, now=now)


def _count_moves(order_key: str) -> int:
    query = select(func.count()).where(
        LedgerEntry.order_key == order_key, LedgerEntry.kind == EntryKind.TRANSFER
    )
    return db.session.scalar(query) or 0


def _began_plan(attempt: CheckoutAttempt) -> bool:
    """Whether later collections of a plan are made under it; they move only when asked."""
    found = select(Plan.id).where(Plan.attempt_id == attempt.id)
    return db.session.scalar(found) is not None


def _lock_attempts(order_key: str) -> Sequence[CheckoutAttempt]:
    return db.session.scalars(
        select(CheckoutAttempt)
        .where(CheckoutAttempt.order_key == order_key)
        .order_by(CheckoutAttempt.id)
        .with_for_update(of=CheckoutAttempt)
        .execution_options(populate_existing=True)
    ).all()


def _lock_payments(order_key: str) -> Sequence[Payment]:
    return db.session.scalars(
        select(Payment)
        .where(Payment.order_key == order_key)
        .order_by(Payment.id)
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    ).all()


def _note(payment: Payment, old: Fund, new: Fund, *, now: datetime, by: Actor) -> None:
    audit.record(
        by,
        "payment.moved",
        f"payment:{payment.id}",
        now=now,
        group_id=new.group_id,
        detail={"fund": [old.id, new.id]},
    )
