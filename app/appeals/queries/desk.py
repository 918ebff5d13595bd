"""Reads for the first page of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.appeals.models.appeals import Appeal
from app.appeals.models.regular import RegularDonation
from app.appeals.rules.words import RegularState
from app.db.session import db
from app.payments.models.plans import Invoice, Plan
from app.payments.rules.plans import InvoiceState


@dataclass(frozen=True)
class Missing:
    """A regular gift whose payment is missing, and since when."""

    public_id: str
    group_id: int
    since: datetime


def list_missing() -> Sequence[Missing]:
    """Return the regular gifts whose last collection did not go through."""
    failed = (Invoice.plan_id == Plan.id) & (Invoice.state == InvoiceState.OPEN)
    rows = db.session.execute(
        select(
            RegularDonation.public_id,
            Appeal.group_id,
            func.coalesce(func.min(Invoice.created_at), func.min(RegularDonation.created_at)),
        )
        .join(Appeal, Appeal.id == RegularDonation.appeal_id)
        .outerjoin(Plan, Plan.plan_key == RegularDonation.public_id)
        .outerjoin(Invoice, failed)
        .where(RegularDonation.state == RegularState.PAST_DUE)
        .group_by(RegularDonation.public_id, Appeal.group_id)
    )
    return [Missing(*row) for row in rows]
