"""Checks of payments against the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, select

from app.db.session import db
from app.ledger.facts import Check, Difference
from app.ledger.models import LedgerEntry, LedgerLine
from app.ledger.rules import Category, EntryKind
from app.payments.models.collecting import Payment
from app.payments.queries.plan_checks import check_demands_paid_once, check_plan_payments
from app.payments.rules.collecting import PaymentState
from app.payments.rules.offline import OFFLINE_SOURCE, offline_source, taken_back_ref

#: What money begins with in the books: one entry for each payment that came.
ARRIVALS = (EntryKind.CHARGE, EntryKind.OFFLINE)


def check_payments() -> Iterator[Difference]:
    """Tell the orders whose payments and whose entries in the ledger do not come to the same."""
    kept, booked = _kept_sums(), _booked_sums()
    for key in sorted(kept.keys() | booked.keys()):
        nothing = (0, 0)
        if kept.get(key, nothing) != booked.get(key, nothing):
            order_key, fund_id, currency = key
            yield Difference(
                "order_sums",
                f"order:{order_key}:{fund_id}",
                f"The payments of order {order_key} to fund {fund_id} come to "
                f"{kept.get(key, nothing)} {currency}, its entries to {booked.get(key, nothing)} "
                "(kept income, disputed; minor units).",
            )


#: By order, fund and currency.
Sums = dict[tuple[str, int, str], tuple[int, int]]


def _kept_sums() -> Sums:
    """What the payments say: collected and neither refunded nor taken back; disputed."""
    is_kept = Payment.state == PaymentState.SUCCEEDED
    query = (
        select(
            Payment.order_key,
            Payment.fund_id,
            Payment.currency,
            func.sum(case((is_kept, Payment.amount_minor - Payment.refunded_minor), else_=0)),
            func.sum(Payment.disputed_minor),
        )
        .group_by(Payment.order_key, Payment.fund_id, Payment.currency)
        .order_by(Payment.order_key)
    )
    return {
        (str(key), int(fund_id), str(currency)): (int(a), int(b))
        for key, fund_id, currency, a, b in db.session.execute(query)
    }


def _booked_sums() -> Sums:
    """What the ledger says of the same."""
    is_income = LedgerLine.category == Category.INCOME
    is_disputed = LedgerLine.category == Category.DISPUTES
    query = (
        select(
            LedgerEntry.order_key,
            LedgerLine.fund_id,
            LedgerLine.currency,
            func.sum(case((is_income, -LedgerLine.minor), else_=0)),
            func.sum(case((is_disputed, LedgerLine.minor), else_=0)),
        )
        .join(LedgerLine.entry)
        .where(LedgerEntry.order_key.is_not(None))
        .group_by(LedgerEntry.order_key, LedgerLine.fund_id, LedgerLine.currency)
    )
    return {
        (str(key), int(fund_id), str(currency)): (int(a), int(b))
        for key, fund_id, currency, a, b in db.session.execute(query)
    }


def check_charges() -> Iterator[Difference]:
    """Tell the orders where not each payment that came has its charge in the ledger, or more."""
    paid = (
        select(Payment.order_key, func.count())
        .where(Payment.settled_at.is_not(None))
        .group_by(Payment.order_key)
    )
    charged = (
        select(LedgerEntry.order_key, func.count())
        .where(LedgerEntry.kind.in_(ARRIVALS), LedgerEntry.order_key.is_not(None))
        .group_by(LedgerEntry.order_key)
    )
    came = {str(key): count for key, count in db.session.execute(paid)}
    booked = {str(key): count for key, count in db.session.execute(charged)}
    for key in sorted(came.keys() | booked.keys()):
        if came.get(key, 0) != booked.get(key, 0):
            yield Difference(
                "order_charges",
                f"order:{key}",
                f"Order {key} has {came.get(key, 0)} payments that came and "
                f"{booked.get(key, 0)} charges in the ledger.",
            )


def check_offline() -> Iterator[Difference]:
    """Tell the payments without Stripe that are not in the books as they should be, or only there.

    One that stands has its entry; one that was taken back has the entry that undoes it, too.
    """
    entries = {
        (entry.source, entry.ref): entry.kind
        for entry in db.session.scalars(
            select(LedgerEntry).where(LedgerEntry.source.startswith(OFFLINE_SOURCE))
        )
    }
    query = select(Payment).where(Payment.offline_ref.is_not(None)).order_by(Payment.id)
    for payment in db.session.scalars(query):
        for ref, kind in _offline_entries(payment):
            if entries.pop((offline_source(payment.payment_account_id), ref), None) is not kind:
                yield Difference(
                    "offline_payment",
                    f"payment:{payment.id}",
                    f"Payment {payment.offline_ref} has no entry {ref} of kind {kind}.",
                )
    for source, ref in sorted(entries):
        yield Difference("offline_entry", f"{source}:{ref}", f"Entry {ref} has no payment.")


def _offline_entries(payment: Payment) -> Iterator[tuple[str, EntryKind]]:
    ref = payment.offline_ref or ""
    yield ref, EntryKind.OFFLINE
    if payment.is_void:
        yield taken_back_ref(ref), EntryKind.CORRECTION


CHECKS: tuple[Check, ...] = (
    check_payments,
    check_charges,
    check_offline,
    check_plan_payments,
    check_demands_paid_once,
)
