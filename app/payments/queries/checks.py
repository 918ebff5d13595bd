"""Checks of payments against the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, select

from app.db.session import db
from app.ledger.facts import Difference
from app.ledger.models import LedgerEntry, LedgerLine
from app.ledger.rules import Category, EntryKind
from app.payments.models.collecting import Payment
from app.payments.rules.collecting import PaymentState


def check_payments() -> Iterator[Difference]:
    """Tell the orders whose payments and whose entries in the ledger do not come to the same."""
    kept, booked = _kept_sums(), _booked_sums()
    for key in sorted(kept.keys() | booked.keys()):
        nothing = (0, 0)
        if kept.get(key, nothing) != booked.get(key, nothing):
            order_key, currency = key
            yield Difference(
                "order_sums",
                f"order:{order_key}",
                f"The payments of order {order_key} come to {kept.get(key, nothing)} {currency}, "
                f"its entries to {booked.get(key, nothing)} (kept income, disputed; minor units).",
            )


Sums = dict[tuple[str, str], tuple[int, int]]


def _kept_sums() -> Sums:
    """What the payments say: collected and neither refunded nor taken back; disputed."""
    is_kept = Payment.state == PaymentState.SUCCEEDED
    query = (
        select(
            Payment.order_key,
            Payment.currency,
            func.sum(case((is_kept, Payment.amount_minor - Payment.refunded_minor), else_=0)),
            func.sum(Payment.disputed_minor),
        )
        .group_by(Payment.order_key, Payment.currency)
        .order_by(Payment.order_key)
    )
    return {(key, currency): (int(a), int(b)) for key, currency, a, b in db.session.execute(query)}


def _booked_sums() -> Sums:
    """What the ledger says of the same."""
    is_income = LedgerLine.category == Category.INCOME
    is_disputed = LedgerLine.category == Category.DISPUTES
    query = (
        select(
            LedgerEntry.order_key,
            LedgerLine.currency,
            func.sum(case((is_income, -LedgerLine.minor), else_=0)),
            func.sum(case((is_disputed, LedgerLine.minor), else_=0)),
        )
        .join(LedgerLine.entry)
        .where(LedgerEntry.order_key.is_not(None), LedgerEntry.source.startswith("stripe:"))
        .group_by(LedgerEntry.order_key, LedgerLine.currency)
    )
    return {
        (str(key), currency): (int(a), int(b)) for key, currency, a, b in db.session.execute(query)
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
        .where(LedgerEntry.kind == EntryKind.CHARGE, LedgerEntry.order_key.is_not(None))
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
