"""Reads about people."""

from collections.abc import Sequence

from sqlalchemy import select

from app.db.session import db
from app.supporters.models.people import Consent, Supporter
from app.supporters.rules.consents import ConsentPurpose


def find_supporter(email: str) -> Supporter | None:
    """Return the supporter with a normalised address, or None."""
    return db.session.scalar(select(Supporter).where(Supporter.email == email))


def find_supporter_by_id(supporter_id: int) -> Supporter | None:
    """Return a supporter, or None."""
    return db.session.get(Supporter, supporter_id)


def find_live_consent(supporter_id: int, group_id: int, purpose: ConsentPurpose) -> Consent | None:
    """Return the consent that stands now for one body and purpose, or None."""
    return db.session.scalar(
        select(Consent)
        .where(
            Consent.supporter_id == supporter_id,
            Consent.group_id == group_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )


def list_live_consents(
    supporter_id: int, group_id: int, purpose: ConsentPurpose
) -> Sequence[Consent]:
    """Return every consent that stands for one body and purpose: one for each wording."""
    return db.session.scalars(
        select(Consent)
        .where(
            Consent.supporter_id == supporter_id,
            Consent.group_id == group_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id)
    ).all()


def has_live_consent(supporter_id: int) -> bool:
    """Whether any consent of a supporter stands now."""
    found = select(Consent.id).where(
        Consent.supporter_id == supporter_id, Consent.withdrawn_at.is_(None)
    )
    return db.session.scalar(found.limit(1)) is not None
