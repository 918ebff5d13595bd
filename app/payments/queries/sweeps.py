"""What a sweep looks at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from app.db.session import db
from app.payments.models.collecting import CheckoutAttempt, Payment
from app.payments.models.inbox import SweepCursor
from app.payments.models.plans import Invoice, Plan, PlanChange
from app.payments.rules.attempts import LIVE_ATTEMPTS, AttemptState
from app.payments.rules.collecting import SETTLED_PAYMENTS
from app.payments.rules.plans import InvoiceState, PlanChangeState


def list_stale_attempts(
    account_id: int, *, before: datetime, limit: int
) -> Sequence[CheckoutAttempt]:
    """Attempts that are not over and of which nothing was heard since `before`."""
    last_news = func.coalesce(CheckoutAttempt.synced_at, CheckoutAttempt.created_at)
    return db.session.scalars(
        select(CheckoutAttempt)
        .where(
            CheckoutAttempt.payment_account_id == account_id,
            CheckoutAttempt.state.in_(LIVE_ATTEMPTS),
            last_news <= before,
        )
        .order_by(last_news, CheckoutAttempt.id)
        .limit(limit)
    ).all()


def list_stale_payments(account_id: int, *, before: datetime, limit: int) -> Sequence[Payment]:
    """Payments that are not settled and of which nothing was heard since `before`."""
    return db.session.scalars(
        select(Payment)
        .where(
            Payment.payment_account_id == account_id,
            Payment.state.not_in(SETTLED_PAYMENTS),
            Payment.synced_at <= before,
        )
        .order_by(Payment.synced_at, Payment.id)
        .limit(limit)
    ).all()


def find_cursor(account_id: int) -> SweepCursor | None:
    """Up to where an account was swept, or nothing before the first sweep."""
    return db.session.get(SweepCursor, account_id)


def first_attempt_at(account_id: int) -> datetime | None:
    """When an account was first asked to collect anything."""
    return db.session.scalar(
        select(func.min(CheckoutAttempt.created_at)).where(
            CheckoutAttempt.payment_account_id == account_id
        )
    )


def list_planless_attempts(
    account_id: int, *, since: datetime, limit: int
) -> Sequence[CheckoutAttempt]:
    """Attempts made since an instant that were completed and began no plan that is known."""
    return db.session.scalars(
        select(CheckoutAttempt)
        .outerjoin(Plan, Plan.attempt_id == CheckoutAttempt.id)
        .where(
            CheckoutAttempt.payment_account_id == account_id,
            CheckoutAttempt.plan_key.is_not(None),
            CheckoutAttempt.session_id.is_not(None),
            CheckoutAttempt.state == AttemptState.COMPLETE,
            CheckoutAttempt.created_at >= since,
            Plan.id.is_(None),
        )
        .order_by(CheckoutAttempt.id.desc())
        .limit(limit)
    ).all()


def list_stale_plans(
    account_id: int, *, due: datetime, before: datetime, limit: int
) -> Sequence[Plan]:
    """Plans that are not closed and of which nothing was heard since `before`.

    One whose collection is due since `due` is among them if nothing was heard since then.
    """
    is_overdue = and_(Plan.period_end <= due, Plan.synced_at < Plan.period_end)
    return db.session.scalars(
        select(Plan)
        .where(
            Plan.payment_account_id == account_id,
            Plan.closed_at.is_(None),
            or_(Plan.synced_at <= before, is_overdue),
        )
        .order_by(Plan.synced_at, Plan.id)
        .limit(limit)
    ).all()


def list_stale_invoices(
    account_id: int, *, due: datetime, before: datetime, limit: int
) -> Sequence[Invoice]:
    """Demands that wait to be paid and of which nothing was heard since `before`.

    One that Stripe tried again meanwhile is among them if nothing was heard since then.
    """
    is_overdue = and_(Invoice.next_try_at <= due, Invoice.synced_at < Invoice.next_try_at)
    return db.session.scalars(
        select(Invoice)
        .where(
            Invoice.payment_account_id == account_id,
            Invoice.state.in_((InvoiceState.OPEN, InvoiceState.DRAFT)),
            or_(Invoice.synced_at <= before, is_overdue),
        )
        .order_by(Invoice.synced_at, Invoice.id)
        .limit(limit)
    ).all()


def list_stale_changes(account_id: int, *, before: datetime, limit: int) -> Sequence[PlanChange]:
    """Wishes about plans that were written down before an instant and are not done yet."""
    return db.session.scalars(
        select(PlanChange)
        .join(Plan, PlanChange.plan_id == Plan.id)
        .where(
            Plan.payment_account_id == account_id,
            PlanChange.state == PlanChangeState.REQUESTED,
            PlanChange.created_at <= before,
        )
        .order_by(PlanChange.id)
        .limit(limit)
    ).all()
