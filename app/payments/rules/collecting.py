"""How far payments and refunds came."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


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
