"""What does not look as it should while news from Stripe is written down: findings for a person."""

from __future__ import annotations

from datetime import datetime

from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.lib.money import Money
from app.payments.facts import IntentSnapshot
from app.payments.models.collecting import Payment
from app.payments.models.plans import Plan
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.collecting import PAID_OR_COMING


def report_payment(
    payment: Payment, intent: IntentSnapshot, *, asked: Money, now: datetime
) -> None:
    """Tell of another sum than was asked for, of foreign money, and of an order paid twice."""
    subject = f"payment:{payment.id}"
    if payment.amount != asked:
        detail = f"Payment {payment.id} collects {payment.amount}, asked for was {asked}."
        ledger.report(Difference("amount_differs", subject, detail), now=now)
    foreign = {
        movement.txn.gross.currency
        for movement in intent.movements()
        if movement.txn.gross.currency != payment.currency
    }
    if foreign:
        detail = f"Payment {payment.id} in {payment.currency} was settled in {sorted(foreign)}."
        ledger.report(Difference("other_currency", subject, detail), now=now)
    paid = [
        state for state in order_reads.payment_states(payment.order_key) if state in PAID_OR_COMING
    ]
    if len(paid) > 1:
        detail = f"Order {payment.order_key} was paid {len(paid)} times; give one back."
        ledger.report(Difference("paid_twice", f"order:{payment.order_key}", detail), now=now)


def report_collected_after_end(plan: Plan, *, now: datetime) -> None:
    """Tell of money that a plan took after it had ended; whichever of the two we heard first."""
    if plan.ended_at is None:
        return
    for payment in plan_reads.list_payments_charged_after(plan.id, plan.ended_at):
        detail = (
            f"Payment {payment.id} of {payment.amount} was collected for a regular gift that had "
            f"been stopped before. Ask the donor, or give it back."
        )
        subject = f"payment:{payment.id}"
        ledger.report(Difference("collected_after_end", subject, detail), now=now)


def report_second_plan(plan: Plan, subscription_id: str, *, now: datetime) -> None:
    """Tell that Stripe collects twice for one regular donation."""
    detail = (
        f"Stripe has subscription {subscription_id} beside {plan.subscription_id} for one regular "
        f"gift ({plan.plan_key}). End one of them at Stripe."
    )
    ledger.report(Difference("second_plan", f"plan:{plan.plan_key}", detail), now=now)
