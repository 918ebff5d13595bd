"""Reads of points and hosts that are kept no longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint, PointHost
from app.db.session import db


def list_due(now: datetime, *, limit: int) -> Sequence[int]:
    """Return the ids of points whose round is over for as long as its own rule says."""
    over = db.session.execute(
        select(Drop.id, Drop.ended_at, Drop.retention_days).where(Drop.ended_at.is_not(None))
    )
    due = [
        drop_id
        for drop_id, ended_at, days in over
        if ended_at is not None and ended_at + timedelta(days=days) <= now
    ]
    return db.session.scalars(
        select(CollectionPoint.id)
        .where(CollectionPoint.drop_id.in_(due), CollectionPoint.purged_at.is_(None))
        .order_by(CollectionPoint.id)
        .limit(limit)
    ).all()


def list_kept_hosts(*, before: datetime, limit: int) -> Sequence[PointHost]:
    """Return hosts still known by name whose round ended before an instant."""
    return db.session.scalars(
        select(PointHost)
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(
            PointHost.purged_at.is_(None),
            CollectionPoint.purged_at.is_not(None),
            Drop.ended_at < before,
        )
        .order_by(PointHost.point_id)
        .limit(limit)
        .with_for_update(of=PointHost)
    ).all()
