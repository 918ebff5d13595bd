"""Reads of orders, payments and events, and the checks of payments against the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.ledger.facts import Difference
from app.ledger.models import LedgerEntry, LedgerLine
from app.ledger.rules import Category, EntryKind
from app.lib import clock
from app.lib.errors import NotFoundError
from app.lib.money import zero
from app.payments.models.collecting import CheckoutAttempt, Payment
from app.payments.models.inbox import StripeEvent, SweepCursor
from app.payments.rules.attempts import LIVE_ATTEMPTS
from app.payments.rules.collecting import SETTLED_PAYMENTS, PaymentState
from app.payments.rules.events import UNAPPLIED_EVENTS
from app.payments.rules.orders import OrderStatus, order_state

# --- orders ---------------------------------------------------------------------------------------


def order_status(order_key: str) -> OrderStatus:
    """What became of an order's money; an unknown key has state `nothing`."""
    return order_statuses([order_key])[order_key]


def order_statuses(order_keys: Collection[str]) -> dict[str, OrderStatus]:
    """What became of the money of many orders, in two reads."""
    attempts = _last_attempts(order_keys)
    payments: defaultdict[str, list[Payment]] = defaultdict(list)
    query = select(Payment).where(Payment.order_key.in_(order_keys)).order_by(Payment.id)
    for payment in db.session.scalars(query):
        payments[payment.order_key].append(payment)
    return {key: _status(key, attempts.get(key), payments[key]) for key in order_keys}


def _last_attempts(order_keys: Collection[str]) -> Mapping[str, CheckoutAttempt]:
    query = (
        select(CheckoutAttempt)
        .where(CheckoutAttempt.order_key.in_(order_keys))
        .order_by(CheckoutAttempt.order_key, CheckoutAttempt.n)
    )
    return {attempt.order_key: attempt for attempt in db.session.scalars(query)}


def _status(
    order_key: str, attempt: CheckoutAttempt | None, payments: Sequence[Payment]
) -> OrderStatus:
    currency = attempt.currency if attempt else "GBP"
    received = on_its_way = returned = zero(currency)
    figures = [payment.figures for payment in payments]
    for each in figures:
        received += each.received
        on_its_way += each.on_its_way
        returned += each.returned
    state = attempt.state if attempt else None
    return OrderStatus(
        order_key=order_key,
        state=order_state(figures, state),
        received=received,
        on_its_way=on_its_way,
        returned=returned,
        attempt_state=state,
        checkout_url_open=attempt is not None and attempt.is_payable(clock.utcnow()),
    )


def list_attempts(order_key: str) -> Sequence[CheckoutAttempt]:
    """The tries at paying an order, the first first."""
    return db.session.scalars(
        select(CheckoutAttempt)
        .where(CheckoutAttempt.order_key == order_key)
        .order_by(CheckoutAttempt.n)
    ).all()


def get_attempt(attempt_id: int) -> CheckoutAttempt:
    """One try at paying; raises NotFoundError."""
    attempt = db.session.get(CheckoutAttempt, attempt_id)
    if attempt is None:
        raise NotFoundError
    return attempt


def find_attempt(
    account_id: int, *, session_id: str | None = None, public_id: str | None = None
) -> CheckoutAttempt | None:
    """The attempt of an account that a session or a piece of metadata belongs to, or nothing."""
    query = select(CheckoutAttempt).where(CheckoutAttempt.payment_account_id == account_id)
    if public_id is not None:
        return db.session.scalar(query.where(CheckoutAttempt.public_id == public_id))
    return db.session.scalar(query.where(CheckoutAttempt.session_id == session_id))


def list_payments(order_key: str) -> Sequence[Payment]:
    """The payments of an order with their refunds and disputes, the first first."""
    return db.session.scalars(
        select(Payment)
        .where(Payment.order_key == order_key)
        .options(selectinload(Payment.refunds), selectinload(Payment.disputes))
        .order_by(Payment.id)
    ).all()


def find_payment(account_id: int, intent_id: str) -> Payment | None:
    """The payment of an account's payment intent, or nothing."""
    return db.session.scalar(
        select(Payment).where(
            Payment.payment_account_id == account_id, Payment.intent_id == intent_id
        )
    )


def sync_stamp(account_id: int, intent_id: str) -> int | None:
    """How many snapshots were applied to an intent's payment; nothing where there is none."""
    return db.session.scalar(
        select(Payment.sync_stamp).where(
            Payment.payment_account_id == account_id, Payment.intent_id == intent_id
        )
    )


def payment_states(order_key: str) -> list[PaymentState]:
    """The states of an order's payments."""
    return list(db.session.scalars(select(Payment.state).where(Payment.order_key == order_key)))


# --- events ---------------------------------------------------------------------------------------


def get_event(row_id: int) -> StripeEvent:
    """One event of the inbox; raises NotFoundError."""
    event = db.session.get(StripeEvent, row_id)
    if event is None:
        raise NotFoundError
    return event


def find_event(account_id: int, event_id: str) -> StripeEvent | None:
    """The event with Stripe's id, or nothing."""
    return db.session.scalar(
        select(StripeEvent).where(
            StripeEvent.payment_account_id == account_id, StripeEvent.event_id == event_id
        )
    )


def list_events(order_key: str) -> Sequence[StripeEvent]:
    """The events that turned out to be about an order, in the order in which they came."""
    return db.session.scalars(
        select(StripeEvent)
        .where(StripeEvent.order_key == order_key)
        .order_by(StripeEvent.received_at, StripeEvent.id)
    ).all()


def list_unapplied_events(
    *, account_id: int | None = None, limit: int = 100
) -> Sequence[StripeEvent]:
    """Events that wait or failed, the oldest first; each says in `error` what went wrong."""
    query = (
        select(StripeEvent)
        .where(StripeEvent.state.in_(UNAPPLIED_EVENTS))
        .order_by(StripeEvent.received_at, StripeEvent.id)
        .limit(limit)
    )
    if account_id is not None:
        query = query.where(StripeEvent.payment_account_id == account_id)
    return db.session.scalars(query).all()


def known_event_ids(account_id: int, event_ids: Collection[str]) -> set[str]:
    """Which of Stripe's event ids are in the inbox."""
    query = select(StripeEvent.event_id).where(
        StripeEvent.payment_account_id == account_id, StripeEvent.event_id.in_(event_ids)
    )
    return set(db.session.scalars(query))


# --- what a sweep looks at ------------------------------------------------------------------------


def list_stale_attempts(
    account_id: int, *, before: datetime, limit: int
) -> Sequence[CheckoutAttempt]:
    """Attempts that are not over and of which nothing was heard since `before`."""
    last_news = func.coalesce(CheckoutAttempt.synced_at, CheckoutAttempt.created_at)
    return db.session.scalars(
        select(CheckoutAttempt)
        .where(
            CheckoutAttempt.payment_account_id == account_id,
            CheckoutAttempt.state.in_(LIVE_ATTEMPTS),
            last_news <= before,
        )
        .order_by(last_news, CheckoutAttempt.id)
        .limit(limit)
    ).all()


def list_stale_payments(account_id: int, *, before: datetime, limit: int) -> Sequence[Payment]:
    """Payments that are not settled and of which nothing was heard since `before`."""
    return db.session.scalars(
        select(Payment)
        .where(
            Payment.payment_account_id == account_id,
            Payment.state.not_in(SETTLED_PAYMENTS),
            Payment.synced_at <= before,
        )
        .order_by(Payment.synced_at, Payment.id)
        .limit(limit)
    ).all()


def find_cursor(account_id: int) -> SweepCursor | None:
    """Up to where an account was swept, or nothing before the first sweep."""
    return db.session.get(SweepCursor, account_id)


def first_attempt_at(account_id: int) -> datetime | None:
    """When an account was first asked to collect anything."""
    return db.session.scalar(
        select(func.min(CheckoutAttempt.created_at)).where(
            CheckoutAttempt.payment_account_id == account_id
        )
    )


# --- checks ---------------------------------------------------------------------------------------


def check_payments() -> Iterator[Difference]:
    """Tell the orders whose payments and whose entries in the ledger do not come to the same."""
    kept, booked = _kept_sums(), _booked_sums()
    for key in sorted(kept.keys() | booked.keys()):
        nothing = (0, 0)
        if kept.get(key, nothing) != booked.get(key, nothing):
            order_key, currency = key
            yield Difference(
                "order_sums",
                f"order:{order_key}",
                f"The payments of order {order_key} come to {kept.get(key, nothing)} {currency}, "
                f"its entries to {booked.get(key, nothing)} (kept income, disputed; minor units).",
            )


Sums = dict[tuple[str, str], tuple[int, int]]


def _kept_sums() -> Sums:
    """What the payments say: collected and neither refunded nor taken back; disputed."""
    is_kept = Payment.state == PaymentState.SUCCEEDED
    query = (
        select(
            Payment.order_key,
            Payment.currency,
            func.sum(case((is_kept, Payment.amount_minor - Payment.refunded_minor), else_=0)),
            func.sum(Payment.disputed_minor),
        )
        .group_by(Payment.order_key, Payment.currency)
        .order_by(Payment.order_key)
    )
    return {(key, currency): (int(a), int(b)) for key, currency, a, b in db.session.execute(query)}


def _booked_sums() -> Sums:
    """What the ledger says of the same."""
    is_income = LedgerLine.category == Category.INCOME
    is_disputed = LedgerLine.category == Category.DISPUTES
    query = (
        select(
            LedgerEntry.order_key,
            LedgerLine.currency,
            func.sum(case((is_income, -LedgerLine.minor), else_=0)),
            func.sum(case((is_disputed, LedgerLine.minor), else_=0)),
        )
        .join(LedgerLine.entry)
        .where(LedgerEntry.order_key.is_not(None), LedgerEntry.source.startswith("stripe:"))
        .group_by(LedgerEntry.order_key, LedgerLine.currency)
    )
    return {
        (str(key), currency): (int(a), int(b)) for key, currency, a, b in db.session.execute(query)
    }


def check_charges() -> Iterator[Difference]:
    """Tell the orders where not each payment that came has its charge in the ledger, or more."""
    paid = (
        select(Payment.order_key, func.count())
        .where(Payment.settled_at.is_not(None))
        .group_by(Payment.order_key)
    )
    charged = (
        select(LedgerEntry.order_key, func.count())
        .where(LedgerEntry.kind == EntryKind.CHARGE, LedgerEntry.order_key.is_not(None))
        .group_by(LedgerEntry.order_key)
    )
    came = {str(key): count for key, count in db.session.execute(paid)}
    booked = {str(key): count for key, count in db.session.execute(charged)}
    for key in sorted(came.keys() | booked.keys()):
        if came.get(key, 0) != booked.get(key, 0):
            yield Difference(
                "order_charges",
                f"order:{key}",
                f"Order {key} has {came.get(key, 0)} payments that came and "
                f"{booked.get(key, 0)} charges in the ledger.",
            )
