"""Regular gifts: a decision is kept with its first gift, each later collection as one more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.appeals.mails import regular as regular_mails
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.rules import regular as regular_rules
from app.appeals.rules.giving import Gift
from app.appeals.rules.words import DonationSource, RegularState
from app.appeals.service import news
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.payments.facts import InvoiceFailed, PaymentMoved, PlanChanged, PlanMoved
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import InvoiceState, PlanChangeKind, PlanChangeState

#: A demand that was not met.
OWED = frozenset({InvoiceState.OPEN, InvoiceState.UNCOLLECTIBLE})


def keep_decision(donation: Donation, gift: Gift, *, now: datetime, by: Actor) -> None:
    """Keep, change or drop the decision to give again that goes with a gift not paid yet."""
    if not regular_rules.is_regular(gift.frequency):
        _drop(donation)
        return
    regular = donation.regular or _begin(donation, now=now)
    regular.supporter = donation.supporter
    regular.email, regular.name, regular.locale = donation.email, donation.name, donation.locale
    regular.frequency = gift.frequency
    regular.amount_minor = donation.amount_minor
    regular.covered_fee_minor = donation.covered_fee_minor
    regular.adult_at = now
    is_new = regular.id is None
    db.session.add(regular)
    db.session.flush()
    donation.regular_id, donation.regular = regular.id, regular
    audit.record(
        by,
        "regular.decided" if is_new else "regular.revised",
        f"regular:{regular.id}",
        now=now,
        group_id=donation.appeal.group_id,
        detail={
            "amount_minor": regular.amount_minor,
            "currency": regular.currency,
            "frequency": regular.frequency.value,
        },
    )


def _begin(donation: Donation, *, now: datetime) -> RegularDonation:
    return RegularDonation(
        public_id=ids.public_id(),
        # One reference for both, so that a donor has one to read out.
        reference=donation.reference,
        appeal=donation.appeal,
        fund_id=donation.fund_id,
        currency=donation.currency,
        state=RegularState.BEGINNING,
        secondary_purpose=donation.secondary_purpose,
        created_at=now,
    )


def _drop(donation: Donation) -> None:
    """Forget a decision to give again that was changed before anything was paid."""
    regular = donation.regular
    if regular is None:
        return
    donation.regular, donation.regular_id = None, None
    db.session.flush()
    db.session.delete(regular)
    db.session.flush()


# --- money --------------------------------------------------------------------------------------


def find_or_make_collection(fact: PaymentMoved) -> Donation | None:
    """Return the donation of a renewal, locked; the first money that moves makes it.

    None where the money is of no regular donation of ours.
    """
    if fact.plan_key is None:
        return None
    # Whoever is first holds the decision; the other finds the donation that he made.
    regular = regular_reads.lock_regular(fact.plan_key)
    known = donation_reads.lock_donation(fact.order_key)
    if regular is None or known is not None:
        return known
    try:
        with db.session.begin_nested():
            return _collection(regular, fact)
    except IntegrityError:
        return donation_reads.lock_donation(fact.order_key)


def _collection(regular: RegularDonation, fact: PaymentMoved) -> Donation:
    collected, fee = donation_reads.collected_by(fact.payment_id)
    first = regular_reads.find_first_collection(regular.id)
    at = fact.settled_at or fact.at
    donation = Donation(
        public_id=fact.order_key,
        reference=donation_reads.free_reference(),
        form_nonce=fact.order_key,
        appeal_id=regular.appeal_id,
        fund_id=regular.fund_id,
        supporter_id=regular.supporter_id,
        email=regular.email,
        name=regular.name,
        public_name=first.public_name if first else None,
        is_anonymous=first is None or first.public_name is None,
        amount_minor=(collected - fee).minor,
        covered_fee_minor=fee.minor,
        currency=collected.currency,
        frequency=regular.frequency,
        locale=regular.locale,
        source=DonationSource.RENEWAL,
        regular_id=regular.id,
        source_code_id=first.source_code_id if first else None,
        link_version=regular.link_version,
        secondary_purpose=regular.secondary_purpose,
        created_at=at,
        dated_at=at,
        received_minor=0,
        on_its_way_minor=0,
        returned_minor=0,
    )
    if first is not None:
        news.carry_over(first, donation)
    db.session.add(donation)
    db.session.flush()
    _record_collection(regular, donation, now=fact.at)
    return donation


def _record_collection(regular: RegularDonation, donation: Donation, *, now: datetime) -> None:
    audit.record(
        Actor.system(),
        "regular.collected",
        f"regular:{regular.id}",
        now=now,
        group_id=regular.appeal.group_id,
        detail={"donation": donation.reference, "amount_minor": donation.amount_minor},
    )


def remember_donor(donation: Donation) -> None:
    """Give the donor back to a gift that was forgotten while unpaid and is paid after all."""
    regular = donation.regular
    if donation.email is None and regular is not None and regular.email is not None:
        donation.email, donation.name = regular.email, regular.name
        donation.supporter_id, donation.forgotten_at = regular.supporter_id, None


# --- the plan -----------------------------------------------------------------------------------


def on_plan_moved(fact: PlanMoved) -> None:
    """Follow a plan: how the regular gift stands, what it collects and when the next time is."""
    regular = regular_reads.lock_regular(fact.plan_key)
    if regular is None:
        return
    before = regular.state
    regular.state = regular_rules.regular_state(
        fact.state,
        is_paused=fact.is_paused,
        is_ended=fact.ended_at is not None,
        known=before,
    )
    regular.frequency = regular_rules.FREQUENCIES[fact.interval]
    regular.amount_minor = (fact.amount - fact.covered_fee).minor
    regular.covered_fee_minor = fact.covered_fee.minor
    regular.started_at, regular.next_at = fact.started_at, fact.next_at
    is_stopped = regular.state is RegularState.STOPPED
    regular.paused_until = None if is_stopped else fact.paused_until
    regular.stopped_at = (fact.ended_at or regular.stopped_at or fact.at) if is_stopped else None
    db.session.flush()
    if regular.state is not before:
        _record_move(regular, before, now=fact.at)
    if is_stopped and before not in {RegularState.STOPPED, RegularState.BEGINNING}:
        _tell_the_end(regular, now=fact.at)


def _record_move(regular: RegularDonation, before: RegularState, *, now: datetime) -> None:
    audit.record(
        Actor.system(),
        "regular.moved",
        f"regular:{regular.id}",
        now=now,
        group_id=regular.appeal.group_id,
        detail={"before": before.value, "after": regular.state.value},
    )


def _tell_the_end(regular: RegularDonation, *, now: datetime) -> None:
    """Tell a donor that her gift stopped, in one mail; where somebody asked for it, that one will.

    The mail about the last failure says it, if it is not sent yet.
    """
    if regular_reads.is_stop_asked(regular.public_id):
        return
    failed = [
        each
        for each in plan_reads.list_invoices(regular.public_id)[:1]
        if each.state in OWED and each.attempt_count > 0
    ]
    if any(regular_mails.say_that_it_stopped(each.id, each.attempt_count) for each in failed):
        return
    regular_mails.stopped(regular, now=now, is_unpaid=bool(failed))


def on_invoice_failed(fact: InvoiceFailed) -> None:
    """Tell a donor that a collection did not go through and where it is put right."""
    regular = regular_reads.lock_regular(fact.plan_key)
    if regular is not None:
        regular_mails.collection_failed(regular, fact, now=fact.at)


def on_plan_changed(fact: PlanChanged) -> None:
    """Tell a donor what became of a wish about her regular gift."""
    regular = regular_reads.lock_regular(fact.plan_key)
    if regular is None:
        return
    audit.record(
        Actor.system(),
        "regular.wish_done" if fact.state is PlanChangeState.DONE else "regular.wish_refused",
        f"regular:{regular.id}",
        now=fact.at,
        group_id=regular.appeal.group_id,
        detail={"kind": fact.kind.value, "asked_by": fact.asked_by},
    )
    if fact.state is PlanChangeState.REFUSED:
        regular_mails.change_refused(regular, fact, now=fact.at)
    elif fact.kind is PlanChangeKind.STOP:
        regular_mails.stopped(regular, now=fact.at, asked_by=fact.asked_by)
    elif fact.kind is not PlanChangeKind.CONTACT:
        regular_mails.changed(regular, fact, now=fact.at)
