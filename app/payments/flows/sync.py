"""Looking at one object of Stripe's and writing down what it shows, after an event or on asking."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from app.db.session import transaction
from app.groups.models import PaymentAccount
from app.payments.errors import ObjectMissingError, PaymentsUnavailableError
from app.payments.facts import ATTEMPT_KEY, SessionSnapshot
from app.payments.flows.mirror import FOREIGN, Seen, sync_intent, sync_invoice, sync_plan
from app.payments.gateway import calls
from app.payments.gateway import plans as plan_calls
from app.payments.queries import events as event_reads
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import SETTLED_PAYMENTS
from app.payments.rules.events import EVENT_TYPES, UNAPPLIED_EVENTS, Doorbell
from app.payments.rules.orders import OrderStatus
from app.payments.service import attempts, inbox

log = structlog.get_logger(__name__)

#: How soon a page that is looked at again asks Stripe again; and how late at most.
SOONEST_AGAIN = timedelta(seconds=5)
LATEST_AGAIN = timedelta(hours=1)


def look(account: PaymentAccount, bell: Doorbell, object_id: str, *, now: datetime) -> Seen:
    """Fetch an object as it is now and write down what it shows.

    Raises PaymentsUnavailableError; whatever else goes wrong is a mistake of ours.
    """
    try:
        match bell:
            case Doorbell.SESSION:
                return look_at_session(account, object_id, now=now)
            case Doorbell.SUBSCRIPTION:
                return sync_plan(account, object_id, now=now)
            case Doorbell.INVOICE:
                return sync_invoice(account, object_id, now=now)
            case Doorbell.MANDATE | Doorbell.CUSTOMER:
                return _look_at_customer(account, bell, object_id, now)
            case _:
                intent_id = _intent_of(account.name, bell, object_id)
                return sync_intent(account, intent_id, now=now) if intent_id else FOREIGN
    except ObjectMissingError:
        return Seen(why=f"Stripe does not know {object_id} in this account")


def _intent_of(account_name: str, bell: Doorbell, object_id: str) -> str | None:
    match bell:
        case Doorbell.CHARGE:
            return calls.intent_of_charge(account_name, object_id)
        case Doorbell.REFUND:
            return calls.intent_of_refund(account_name, object_id)
        case Doorbell.DISPUTE:
            return calls.intent_of_dispute(account_name, object_id)
        case _:
            return object_id


def look_at_session(account: PaymentAccount, session_id: str, *, now: datetime) -> Seen:
    """Fetch a payment page as it is now and write down what it shows, with its money."""
    session = calls.fetch_session(account.name, session_id)
    public_id = session.metadata.get(ATTEMPT_KEY)
    if public_id is None:
        return FOREIGN
    attempt = order_reads.find_attempt(account.id, public_id=public_id)
    if attempt is None:
        return Seen(why=f"no attempt {public_id} is known here")
    order_key = attempt.order_key
    take_session(account, attempt.id, session, now=now)
    return Seen(order_key=order_key)


def _look_at_customer(
    account: PaymentAccount, bell: Doorbell, object_id: str, now: datetime
) -> Seen:
    """Another card, or an ended permission to debit, shows in the plans of whose it is."""
    customer_id: str | None = object_id
    if bell is Doorbell.MANDATE:
        customer_id = plan_calls.customer_of_mandate(account.name, object_id)
    found = plan_reads.list_plans_of_customer(account.id, customer_id) if customer_id else ()
    seen = FOREIGN
    for subscription_id in [plan.subscription_id for plan in found]:
        seen = sync_plan(account, subscription_id, now=now)
    return seen


def take_session(
    account: PaymentAccount, attempt_id: int, session: SessionSnapshot, *, now: datetime
) -> AttemptState:
    """Write down what a session shows; its money first, so that a crash between leaves it open."""
    if session.intent_id is not None:
        sync_intent(account, session.intent_id, now=now)
    if session.invoice_id is not None:
        sync_invoice(account, session.invoice_id, now=now)
    elif session.subscription_id is not None:
        sync_plan(account, session.subscription_id, now=now)
    with transaction():
        return attempts.note_session(attempt_id, session, now=now).state


# --- events ---------------------------------------------------------------------------------------


def apply_event(row_id: int, *, now: datetime) -> timedelta | None:
    """Look at what an event of the inbox is about; a second time changes nothing.

    Returns how long to wait before another look, where its order is not known (yet). An error
    keeps the event for the next try, with the reason beside it, and is raised again.
    """
    event = event_reads.get_event(row_id)
    if event.state not in UNAPPLIED_EVENTS:
        return None
    bell = EVENT_TYPES.get(event.type)
    try:
        # A type that an earlier version heard and this one does not is about nothing of ours.
        seen = look(event.payment_account, bell, event.object_id, now=now) if bell else FOREIGN
    except Exception as error:
        with transaction():
            inbox.fail(row_id, error, now=now)
        raise
    with transaction():
        if seen.why is not None:
            return inbox.defer(row_id, seen.why, now=now)
        inbox.finish(row_id, order_key=seen.order_key, now=now)
    return None


# --- asking ---------------------------------------------------------------------------------------


def pull(order_key: str, *, now: datetime, is_view: bool = False) -> OrderStatus:
    """Ask Stripe once about whatever of an order is not settled, so that no webhook is needed.

    `is_view` is for a page that may be looked at again and again: a payment under way that was
    asked about lately is not asked about again. Raises PaymentsUnavailableError, for mistakes of
    ours too: whoever has just paid must not be told that it failed. `order_reads.order_status`
    says what is known then.
    """
    try:
        for attempt in order_reads.list_attempts(order_key):
            # While a page is open its donor may have paid this second, and nobody else may tell us.
            pull_attempt(attempt.id, now=now)
        for payment in order_reads.list_payments(order_key):
            if payment.intent_id is None or payment.state in SETTLED_PAYMENTS:
                continue
            asked_at = payment.synced_at
            if asked_at < now and (
                not is_view or _is_worth_asking(payment.created_at, asked_at, now)
            ):
                look(payment.payment_account, Doorbell.INTENT, payment.intent_id, now=now)
    except PaymentsUnavailableError:
        raise
    except Exception as error:
        # No traceback: it would show what is in the variables, people and keys included.
        log.error("pull.failed", order_key=order_key, error=type(error).__name__)  # noqa: TRY400
        raise PaymentsUnavailableError from error
    return order_reads.order_status(order_key)


def _is_worth_asking(began_at: datetime, asked_at: datetime | None, now: datetime) -> bool:
    """Whether a page may ask again: seldom, and the longer it takes the more seldom."""
    if asked_at is None or began_at == asked_at:
        return True
    return now - asked_at >= min(max(SOONEST_AGAIN, (now - began_at) / 10), LATEST_AGAIN)


def pull_attempt(attempt_id: int, *, now: datetime) -> AttemptState:
    """Ask Stripe about an attempt's session while it is open; raises PaymentsUnavailableError."""
    attempt = order_reads.get_attempt(attempt_id)
    if attempt.state is not AttemptState.OPEN or attempt.session_id is None:
        return attempt.state
    account = attempt.payment_account
    try:
        session = calls.fetch_session(account.name, attempt.session_id)
    except ObjectMissingError as error:
        with transaction():
            return attempts.forget_session(attempt_id, str(error), now=now)
    return take_session(account, attempt_id, session, now=now)
