"""Reads of orders, their tries and payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.lib import clock
from app.lib.errors import NotFoundError
from app.lib.money import zero
from app.payments.models.collecting import CheckoutAttempt, Payment
from app.payments.models.plans import Invoice, Plan
from app.payments.rules.collecting import PaymentState
from app.payments.rules.orders import OrderStatus, order_state


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
    known = attempt or next(iter(payments), None)
    currency = known.currency if known else "GBP"
    received = on_its_way = returned = zero(currency)
    figures = [payment.figures for payment in payments if not payment.is_void]
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


def list_plan_payments(plan_key: str) -> Sequence[Payment]:
    """The payments that a plan collected or tried to, the newest first."""
    return db.session.scalars(
        select(Payment)
        .join(Invoice, Payment.invoice_id == Invoice.id)
        .join(Plan, Invoice.plan_id == Plan.id)
        .where(Plan.plan_key == plan_key)
        .options(selectinload(Payment.refunds), selectinload(Payment.disputes))
        .order_by(Payment.id.desc())
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
