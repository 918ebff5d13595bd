"""Sending a donor to the payment page, and taking the way back. At most one charge per order."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.db.session import transaction
from app.payments.errors import (
    CheckoutRefusedError,
    GatewayRefusedError,
    KeyReusedError,
    ObjectMissingError,
    PaymentsUnavailableError,
)
from app.payments.facts import SessionSnapshot
from app.payments.flows.sync import take_session
from app.payments.gateway import calls
from app.payments.gateway.session_params import ReturnAddresses
from app.payments.models.collecting import CheckoutAttempt
from app.payments.queries import orders as order_reads
from app.payments.rules.attempts import LIVE_ATTEMPTS, AttemptState
from app.payments.service import attempts

#: By how much Stripe's clock may differ from ours.
CLOCKS_APART = timedelta(minutes=10)
#: Another request with the same form may come between; more rounds mean something is wrong.
ROUNDS = 4


def send_to_checkout(attempt_id: int, *, success_url: str, cancel_url: str, now: datetime) -> str:
    """The address of the payment page for the order of an attempt; repeats are safe.

    The order's newest attempt is the one that counts: all others are withdrawn before its page is
    made. Where the order turns out to be paid, the address is `success_url`. The addresses must be
    the same for each repeat. Raises PaymentsUnavailableError (an earlier page may still be open,
    or the call's effect is not known: repeat) or CheckoutRefusedError.
    """
    addresses = ReturnAddresses(success_url=success_url, cancel_url=cancel_url)
    order_key = order_reads.get_attempt(attempt_id).order_key
    for _ in range(ROUNDS):
        newest = _only_attempt(order_key, now)
        if newest.state not in LIVE_ATTEMPTS:
            return success_url
        if newest.state is AttemptState.OPEN:
            return _page_of(newest, now)
        address = _make_page(newest, addresses, now)
        if address is not None:
            return address
    raise PaymentsUnavailableError


def _only_attempt(order_key: str, now: datetime) -> CheckoutAttempt:
    """The attempt to pay with, when no other can be paid any more; or the one that was paid."""
    every = order_reads.list_attempts(order_key)
    newest = every[-1].id
    for attempt_id in [each.id for each in every[:-1] if each.state in LIVE_ATTEMPTS]:
        withdraw_attempt(attempt_id, now=now)
    attempt = order_reads.get_attempt(newest)
    if attempt.state is AttemptState.OPEN and not attempt.is_payable(now):
        withdraw_attempt(newest, now=now)
    with transaction():
        return attempts.renew_attempt(newest, now=now)


def _page_of(attempt: CheckoutAttempt, now: datetime) -> str:
    if not attempt.is_payable(now) or not attempt.checkout_url:
        raise PaymentsUnavailableError  # Stripe says neither that it is over nor where it is
    return attempt.checkout_url


def _make_page(attempt: CheckoutAttempt, addresses: ReturnAddresses, now: datetime) -> str | None:
    """The payment page of an attempt; nothing where the attempt is of no use after all."""
    attempt_id, account_name = attempt.id, attempt.payment_account.name
    try:
        session = _create_or_find(attempt, addresses, now)
    except GatewayRefusedError as error:
        with transaction():
            attempts.refuse_attempt(attempt_id, str(error), now=now)
        if isinstance(error, KeyReusedError):
            # The page was made before, with other return addresses; nobody was told where it is.
            return None
        raise CheckoutRefusedError from error
    with transaction():
        attempt = attempts.note_session(attempt_id, session, now=now)
        state, address = attempt.state, attempt.checkout_url
    if state is AttemptState.EXPIRED and session.status == "open":
        # Another request with the same form withdrew the attempt while its page was being made.
        calls.expire_session(account_name, session.id)
    return address if state is AttemptState.OPEN else None


def _create_or_find(
    attempt: CheckoutAttempt, addresses: ReturnAddresses, now: datetime
) -> SessionSnapshot:
    """Make the page; where the answer was lost for good, find the page that the call made.

    An attempt whose call failed for good and made nothing is given up: its key is spent. Where no
    answer came at all, the same call again brings the page, if there is one.
    """
    attempt_id, account_name = attempt.id, attempt.payment_account.name
    terms, key, made_at = attempt.terms, attempt.idempotency_key, attempt.created_at
    try:
        return calls.create_session(account_name, terms, addresses, key=key)
    except PaymentsUnavailableError as error:
        if not error.is_final:
            raise
        found = calls.find_session(account_name, terms.attempt, since=made_at - CLOCKS_APART)
        if found is not None:
            return found
        with transaction():
            attempts.abandon_attempt(attempt_id, now=now)
        raise


def withdraw_attempt(attempt_id: int, *, now: datetime) -> AttemptState:
    """Close an attempt's payment page, or learn that it was completed; repeats are safe.

    Raises PaymentsUnavailableError: the page may still be open then.
    """
    with transaction():
        state = attempts.abandon_attempt(attempt_id, now=now)
    attempt = order_reads.get_attempt(attempt_id)
    if state is not AttemptState.OPEN or attempt.session_id is None:
        return state
    account = attempt.payment_account
    try:
        session = calls.expire_session(account.name, attempt.session_id)
    except ObjectMissingError as error:
        with transaction():
            return attempts.forget_session(attempt_id, str(error), now=now)
    return take_session(account, attempt_id, session, now=now)
