"""Reads about what people ask about their data, and about complaints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.lib.errors import NotFoundError
from app.supporters.models.people import Consent, Supporter
from app.supporters.models.rights import Complaint, ComplaintNote, DataLink, Erasure
from app.supporters.rules.rights import OPEN
from app.supporters.rules.words import DataLinkKind

#: Complaints and erasures on one page of the desk.
PAGE_SIZE = 50


def find_link(public_id: str) -> DataLink | None:
    """Return a link that somebody asked for, or None."""
    return db.session.scalar(select(DataLink).where(DataLink.public_id == public_id))


def lock_link(public_id: str) -> DataLink | None:
    """Return a link, held against other writers, or None."""
    return db.session.scalar(
        select(DataLink)
        .where(DataLink.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_recent_link(email: str, kind: DataLinkKind, *, since: datetime) -> DataLink | None:
    """Return the unused link of a kind that an address was sent after an instant, or None."""
    return db.session.scalar(
        select(DataLink)
        .where(
            DataLink.email == email,
            DataLink.kind == kind,
            DataLink.created_at > since,
            DataLink.used_at.is_(None),
        )
        .order_by(DataLink.id.desc())
        .limit(1)
    )


def list_links(email: str) -> Sequence[DataLink]:
    """Return every link that was asked for an address."""
    found = select(DataLink).where(or_(DataLink.email == email, DataLink.new_email == email))
    return db.session.scalars(found.order_by(DataLink.id)).all()


def find_supporter_by_public_id(public_id: str) -> Supporter | None:
    """Return a supporter by the name that links carry, or None."""
    return db.session.scalar(select(Supporter).where(Supporter.public_id == public_id))


def lock_supporter(email: str) -> Supporter | None:
    """Return the supporter with an address, held against other writers, or None."""
    return db.session.scalar(
        select(Supporter)
        .where(Supporter.email == email)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def list_consents(supporter_id: int) -> Sequence[Consent]:
    """Return everything that a supporter agreed to, the latest first."""
    return db.session.scalars(
        select(Consent).where(Consent.supporter_id == supporter_id).order_by(Consent.id.desc())
    ).all()


# --- complaints -----------------------------------------------------------------------------------


def find_complaint(public_id: str) -> Complaint | None:
    """Return a complaint with its notes, or None."""
    return db.session.scalar(
        select(Complaint)
        .where(Complaint.public_id == public_id)
        .options(selectinload(Complaint.notes).joinedload(ComplaintNote.by))
    )


def lock_complaint(public_id: str) -> Complaint:
    """Return a complaint, held against other writers; raises NotFoundError."""
    found = db.session.scalar(
        select(Complaint)
        .where(Complaint.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError
    return found


def list_complaints(
    group_ids: Collection[int], *, is_open: bool, before_id: int | None = None
) -> Sequence[Complaint]:
    """Return the complaints of some groups and of none; open ones by the day they are due."""
    found = select(Complaint).where(_is_hers(group_ids))
    if is_open:
        found = found.where(Complaint.state.in_(OPEN)).order_by(Complaint.due_at, Complaint.id)
        return db.session.scalars(found).all()
    if before_id is not None:
        found = found.where(Complaint.id < before_id)
    found = found.where(Complaint.state.not_in(OPEN)).order_by(Complaint.id.desc())
    return db.session.scalars(found.limit(PAGE_SIZE + 1)).all()


def _is_hers(group_ids: Collection[int]) -> ColumnElement[bool]:
    return or_(Complaint.group_id.in_(group_ids), Complaint.group_id.is_(None))


def waiting_complaints() -> Sequence[tuple[str, datetime, datetime, int | None]]:
    """(public id, since, due, group) of each complaint that nobody has answered yet."""
    rows = db.session.execute(
        select(Complaint.public_id, Complaint.received_at, Complaint.due_at, Complaint.group_id)
        .where(Complaint.state.in_(OPEN))
        .order_by(Complaint.due_at)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def complaints_of(email: str) -> Sequence[Complaint]:
    """Return what somebody with this address complained about."""
    found = select(Complaint).where(Complaint.email == email)
    return db.session.scalars(found.order_by(Complaint.id)).all()


def old_complaints(before: datetime) -> ColumnElement[bool]:
    """Whether a complaint was closed before an instant and still says who complained, in SQL."""
    return (Complaint.answered_at < before) & Complaint.purged_at.is_(None)


def count_old_complaints(before: datetime) -> int:
    """Count the complaints that were closed before an instant and still name somebody."""
    found = select(func.count(Complaint.id)).where(old_complaints(before))
    return db.session.scalar(found) or 0


# --- erasures -------------------------------------------------------------------------------------


def find_erasure(public_id: str) -> Erasure | None:
    """Return an erasure, or None."""
    return db.session.scalar(select(Erasure).where(Erasure.public_id == public_id))


def list_erasures(before_id: int | None = None) -> Sequence[Erasure]:
    """Return the erasures done, the latest first, one more than a page shows."""
    found = select(Erasure).order_by(Erasure.id.desc()).limit(PAGE_SIZE + 1)
    if before_id is not None:
        found = found.where(Erasure.id < before_id)
    return db.session.scalars(found).all()
