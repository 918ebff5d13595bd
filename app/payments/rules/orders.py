"""What a donor decided, and what its payments come to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.lib.money import Money, zero
from app.payments.rules.attempts import LIVE_ATTEMPTS, AttemptState
from app.payments.rules.collecting import PAID_OR_COMING, PaymentState
from app.payments.rules.plans import Interval


@dataclass(frozen=True, kw_only=True)
class CheckoutOrder:
    """What a donor decided to give, as far as collecting it needs to know."""

    order_key: str
    account_name: str
    fund_id: int
    #: The whole sum to collect, the covered fee included.
    amount: Money
    #: The part of it that covers our fees; it counts towards no goal.
    covered_fee: Money
    #: What stands on the payment page.
    product_name: str
    email: str
    locale: str
    statement_suffix: str | None = None
    #: The public id of the regular donation that this order begins, and how often it collects.
    plan_key: str | None = None
    interval: Interval | None = None


class OrderState(StrEnum):
    """What became of an order's money, as one word."""

    NOTHING = "nothing"
    OPEN = "open"
    PROCESSING = "processing"
    RECEIVED = "received"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    RETURNED = "returned"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class PaymentFigures:
    """What one payment comes to."""

    state: PaymentState
    amount: Money
    #: Given back by refunds that moved money and were not returned by the bank.
    refunded: Money
    #: Taken by disputes and not brought back.
    disputed: Money

    @property
    def returned(self) -> Money:
        """What the donor has back, by whatever way."""
        if self.state is PaymentState.LATE_FAILED:
            return self.amount
        return self.refunded + self.disputed

    @property
    def received(self) -> Money:
        """What is here to be spent (before fees): collected and not given back."""
        if self.state not in {PaymentState.SUCCEEDED, PaymentState.LATE_FAILED}:
            return zero(self.amount.currency)
        return self.amount - self.returned

    @property
    def on_its_way(self) -> Money:
        """What the donor has promised the bank and the bank has not brought yet."""
        is_coming = self.state is PaymentState.PROCESSING
        return self.amount if is_coming else zero(self.amount.currency)


@dataclass(frozen=True, kw_only=True)
class OrderStatus:
    """What became of an order's money. The sums never overlap: received is less the returned."""

    order_key: str
    state: OrderState
    received: Money
    on_its_way: Money
    returned: Money
    attempt_state: AttemptState | None
    #: Whether the donor can still go to the payment page of the last attempt.
    checkout_url_open: bool


def order_state(
    figures: Collection[PaymentFigures], attempt_state: AttemptState | None
) -> OrderState:
    """One word for the money of an order; money that came outweighs tries that failed."""
    states = {payment.state for payment in figures}
    if PaymentState.SUCCEEDED in states:
        return _received_state(figures)
    if PaymentState.PROCESSING in states:
        return OrderState.PROCESSING
    if PaymentState.LATE_FAILED in states:
        return OrderState.RETURNED
    return _unpaid_state(states, attempt_state)


def _unpaid_state(
    states: Collection[PaymentState], attempt_state: AttemptState | None
) -> OrderState:
    if attempt_state in LIVE_ATTEMPTS:
        return OrderState.OPEN
    if PaymentState.FAILED in states or PaymentState.CANCELED in states:
        return OrderState.FAILED
    if attempt_state is AttemptState.COMPLETE or PaymentState.PENDING in states:
        return OrderState.PROCESSING
    return OrderState.NOTHING


def _received_state(figures: Iterable[PaymentFigures]) -> OrderState:
    paid = [payment for payment in figures if payment.state is PaymentState.SUCCEEDED]
    if any(payment.disputed for payment in paid):
        return OrderState.DISPUTED
    if all(payment.refunded == payment.amount for payment in paid):
        return OrderState.REFUNDED
    if any(payment.refunded for payment in paid):
        return OrderState.PART_REFUNDED
    return OrderState.RECEIVED


def may_pay_again(payments: Iterable[PaymentState]) -> bool:
    """Whether an order may get another attempt: none of its payments came or is coming."""
    return not any(state in PAID_OR_COMING for state in payments)
