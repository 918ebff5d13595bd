"""Opening an attempt at paying an order, and what became of it. At most one charge per order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db.session import db
from app.groups import queries as groups
from app.groups.models import PaymentAccount
from app.ledger import queries as ledger
from app.ledger.errors import FundAccountError
from app.ledger.models import Fund
from app.ledger.rules import needs_payment_account
from app.lib.ids import public_id
from app.lib.money import is_chargeable
from app.payments.errors import CardsOffError, PartnerFundError, UncollectableAmountError
from app.payments.facts import SessionSnapshot, SessionTerms
from app.payments.models.collecting import CheckoutAttempt
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.attempts import (
    SESSION_LIFE,
    AttemptState,
    attempt_may_become,
    checkout_locale,
    state_of_session,
    statement_suffix,
)
from app.payments.rules.orders import CheckoutOrder, may_pay_again


@dataclass(frozen=True)
class _Parts:
    order: CheckoutOrder
    fund: Fund
    account: PaymentAccount


def open_attempt(order: CheckoutOrder, *, now: datetime) -> CheckoutAttempt:
    """The attempt at paying an order: the one under way if it offers the same, else a new one.

    An order that was paid, or whose money is coming, gets no new attempt: the one that paid is
    returned. Raises PartnerFundError, FundAccountError, CardsOffError, UncollectableAmountError.
    """
    parts = _Parts(
        order, ledger.get_fund_by_id(order.fund_id), groups.get_payment_account(order.account_name)
    )
    _check(parts)
    attempts = _lock(order.order_key)
    paid = _paid_attempt(order.order_key, attempts)
    if paid is not None:
        return paid
    terms = _terms(parts, now)
    last = attempts[-1] if attempts else None
    if last is not None and _goes_on(last, terms, now):
        return last
    try:
        with db.session.begin_nested():
            return _add(parts, terms, n=len(attempts) + 1, now=now)
    except IntegrityError:
        # Another request with the same order was faster; its attempt is there to be seen now.
        return open_attempt(order, now=now)


def _check(parts: _Parts) -> None:
    order, fund, account = parts.order, parts.fund, parts.account
    if not needs_payment_account(fund.kind):
        raise PartnerFundError
    if fund.payment_account_id != account.id or fund.currency != order.amount.currency:
        raise FundAccountError
    if not account.cards_on:
        raise CardsOffError
    if order.amount.minor <= 0 or not is_chargeable(order.amount):
        raise UncollectableAmountError


def _lock(order_key: str) -> Sequence[CheckoutAttempt]:
    """The attempts of an order in the order of their making, held until the transaction ends."""
    return db.session.scalars(
        select(CheckoutAttempt)
        .where(CheckoutAttempt.order_key == order_key)
        .order_by(CheckoutAttempt.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _paid_attempt(order_key: str, attempts: Sequence[CheckoutAttempt]) -> CheckoutAttempt | None:
    payments = order_reads.list_payments(order_key)
    for attempt in attempts:
        if plan_reads.find_plan_of_attempt(attempt.id) is not None:
            # A plan that began collects by itself; a second page would begin a second one.
            return attempt
        own = [payment.state for payment in payments if payment.attempt_id == attempt.id]
        is_complete = attempt.state is AttemptState.COMPLETE
        if not may_pay_again(own) or (is_complete and not own):
            return attempt
    return None


def _goes_on(attempt: CheckoutAttempt, terms: SessionTerms, now: datetime) -> bool:
    is_usable = attempt.is_creatable(now) or attempt.is_payable(now)
    return is_usable and attempt.terms.is_same_offer(terms)


def _terms(parts: _Parts, now: datetime) -> SessionTerms:
    order, account = parts.order, parts.account
    return SessionTerms(
        order_key=order.order_key,
        attempt=public_id(),
        amount_minor=order.amount.minor,
        currency=order.amount.currency,
        product_name=order.product_name,
        fund_name=parts.fund.name.origin_text,
        email=order.email,
        locale=checkout_locale(order.locale),
        statement_suffix=statement_suffix(order.statement_suffix, account.statement_name),
        expires_at=int((now + SESSION_LIFE).timestamp()),
        **_regular_terms(order),
    )


def _regular_terms(order: CheckoutOrder) -> dict[str, Any]:
    if order.plan_key is None or order.interval is None:
        return {}
    return {
        "plan_key": order.plan_key,
        "interval": order.interval.value,
        "covered_fee_minor": order.covered_fee.minor,
    }


def _add(parts: _Parts, terms: SessionTerms, *, n: int, now: datetime) -> CheckoutAttempt:
    attempt = CheckoutAttempt(
        n=n,
        payment_account_id=parts.account.id,
        fund_id=parts.fund.id,
        covered_fee_minor=parts.order.covered_fee.minor,
        expires_at=now + SESSION_LIFE,
    )
    return _begin(attempt, terms, now)


def _begin(attempt: CheckoutAttempt, terms: SessionTerms, now: datetime) -> CheckoutAttempt:
    attempt.public_id = terms.attempt
    attempt.order_key = terms.order_key
    attempt.plan_key = terms.plan_key
    attempt.amount_minor = terms.amount_minor
    attempt.currency = terms.currency
    attempt.params = asdict(terms)
    attempt.state = AttemptState.CREATING
    attempt.created_at = now
    db.session.add(attempt)
    db.session.flush()
    return attempt


def renew_attempt(attempt_id: int, *, now: datetime) -> CheckoutAttempt:
    """The attempt that takes the place of one that can no longer be paid, on the same terms.

    The order's newest attempt is returned as it is while it is of use, or has been paid.
    """
    old = order_reads.get_attempt(attempt_id)
    attempts = _lock(old.order_key)
    newest = attempts[-1]
    paid = _paid_attempt(old.order_key, attempts)
    if paid is not None:
        return paid
    if newest.is_creatable(now) or newest.state is AttemptState.OPEN:
        return newest
    _give_up(newest, AttemptState.EXPIRED)
    ends = now + SESSION_LIFE
    terms = replace(newest.terms, attempt=public_id(), expires_at=int(ends.timestamp()))
    successor = CheckoutAttempt(
        n=newest.n + 1,
        payment_account_id=newest.payment_account_id,
        fund_id=newest.fund_id,
        covered_fee_minor=newest.covered_fee_minor,
        expires_at=ends,
    )
    try:
        with db.session.begin_nested():
            return _begin(successor, terms, now)
    except IntegrityError:
        # Who waited for a lock does not see what was added meanwhile; it is there to be seen now.
        return renew_attempt(attempt_id, now=now)


def lock_attempt(attempt_id: int) -> CheckoutAttempt:
    """One attempt, held until the transaction ends."""
    return db.session.scalars(
        select(CheckoutAttempt)
        .where(CheckoutAttempt.id == attempt_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def note_session(attempt_id: int, session: SessionSnapshot, *, now: datetime) -> CheckoutAttempt:
    """Write down what Stripe shows of an attempt's session; what is older changes nothing."""
    attempt = lock_attempt(attempt_id)
    attempt.session_id = attempt.session_id or session.id
    attempt.synced_at = now
    new = state_of_session(session.status)
    if new is not None and attempt_may_become(attempt.state, new):
        attempt.state = new
    attempt.checkout_url = session.url if attempt.state is AttemptState.OPEN else None
    return attempt


def abandon_attempt(attempt_id: int, *, now: datetime) -> AttemptState:
    """Give up an attempt whose session was never handed to anybody; others stay as they are."""
    attempt = lock_attempt(attempt_id)
    if attempt.state is AttemptState.CREATING:
        _give_up(attempt, AttemptState.EXPIRED)
        attempt.synced_at = now
    return attempt.state


def forget_session(attempt_id: int, reason: str, *, now: datetime) -> AttemptState:
    """Close an attempt whose session Stripe no longer knows."""
    attempt = lock_attempt(attempt_id)
    if attempt_may_become(attempt.state, AttemptState.EXPIRED):
        attempt.state = AttemptState.EXPIRED
    attempt.error, attempt.checkout_url, attempt.synced_at = reason, None, now
    return attempt.state


def refuse_attempt(attempt_id: int, reason: str, *, now: datetime) -> None:
    """Write down that Stripe refused to make an attempt's session."""
    attempt = lock_attempt(attempt_id)
    _give_up(attempt, AttemptState.ERROR)
    attempt.error, attempt.synced_at = reason, now


def _give_up(attempt: CheckoutAttempt, state: AttemptState) -> None:
    if attempt.state is AttemptState.CREATING:
        attempt.state = state
