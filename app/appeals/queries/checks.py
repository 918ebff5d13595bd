"""Reads that prove donations, payments and receipts against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.appeals.models.donations import Donation, Receipt, ReceiptCounter
from app.appeals.rules.words import DonationSource
from app.db.session import db
from app.ledger.models import LedgerEntry
from app.payments.models.collecting import CheckoutAttempt, Payment


def list_ownerless_orders() -> Sequence[str]:
    """Return the orders that payments or the books know and that are no donation."""
    donations = select(Donation.public_id)
    tried = select(CheckoutAttempt.order_key).where(CheckoutAttempt.order_key.not_in(donations))
    booked = select(LedgerEntry.order_key).where(
        LedgerEntry.order_key.is_not(None), LedgerEntry.order_key.not_in(donations)
    )
    return db.session.scalars(tried.union(booked)).all()


def list_unreceipted_payments() -> Sequence[int]:
    """Return the payments of donations whose money came and that have no receipt."""
    return db.session.scalars(
        select(Payment.id)
        .join(Donation, Donation.public_id == Payment.order_key)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .where(Payment.settled_at.is_not(None), Receipt.id.is_(None))
        .order_by(Payment.id)
    ).all()


@dataclass(frozen=True)
class ReceiptNumbers:
    """How the receipts of a group are numbered; without a gap all three are the same."""

    group_id: int
    count: int
    highest: int
    counter: int


def list_receipt_numbers() -> list[ReceiptNumbers]:
    """Return for each group how many receipts it has, the highest number, and its counter."""
    rows = db.session.execute(
        select(
            ReceiptCounter.group_id,
            func.count(Receipt.id),
            func.coalesce(func.max(Receipt.number), 0),
            ReceiptCounter.last_number,
        )
        .outerjoin(Receipt, Receipt.group_id == ReceiptCounter.group_id)
        .group_by(ReceiptCounter.group_id, ReceiptCounter.last_number)
        .order_by(ReceiptCounter.group_id)
    )
    return [ReceiptNumbers(*row) for row in rows]


def list_unpaid_renewals() -> Sequence[Donation]:
    """Return the later collections of regular donations that no payment stands behind."""
    paid = select(Payment.order_key)
    return db.session.scalars(
        select(Donation)
        .where(Donation.source == DonationSource.RENEWAL, Donation.public_id.not_in(paid))
        .order_by(Donation.id)
    ).all()
