"""Reads of what people say is wrong with points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint, PointReport
from app.aid.queries.points import find_by_slug
from app.aid.rules.places import is_listed
from app.aid.rules.words import PointState, Visibility
from app.audit.models import AuditEntry
from app.db.session import db

#: What is written down when reports dispute a point.
DISPUTED_ACTION: Final = "point.disputed_by_reports"


def find_reportable(slug: str) -> CollectionPoint | None:
    """Return the point of which one can say that something is wrong: public, or disputed."""
    found = find_by_slug(slug)
    if found is None or found.visibility is Visibility.PRIVATE:
        return None
    is_shown = is_listed(found.visibility, found.state) or found.state is PointState.DISPUTED
    return found if is_shown and found.drop.announced_at is not None else None


def find_by_nonce(nonce: str) -> PointReport | None:
    """Return the report that a form made already, or None."""
    return db.session.scalar(select(PointReport).where(PointReport.nonce == nonce))


def count_networks(point_id: int, since: datetime) -> int:
    """Count the different networks that reported a point and were not answered yet."""
    found = select(func.count(func.distinct(PointReport.network))).where(
        PointReport.point_id == point_id,
        PointReport.handled_at.is_(None),
        PointReport.sent_at >= since,
        PointReport.network.is_not(None),
    )
    return db.session.scalar(found) or 0


def count_points_of(network: str, since: datetime) -> int:
    """Count the points of which one network said that something is wrong."""
    found = select(func.count(func.distinct(PointReport.point_id))).where(
        PointReport.network == network, PointReport.sent_at >= since
    )
    return db.session.scalar(found) or 0


def count_disputed(since: datetime) -> int:
    """Count the points that reports disputed."""
    found = select(func.count(AuditEntry.id)).where(
        AuditEntry.action == DISPUTED_ACTION, AuditEntry.at >= since
    )
    return db.session.scalar(found) or 0


def was_found_right(point_id: int, since: datetime) -> bool:
    """Whether an organiser looked into reports lately and found the point in order."""
    found = select(PointReport.id).where(
        PointReport.point_id == point_id,
        PointReport.was_right.is_(False),
        PointReport.handled_at >= since,
    )
    return db.session.scalar(found.limit(1)) is not None


def list_open(group_ids: Collection[int]) -> Sequence[PointReport]:
    """Return what nobody has looked into, point by point, the disputed ones first."""
    return db.session.scalars(
        select(PointReport)
        .join(CollectionPoint, CollectionPoint.id == PointReport.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .options(contains_eager(PointReport.point).contains_eager(CollectionPoint.drop))
        .where(PointReport.handled_at.is_(None), Drop.group_id.in_(group_ids))
        .order_by(
            CollectionPoint.state != PointState.DISPUTED, CollectionPoint.id, PointReport.sent_at
        )
    ).all()


def list_of_point(point_id: int) -> Sequence[PointReport]:
    """Return what people said of a point, the latest first."""
    return db.session.scalars(
        select(PointReport)
        .where(PointReport.point_id == point_id)
        .order_by(PointReport.sent_at.desc(), PointReport.id.desc())
        .limit(50)
    ).all()


def lock_open_of(point_id: int) -> Sequence[PointReport]:
    """Return the open reports of a point, held against other writers."""
    return db.session.scalars(
        select(PointReport)
        .where(PointReport.point_id == point_id, PointReport.handled_at.is_(None))
        .order_by(PointReport.id)
        .with_for_update(of=PointReport)
        .execution_options(populate_existing=True)
    ).all()


def waiting_reports() -> Sequence[tuple[str, datetime | None, int]]:
    """(public id of the point, since, group) of each point with open reports."""
    rows = db.session.execute(
        select(CollectionPoint.public_id, func.min(PointReport.sent_at), Drop.group_id)
        .select_from(PointReport)
        .join(CollectionPoint, CollectionPoint.id == PointReport.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(PointReport.handled_at.is_(None))
        .group_by(CollectionPoint.public_id, Drop.group_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_old(before: datetime, *, limit: int) -> Sequence[int]:
    """Return the ids of reports that were looked into before an instant."""
    return db.session.scalars(
        select(PointReport.id)
        .where(PointReport.handled_at < before)
        .order_by(PointReport.id)
        .limit(limit)
    ).all()
