"""The reducer: from what Stripe shows of one collection of money to our rows and the ledger.

It is idempotent and knows no order of events: it is given the whole of what Stripe shows now, and
a snapshot older than what the row already holds is refused. Money is counted by balance
transactions alone, each of which the ledger takes once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db.session import db
from app.groups.models import PaymentAccount
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.ledger.rules import NewEntry, movement_lines
from app.lib.money import Money
from app.payments.errors import StaleSnapshotError
from app.payments.facts import (
    ATTEMPT_KEY,
    DisputeSnapshot,
    IntentSnapshot,
    Movement,
    PaymentMoved,
    RefundSnapshot,
)
from app.payments.models.collecting import CheckoutAttempt, Dispute, Payment, Refund
from app.payments.models.plans import Invoice
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.attempts import AttemptState, attempt_may_become
from app.payments.rules.collecting import (
    PAID_OR_COMING,
    PaymentState,
    payment_may_become,
    payment_state,
    refund_may_become,
    refund_state,
)
from app.payments.rules.orders import PaymentFigures
from app.payments.service import oddities
from app.payments.service.attempts import lock_attempt
from app.payments.service.listeners import set_listeners, tell_payment

__all__ = ["apply_intent", "set_listeners", "source_name"]


def source_name(account: PaymentAccount) -> str:
    """Where the ledger says that a Stripe account's entries come from.

    By the row, not by its name: a renamed account must not book its money a second time.
    """
    return f"stripe:{account.id}"


@dataclass(frozen=True)
class _Truth:
    """One snapshot and whose it is."""

    account: PaymentAccount
    intent: IntentSnapshot
    now: datetime


@dataclass(frozen=True)
class _Asked:
    """What asked for the money: a try at paying, and of a plan the demand."""

    attempt: CheckoutAttempt
    invoice: Invoice | None

    @property
    def order_key(self) -> str:
        return self.invoice.order_key if self.invoice else self.attempt.order_key

    @property
    def fund_id(self) -> int:
        return self.invoice.plan.fund_id if self.invoice else self.attempt.fund_id

    @property
    def amount(self) -> Money:
        return self.invoice.amount_due if self.invoice else self.attempt.amount

    @property
    def covered_fee_minor(self) -> int:
        asked = self.invoice or self.attempt
        return asked.covered_fee_minor

    @property
    def plan_key(self) -> str | None:
        return self.invoice.plan.plan_key if self.invoice else None


def apply_intent(
    account: PaymentAccount,
    intent: IntentSnapshot,
    *,
    stamp: int | None,
    now: datetime,
    invoice_id: int | None = None,
) -> Payment | None:
    """Write down what Stripe shows of an intent; nothing where no attempt of ours asked for it.

    `stamp` is the row's `sync_stamp` from before the fetch (None: there was no row). Raises
    StaleSnapshotError when the row changed since: the snapshot may be older than what it holds.
    `invoice_id` is the row of the demand that a new payment answers, if it answers one.
    """
    asked = _asked(account, intent, invoice_id)
    if asked is None:
        return None
    lock_attempt(asked.attempt.id)
    payment = _locked_payment(account, intent.id)
    if (payment.sync_stamp if payment else None) != stamp:
        raise StaleSnapshotError
    truth = _Truth(account, intent, now)
    before = payment.figures if payment else None
    was_settled = payment is not None and payment.settled_at is not None
    payment = payment or _new_payment(truth, asked)
    _write(payment, truth)
    _complete_attempt(asked.attempt, payment, now)
    db.session.flush()
    oddities.report_payment(payment, intent, asked=asked.amount, now=now)
    if asked.invoice is not None:
        oddities.report_collected_after_end(asked.invoice.plan, now=now)
    came = not was_settled and payment.settled_at is not None
    _tell(payment, before, plan_key=asked.plan_key, is_first_settlement=came, now=now)
    return payment


def _asked(
    account: PaymentAccount, intent: IntentSnapshot, invoice_id: int | None
) -> _Asked | None:
    known = order_reads.find_payment(account.id, intent.id)
    if known is not None and known.attempt_id is not None:
        row_id = known.invoice_id
        invoice = plan_reads.get_invoice(row_id) if row_id is not None else None
        return _Asked(order_reads.get_attempt(known.attempt_id), invoice)
    if invoice_id is not None:
        invoice = plan_reads.get_invoice(invoice_id)
        return _Asked(invoice.plan.attempt, invoice)
    public_id = intent.metadata.get(ATTEMPT_KEY)
    attempt = order_reads.find_attempt(account.id, public_id=public_id) if public_id else None
    return _Asked(attempt, None) if attempt else None


def _locked_payment(account: PaymentAccount, intent_id: str) -> Payment | None:
    return db.session.scalars(
        select(Payment)
        .where(Payment.payment_account_id == account.id, Payment.intent_id == intent_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _new_payment(truth: _Truth, asked: _Asked) -> Payment:
    payment = Payment(
        payment_account_id=truth.account.id,
        attempt_id=asked.attempt.id,
        invoice_id=asked.invoice.id if asked.invoice else None,
        order_key=asked.order_key,
        fund_id=asked.fund_id,
        intent_id=truth.intent.id,
        state=PaymentState.PENDING,
        amount_minor=truth.intent.amount.minor,
        covered_fee_minor=asked.covered_fee_minor,
        refunded_minor=0,
        disputed_minor=0,
        currency=truth.intent.amount.currency,
        created_at=truth.intent.created_at,
        synced_at=truth.now,
        sync_stamp=0,
    )
    db.session.add(payment)
    db.session.flush()
    return payment


def _write(payment: Payment, truth: _Truth) -> None:
    intent = truth.intent
    _move(payment, truth)
    if intent.charge is not None:
        payment.charge_id = intent.charge.id
        payment.charged_at = intent.charge.created_at
        payment.method = intent.charge.method or payment.method
        payment.failure_code = intent.charge.failure_code
    payment.failure_code = intent.error_code or payment.failure_code
    for movement in intent.movements():
        _post(payment, movement, truth)
    if intent.is_charged:
        for refund in intent.refunds:
            _mirror_refund(payment, refund)
        for dispute in intent.disputes:
            _mirror_dispute(payment, dispute)
    _recount(payment)
    payment.synced_at = truth.now
    payment.sync_stamp += 1


def _move(payment: Payment, truth: _Truth) -> None:
    intent = truth.intent
    new = payment_state(
        intent.status,
        has_error=intent.error_code is not None,
        is_charged=intent.is_charged,
        is_reversed=intent.is_charged and intent.is_reversed,
    )
    if new is None or new is payment.state:
        return
    if not payment_may_become(payment.state, new):
        detail = f"Payment {payment.id} is {payment.state}; Stripe shows it as {intent.status}."
        ledger.report(Difference("impossible_move", f"payment:{payment.id}", detail), now=truth.now)
        return
    if intent.charge is not None and intent.charge.txn is not None:
        payment.settled_at = payment.settled_at or intent.charge.txn.created_at
    payment.state = new


def _post(payment: Payment, movement: Movement, truth: _Truth) -> None:
    txn = movement.txn
    balance = ledger.stripe_balance(truth.account, txn.gross.currency, now=truth.now)
    lines = movement_lines(
        money_account_id=balance.id,
        fund_id=payment.fund_id,
        category=movement.category,
        gross=txn.gross,
        fee=txn.fee,
    )
    ledger.post(
        NewEntry(
            source=source_name(truth.account),
            ref=txn.id,
            kind=movement.kind,
            lines=lines,
            posted_at=txn.created_at,
            order_key=payment.order_key,
        ),
        now=truth.now,
    )


def _mirror_refund(payment: Payment, shown: RefundSnapshot) -> None:
    refund = next((row for row in payment.refunds if row.refund_id == shown.id), None)
    new = refund_state(shown.status)
    if refund is None:
        refund = Refund(
            payment_account_id=payment.payment_account_id,
            refund_id=shown.id,
            state=new,
            amount_minor=shown.amount.minor,
            currency=shown.amount.currency,
            created_at=shown.created_at,
        )
        payment.refunds.append(refund)
    elif refund_may_become(refund.state, new):
        refund.state = new
    refund.reason, refund.failure_reason = shown.reason, shown.failure_reason
    if shown.txn is not None:
        refund.txn_id = shown.txn.id
    if shown.failure_txn is not None:
        refund.failure_txn_id = shown.failure_txn.id


def _mirror_dispute(payment: Payment, shown: DisputeSnapshot) -> None:
    dispute = next((row for row in payment.disputes if row.dispute_id == shown.id), None)
    if dispute is None:
        dispute = Dispute(
            payment_account_id=payment.payment_account_id,
            dispute_id=shown.id,
            amount_minor=shown.amount.minor,
            currency=shown.amount.currency,
            created_at=shown.created_at,
        )
        payment.disputes.append(dispute)
    dispute.status, dispute.reason, dispute.due_by = shown.status, shown.reason, shown.due_by
    dispute.taken_minor = -sum(
        txn.gross.minor for txn in shown.txns if txn.gross.currency == payment.currency
    )


def _recount(payment: Payment) -> None:
    """Sums of the mirrored rows: a refund counts while its money is gone."""
    payment.refunded_minor = sum(
        refund.amount_minor for refund in payment.refunds if refund.is_money_gone
    )
    payment.disputed_minor = sum(dispute.taken_minor for dispute in payment.disputes)


def _complete_attempt(attempt: CheckoutAttempt, payment: Payment, now: datetime) -> None:
    """A payment that came, or is coming, ends its attempt; we may never hear of the session.

    A renewal says nothing about the payment page: what was paid on it may not be known yet.
    """
    came = payment.state in PAID_OR_COMING or payment.settled_at is not None
    came = came and payment.order_key == attempt.order_key
    if came and attempt_may_become(attempt.state, AttemptState.COMPLETE):
        attempt.state = AttemptState.COMPLETE
        attempt.checkout_url = None
        attempt.synced_at = now


def _tell(
    payment: Payment,
    before: PaymentFigures | None,
    *,
    plan_key: str | None,
    is_first_settlement: bool,
    now: datetime,
) -> None:
    after = payment.figures
    nothing = Money(0, payment.currency)
    moved = PaymentMoved(
        order_key=payment.order_key,
        payment_id=payment.id,
        method=payment.method,
        at=now,
        received=after.received - (before.received if before else nothing),
        on_its_way=after.on_its_way - (before.on_its_way if before else nothing),
        returned=after.returned - (before.returned if before else nothing),
        is_first_settlement=is_first_settlement,
        settled_at=payment.settled_at,
        plan_key=plan_key,
    )
    if is_first_settlement or moved.received or moved.on_its_way or moved.returned:
        tell_payment(moved)
