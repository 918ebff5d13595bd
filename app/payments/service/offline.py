"""Money that did not come through Stripe: cash, cheques, transfers, written down by a person.

It is a payment like any other, with a receipt and a place in the totals; only that no sweep asks
Stripe about it, because Stripe knows nothing of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.ledger import queries as ledger_reads
from app.ledger import service as ledger
from app.ledger.errors import FundAccountError
from app.ledger.models import Fund, MoneyAccount
from app.ledger.rules import (
    Category,
    EntryKind,
    MoneyAccountKind,
    NewEntry,
    NewLine,
    movement_lines,
)
from app.lib.money import Money, zero
from app.payments.errors import NotOfflineError, PartnerFundError
from app.payments.facts import PaymentMoved
from app.payments.models.collecting import Payment
from app.payments.rules.collecting import PaymentState
from app.payments.rules.offline import offline_source, taken_back_ref
from app.payments.service.listeners import tell_payment


def place_of(fund: Fund, paying_by: str, *, now: datetime) -> MoneyAccount:
    """Where money of a fund lies that was paid this way: the cash box, else the bank account.

    Raises PartnerFundError.
    """
    if fund.payment_account is None:
        raise PartnerFundError
    kind = MoneyAccountKind.CASH if paying_by == "cash" else MoneyAccountKind.BANK
    return ledger.money_account(fund.payment_account, kind, fund.currency, now=now)


def record(
    order_key: str,
    *,
    fund: Fund,
    amount: Money,
    paying_by: str,
    money_account: MoneyAccount,
    ref: str,
    received_at: datetime,
    now: datetime,
    by: Actor,
    note: str | None = None,
) -> Payment:
    """Write down money that came; the same reference again is the payment there is.

    `note` is what finds it on the bank statement. The caller holds the order.
    Raises PartnerFundError, FundAccountError.
    """
    known = _find(ref)
    if known is not None:
        return known
    if fund.payment_account_id is None:
        raise PartnerFundError
    is_same_body = money_account.payment_account_id == fund.payment_account_id
    if not is_same_body or {fund.currency, money_account.currency} != {amount.currency}:
        raise FundAccountError
    payment = Payment(
        payment_account_id=fund.payment_account_id,
        order_key=order_key,
        fund_id=fund.id,
        offline_ref=ref,
        state=PaymentState.SUCCEEDED,
        amount_minor=amount.minor,
        covered_fee_minor=0,
        refunded_minor=0,
        disputed_minor=0,
        currency=amount.currency,
        method=paying_by,
        created_at=now,
        settled_at=received_at,
        synced_at=now,
        sync_stamp=0,
    )
    db.session.add(payment)
    db.session.flush()
    _post(payment, money_account, note, now=now)
    _note(payment, "payment.entered", now=now, by=by)
    _tell(payment, amount, is_first=True, now=now)
    return payment


def _post(
    payment: Payment, money_account: MoneyAccount, note: str | None, *, now: datetime
) -> None:
    entry = NewEntry(
        source=offline_source(payment.payment_account_id),
        ref=payment.offline_ref or "",
        kind=EntryKind.OFFLINE,
        lines=movement_lines(
            money_account_id=money_account.id,
            fund_id=payment.fund_id,
            category=Category.INCOME,
            gross=payment.amount,
            fee=zero(payment.currency),
        ),
        posted_at=payment.settled_at or now,
        order_key=payment.order_key,
        reason=note,
    )
    ledger.post(entry, now=now)


def take_back(payment: Payment, *, reason: str, now: datetime, by: Actor) -> Payment:
    """Undo money that was written down by mistake, by a reversing entry; done once, it stays done.

    Its sum is then neither received nor returned: it never came. Raises NotOfflineError.
    """
    payment = _locked(payment.id)
    if payment.offline_ref is None:
        raise NotOfflineError
    if payment.is_void:
        return payment
    source = offline_source(payment.payment_account_id)
    # Where the money lies now: it may have moved to another fund since it was written down.
    lines = tuple(
        NewLine(
            fund_id=payment.fund_id,
            amount=-line.amount,
            money_account_id=line.money_account_id,
            category=line.category,
        )
        for line in ledger_reads.get_entry(source, payment.offline_ref).lines
    )
    entry = NewEntry(
        source=source,
        ref=taken_back_ref(payment.offline_ref),
        kind=EntryKind.CORRECTION,
        lines=lines,
        posted_at=now,
        order_key=payment.order_key,
        reason=reason,
    )
    ledger.post(entry, now=now)
    payment.state = PaymentState.LATE_FAILED
    db.session.flush()
    _note(payment, "payment.taken_back", now=now, by=by)
    _tell(payment, -payment.amount, is_first=False, now=now)
    return payment


def _find(ref: str) -> Payment | None:
    return db.session.scalar(select(Payment).where(Payment.offline_ref == ref))


def _locked(payment_id: int) -> Payment:
    return db.session.scalars(
        select(Payment)
        .where(Payment.id == payment_id)
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    ).one()


def _note(payment: Payment, action: str, *, now: datetime, by: Actor) -> None:
    audit.record(
        by,
        action,
        f"payment:{payment.id}",
        now=now,
        group_id=payment.payment_account.group_id,
        detail={"amount_minor": payment.amount_minor, "currency": payment.currency},
    )


def _tell(payment: Payment, received: Money, *, is_first: bool, now: datetime) -> None:
    nothing = zero(payment.currency)
    tell_payment(
        PaymentMoved(
            order_key=payment.order_key,
            payment_id=payment.id,
            method=payment.method,
            at=now,
            received=received,
            on_its_way=nothing,
            returned=nothing,
            is_first_settlement=is_first,
            settled_at=payment.settled_at,
        )
    )
