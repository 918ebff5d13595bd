"""Reads of collection points and their hosts, for pages and for the desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from app.aid.errors.points import PointNotFoundError
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.rules.places import is_listed
from app.aid.rules.points import ASK_EVERY, OPEN_STATES, SHOWS_POINTS, WAITING
from app.aid.rules.words import RUN_STATES, PointState
from app.db.session import db
from app.places.models import Place

#: So many rows a list shows.
LISTED: Final = 200


# --- one point ----------------------------------------------------------------------------------


def find_by_slug(slug: str) -> CollectionPoint | None:
    """Return the point at this address, whatever its state, or None."""
    return db.session.scalar(select(CollectionPoint).where(CollectionPoint.slug == slug))


def get_public(slug: str) -> CollectionPoint:
    """Return the point that anybody may see at this address; raises PointNotFoundError."""
    found = find_by_slug(slug)
    if found is None or not is_listed(found.visibility, found.state):
        raise PointNotFoundError
    if found.drop.announced_at is None:
        raise PointNotFoundError
    return found


def find_by_public_id(public_id: str) -> CollectionPoint | None:
    """Return a point by its public id, or None."""
    return db.session.scalar(select(CollectionPoint).where(CollectionPoint.public_id == public_id))


def get_point(point_id: int) -> CollectionPoint:
    """Return a point by its key; raises PointNotFoundError."""
    found = db.session.get(CollectionPoint, point_id)
    if found is None:
        raise PointNotFoundError
    return found


def get_for_desk(public_id: str, group_ids: Collection[int]) -> CollectionPoint:
    """Return a point of a round of these groups; raises PointNotFoundError."""
    found = find_by_public_id(public_id)
    if found is None or found.drop.group_id not in group_ids:
        raise PointNotFoundError
    return found


def lock_point(point_id: int) -> CollectionPoint:
    """Return a point held against other writers until the transaction ends."""
    found = db.session.scalar(
        select(CollectionPoint)
        .where(CollectionPoint.id == point_id)
        .with_for_update(of=CollectionPoint)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise PointNotFoundError
    return found


def is_slug_free(slug: str, but_of: int | None = None) -> bool:
    """Whether no other point has this address."""
    found = db.session.scalar(select(CollectionPoint.id).where(CollectionPoint.slug == slug))
    return found is None or found == but_of


def is_place_used(place_id: int, but_of: int | None = None) -> bool:
    """Whether another point is at this very row of places."""
    found = select(CollectionPoint.id).where(
        CollectionPoint.place_id == place_id, CollectionPoint.id != (but_of or 0)
    )
    return db.session.scalar(found.limit(1)) is not None


# --- its host -----------------------------------------------------------------------------------


def find_host(public_id: str) -> PointHost | None:
    """Return a host by the name in her link, or None."""
    return db.session.scalar(select(PointHost).where(PointHost.public_id == public_id))


def lock_host(public_id: str) -> PointHost:
    """Return a host, her point held against other writers; raises PointNotFoundError."""
    found = find_host(public_id)
    if found is None:
        raise PointNotFoundError
    lock_point(found.point_id)
    db.session.refresh(found)
    return found


def find_by_nonce(nonce: str) -> PointHost | None:
    """Return the host of the point that a form made already, or None."""
    return db.session.scalar(select(PointHost).where(PointHost.nonce == nonce))


def count_open_of(email: str) -> int:
    """Count the points of an address that wait, for the mailbox or for a decision."""
    found = (
        select(func.count(PointHost.point_id))
        .join(CollectionPoint)
        .where(PointHost.email == email, CollectionPoint.state.in_(OPEN_STATES))
    )
    return db.session.scalar(found) or 0


def find_id_of(email: str) -> int | None:
    """Return the key of one point of an address, or None."""
    found = select(PointHost.point_id).where(PointHost.email == email)
    return db.session.scalar(found.order_by(PointHost.point_id.desc()).limit(1))


def list_of_address(email: str) -> Sequence[PointHost]:
    """Return the points of an address that have a page, the latest first."""
    return db.session.scalars(
        _hosts()
        .where(
            PointHost.email == email,
            PointHost.purged_at.is_(None),
            CollectionPoint.state != PointState.REJECTED,
        )
        .order_by(CollectionPoint.id.desc())
        .limit(LISTED)
    ).all()


# --- lists --------------------------------------------------------------------------------------


def list_of_drop(drop_id: int, states: Collection[PointState]) -> Sequence[CollectionPoint]:
    """Return the points of a round in these states, in a fixed order."""
    return db.session.scalars(
        select(CollectionPoint)
        .where(CollectionPoint.drop_id == drop_id, CollectionPoint.state.in_(states))
        .order_by(CollectionPoint.id)
    ).all()


def list_waiting(group_ids: Collection[int]) -> Sequence[PointHost]:
    """Return the hosts of points that wait for a decision, the oldest first."""
    return db.session.scalars(
        _hosts()
        .where(CollectionPoint.state.in_(WAITING), Drop.group_id.in_(group_ids))
        .order_by(PointHost.confirmed_at, PointHost.point_id)
    ).all()


def list_edited(group_ids: Collection[int]) -> Sequence[PointHost]:
    """Return the hosts who changed what the public reads, and nobody has looked; oldest first."""
    return db.session.scalars(
        _hosts()
        .where(
            PointHost.edited_at.is_not(None),
            CollectionPoint.state.in_(RUN_STATES),
            Drop.group_id.in_(group_ids),
        )
        .order_by(PointHost.edited_at, PointHost.point_id)
    ).all()


def list_decided(group_ids: Collection[int], *, limit: int) -> Sequence[CollectionPoint]:
    """Return the points that were decided about, the latest change first."""
    waits = (PointState.APPLIED, *WAITING)
    return db.session.scalars(
        select(CollectionPoint)
        .join(Drop)
        .options(contains_eager(CollectionPoint.drop))
        .where(CollectionPoint.state.not_in(waits), Drop.group_id.in_(group_ids))
        .order_by(CollectionPoint.updated_at.desc(), CollectionPoint.id.desc())
        .limit(limit)
    ).all()


def list_unanswered(group_ids: Collection[int], *, before: datetime) -> Sequence[CollectionPoint]:
    """Return the points whose hosts were asked before an instant and did not answer."""
    return db.session.scalars(
        select(CollectionPoint)
        .join(Drop)
        .options(contains_eager(CollectionPoint.drop))
        .where(*_unanswered(before), Drop.group_id.in_(group_ids))
        .order_by(CollectionPoint.asked_again_at, CollectionPoint.id)
    ).all()


def list_alike(point: CollectionPoint) -> Sequence[PointHost]:
    """Return hosts of the same round with the same address of mail or in the same district."""
    host, place = point.host, point.place
    over = (PointState.REJECTED, PointState.CLOSED)
    return db.session.scalars(
        _hosts()
        .join(Place, Place.id == CollectionPoint.place_id)
        .where(
            CollectionPoint.drop_id == point.drop_id,
            CollectionPoint.id != point.id,
            CollectionPoint.state.not_in(over),
            PointHost.purged_at.is_(None),
            or_(
                PointHost.email == (host.email if host else None),
                and_(
                    Place.locality == (place.locality if place else ""),
                    Place.district.is_not_distinct_from(place.district if place else None),
                ),
            ),
        )
        .order_by(PointHost.point_id)
        .limit(LISTED)
    ).all()


def waiting_applications() -> Sequence[tuple[str, datetime | None, int]]:
    """(public id, since, group) of the points that wait for a decision."""
    rows = db.session.execute(
        select(CollectionPoint.public_id, PointHost.confirmed_at, Drop.group_id)
        .select_from(PointHost)
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(CollectionPoint.state.in_(WAITING))
    )
    return [(row[0], row[1], row[2]) for row in rows]


def waiting_edits() -> Sequence[tuple[str, datetime | None, int]]:
    """(public id, since, group) of the points that hosts changed and nobody looked at."""
    rows = db.session.execute(
        select(CollectionPoint.public_id, PointHost.edited_at, Drop.group_id)
        .select_from(PointHost)
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(PointHost.edited_at.is_not(None), CollectionPoint.state.in_(RUN_STATES))
    )
    return [(row[0], row[1], row[2]) for row in rows]


def waiting_answers(before: datetime) -> Sequence[tuple[str, datetime | None, int]]:
    """(public id, since, group) of the points whose hosts did not say that all is still right."""
    rows = db.session.execute(
        select(CollectionPoint.public_id, CollectionPoint.asked_again_at, Drop.group_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(*_unanswered(before))
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_lapsed(before: datetime, *, limit: int) -> Sequence[PointHost]:
    """Return the hosts whose mailbox nobody proved in time, held against other writers."""
    return db.session.scalars(
        select(PointHost)
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .where(CollectionPoint.state == PointState.APPLIED, PointHost.applied_at < before)
        .order_by(PointHost.applied_at)
        .limit(limit)
        .with_for_update(of=PointHost)
    ).all()


def list_to_ask(now: datetime, *, limit: int) -> Sequence[CollectionPoint]:
    """Return the running points whose hosts are to be asked whether all is still right."""
    since = now - ASK_EVERY
    latest = func.coalesce(CollectionPoint.asked_again_at, CollectionPoint.live_at)
    return db.session.scalars(
        select(CollectionPoint)
        .join(Drop)
        .options(contains_eager(CollectionPoint.drop))
        .where(
            CollectionPoint.state.in_((PointState.LIVE, PointState.FULL, PointState.PAUSED)),
            Drop.state.in_(SHOWS_POINTS),
            latest < since,
            or_(
                CollectionPoint.confirmed_right_at.is_(None),
                CollectionPoint.confirmed_right_at < since,
            ),
        )
        .order_by(CollectionPoint.id)
        .limit(limit)
        .with_for_update(of=CollectionPoint)
    ).all()


def _unanswered(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CollectionPoint.state.in_(RUN_STATES),
        CollectionPoint.asked_again_at < before,
        or_(
            CollectionPoint.confirmed_right_at.is_(None),
            CollectionPoint.confirmed_right_at < CollectionPoint.asked_again_at,
        ),
    )


def _hosts() -> Select[PointHost]:
    return (
        select(PointHost)
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .options(contains_eager(PointHost.point).contains_eager(CollectionPoint.drop))
    )
