"""Consents go when nobody can be asked about them any more; whatever named one lets go of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.db.base import Base
from app.db.session import db
from app.supporters.models.people import Consent
from app.supporters.rules.rights import CONSENT_KEPT


def count_old(now: datetime) -> int:
    """How many consents were taken back so long ago that they go."""
    old = select(func.count(Consent.id)).where(Consent.withdrawn_at < now - CONSENT_KEPT)
    return db.session.scalar(old) or 0


def forget_old(*, now: datetime, limit: int) -> int:
    """Delete the next of them; returns how many."""
    old = (
        select(Consent.id)
        .where(Consent.withdrawn_at < now - CONSENT_KEPT)
        .order_by(Consent.id)
        .limit(limit)
    )
    gone = db.session.scalars(old.with_for_update()).all()
    _let_go(gone)
    db.session.execute(
        delete(Consent).where(Consent.id.in_(gone)).execution_options(synchronize_session=False)
    )
    return len(gone)


def _let_go(consent_ids: Collection[int]) -> None:
    """Empty every column that names one of these: packages above have some, such as gifts."""
    of_consents = Consent.__table__.c.id
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is of_consents:
                db.session.execute(
                    update(table).where(key.parent.in_(consent_ids)).values({key.parent: None})
                )
