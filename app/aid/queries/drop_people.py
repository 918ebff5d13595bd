"""Reads of who is told how a round goes on: hosts and stewards whose mailbox is proven."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, func, select

from app.aid.models.points import CollectionPoint, PointHost
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.words import PointState, WorkplaceState
from app.db.session import db

#: Whoever was never shown or said no hears nothing.
_NOT_TOLD: Final = (PointState.APPLIED, PointState.REJECTED)
_NO_STEWARDS: Final = (WorkplaceState.PLEDGED, WorkplaceState.WITHDRAWN)


def list_hosts(drop_id: int, *, after: int, limit: int) -> Sequence[PointHost]:
    """Return some of the hosts of a round, in the order of their points."""
    return db.session.scalars(
        select(PointHost)
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .where(*_are_hosts(drop_id), PointHost.point_id > after)
        .order_by(PointHost.point_id)
        .limit(limit)
    ).all()


def list_stewards(drop_id: int, *, after: int, limit: int) -> Sequence[WorkplaceCollection]:
    """Return some of the collections at work of a round, the first first."""
    return db.session.scalars(
        select(WorkplaceCollection)
        .where(*_are_stewards(drop_id), WorkplaceCollection.id > after)
        .order_by(WorkplaceCollection.id)
        .limit(limit)
    ).all()


def count_told(drop_id: int) -> int:
    """Count who hears by mail how a round goes on."""
    hosts = (
        select(func.count(PointHost.point_id))
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .where(*_are_hosts(drop_id))
    )
    stewards = select(func.count(WorkplaceCollection.id)).where(*_are_stewards(drop_id))
    return (db.session.scalar(hosts) or 0) + (db.session.scalar(stewards) or 0)


def _are_hosts(drop_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        CollectionPoint.drop_id == drop_id,
        CollectionPoint.state.not_in(_NOT_TOLD),
        PointHost.email.is_not(None),
        PointHost.confirmed_at.is_not(None),
        PointHost.purged_at.is_(None),
    )


def _are_stewards(drop_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        WorkplaceCollection.drop_id == drop_id,
        WorkplaceCollection.state.not_in(_NO_STEWARDS),
        WorkplaceCollection.email.is_not(None),
        WorkplaceCollection.confirmed_at.is_not(None),
        WorkplaceCollection.purged_at.is_(None),
    )
