"""The reducer of plans and invoices: from what Stripe shows of them to our rows.

As with payments it is given the whole of what Stripe shows now, may be run again without harm, and
refuses a snapshot that is older than what the row holds. No money is counted here: an invoice is a
demand, its payment intent is the money.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db.session import db
from app.groups.models import PaymentAccount
from app.lib.ids import public_id
from app.lib.money import Money
from app.payments.errors import StaleSnapshotError
from app.payments.facts import (
    ATTEMPT_KEY,
    FEE_KEY,
    InvoiceFailed,
    InvoiceSnapshot,
    PlanMoved,
    SubscriptionSnapshot,
)
from app.payments.models.collecting import CheckoutAttempt
from app.payments.models.plans import Invoice, Plan
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import (
    Interval,
    InvoiceState,
    covered_fee_of,
    interval_of,
    invoice_state,
    is_failing,
    plan_state,
)
from app.payments.service import oddities
from app.payments.service.attempts import lock_attempt
from app.payments.service.listeners import tell_invoice, tell_plan

# --- plans ----------------------------------------------------------------------------------------


def apply_subscription(
    account: PaymentAccount, shown: SubscriptionSnapshot, *, stamp: int | None, now: datetime
) -> Plan | None:
    """Write down what Stripe shows of a subscription; nothing where no attempt of ours began it.

    A regular donation has one plan: a second subscription of the same is told to a person, and
    nothing more. Raises StaleSnapshotError, as `apply_intent` of the reducer does.
    """
    attempt = _attempt_of(account, shown)
    if attempt is None or attempt.plan_key is None:
        return None
    lock_attempt(attempt.id)
    plan = _locked_plan(account, shown.id)
    if (plan.sync_stamp if plan else None) != stamp:
        raise StaleSnapshotError
    before = _moved(plan, now) if plan else None
    if plan is None:
        other = plan_reads.find_plan(attempt.plan_key)
        if other is not None:
            oddities.report_second_plan(other, shown.id, now=now)
            return None
        plan = _new_plan(account, attempt, attempt.plan_key, shown)
    _write_plan(plan, shown, now)
    db.session.flush()
    oddities.report_collected_after_end(plan, now=now)
    after = _moved(plan, now)
    if after != before:
        tell_plan(after)
    return plan


def _attempt_of(account: PaymentAccount, shown: SubscriptionSnapshot) -> CheckoutAttempt | None:
    known = plan_reads.find_plan_of(account.id, shown.id)
    if known is not None:
        return known.attempt
    name = shown.metadata.get(ATTEMPT_KEY)
    return order_reads.find_attempt(account.id, public_id=name) if name else None


def _locked_plan(account: PaymentAccount, subscription_id: str) -> Plan | None:
    return db.session.scalars(
        select(Plan)
        .where(Plan.payment_account_id == account.id, Plan.subscription_id == subscription_id)
        .with_for_update(of=Plan)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _new_plan(
    account: PaymentAccount, attempt: CheckoutAttempt, plan_key: str, shown: SubscriptionSnapshot
) -> Plan:
    plan = Plan(
        plan_key=plan_key,
        payment_account_id=account.id,
        fund_id=attempt.fund_id,
        attempt=attempt,
        subscription_id=shown.id,
        interval=Interval.MONTH,
        amount_minor=attempt.amount_minor,
        covered_fee_minor=attempt.covered_fee_minor,
        currency=attempt.currency,
        sync_stamp=0,
    )
    db.session.add(plan)
    return plan


def _write_plan(plan: Plan, shown: SubscriptionSnapshot, now: datetime) -> None:
    plan.customer_id, plan.item_id = shown.customer_id, shown.item_id
    plan.product_id = shown.product_id
    plan.state = plan_state(shown.status)
    plan.interval = interval_of(shown.interval) or plan.interval
    if shown.amount.minor > 0 and shown.amount.currency == plan.currency:
        plan.amount_minor = shown.amount.minor
    plan.covered_fee_minor = covered_fee_of(
        shown.metadata.get(FEE_KEY), asked=plan.amount_minor, otherwise=plan.covered_fee_minor
    )
    plan.period_start, plan.period_end = shown.period_start, shown.period_end
    plan.is_paused, plan.paused_until = shown.is_paused, shown.paused_until
    if shown.method is not None:
        plan.method, plan.method_last4 = shown.method, shown.method_last4
    plan.started_at = shown.started_at
    plan.ends_at, plan.ended_at = shown.ends_at, shown.ended_at
    plan.synced_at = now
    plan.sync_stamp += 1


def close(plan_key: str, *, now: datetime) -> None:
    """Note that a plan ended and that all its demands were looked at since."""
    plan = plan_reads.get_plan(plan_key)
    if plan.is_ended and plan.closed_at is None:
        plan.closed_at = now


def _moved(plan: Plan, now: datetime) -> PlanMoved:
    return PlanMoved(
        plan_key=plan.plan_key,
        state=plan.state,
        amount=plan.amount,
        covered_fee=plan.covered_fee,
        interval=plan.interval,
        next_at=plan.next_at,
        is_paused=plan.is_paused,
        paused_until=plan.paused_until,
        started_at=plan.started_at,
        ended_at=plan.ended_at,
        at=now,
    )


# --- invoices -------------------------------------------------------------------------------------


def apply_invoice(
    account: PaymentAccount, shown: InvoiceSnapshot, *, stamp: int | None, now: datetime
) -> Invoice | None:
    """Write down what Stripe shows of an invoice of a plan.

    Nothing where there is no such plan, where it asks for nothing, or where it is a draft that may
    still change. Raises StaleSnapshotError.
    """
    plan = plan_reads.find_plan_of(account.id, shown.subscription_id or "")
    if plan is None:
        return None
    lock_attempt(plan.attempt_id)
    invoice = _locked_invoice(account, shown.id)
    if (invoice.sync_stamp if invoice else None) != stamp:
        raise StaleSnapshotError
    state = invoice_state(shown.status)
    if invoice is None:
        is_nothing = shown.amount_due.minor <= 0 or shown.amount_due.currency != plan.currency
        if is_nothing or state is InvoiceState.DRAFT:
            return None
        invoice = _new_invoice(plan, shown)
    _write_invoice(invoice, state, shown, now)
    _tell_failure(invoice, shown, now)
    db.session.flush()
    return invoice


def _locked_invoice(account: PaymentAccount, invoice_id: str) -> Invoice | None:
    return db.session.scalars(
        select(Invoice)
        .where(Invoice.payment_account_id == account.id, Invoice.invoice_id == invoice_id)
        .with_for_update(of=Invoice)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _new_invoice(plan: Plan, shown: InvoiceSnapshot) -> Invoice:
    """The first of a plan is what the attempt was to pay; each later one is an order of its own."""
    order_key = plan.attempt.order_key
    if not shown.is_first or plan_reads.find_invoice_of_order(order_key) is not None:
        order_key = public_id()
    invoice = Invoice(
        payment_account_id=plan.payment_account_id,
        plan=plan,
        invoice_id=shown.id,
        order_key=order_key,
        amount_due_minor=shown.amount_due.minor,
        covered_fee_minor=_covered_fee(plan, shown),
        currency=shown.amount_due.currency,
        told_count=0,
        created_at=shown.created_at,
        sync_stamp=0,
    )
    db.session.add(invoice)
    return invoice


def _covered_fee(plan: Plan, shown: InvoiceSnapshot) -> int:
    """The part of a demand that covers our fees, though the plan's sum may have changed since.

    The sum itself says when it was agreed to. Where it was agreed to twice, with another fee, or
    never, what Stripe copied from the subscription says it: that copy follows the subscription
    until the invoice is finalized, so it may be younger than the sum.
    """
    agreed = plan_reads.agreed_fees(plan, shown.amount_due.minor)
    fee = next(iter(agreed)) if len(agreed) == 1 else 0
    kept = None if len(agreed) == 1 else shown.metadata.get(FEE_KEY)
    return covered_fee_of(kept, asked=shown.amount_due.minor, otherwise=fee)


def _write_invoice(
    invoice: Invoice, state: InvoiceState, shown: InvoiceSnapshot, now: datetime
) -> None:
    invoice.state = state
    invoice.attempt_count = shown.attempt_count
    invoice.next_try_at = shown.next_try_at if state is InvoiceState.OPEN else None
    invoice.needs_action = state is InvoiceState.OPEN and shown.needs_action
    invoice.period_start, invoice.period_end = shown.period_start, shown.period_end
    invoice.synced_at = now
    invoice.sync_stamp += 1
    db.session.flush()


def _tell_failure(invoice: Invoice, shown: InvoiceSnapshot, now: datetime) -> None:
    """Once for each try that Stripe made; never about a plan that is over."""
    is_news = shown.attempt_count > invoice.told_count
    failing = is_failing(
        invoice.state, attempt_count=shown.attempt_count, intent_status=shown.intent_status
    )
    if not (is_news and failing) or invoice.plan.is_ended:
        return
    invoice.told_count = shown.attempt_count
    db.session.flush()
    tell_invoice(
        InvoiceFailed(
            plan_key=invoice.plan.plan_key,
            invoice_id=invoice.id,
            attempt_count=shown.attempt_count,
            amount=Money(invoice.amount_due_minor, invoice.currency),
            needs_action=invoice.needs_action,
            next_try_at=invoice.next_try_at,
            at=now,
        )
    )
