"""Looking at one object of Stripe's and writing down what it shows, after an event or on asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.db.session import retry_deadlocks, transaction
from app.groups.models import PaymentAccount
from app.payments.errors import ObjectMissingError, PaymentsUnavailableError, StaleSnapshotError
from app.payments.facts import ATTEMPT_KEY, IntentSnapshot, SessionSnapshot
from app.payments.gateway import calls
from app.payments.queries import events as event_reads
from app.payments.queries import orders as order_reads
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import SETTLED_PAYMENTS
from app.payments.rules.events import EVENT_TYPES, UNAPPLIED_EVENTS, Doorbell
from app.payments.rules.orders import OrderStatus
from app.payments.service import attempts, inbox, reducer

log = structlog.get_logger(__name__)

#: Two writers at one row make one of them look again; more than this means something is wrong.
TRIES = 8


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What an object of Stripe's turned out to be about."""

    #: The order it belongs to, if it is one of ours.
    order_key: str | None = None
    #: Why it should be ours, where we do not know its order.
    why: str | None = None


FOREIGN = Seen()


def look(account: PaymentAccount, bell: Doorbell, object_id: str, *, now: datetime) -> Seen:
    """Fetch an object as it is now and write down what it shows.

    Raises PaymentsUnavailableError; whatever else goes wrong is a mistake of ours.
    """
    try:
        if bell is Doorbell.SESSION:
            return _look_at_session(account, object_id, now)
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


def _look_at_session(account: PaymentAccount, session_id: str, now: datetime) -> Seen:
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


def take_session(
    account: PaymentAccount, attempt_id: int, session: SessionSnapshot, *, now: datetime
) -> AttemptState:
    """Write down what a session shows; its money first, so that a crash between leaves it open."""
    if session.intent_id is not None:
        sync_intent(account, session.intent_id, now=now)
    with transaction():
        return attempts.note_session(attempt_id, session, now=now).state


def sync_intent(account: PaymentAccount, intent_id: str, *, now: datetime) -> Seen:
    """Fetch all of one collection of money and reduce it; fetch again when somebody was faster."""
    for _ in range(TRIES):
        stamp = order_reads.sync_stamp(account.id, intent_id)
        intent = calls.fetch_intent(account.name, intent_id)
        try:
            return retry_deadlocks(lambda: _apply(account, intent, stamp, now))  # noqa: B023
        except StaleSnapshotError:
            continue
    raise StaleSnapshotError


def _apply(
    account: PaymentAccount, intent: IntentSnapshot, stamp: int | None, now: datetime
) -> Seen:
    with transaction():
        payment = reducer.apply_intent(account, intent, stamp=stamp, now=now)
        if payment is not None:
            return Seen(order_key=payment.order_key)
    if ATTEMPT_KEY in intent.metadata:
        return Seen(why=f"no attempt {intent.metadata[ATTEMPT_KEY]} is known here")
    return FOREIGN


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


def pull(order_key: str, *, now: datetime) -> OrderStatus:
    """Ask Stripe once about whatever of an order is not settled, so that no webhook is needed.

    Raises PaymentsUnavailableError, for mistakes of ours too: whoever has just paid must not be
    told that it failed. `order_reads.order_status` then says what is known.
    """
    try:
        for attempt in order_reads.list_attempts(order_key):
            pull_attempt(attempt.id, now=now)
        for payment in order_reads.list_payments(order_key):
            if payment.intent_id is None or payment.state in SETTLED_PAYMENTS:
                continue
            if payment.synced_at < now:
                look(payment.payment_account, Doorbell.INTENT, payment.intent_id, now=now)
    except PaymentsUnavailableError:
        raise
    except Exception as error:
        # No traceback: it would show what is in the variables, people and keys included.
        log.error("pull.failed", order_key=order_key, error=type(error).__name__)  # noqa: TRY400
        raise PaymentsUnavailableError from error
    return order_reads.order_status(order_key)


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
