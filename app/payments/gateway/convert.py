"""From the SDK's objects to our own.

Absent fields of an SDK object raise AttributeError; what can be expanded is an id or an object.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.lib.money import Money
from app.payments.facts import (
    BalanceTxn,
    ChargeSnapshot,
    DisputeSnapshot,
    IntentSnapshot,
    RefundSnapshot,
    SessionSnapshot,
)

if TYPE_CHECKING:
    import stripe
    from stripe.checkout import Session


def id_of(field: Any) -> str | None:  # noqa: ANN401 - expandable field of the SDK
    """The id in a field that may hold the object instead."""
    if field is None or isinstance(field, str):
        return field
    return str(field.id)


def _expanded(field: Any, read: Callable[[Any], BalanceTxn]) -> BalanceTxn | None:  # noqa: ANN401
    return None if field is None or isinstance(field, str) else read(field)


def instant(seconds: int) -> datetime:
    """A Unix time as an instant; impossible ones become the nearest possible."""
    return datetime.fromtimestamp(min(max(seconds, 0), 253_402_300_799), UTC)


def money(minor: int, currency: str) -> Money:
    """A sum in Stripe's way: minor units, the currency in small letters."""
    return Money(minor, currency.upper())


def metadata_of(field: Any) -> dict[str, str]:  # noqa: ANN401 - untyped object of the SDK
    """What is kept under names of our own."""
    return {} if field is None else {str(key): str(value) for key, value in field.to_dict().items()}


def session_snapshot(session: Session) -> SessionSnapshot:
    """A Checkout Session."""
    return SessionSnapshot(
        id=session.id,
        status=session.status,
        url=session.url,
        intent_id=id_of(session.payment_intent),
        order_key=session.client_reference_id,
        metadata=metadata_of(session.metadata),
        subscription_id=id_of(session.subscription),
        invoice_id=id_of(session.invoice),
    )


def intent_snapshot(
    intent: stripe.PaymentIntent,
    refunds: tuple[RefundSnapshot, ...],
    disputes: tuple[DisputeSnapshot, ...],
) -> IntentSnapshot:
    """A payment intent with everything that hangs on it."""
    charge = intent.latest_charge
    error = intent.last_payment_error
    return IntentSnapshot(
        id=intent.id,
        status=intent.status,
        amount=money(intent.amount, intent.currency),
        error_code=_error_code(error) if error else None,
        created_at=instant(intent.created),
        metadata=metadata_of(intent.metadata),
        charge=None if charge is None or isinstance(charge, str) else charge_snapshot(charge),
        refunds=refunds,
        disputes=disputes,
    )


def _error_code(error: Any) -> str:  # noqa: ANN401 - the SDK's error object
    return str(getattr(error, "decline_code", None) or getattr(error, "code", None) or "failed")


def charge_snapshot(charge: stripe.Charge) -> ChargeSnapshot:
    """A charge with its balance transactions, where they are there."""
    details = charge.payment_method_details
    return ChargeSnapshot(
        id=charge.id,
        intent_id=id_of(charge.payment_intent),
        status=charge.status,
        created_at=instant(charge.created),
        method=details.type if details else None,
        failure_code=charge.failure_code,
        txn=_expanded(charge.balance_transaction, balance_txn),
        failure_txn=_expanded(charge.failure_balance_transaction, balance_txn),
    )


def refund_snapshot(refund: stripe.Refund) -> RefundSnapshot:
    """A refund with its balance transactions, where they are there."""
    return RefundSnapshot(
        id=refund.id,
        status=refund.status,
        amount=money(refund.amount, refund.currency),
        reason=refund.reason,
        failure_reason=getattr(refund, "failure_reason", None),
        created_at=instant(refund.created),
        txn=_expanded(refund.balance_transaction, balance_txn),
        failure_txn=_expanded(getattr(refund, "failure_balance_transaction", None), balance_txn),
    )


def dispute_snapshot(dispute: stripe.Dispute) -> DisputeSnapshot:
    """A dispute with its balance transactions."""
    due_by = dispute.evidence_details.due_by
    return DisputeSnapshot(
        id=dispute.id,
        status=str(dispute.status),
        reason=dispute.reason,
        amount=money(dispute.amount, dispute.currency),
        due_by=instant(due_by) if due_by else None,
        created_at=instant(dispute.created),
        txns=tuple(balance_txn(each) for each in dispute.balance_transactions),
    )


def balance_txn(txn: stripe.BalanceTransaction) -> BalanceTxn:
    """A balance transaction."""
    return BalanceTxn(
        id=txn.id,
        kind=str(txn.type),
        gross=money(txn.amount, txn.currency),
        fee=money(txn.fee, txn.currency),
        net=money(txn.net, txn.currency),
        source_id=id_of(txn.source),
        created_at=instant(txn.created),
        description=txn.description,
    )
