"""Fetching one object of Stripe's and reducing it: money, demands, plans.

Whoever was slower than another writer fetches again, so that whatever is applied was fetched after
everything the row holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from app.db.session import retry_deadlocks, transaction
from app.groups.models import PaymentAccount
from app.payments.errors import StaleSnapshotError
from app.payments.facts import ATTEMPT_KEY, InvoiceSnapshot
from app.payments.gateway import calls
from app.payments.gateway import plans as plan_calls
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.collecting import SETTLED_PAYMENTS
from app.payments.service import plans, reducer

T = TypeVar("T")

#: Two writers at one row make one of them look again; more than this means something is wrong.
TRIES = 8


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What an object of Stripe's turned out to be about."""

    #: The order it belongs to, if it is one of ours; of a subscription the plan.
    order_key: str | None = None
    #: Why it should be ours, where we do not know its order.
    why: str | None = None


FOREIGN = Seen()


@dataclass(frozen=True, kw_only=True)
class _Demand:
    """An invoice that was looked at: its row, where it has one."""

    row_id: int | None
    shown: InvoiceSnapshot
    seen: Seen


def _fresh(look: Callable[[], T]) -> T:
    """Look and write; look again when somebody else wrote in between."""
    for _ in range(TRIES):
        try:
            return look()
        except StaleSnapshotError:
            continue
    raise StaleSnapshotError


# --- money ----------------------------------------------------------------------------------------


def sync_intent(account: PaymentAccount, intent_id: str, *, now: datetime) -> Seen:
    """Fetch all of one collection of money and reduce it; fetch again when somebody was faster.

    An intent of a plan carries no name of ours: its invoice leads to the plan.
    """
    return _fresh(lambda: _look_at_intent(account, intent_id, now))


def _look_at_intent(account: PaymentAccount, intent_id: str, now: datetime) -> Seen:
    stamp = order_reads.sync_stamp(account.id, intent_id)
    intent = calls.fetch_intent(account.name, intent_id)
    attempt_name, demand = intent.metadata.get(ATTEMPT_KEY), None
    if stamp is None and attempt_name is None:
        invoice_id = plan_calls.invoice_of_intent(account.name, intent_id)
        if invoice_id is None:
            return FOREIGN
        demand = _mirror_invoice(account, invoice_id, now)
        if demand.row_id is None:
            return demand.seen
    row_id = demand.row_id if demand else None

    def apply() -> str | None:
        with transaction():
            payment = reducer.apply_intent(account, intent, stamp=stamp, now=now, invoice_id=row_id)
            return payment.order_key if payment is not None else None

    order_key = retry_deadlocks(apply)
    if order_key is None and attempt_name is not None:
        return Seen(why=f"no attempt {attempt_name} is known here")
    return Seen(order_key=order_key)


# --- plans ----------------------------------------------------------------------------------------


def sync_plan(account: PaymentAccount, subscription_id: str, *, now: datetime) -> Seen:
    """Fetch a subscription and reduce it; fetch again when somebody was faster."""
    return _fresh(lambda: _look_at_subscription(account, subscription_id, now))


def _look_at_subscription(account: PaymentAccount, subscription_id: str, now: datetime) -> Seen:
    stamp = plan_reads.plan_stamp(account.id, subscription_id)
    shown = plan_calls.fetch_subscription(account.name, subscription_id)
    if stamp is not None and shown.chosen_method_id is not None and shown.ended_at is None:
        plan_calls.use_method(account.name, subscription_id, shown.chosen_method_id)
        shown = plan_calls.fetch_subscription(account.name, subscription_id)

    def apply() -> str | None:
        with transaction():
            plan = plans.apply_subscription(account, shown, stamp=stamp, now=now)
            return plan.plan_key if plan is not None else None

    plan_key = retry_deadlocks(apply)
    if plan_key is None and ATTEMPT_KEY in shown.metadata:
        name = shown.metadata[ATTEMPT_KEY]
        return Seen(why=f"subscription {subscription_id} is no plan's (attempt {name})")
    return Seen(order_key=plan_key)


# --- demands --------------------------------------------------------------------------------------


def sync_invoice(account: PaymentAccount, invoice_id: str, *, now: datetime) -> Seen:
    """Fetch a demand with its money and its plan, and reduce them."""
    demand = _mirror_invoice(account, invoice_id, now)
    if demand.row_id is None:
        return demand.seen
    for intent_id in demand.shown.intent_ids:
        payment = order_reads.find_payment(account.id, intent_id)
        if payment is None or payment.state not in SETTLED_PAYMENTS:
            sync_intent(account, intent_id, now=now)
    if demand.shown.subscription_id is not None:
        sync_plan(account, demand.shown.subscription_id, now=now)
    return demand.seen


def _mirror_invoice(account: PaymentAccount, invoice_id: str, now: datetime) -> _Demand:
    return _fresh(lambda: _look_at_invoice(account, invoice_id, now))


def _look_at_invoice(account: PaymentAccount, invoice_id: str, now: datetime) -> _Demand:
    stamp = plan_reads.invoice_stamp(account.id, invoice_id)
    shown = plan_calls.fetch_invoice(account.name, invoice_id)
    if shown.subscription_id is None:
        return _Demand(row_id=None, shown=shown, seen=FOREIGN)
    if plan_reads.find_plan_of(account.id, shown.subscription_id) is None:
        seen = sync_plan(account, shown.subscription_id, now=now)
        if seen.order_key is None:
            return _Demand(row_id=None, shown=shown, seen=seen)

    def apply() -> tuple[int | None, str | None]:
        with transaction():
            invoice = plans.apply_invoice(account, shown, stamp=stamp, now=now)
            return (invoice.id, invoice.order_key) if invoice is not None else (None, None)

    row_id, order_key = retry_deadlocks(apply)
    return _Demand(row_id=row_id, shown=shown, seen=Seen(order_key=order_key))
