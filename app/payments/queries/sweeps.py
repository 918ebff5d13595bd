"""What a sweep looks at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.db.session import db
from app.payments.models.collecting import CheckoutAttempt, Payment
from app.payments.models.inbox import SweepCursor
from app.payments.rules.attempts import LIVE_ATTEMPTS
from app.payments.rules.collecting import SETTLED_PAYMENTS


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
