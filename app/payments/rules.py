"""States of attempts, payments, refunds and events, their moves, and what an order comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.lib.money import Money, zero
from app.lib.text import ascii_fold

# --- attempts -------------------------------------------------------------------------------------


class AttemptState(StrEnum):
    """How far one try at paying came."""

    CREATING = "creating"
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    ERROR = "error"


#: An attempt that we gave up, or that Stripe refused, moves once more if Stripe shows its session:
#: the answer to the call was lost, the session was not.
ATTEMPT_MOVES: Mapping[AttemptState, frozenset[AttemptState]] = {
    AttemptState.CREATING: frozenset(
        {AttemptState.OPEN, AttemptState.COMPLETE, AttemptState.EXPIRED, AttemptState.ERROR}
    ),
    AttemptState.OPEN: frozenset({AttemptState.COMPLETE, AttemptState.EXPIRED}),
    AttemptState.COMPLETE: frozenset(),
    AttemptState.EXPIRED: frozenset({AttemptState.COMPLETE}),
    AttemptState.ERROR: frozenset({AttemptState.COMPLETE, AttemptState.EXPIRED}),
}

LIVE_ATTEMPTS = frozenset({AttemptState.CREATING, AttemptState.OPEN})

#: Stripe keeps a session open for 30 minutes to 24 hours. Keys of repeated calls live for at least
#: 24 hours: a repeat after that would name an `expires_at` in the past and be refused, so a key
#: that Stripe forgot can never make a second session.
SESSION_LIFE = timedelta(hours=3)
#: A session must be open for this long after it is made, or Stripe refuses to make it.
SHORTEST_SESSION = timedelta(minutes=31)


_SESSION_STATES: Mapping[str, AttemptState] = {
    "open": AttemptState.OPEN,
    "complete": AttemptState.COMPLETE,
    "expired": AttemptState.EXPIRED,
}


def state_of_session(status: str | None) -> AttemptState | None:
    """The state that Stripe's word for a session means, or nothing where the word is new."""
    return _SESSION_STATES.get(status or "")


def attempt_may_become(old: AttemptState, new: AttemptState) -> bool:
    """Whether an attempt may go from one state to another."""
    return new in ATTEMPT_MOVES[old]


# --- payments -------------------------------------------------------------------------------------


class PaymentState(StrEnum):
    """How far one collection of money came. `succeeded` means: its money is in the ledger."""

    PENDING = "pending"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    LATE_FAILED = "late_failed"


#: `failed` is not the end in Checkout: the donor tries another card with the same intent. Stripe
#: never lets a cancelled intent collect; were it to, the money would count all the same.
PAYMENT_MOVES: Mapping[PaymentState, frozenset[PaymentState]] = {
    PaymentState.PENDING: frozenset(PaymentState) - {PaymentState.PENDING},
    PaymentState.PROCESSING: frozenset(PaymentState)
    - {PaymentState.PENDING, PaymentState.PROCESSING},
    PaymentState.FAILED: frozenset(PaymentState) - {PaymentState.FAILED},
    PaymentState.CANCELED: frozenset({PaymentState.SUCCEEDED, PaymentState.LATE_FAILED}),
    PaymentState.SUCCEEDED: frozenset({PaymentState.LATE_FAILED}),
    PaymentState.LATE_FAILED: frozenset(),
}

#: Nothing more is to be learned of these without news from Stripe.
SETTLED_PAYMENTS = frozenset(
    {PaymentState.SUCCEEDED, PaymentState.CANCELED, PaymentState.LATE_FAILED}
)
#: An order with one of these has been paid, or will be: it takes no second payment.
PAID_OR_COMING = frozenset({PaymentState.PROCESSING, PaymentState.SUCCEEDED})

_INTENT_STATES: Mapping[str, PaymentState] = {
    "requires_payment_method": PaymentState.PENDING,
    "requires_confirmation": PaymentState.PENDING,
    "requires_action": PaymentState.PENDING,
    "processing": PaymentState.PROCESSING,
    "requires_capture": PaymentState.PROCESSING,
    "succeeded": PaymentState.PROCESSING,
    "canceled": PaymentState.CANCELED,
}


def payment_may_become(old: PaymentState, new: PaymentState) -> bool:
    """Whether a payment may go from one state to another."""
    return new in PAYMENT_MOVES[old]


def payment_state(
    intent_status: str, *, has_error: bool, is_charged: bool, is_reversed: bool
) -> PaymentState | None:
    """The state that Stripe's words mean, or nothing where the word is new to us.

    `is_charged` and `is_reversed` say whether the charge has its balance transactions: money
    counts by them alone. A successful intent whose balance transaction is still to come is on its
    way.
    """
    if is_reversed:
        return PaymentState.LATE_FAILED
    if is_charged:
        return PaymentState.SUCCEEDED
    if intent_status == "requires_payment_method" and has_error:
        return PaymentState.FAILED
    return _INTENT_STATES.get(intent_status)


# --- refunds --------------------------------------------------------------------------------------


class RefundState(StrEnum):
    """How far a refund came; a bank may return one that had succeeded."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


_REFUND_ENDS = frozenset({RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELED})
REFUND_MOVES: Mapping[RefundState, frozenset[RefundState]] = {
    RefundState.PENDING: _REFUND_ENDS | {RefundState.REQUIRES_ACTION},
    RefundState.REQUIRES_ACTION: _REFUND_ENDS | {RefundState.PENDING},
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset(),
    RefundState.CANCELED: frozenset(),
    RefundState.UNKNOWN: frozenset(RefundState) - {RefundState.UNKNOWN},
}


def refund_state(status: str | None) -> RefundState:
    """The state that Stripe's word means; words new to us are kept as unknown, never an error."""
    try:
        return RefundState(status or "unknown")
    except ValueError:
        return RefundState.UNKNOWN


def refund_may_become(old: RefundState, new: RefundState) -> bool:
    """Whether a refund may go from one state to another."""
    return new in REFUND_MOVES[old]


# --- events ---------------------------------------------------------------------------------------


class EventState(StrEnum):
    """What became of an event that Stripe sent."""

    RECEIVED = "received"
    DONE = "done"
    IGNORED = "ignored"
    DEFERRED = "deferred"
    FAILED = "failed"


UNAPPLIED_EVENTS = frozenset({EventState.RECEIVED, EventState.DEFERRED, EventState.FAILED})

#: How long an event waits whose order we do not know (yet); after the last it becomes a finding.
DEFERRALS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=6),
)
#: How long Stripe's messages, and whom a page was opened for, are kept.
PERSONAL_LIFE = timedelta(days=90)
#: Stripe dates its signatures; older or younger ones are replays or broken clocks.
SIGNATURE_LIFE = timedelta(seconds=300)


class Doorbell(StrEnum):
    """Which object an event asks us to look at."""

    SESSION = "session"
    INTENT = "intent"
    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"


#: The events we act on; anything else is stored and ignored.
EVENT_TYPES: Mapping[str, Doorbell] = {
    "checkout.session.completed": Doorbell.SESSION,
    "checkout.session.async_payment_succeeded": Doorbell.SESSION,
    "checkout.session.async_payment_failed": Doorbell.SESSION,
    "checkout.session.expired": Doorbell.SESSION,
    "payment_intent.succeeded": Doorbell.INTENT,
    "payment_intent.processing": Doorbell.INTENT,
    "payment_intent.payment_failed": Doorbell.INTENT,
    "payment_intent.canceled": Doorbell.INTENT,
    "charge.updated": Doorbell.CHARGE,
    "charge.failed": Doorbell.CHARGE,
    "charge.refunded": Doorbell.CHARGE,
    "refund.created": Doorbell.REFUND,
    "refund.updated": Doorbell.REFUND,
    "refund.failed": Doorbell.REFUND,
    "charge.dispute.created": Doorbell.DISPUTE,
    "charge.dispute.updated": Doorbell.DISPUTE,
    "charge.dispute.closed": Doorbell.DISPUTE,
    "charge.dispute.funds_withdrawn": Doorbell.DISPUTE,
    "charge.dispute.funds_reinstated": Doorbell.DISPUTE,
}

#: What the id of a balance transaction's source says about where its money came from. Payment
#: methods other than cards use the second of each pair.
SOURCES: Mapping[str, Doorbell] = {
    "ch": Doorbell.CHARGE,
    "py": Doorbell.CHARGE,
    "re": Doorbell.REFUND,
    "pyr": Doorbell.REFUND,
    "dp": Doorbell.DISPUTE,
    "du": Doorbell.DISPUTE,
}


def source_of(object_id: str | None) -> Doorbell | None:
    """What kind of object an id names, where its money can belong to an order."""
    return SOURCES.get((object_id or "").partition("_")[0])


# --- orders ---------------------------------------------------------------------------------------


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


# --- words for Checkout ---------------------------------------------------------------------------

#: The languages of the payment page that we also speak. It has no Arabic: those donors read the
#: check page in Arabic first and are told that the card page is in English.
CHECKOUT_LOCALES: Mapping[str, str] = {"en": "en-GB", "ar": "en-GB"}
SUFFIX_LIMIT = 22


def checkout_locale(locale: str) -> str:
    """The language to ask Checkout for; `auto` lets it follow the browser."""
    return CHECKOUT_LOCALES.get(locale, "auto")


def statement_suffix(text: str | None, statement_name: str) -> str | None:
    """What may follow the statement name on a card statement, or nothing.

    Stripe puts `NAME* ` before it and allows 22 characters for the whole.
    """
    room = SUFFIX_LIMIT - len(statement_name) - 2
    folded = ascii_fold(text or "", max(room, 0))
    return folded if any(sign.isalpha() for sign in folded) else None
