"""Reads of a donor's own page: her regular gift, its collections and their receipts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.appeals.models.donations import Donation, Receipt
from app.appeals.models.regular import RegularDonation
from app.appeals.rules.words import RegularState
from app.db.session import db


def lock_collections(regular_id: int) -> Sequence[Donation]:
    """Return the donations of a regular one, held against other writers, the first first."""
    return db.session.scalars(
        select(Donation)
        .where(Donation.regular_id == regular_id)
        .order_by(Donation.id)
        .with_for_update(of=Donation)
        .execution_options(populate_existing=True)
    ).all()


def list_receipts(donation_ids: Collection[int]) -> Sequence[Receipt]:
    """Return the receipts of some donations, the newest first."""
    return db.session.scalars(
        select(Receipt).where(Receipt.donation_id.in_(donation_ids)).order_by(Receipt.id.desc())
    ).all()


def shares_consent(consent_id: int, besides: Collection[int]) -> bool:
    """Whether a donation other than these carries the same consent."""
    found = select(Donation.id).where(
        Donation.consent_id == consent_id, Donation.id.not_in(besides)
    )
    return db.session.scalar(found.limit(1)) is not None


def list_regular_of(email: str, *, stopped_since: datetime) -> Sequence[RegularDonation]:
    """Return the regular donations of an address that run or stopped after an instant."""
    stands = RegularDonation.state.not_in({RegularState.STOPPED, RegularState.BEGINNING})
    stopped = and_(
        RegularDonation.state == RegularState.STOPPED, RegularDonation.stopped_at >= stopped_since
    )
    return db.session.scalars(
        select(RegularDonation)
        .where(RegularDonation.email == email, or_(stands, stopped))
        .order_by(RegularDonation.created_at.desc(), RegularDonation.id.desc())
    ).all()


def list_single_of(email: str, *, since: datetime) -> Sequence[Donation]:
    """Return the single donations of an address for which money moved after an instant."""
    moved = or_(
        Donation.received_minor != 0, Donation.on_its_way_minor > 0, Donation.returned_minor > 0
    )
    return db.session.scalars(
        select(Donation)
        .where(
            Donation.email == email,
            Donation.regular_id.is_(None),
            Donation.dated_at >= since,
            moved,
        )
        .order_by(Donation.dated_at.desc(), Donation.id.desc())
    ).all()
