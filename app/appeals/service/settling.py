"""Money moved: the sums beside a donation and its appeal follow in the same transaction."""

from datetime import datetime

from sqlalchemy import update

from app.appeals.mails import receipts as receipt_mails
from app.appeals.models.appeals import AppealTotals
from app.appeals.models.donations import Donation, Receipt, ReceiptCounter
from app.appeals.queries import donations as donation_reads
from app.appeals.rules.shares import GiftShares
from app.appeals.service import news, regular, sources
from app.db.session import db
from app.db.topics import touch
from app.payments.facts import PaymentMoved


def on_payment_moved(fact: PaymentMoved) -> None:
    """Follow a payment: sums, receipt and mails; an order of nobody's is left to the books' check.

    The donation's row is locked first, so that two payments of one donation add up in a line.
    """
    donation = donation_reads.lock_donation(fact.order_key) or regular.find_or_make_collection(fact)
    if donation is None:
        return
    regular.remember_donor(donation)
    before = donation.shares
    donation.received_minor += fact.received.minor
    donation.on_its_way_minor += fact.on_its_way.minor
    donation.returned_minor += fact.returned.minor
    if fact.is_first_settlement and donation.settled_at is None:
        donation.settled_at = donation.dated_at = fact.settled_at or fact.at
    db.session.flush()
    change = donation.shares - before
    add_to_totals(donation.appeal_id, change)
    sources.count(donation, change)
    if fact.is_first_settlement:
        news.agree(donation, now=fact.at)
        issue_receipt(donation, fact, now=fact.at)
    _tell_donor(donation, fact)
    touch(f"appeal:{donation.appeal_id}", "home", f"group:{donation.appeal.group_id}")


def _tell_donor(donation: Donation, fact: PaymentMoved) -> None:
    """Mail what no receipt tells: money on its way, money that the bank refused or took back."""
    if fact.returned.minor > 0:
        receipt_mails.refund(donation, fact, now=fact.at)
    elif fact.on_its_way.minor > 0:
        receipt_mails.on_its_way(donation, fact, now=fact.at)
    elif fact.on_its_way.minor < 0 and not fact.received and donation.regular is None:
        # The failed collection of a regular gift is told with its next try.
        receipt_mails.refused(donation, fact, now=fact.at)


def add_to_totals(appeal_id: int, change: GiftShares) -> None:
    """Add to the sums of an appeal in the database itself, beside other writers."""
    db.session.execute(
        update(AppealTotals)
        .where(AppealTotals.appeal_id == appeal_id)
        .values(
            received_minor=AppealTotals.received_minor + change.received_minor,
            on_its_way_minor=AppealTotals.on_its_way_minor + change.on_its_way_minor,
            returned_minor=AppealTotals.returned_minor + change.returned_minor,
            gift_count=AppealTotals.gift_count + change.count,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(db.session.get_one(AppealTotals, appeal_id))


def issue_receipt(donation: Donation, fact: PaymentMoved, *, now: datetime) -> Receipt:
    """Number and send the receipt of a payment; a payment that has one keeps it."""
    known = donation_reads.find_receipt(fact.payment_id)
    if known is not None:
        return known
    receipt = Receipt(
        group_id=donation.appeal.group_id,
        number=_next_number(donation.appeal.group_id),
        payment_id=fact.payment_id,
        donation=donation,
        amount_minor=(fact.received + fact.returned).minor,
        currency=fact.received.currency,
        issued_at=now,
    )
    db.session.add(receipt)
    db.session.flush()
    receipt_mails.receipt(receipt, settled_at=fact.settled_at or fact.at, now=now)
    return receipt


def _next_number(group_id: int) -> int:
    """The next receipt number of a group; the locked row keeps the numbers without a gap."""
    counter = db.session.get(ReceiptCounter, group_id, with_for_update=True, populate_existing=True)
    if counter is None:
        counter = ReceiptCounter(group_id=group_id, last_number=0)
        db.session.add(counter)
    counter.last_number += 1
    db.session.flush()
    return counter.last_number
