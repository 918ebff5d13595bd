"""Reads of donations, receipts and their sums."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.appeals.errors import DonationNotFoundError
from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation, Receipt
from app.appeals.rules.giving import REFERENCE_PREFIX
from app.appeals.rules.words import DonationSource, DonationState, Frequency
from app.db.session import db
from app.lib import ids
from app.lib.money import Money
from app.mail.models.outbox import OutboxMail
from app.payments.models.collecting import Payment
from app.settings import settings


def find_donation(public_id: str) -> Donation | None:
    """Return the donation with this public id, or None."""
    return db.session.scalar(select(Donation).where(Donation.public_id == public_id))


def get_donation(public_id: str, group_ids: Collection[int] | None = None) -> Donation:
    """Return a donation (to one of these groups); raises DonationNotFoundError."""
    query = select(Donation).where(Donation.public_id == public_id)
    if group_ids is not None:
        query = query.join(Donation.appeal).where(Appeal.group_id.in_(group_ids))
    donation = db.session.scalar(query)
    if donation is None:
        raise DonationNotFoundError
    return donation


def donations_of_orders(public_ids: Collection[str]) -> dict[str, Donation]:
    """Return the donations among these public ids, by public id."""
    rows = db.session.scalars(select(Donation).where(Donation.public_id.in_(public_ids)))
    return {donation.public_id: donation for donation in rows}


def lock_donation(public_id: str) -> Donation | None:
    """Return a donation held against other writers until the transaction ends, or None."""
    return db.session.scalar(
        select(Donation)
        .where(Donation.public_id == public_id)
        .with_for_update(of=Donation)
        .execution_options(populate_existing=True)
    )


def find_donation_by_nonce(nonce: str) -> Donation | None:
    """Return the donation that a form made, or None."""
    return db.session.scalar(select(Donation).where(Donation.form_nonce == nonce))


def has_gifts(appeal_id: int) -> bool:
    """Whether anybody gave to an appeal, or began to."""
    found = select(Donation.id).where(Donation.appeal_id == appeal_id).limit(1)
    return db.session.scalar(found) is not None


def has_donations(supporter_id: int) -> bool:
    """Whether a supporter gave anything, or began to."""
    found = select(Donation.id).where(Donation.supporter_id == supporter_id).limit(1)
    return db.session.scalar(found) is not None


def free_reference(nonce: str | None = None) -> str:
    """Return a reference that no donation has yet.

    A form's nonce always leads to the same one, so that its page can show it before anything is
    kept; should somebody else have it by then, the next one is taken.
    """
    if nonce is None:
        nonce = ids.token()
    for tries in count():
        reference = ids.derived_reference(
            REFERENCE_PREFIX, settings().secret_key, f"{nonce}|{tries}"
        )
        if not is_reference_taken(reference):
            return reference
    raise AssertionError


def is_reference_taken(reference: str) -> bool:
    """Whether a donation has this reference already."""
    return db.session.scalar(select(Donation.id).where(Donation.reference == reference)) is not None


def collected_by(payment_id: int) -> tuple[Money, Money]:
    """Return what a payment collects in all, and the part of it that covers our fees."""
    payment = db.session.get_one(Payment, payment_id)
    return payment.amount, Money(payment.covered_fee_minor, payment.currency)


def find_receipt(payment_id: int) -> Receipt | None:
    """Return the receipt of a payment, or None."""
    return db.session.scalar(select(Receipt).where(Receipt.payment_id == payment_id))


def list_receipts(donation_id: int) -> Sequence[Receipt]:
    """Return the receipts of a donation in the order they were issued."""
    return db.session.scalars(
        select(Receipt).where(Receipt.donation_id == donation_id).order_by(Receipt.id)
    ).all()


def list_mails(payment_ids: Collection[int]) -> Sequence[OutboxMail]:
    """Return the mails about these payments, in the order they were put."""
    refunds = (OutboxMail.key.startswith(f"refund:{each}:") for each in payment_ids)
    receipts = OutboxMail.key.in_([f"receipt:{each}" for each in payment_ids])
    wanted = select(OutboxMail).where(or_(receipts, *refunds)).order_by(OutboxMail.id)
    return db.session.scalars(wanted).all()


@dataclass(frozen=True, kw_only=True)
class DonationFilter:
    """Which donations a list shows; what is None does not narrow it."""

    group_ids: Collection[int]
    #: In e-mail, name or reference; names and addresses only in the groups of `people_of`.
    words: str = ""
    people_of: Collection[int] = ()
    appeal_id: int | None = None
    state: DonationState | None = None
    frequency: Frequency | None = None
    source: DonationSource | None = None
    since: datetime | None = None
    #: The first instant that is not shown any more.
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL, over Donation."""
        found: list[ColumnElement[bool]] = [_is_of_groups(self.group_ids)]
        if self.appeal_id is not None:
            found.append(Donation.appeal_id == self.appeal_id)
        if self.state is not None:
            found.append(Donation.state == self.state.value)
        if self.frequency is not None:
            found.append(Donation.frequency == self.frequency)
        if self.source is not None:
            found.append(Donation.source == self.source)
        if self.since is not None:
            found.append(Donation.dated_at >= self.since)
        if self.until is not None:
            found.append(Donation.dated_at < self.until)
        if self.words:
            found.append(self._word_condition())
        return found

    def _word_condition(self) -> ColumnElement[bool]:
        reference = ids.read_reference(self.words) or self.words.upper()
        people = or_(
            Donation.email.icontains(self.words, autoescape=True),
            Donation.name.icontains(self.words, autoescape=True),
        )
        return or_(
            Donation.reference == reference,
            Donation.public_name.icontains(self.words, autoescape=True),
            and_(_is_of_groups(self.people_of), people),
        )


def _is_of_groups(group_ids: Collection[int]) -> ColumnElement[bool]:
    # Not a join: both databases would gather every gift of each appeal and sort them all, where
    # the list needs the first few along the index of its order.
    appeal = aliased(Appeal)
    return exists().where(appeal.id == Donation.appeal_id, appeal.group_id.in_(group_ids))


def list_donations(
    wanted: DonationFilter, *, after: tuple[datetime, int] | None = None, limit: int
) -> Sequence[Donation]:
    """Return the donations of a filter, the latest first, beginning after a row's (day, id)."""
    query = select(Donation).where(*wanted.conditions())
    if after is not None:
        query = query.where(tuple_(Donation.dated_at, Donation.id) < tuple_(*after))
    in_order = query.order_by(Donation.dated_at.desc(), Donation.id.desc()).limit(limit)
    return db.session.scalars(in_order).all()


@dataclass(frozen=True)
class Sums:
    """What the donations of a filter add up to in one currency.

    The gifts alone, as an appeal counts them; what donors added for card fees stands beside them.
    """

    currency: str
    count: int
    received: Money
    on_its_way: Money
    returned: Money
    fees_received: Money
    fees_on_its_way: Money
    fees_returned: Money


def sum_donations(wanted: DonationFilter) -> list[Sums]:
    """Return the sums of a filter, one row for each currency."""
    wholes = (Donation.received_minor, Donation.on_its_way_minor, Donation.returned_minor)
    gifts = (
        Donation.received_gift_minor,
        Donation.on_its_way_gift_minor,
        Donation.returned_gift_minor,
    )
    fees = [whole - gift for whole, gift in zip(wholes, gifts, strict=True)]
    rows = db.session.execute(
        select(
            Donation.currency,
            func.count(Donation.id),
            *(func.sum(each) for each in (*gifts, *fees)),
        )
        .where(*wanted.conditions())
        .group_by(Donation.currency)
        .order_by(Donation.currency)
    )
    return [
        Sums(currency, count, *(Money(int(minor), currency) for minor in minors))
        for currency, count, *minors in rows
    ]


def _is_abandoned(before: datetime, promised_before: datetime | None) -> ColumnElement[bool]:
    return and_(
        Donation.dated_at < before,
        or_(
            Donation.promised_at.is_(None),
            Donation.promised_at < (promised_before or before),
        ),
        Donation.forgotten_at.is_(None),
        Donation.received_minor == 0,
        Donation.on_its_way_minor == 0,
        Donation.returned_minor == 0,
    )


def count_abandoned(before: datetime, *, promised_before: datetime | None = None) -> int:
    """Count what `list_abandoned` would return without a limit."""
    found = select(func.count(Donation.id)).where(_is_abandoned(before, promised_before))
    return db.session.scalar(found) or 0


def count_old(before: datetime) -> int:
    """Count what `list_old` would return without a limit."""
    found = select(func.count(Donation.id)).where(
        Donation.dated_at < before, Donation.forgotten_at.is_(None)
    )
    return db.session.scalar(found) or 0


def list_abandoned(
    before: datetime, limit: int, *, promised_before: datetime | None = None
) -> Sequence[Donation]:
    """Return donations decided before an instant for which no money moved, not yet forgotten.

    Those that are promised count from their promise, up to an instant of their own.
    They are held against other writers: money that moves meanwhile finds its donor, or is waited
    for and keeps her.
    """
    return db.session.scalars(
        select(Donation)
        .where(_is_abandoned(before, promised_before))
        .order_by(Donation.id)
        .limit(limit)
        .with_for_update(of=Donation)
        .execution_options(populate_existing=True)
    ).all()


def list_old(before: datetime, limit: int) -> Sequence[Donation]:
    """Return donations that came before an instant and still name their donors, held."""
    return db.session.scalars(
        select(Donation)
        .where(Donation.dated_at < before, Donation.forgotten_at.is_(None))
        .order_by(Donation.dated_at, Donation.id)
        .limit(limit)
        .with_for_update(of=Donation)
        .execution_options(populate_existing=True)
    ).all()


def list_donations_of(appeal_id: int) -> Sequence[Donation]:
    """Return all donations to an appeal, for a recount."""
    return db.session.scalars(
        select(Donation).where(Donation.appeal_id == appeal_id).order_by(Donation.id)
    ).all()
