"""Checks of plans: whose each payment is, and that each demand is paid once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from app.db.session import db
from app.ledger.facts import Difference
from app.payments.models.collecting import CheckoutAttempt, Payment
from app.payments.models.plans import Invoice, Plan
from app.payments.rules.collecting import PAID_OR_COMING


def check_plan_payments() -> Iterator[Difference]:
    """Tell the payments of plans whose order no demand asked for, or another one did."""
    query = (
        select(Payment.id, Payment.order_key, Invoice.order_key, Invoice.plan_id, Plan.id)
        .join(CheckoutAttempt, Payment.attempt_id == CheckoutAttempt.id)
        .outerjoin(Invoice, Payment.invoice_id == Invoice.id)
        .outerjoin(Plan, Plan.attempt_id == CheckoutAttempt.id)
        .where(CheckoutAttempt.plan_key.is_not(None))
        .order_by(Payment.id)
    )
    for payment_id, order_key, asked, plan_id, own_plan_id in db.session.execute(query):
        if order_key != asked or plan_id != own_plan_id:
            yield Difference(
                "plan_payment",
                f"payment:{payment_id}",
                f"Payment {payment_id} is of order {order_key}; its demand is of order {asked}.",
            )


def check_demands_paid_once() -> Iterator[Difference]:
    """Tell the demands that more than one payment answers."""
    query = (
        select(Payment.invoice_id, func.count())
        .where(Payment.invoice_id.is_not(None), Payment.state.in_(PAID_OR_COMING))
        .group_by(Payment.invoice_id)
        .having(func.count() > 1)
        .order_by(Payment.invoice_id)
    )
    for invoice_id, count in db.session.execute(query):
        yield Difference(
            "demand_paid_twice",
            f"invoice:{invoice_id}",
            f"Demand {invoice_id} is answered by {count} payments.",
        )
