"""Giving: keep the decision, commit, ask Stripe, send the donor on.

One form is one donation. The form's nonce is unique in the table, so a double click, a reload, the
back button, a slow line and a retry after an error all meet the same donation and the same
Checkout session: one charge at most. Two tabs that were each opened from the appeal are two forms
and so two donations, each with a check page of its own; that is what filling in two forms asks for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.appeals.errors import DonationNotFoundError, ForeignNonceError
from app.appeals.flows.guarding import pass_guard
from app.appeals.models.donations import Donation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.rules.giving import Gift
from app.appeals.rules.words import RegularState
from app.appeals.service import giving
from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.payments.errors import PaymentsUnavailableError
from app.payments.flows import checkout, guarded, sync
from app.payments.queries import orders as order_reads
from app.payments.rules.attempts import LIVE_ATTEMPTS
from app.payments.rules.guard import Visitor
from app.payments.rules.orders import OrderState, OrderStatus

#: Somebody at an address that nobody told us; all such share one budget.
NOBODY = Visitor()
#: Nothing is left to pay in these states.
PAID_OR_COMING = frozenset(OrderState) - {OrderState.NOTHING, OrderState.OPEN, OrderState.FAILED}


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """A checked form: what is given to which appeal, and which form it was."""

    appeal_id: int
    gift: Gift
    nonce: str
    #: The donation that a donor came back to change, if she did.
    again: str | None = None


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the payment page sends a donor back to."""

    success_url: str
    cancel_url: str


AddressesOf = Callable[[str], Addresses]


@dataclass(frozen=True, kw_only=True)
class Onward:
    """Where a donor goes next."""

    public_id: str
    #: The payment page; None when there is nothing left to pay.
    checkout_url: str | None


def give(
    pledge: Pledge,
    *,
    addresses_of: AddressesOf,
    now: datetime,
    by: Actor,
    visitor: Visitor = NOBODY,
) -> Onward:
    """Keep a gift and find the donor's way to pay it.

    Raises an AppealNotOpenError or an error of the amount before anything is kept, and after:
    ProofAskedError where she proves her mailbox first, or PaymentsUnavailableError. What was
    decided is kept then, and the same form sent again goes on from there.
    """
    with transaction():
        donation = _pledged(pledge, now=now, by=by)
        public_id = donation.public_id
        is_changed = not giving.says_the_same(donation, pledge.gift)
    if _is_known_paid(public_id):
        return Onward(public_id=public_id, checkout_url=None)
    pass_guard(public_id, visitor, is_change=is_changed, now=now)
    if is_changed:
        _change(public_id, pledge.gift, now=now, by=by)
    return _go_on(public_id, addresses_of, now=now)


def _pledged(pledge: Pledge, *, now: datetime, by: Actor) -> Donation:
    appeal = appeal_reads.get_appeal_by_id(pledge.appeal_id)
    if pledge.again is None:
        return giving.pledge(appeal, pledge.gift, nonce=pledge.nonce, now=now, by=by)
    donation = donation_reads.get_donation(pledge.again)
    if donation.appeal_id != appeal.id:
        raise ForeignNonceError
    giving.check_gift(appeal, pledge.gift, now=now)
    return donation


def _change(public_id: str, gift: Gift, *, now: datetime, by: Actor) -> None:
    """Take back what could still be paid under the old decision, then keep the new one.

    A payment page that turns out to be paid wins: the donation stays as it was paid.
    """
    for attempt in order_reads.list_attempts(public_id):
        if attempt.state in LIVE_ATTEMPTS:
            checkout.withdraw_attempt(attempt.id, now=now)
    with transaction():
        donation = _locked(public_id)
        if order_reads.order_status(public_id).state not in PAID_OR_COMING:
            giving.revise(donation, gift, now=now, by=by)


def go_on(
    public_id: str,
    *,
    addresses_of: AddressesOf,
    now: datetime,
    visitor: Visitor = NOBODY,
    is_proven: bool = False,
) -> Onward:
    """Find the way to pay a donation that was kept: the same page while it can be paid.

    `is_proven` says that a link in a mail led here. Raises an AppealNotOpenError, ProofAskedError,
    TooManyPagesError, PaymentsUnavailableError, CheckoutRefusedError, DonationNotFoundError or
    DonationForgottenError.
    """
    if _is_known_paid(public_id):
        return Onward(public_id=public_id, checkout_url=None)
    pass_guard(public_id, visitor, is_proven=is_proven, now=now)
    return _go_on(public_id, addresses_of, now=now)


def _go_on(public_id: str, addresses_of: AddressesOf, *, now: datetime) -> Onward:
    if _is_paid(public_id, now=now):
        return Onward(public_id=public_id, checkout_url=None)
    # The donation first, then its tries; news of a payment locks them the other way round.
    attempt_id = retry_deadlocks(lambda: _open_checkout(public_id, now=now))
    return _send(public_id, attempt_id, addresses_of(public_id), now=now)


def _open_checkout(public_id: str, *, now: datetime) -> int:
    with transaction():
        return giving.open_checkout(_locked(public_id), now=now).id


def _send(public_id: str, attempt_id: int, addresses: Addresses, *, now: datetime) -> Onward:
    url = guarded.send_to_checkout(
        attempt_id,
        success_url=addresses.success_url,
        cancel_url=addresses.cancel_url,
        now=now,
    )
    return Onward(public_id=public_id, checkout_url=url)


def _is_known_paid(public_id: str) -> bool:
    """Whether nothing is left to pay as far as we know, without asking Stripe."""
    return order_reads.order_status(public_id).state in PAID_OR_COMING


def _is_paid(public_id: str, *, now: datetime) -> bool:
    """Whether nothing is left to pay; asks Stripe about a try that was made before."""
    status = order_reads.order_status(public_id)
    if status.attempt_state is not None and status.state not in PAID_OR_COMING:
        status = sync.pull(public_id, now=now)
    return status.state in PAID_OR_COMING


def _locked(public_id: str) -> Donation:
    donation = donation_reads.lock_donation(public_id)
    if donation is None:
        raise DonationNotFoundError
    return donation


def is_settled(donation: Donation) -> bool:
    """Whether all that is to come for a donation has come; a regular one must have begun, too."""
    has_begun = donation.regular is None or donation.regular.state is not RegularState.BEGINNING
    return donation.settled_at is not None and donation.on_its_way_minor == 0 and has_begun


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a donation, and whether Stripe could be asked just now."""

    status: OrderStatus
    is_fresh: bool


def find_out(public_id: str, *, now: datetime) -> Outcome:
    """Say what became of a donation: asks Stripe once while it may still move of itself.

    Without an answer it is what we knew before.
    """
    if is_settled(donation_reads.get_donation(public_id)):
        return Outcome(status=order_reads.order_status(public_id), is_fresh=True)
    try:
        return Outcome(status=sync.pull(public_id, now=now, is_view=True), is_fresh=True)
    except PaymentsUnavailableError:
        return Outcome(status=order_reads.order_status(public_id), is_fresh=False)
