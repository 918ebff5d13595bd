"""An organiser writes a gift down for somebody who rang or wrote, or takes it back again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from app.appeals.errors import (
    AlreadyPaidError,
    DonationNotFoundError,
    ForeignNonceError,
    NoAddressError,
    PartnerFundError,
    StaleDonationError,
)
from app.appeals.mails import desk as desk_mails
from app.appeals.models.donations import Donation
from app.appeals.queries import donations as donation_reads
from app.appeals.rules import entering as rules
from app.appeals.rules.giving import check_amount
from app.appeals.rules.words import DonationSource, Frequency
from app.appeals.service import giving
from app.audit import service as audit
from app.db.session import db
from app.ledger.rules import FundKind
from app.lib import ids
from app.payments.queries import orders as order_reads
from app.payments.rules.collecting import PAID_OR_COMING, PaymentState
from app.payments.service import offline
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.service import people as supporters

if TYPE_CHECKING:
    from app.appeals.models.appeals import Appeal
    from app.appeals.rules.entering import Arrival, Entry
    from app.audit.facts import Actor
    from app.payments.models.collecting import Payment

CONSENT_SOURCES = {
    DonationSource.PHONE: ConsentSource.PHONE,
    DonationSource.PAPER: ConsentSource.PAPER,
}


def enter(
    appeal: Appeal, entry: Entry, arrival: Arrival, *, nonce: str, now: datetime, by: Actor
) -> Donation:
    """Write down a gift whose money came; the same form again is the same gift.

    A closed appeal takes it too: the money is there. Raises PartnerFundError,
    MoneyFromTomorrowError or ForeignNonceError.
    """
    rules.check_arrival(arrival, now=now)
    donation, is_new = _keep_once(appeal, entry, nonce=nonce, now=now, by=by)
    if is_new:
        _book(donation, arrival, now=now, by=by)
    return donation


def promise_card(appeal: Appeal, entry: Entry, *, nonce: str, now: datetime, by: Actor) -> Donation:
    """Keep a gift that somebody wants to pay by card herself, and send her the link to do it.

    Raises an AppealNotOpenError, an error of the amount or ForeignNonceError.
    """
    giving.check_open(appeal, now=now)
    check_amount(entry.amount)
    donation, is_new = _keep_once(appeal, entry, nonce=nonce, now=now, by=by)
    if is_new:
        donation.promised_at = now
        db.session.flush()
        desk_mails.pay_link(donation, now=now)
    return donation


def send_pay_link(donation: Donation, *, now: datetime, by: Actor) -> None:
    """Send the link to pay once more, at most once a minute.

    Raises NoAddressError or AlreadyPaidError.
    """
    if donation.email is None:
        raise NoAddressError
    if not donation.is_untouched:
        raise AlreadyPaidError
    giving.check_open(donation.appeal, now=now)
    desk_mails.pay_link(donation, now=now)
    _note(donation, "donation.link_sent", now=now, by=by)


def _keep_once(
    appeal: Appeal, entry: Entry, *, nonce: str, now: datetime, by: Actor
) -> tuple[Donation, bool]:
    if appeal.fund.kind is FundKind.PARTNER or appeal.fund.payment_account is None:
        raise PartnerFundError
    known = donation_reads.find_donation_by_nonce(nonce)
    if known is None:
        try:
            with db.session.begin_nested():
                return _keep(appeal, entry, nonce=nonce, now=now, by=by), True
        except IntegrityError:
            known = donation_reads.find_donation_by_nonce(nonce)
            if known is None:
                raise
    if known.appeal_id != appeal.id or known.source not in rules.TOLD_BY:
        raise ForeignNonceError
    return known, False


def _keep(appeal: Appeal, entry: Entry, *, nonce: str, now: datetime, by: Actor) -> Donation:
    donation = Donation(
        public_id=ids.public_id(),
        reference=donation_reads.free_reference(),
        form_nonce=nonce,
        appeal=appeal,
        fund_id=appeal.fund_id,
        email=entry.email,
        name=entry.name,
        public_name=entry.public_name,
        is_anonymous=entry.public_name is None,
        message=entry.message,
        amount_minor=entry.amount.minor,
        covered_fee_minor=0,
        currency=entry.amount.currency,
        frequency=Frequency.ONCE,
        locale=entry.locale,
        source=entry.source,
        paying_by=entry.paying_by,
        secondary_purpose=appeal.fund.secondary_purpose,
        created_at=now,
        dated_at=now,
        received_minor=0,
        on_its_way_minor=0,
        returned_minor=0,
        link_version=1,
    )
    db.session.add(donation)
    _know(donation, entry, now=now, by=by)
    db.session.flush()
    _note(donation, "donation.entered", now=now, by=by)
    return donation


def _know(donation: Donation, entry: Entry, *, now: datetime, by: Actor) -> None:
    """Know who gave, if she told an address, and keep what she agreed to."""
    if entry.email is None:
        return
    donation.supporter = supporters.meet(entry.email, locale=entry.locale, now=now)
    if entry.wants_updates:
        donation.consent = supporters.give_consent(
            donation.supporter,
            group_id=donation.appeal.group_id,
            purpose=ConsentPurpose.UPDATES,
            locale=entry.locale,
            source=CONSENT_SOURCES[entry.source],
            now=now,
            by=by,
        )


def receive(public_id: str, arrival: Arrival, *, seen: str, now: datetime, by: Actor) -> Donation:
    """Write down that the money of a gift came another way; the same again changes nothing.

    What came is the gift, whatever was promised, and no card fee is in it. Raises
    MoneyFromTomorrowError, PartnerFundError, AlreadyPaidError or StaleDonationError.
    """
    rules.check_arrival(arrival, now=now)
    donation = _locked(public_id)
    if _has_come(donation, arrival):
        return donation
    states = set(order_reads.payment_states(public_id))
    if not donation.is_untouched or states & PAID_OR_COMING:
        raise AlreadyPaidError
    if donation.fingerprint != seen:
        raise StaleDonationError
    donation.amount_minor, donation.covered_fee_minor = arrival.amount.minor, 0
    donation.paying_by = arrival.paying_by
    db.session.flush()
    _book(donation, arrival, now=now, by=by)
    _note(donation, "donation.received", now=now, by=by)
    return donation


def _has_come(donation: Donation, arrival: Arrival) -> bool:
    """Whether exactly this was written down a moment ago: the form was sent twice."""
    return any(
        payment.state is PaymentState.SUCCEEDED
        and payment.intent_id is None
        and (payment.amount, payment.method, payment.settled_at)
        == (arrival.amount, arrival.paying_by.value, arrival.received_at)
        for payment in order_reads.list_payments(donation.public_id)
    )


def _book(donation: Donation, arrival: Arrival, *, now: datetime, by: Actor) -> None:
    fund, paying_by = donation.fund, arrival.paying_by.value
    count = len(order_reads.list_payments(donation.public_id))
    offline.record(
        donation.public_id,
        fund=fund,
        amount=arrival.amount,
        paying_by=paying_by,
        money_account=offline.place_of(fund, paying_by, now=now),
        ref=f"{donation.reference}/{count + 1}",
        received_at=arrival.received_at,
        now=now,
        by=by,
        note=arrival.words,
    )


def take_back(
    public_id: str, payment_id: int, *, reason: str, now: datetime, by: Actor
) -> Donation:
    """Undo money that was entered by mistake; whoever has a receipt is told that it is void.

    Raises DonationNotFoundError, NotOfflineError.
    """
    donation = _locked(public_id)
    payment = _payment_of(donation, payment_id)
    if payment.is_void:
        return donation
    offline.take_back(payment, reason=reason, now=now, by=by)
    if donation.is_untouched:
        # Unpaid again: what names the donor is kept as long as of any unpaid gift.
        donation.settled_at, donation.dated_at = None, now
    receipt = donation_reads.find_receipt(payment.id)
    if receipt is not None:
        desk_mails.receipt_void(receipt, now=now)
    _note(donation, "donation.taken_back", now=now, by=by, reason=reason)
    return donation


def _payment_of(donation: Donation, payment_id: int) -> Payment:
    for payment in order_reads.list_payments(donation.public_id):
        if payment.id == payment_id:
            return payment
    raise DonationNotFoundError


def _locked(public_id: str) -> Donation:
    donation = donation_reads.lock_donation(public_id)
    if donation is None:
        raise DonationNotFoundError
    return donation


def _note(
    donation: Donation, action: str, *, now: datetime, by: Actor, reason: str | None = None
) -> None:
    detail: dict[str, object] = {
        "amount_minor": donation.amount_minor,
        "currency": donation.currency,
        "paying_by": donation.paying_by.value,
    }
    audit.record(
        by,
        action,
        f"donation:{donation.id}",
        now=now,
        group_id=donation.appeal.group_id,
        detail=detail | ({"reason": reason} if reason else {}),
    )
