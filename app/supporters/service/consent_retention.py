"""Consents go when nobody can be asked about them any more; whatever named one lets go of it.

Who gave them goes with the last one, where she is known for nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update

from app.db.base import Base
from app.db.session import db
from app.supporters.models.people import Consent, Supporter
from app.supporters.rules.rights import CONSENT_KEPT
from app.supporters.service import people


def count_old(now: datetime) -> int:
    """How many consents were taken back so long ago that they go."""
    old = select(func.count(Consent.id)).where(Consent.withdrawn_at < now - CONSENT_KEPT)
    return db.session.scalar(old) or 0


def forget_old(*, now: datetime, limit: int) -> int:
    """Delete the next of them, and forget whose last ones they were; returns how many."""
    old = (
        select(Consent.id)
        .where(Consent.withdrawn_at < now - CONSENT_KEPT)
        .order_by(Consent.id)
        .limit(limit)
    )
    gone = db.session.scalars(old.with_for_update()).all()
    _let_go(gone)
    hers = db.session.scalars(
        delete(Consent)
        .where(Consent.id.in_(gone))
        .returning(Consent.supporter_id)
        .execution_options(synchronize_session=False)
    ).all()
    _forget_people(set(hers), now=now)
    return len(gone)


def _forget_people(supporter_ids: Collection[int], *, now: datetime) -> None:
    """Forget those of whom no consent is left, not even one that says no."""
    found = db.session.scalars(
        select(Supporter)
        .where(
            Supporter.id.in_(supporter_ids),
            Supporter.email.is_not(None),
            ~exists().where(Consent.supporter_id == Supporter.id),
        )
        .order_by(Supporter.id)
        .with_for_update(of=Supporter)
        .execution_options(populate_existing=True)
    )
    for supporter in found.all():
        people.forget_unless_she_agreed(supporter, now=now)


def _let_go(consent_ids: Collection[int]) -> None:
    """Empty every column that names one of these: packages above have some, such as gifts."""
    of_consents = Consent.__table__.c.id
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is of_consents:
                db.session.execute(
                    update(table).where(key.parent.in_(consent_ids)).values({key.parent: None})
                )
