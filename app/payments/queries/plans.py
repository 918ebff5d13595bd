"""Reads of plans, their invoices and what was asked of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db.session import db
from app.lib.errors import NotFoundError
from app.payments.models.plans import Invoice, Plan, PlanChange
from app.payments.rules.plans import PlanChangeState


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


def list_pending_changes(plan_key: str) -> Sequence[PlanChange]:
    """What was asked of a plan and is not done yet, the first first."""
    return db.session.scalars(
        select(PlanChange)
        .join(Plan, PlanChange.plan_id == Plan.id)
        .where(Plan.plan_key == plan_key, PlanChange.state == PlanChangeState.REQUESTED)
        .order_by(PlanChange.id)
    ).all()
