"""Reads of plans, their invoices and what was asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.db.session import db
from app.lib.errors import NotFoundError
from app.payments.models.collecting import Payment
from app.payments.models.plans import Invoice, Plan, PlanChange
from app.payments.rules.plans import (
    InvoiceState,
    PlanChangeKind,
    PlanChangeState,
)


def find_plan(plan_key: str) -> Plan | None:
    """The plan that carries out a regular donation, or nothing while it has not begun."""
    return db.session.scalar(select(Plan).where(Plan.plan_key == plan_key))


def get_plan(plan_key: str) -> Plan:
    """The plan that carries out a regular donation; raises NotFoundError."""
    plan = find_plan(plan_key)
    if plan is None:
        raise NotFoundError
    return plan


def list_invoices(plan_key: str) -> Sequence[Invoice]:
    """The demands of a plan, the newest first."""
    return db.session.scalars(
        select(Invoice)
        .join(Plan, Invoice.plan_id == Plan.id)
        .where(Plan.plan_key == plan_key)
        .order_by(Invoice.period_start.desc(), Invoice.id.desc())
    ).all()


def list_changes(plan_key: str) -> Sequence[PlanChange]:
    """Everything that was asked of a plan, the first first."""
    return db.session.scalars(
        select(PlanChange)
        .join(Plan, PlanChange.plan_id == Plan.id)
        .where(Plan.plan_key == plan_key)
        .order_by(PlanChange.id)
    ).all()


def list_pending_changes(plan_key: str) -> Sequence[PlanChange]:
    """What was asked of a plan and is not done yet, the first first."""
    return db.session.scalars(
        select(PlanChange)
        .join(Plan, PlanChange.plan_id == Plan.id)
        .where(Plan.plan_key == plan_key, PlanChange.state == PlanChangeState.REQUESTED)
        .order_by(PlanChange.id)
    ).all()


def find_plan_of(account_id: int, subscription_id: str) -> Plan | None:
    """The plan that mirrors an account's subscription, or nothing."""
    return db.session.scalar(
        select(Plan).where(
            Plan.payment_account_id == account_id, Plan.subscription_id == subscription_id
        )
    )


def find_plan_of_attempt(attempt_id: int) -> Plan | None:
    """The plan that an attempt began, or nothing."""
    return db.session.scalar(select(Plan).where(Plan.attempt_id == attempt_id))


def list_plans_of_customer(account_id: int, customer_id: str) -> Sequence[Plan]:
    """The plans that an account's customer pays, the first first."""
    return db.session.scalars(
        select(Plan)
        .where(Plan.payment_account_id == account_id, Plan.customer_id == customer_id)
        .order_by(Plan.id)
    ).all()


def plan_stamp(account_id: int, subscription_id: str) -> int | None:
    """How many snapshots were applied to a subscription's plan; nothing where there is none."""
    return db.session.scalar(
        select(Plan.sync_stamp).where(
            Plan.payment_account_id == account_id, Plan.subscription_id == subscription_id
        )
    )


def get_invoice(row_id: int) -> Invoice:
    """One demand of a plan; raises NotFoundError."""
    invoice = db.session.get(Invoice, row_id)
    if invoice is None:
        raise NotFoundError
    return invoice


def find_invoice(account_id: int, invoice_id: str) -> Invoice | None:
    """The demand that mirrors an account's invoice, or nothing."""
    return db.session.scalar(
        select(Invoice).where(
            Invoice.payment_account_id == account_id, Invoice.invoice_id == invoice_id
        )
    )


def find_invoice_of_order(order_key: str) -> Invoice | None:
    """The demand that an order's payment answers, or nothing where it answers none."""
    return db.session.scalar(select(Invoice).where(Invoice.order_key == order_key))


def find_open_invoice(plan_key: str) -> Invoice | None:
    """The newest demand of a plan that waits to be paid, or nothing."""
    return db.session.scalar(
        select(Invoice)
        .join(Plan, Invoice.plan_id == Plan.id)
        .where(Plan.plan_key == plan_key, Invoice.state == InvoiceState.OPEN)
        .order_by(Invoice.period_start.desc(), Invoice.id.desc())
        .limit(1)
    )


def invoice_stamp(account_id: int, invoice_id: str) -> int | None:
    """How many snapshots were applied to an invoice's row; nothing where there is none."""
    return db.session.scalar(
        select(Invoice.sync_stamp).where(
            Invoice.payment_account_id == account_id, Invoice.invoice_id == invoice_id
        )
    )


def list_payments_charged_after(plan_id: int, instant: datetime) -> Sequence[Payment]:
    """The payments of a plan that came by a try that was made after an instant."""
    return db.session.scalars(
        select(Payment)
        .join(Invoice, Payment.invoice_id == Invoice.id)
        .where(
            Invoice.plan_id == plan_id,
            Payment.settled_at.is_not(None),
            Payment.charged_at > instant,
        )
        .order_by(Payment.id)
    ).all()


def agreed_fees(plan: Plan, amount_minor: int) -> set[int]:
    """The covered fees that the donor agreed to together with a sum, at first or later."""
    query = select(PlanChange.params).where(
        PlanChange.plan_id == plan.id,
        PlanChange.kind == PlanChangeKind.AMOUNT,
        PlanChange.state != PlanChangeState.REFUSED,
    )
    changes = db.session.scalars(query)
    asked = [(plan.attempt.amount_minor, plan.attempt.covered_fee_minor)]
    asked += [(each["amount_minor"], each["covered_fee_minor"]) for each in changes]
    return {fee for amount, fee in asked if amount == amount_minor}


def get_change(change_id: int) -> PlanChange:
    """One wish about a plan; raises NotFoundError."""
    change = db.session.get(PlanChange, change_id)
    if change is None:
        raise NotFoundError
    return change
