"""The only ways by which a visitor reaches a page of Stripe's: the guard stands before each.

Nothing here is asked of Stripe before the guard has written down its answer, so that where the
database is away, nothing reaches Stripe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.db.session import retry_deadlocks, transaction
from app.groups import queries as groups
from app.groups.rules import CardsCause
from app.payments.errors import (
    CardsOffError,
    NoSuchAccountError,
    PaymentsUnavailableError,
    TooManyPagesError,
)
from app.payments.flows import checkout
from app.payments.gateway import probing
from app.payments.queries import guard as reads
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules import guard as rules
from app.payments.rules.attempts import LIVE_ATTEMPTS
from app.payments.rules.guard import TryKind, Verdict, Visitor
from app.payments.service import guard
from app.payments.service.guard import Knock


def knock(wanted: Knock, *, now: datetime, on_proof: Callable[[], object] | None = None) -> Verdict:
    """Ask the guard whether somebody may go on to Stripe, and count it.

    `on_proof` runs in the same transaction where she has to prove a mailbox first.
    """

    def admit() -> Verdict:
        with transaction():
            verdict = guard.admit(wanted, now=now)
            if verdict is Verdict.PROVE and on_proof is not None:
                on_proof()
            return verdict

    try:
        return retry_deadlocks(admit)
    except IntegrityError:
        # Another request with the same order was faster; its try is there to be seen now.
        return retry_deadlocks(admit)


@contextmanager
def watched(account_id: int, *, now: datetime) -> Iterator[None]:
    """Count calls to Stripe that get no answer: several in a row switch the cards off."""
    try:
        yield
    except PaymentsUnavailableError:
        with transaction():
            guard.note_failure(account_id, now=now)
        raise


def send_to_checkout(attempt_id: int, *, success_url: str, cancel_url: str, now: datetime) -> str:
    """The address of the payment page of an order that the guard let pass.

    Raises LookupError for an order that it did not let pass, and what `checkout.send_to_checkout`
    raises.
    """
    attempt = order_reads.get_attempt(attempt_id)
    if not reads.is_let_in(attempt.order_key, now=now):
        raise LookupError("the guard was not asked about this order")
    with watched(attempt.payment_account_id, now=now):
        return checkout.send_to_checkout(
            attempt_id, success_url=success_url, cancel_url=cancel_url, now=now
        )


@contextmanager
def plan_page(plan_key: str, kind: TryKind, visitor: Visitor, *, now: datetime) -> Iterator[None]:
    """Ask for a plan's page at Stripe inside this: its portal, or an invoice that is to be paid.

    Raises TooManyPagesError, or CardsOffError while cards rest by themselves; where they rest by
    hand, only new gifts stop.
    """
    account = plan_reads.get_plan(plan_key).payment_account
    account_id, cause = account.id, account.cards_cause
    if cause in {CardsCause.BREAKER, CardsCause.CALLS}:
        raise CardsOffError
    wanted = Knock(order_key=plan_key, account_id=account_id, visitor=visitor, kind=kind)
    if knock(wanted, now=now) is not Verdict.PASS:
        raise TooManyPagesError
    with watched(account_id, now=now):
        yield


# --- what the worker does -----------------------------------------------------------------------


def close_tested_pages(*, now: datetime) -> int:
    """Close the payment pages on which many cards were refused; how many were closed."""
    closed = 0
    found = [(account.id, intent_id) for account, intent_id in reads.list_card_testers(now=now)]
    for account_id, intent_id in found:
        payment = order_reads.find_payment(account_id, intent_id)
        if payment is None or payment.attempt_id is None or payment.invoice_id is not None:
            continue
        attempt_id, order_key = payment.attempt_id, payment.order_key
        if order_reads.get_attempt(attempt_id).state not in LIVE_ATTEMPTS:
            continue
        checkout.withdraw_attempt(attempt_id, now=now)
        with transaction():
            closed += guard.mark_bad(order_key)
    return closed


def look_after_cards(*, now: datetime) -> None:
    """Let cards rest where thieves got through, and take them again where it is over."""
    for account in [each.id for each in groups.list_payment_accounts() if each.cards_on]:
        with transaction():
            guard.watch(account, now=now)
    for account in [each.id for each in groups.list_resting_accounts(CardsCause.BREAKER)]:
        with transaction():
            if guard.is_rested(account, now=now):
                guard.take_cards_again(account, CardsCause.BREAKER, now=now)
    _probe(now)


def _probe(now: datetime) -> None:
    """Ask whether Stripe answers again for the accounts that rest because it did not."""
    resting = [
        (each.id, each.name)
        for each in groups.list_resting_accounts(CardsCause.CALLS)
        if each.cards_switched_at is None or each.cards_switched_at <= now - rules.CALLS_REST
    ]
    for account_id, name in resting:
        try:
            is_back = probing.answers(name)
        except NoSuchAccountError:
            is_back = False
        if is_back:
            with transaction():
                guard.take_cards_again(account_id, CardsCause.CALLS, now=now)
