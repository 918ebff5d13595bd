"""Reads of wishes to bring something, and of who was told where a hidden point is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.aid.errors.bringing import BringLinkEndedError
from app.aid.models.drops import Drop
from app.aid.models.points import BringRequest, CollectionPoint, Disclosure
from app.aid.queries import points as point_reads
from app.aid.rules.words import OPEN_BRINGS, BringState
from app.db.session import db

#: These wait for somebody, or somebody comes.
LIVING = (BringState.ASKED, BringState.ACCEPTED)


def find_request(public_id: str) -> BringRequest | None:
    """Return a wish by the name in its link, or None."""
    return db.session.scalar(select(BringRequest).where(BringRequest.public_id == public_id))


def find_by_nonce(nonce: str) -> BringRequest | None:
    """Return the wish that a form made already, or None."""
    return db.session.scalar(select(BringRequest).where(BringRequest.nonce == nonce))


def find_of_point(point_id: int, public_id: str) -> BringRequest | None:
    """Return a wish of one point, or None."""
    found = find_request(public_id)
    return found if found is not None and found.point_id == point_id else None


def lock_request(request_id: int) -> BringRequest:
    """Return a wish, its point held against other writers first; raises BringLinkEndedError."""
    found = db.session.get(BringRequest, request_id)
    if found is None:
        raise BringLinkEndedError
    point_reads.lock_point(found.point_id)
    locked = db.session.scalar(
        select(BringRequest)
        .where(BringRequest.id == request_id)
        .with_for_update(of=BringRequest)
        .execution_options(populate_existing=True)
    )
    if locked is None:
        raise BringLinkEndedError
    return locked


def list_of_point(point_id: int, states: Collection[BringState] = LIVING) -> Sequence[BringRequest]:
    """Return the wishes of a point, by the day on which somebody comes."""
    return db.session.scalars(
        select(BringRequest)
        .where(BringRequest.point_id == point_id, BringRequest.state.in_(states))
        .order_by(BringRequest.brings_on, BringRequest.brings_at, BringRequest.id)
    ).all()


def list_disclosures(point_id: int) -> Sequence[Disclosure]:
    """Return who was let see where a point is, the latest first."""
    return db.session.scalars(
        select(Disclosure)
        .where(Disclosure.point_id == point_id)
        .order_by(Disclosure.given_at.desc(), Disclosure.id.desc())
    ).all()


def find_disclosure(request_id: int) -> Disclosure | None:
    """Return the note that somebody was let see where a point is, or None."""
    return db.session.scalar(select(Disclosure).where(Disclosure.request_id == request_id))


def count_open_of(email: str) -> int:
    """Count the wishes of an address that are open, over all points."""
    found = select(func.count(BringRequest.id)).where(
        BringRequest.email == email, BringRequest.state.in_(OPEN_BRINGS)
    )
    return db.session.scalar(found) or 0


def lock_proven_of(email: str) -> int:
    """Count the proven open wishes of an address; none is added until the transaction ends."""
    held = db.session.scalars(
        select(BringRequest)
        .where(BringRequest.email == email, BringRequest.state.in_(OPEN_BRINGS))
        .order_by(BringRequest.id)
        .with_for_update(of=BringRequest)
        .execution_options(populate_existing=True)
    ).all()
    return sum(each.state in LIVING for each in held)


def count_since(point_id: int, since: datetime) -> int:
    """Count the wishes that a point got since an instant."""
    found = select(func.count(BringRequest.id)).where(
        BringRequest.point_id == point_id, BringRequest.created_at >= since
    )
    return db.session.scalar(found) or 0


def count_of_network(point_id: int, network: str, since: datetime) -> int:
    """Count the wishes that a point got from one network since an instant."""
    found = select(func.count(BringRequest.id)).where(
        BringRequest.point_id == point_id,
        BringRequest.network == network,
        BringRequest.created_at >= since,
    )
    return db.session.scalar(found) or 0


def find_id_of(email: str) -> int | None:
    """Return the key of one wish of an address, or None."""
    found = select(BringRequest.id).where(BringRequest.email == email)
    return db.session.scalar(found.order_by(BringRequest.id.desc()).limit(1))


def find_email(request_id: int) -> str | None:
    """Return the address of a wish, or None."""
    return db.session.scalar(select(BringRequest.email).where(BringRequest.id == request_id))


def list_open_of(email: str) -> Sequence[BringRequest]:
    """Return the open wishes of an address, the next first."""
    return db.session.scalars(
        select(BringRequest)
        .where(BringRequest.email == email, BringRequest.state.in_(OPEN_BRINGS))
        .order_by(BringRequest.brings_on, BringRequest.id)
    ).all()


def waiting_requests() -> Sequence[tuple[str, datetime | None, int]]:
    """(public id, since, group) of the proven wishes that nobody answered."""
    rows = db.session.execute(
        select(BringRequest.public_id, BringRequest.confirmed_at, Drop.group_id)
        .join(CollectionPoint, CollectionPoint.id == BringRequest.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(BringRequest.state == BringState.ASKED)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_asked(group_ids: Collection[int]) -> Sequence[BringRequest]:
    """Return the proven wishes that nobody answered, the next day first."""
    return db.session.scalars(
        select(BringRequest)
        .join(CollectionPoint, CollectionPoint.id == BringRequest.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .options(contains_eager(BringRequest.point).contains_eager(CollectionPoint.drop))
        .where(BringRequest.state == BringState.ASKED, Drop.group_id.in_(group_ids))
        .order_by(BringRequest.brings_on, BringRequest.id)
    ).all()


def list_unproven(before: datetime, *, limit: int) -> Sequence[BringRequest]:
    """Return the wishes whose mailbox nobody proved in time, held against other writers."""
    return db.session.scalars(
        select(BringRequest)
        .where(BringRequest.state == BringState.UNCONFIRMED, BringRequest.created_at < before)
        .order_by(BringRequest.created_at)
        .limit(limit)
        .with_for_update(of=BringRequest)
    ).all()


def list_past(before: date, *, limit: int) -> Sequence[BringRequest]:
    """Return the open wishes for days before one, held against other writers."""
    return db.session.scalars(
        select(BringRequest)
        .where(BringRequest.state.in_(LIVING), BringRequest.brings_on < before)
        .order_by(BringRequest.id)
        .limit(limit)
        .with_for_update(of=BringRequest)
    ).all()
