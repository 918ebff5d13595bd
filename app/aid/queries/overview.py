"""Reads for the desk's first page of aid: what waits, what is reported, what needs an editor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.aid.models.drops import Drop, DropNeed
from app.aid.models.pickups import PickupRequest
from app.aid.models.points import CollectionPoint, PointHost, PointReport
from app.aid.models.stock import DropOff
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.drops import RUNNING
from app.aid.rules.needs import FRESH
from app.aid.rules.points import ANSWER_RIGHT_WITHIN, WAITING
from app.aid.rules.words import RUN_STATES, DropState, PickupState, WorkplaceState
from app.db.session import db

#: Whoever works on aid looks at these; what is over stands in the list of rounds.
AT_WORK = (DropState.DRAFT, *RUNNING, DropState.DEPARTED, DropState.DELIVERED)
_COLLECTING = (WorkplaceState.CONFIRMED, WorkplaceState.RUNNING)


def list_at_work(group_ids: Collection[int]) -> Sequence[Drop]:
    """Return the rounds of these groups that are not over, drafts too, the latest first."""
    return db.session.scalars(
        select(Drop)
        .where(Drop.group_id.in_(group_ids), Drop.state.in_(AT_WORK))
        .order_by(Drop.opens_on.desc(), Drop.id.desc())
    ).all()


# --- what waits -----------------------------------------------------------------------------------


def applications(drop_ids: Collection[int], *, limit: int) -> tuple[Sequence[PointHost], int]:
    """Offered points that wait for a decision, the oldest first, and how many there are."""
    wanted = (
        select(PointHost)
        .join(PointHost.point)
        .where(CollectionPoint.drop_id.in_(drop_ids), CollectionPoint.state.in_(WAITING))
    )
    rows = db.session.scalars(
        wanted.options(contains_eager(PointHost.point))
        .order_by(PointHost.confirmed_at, PointHost.point_id)
        .limit(limit)
    ).all()
    count = db.session.scalar(
        select(func.count())
        .select_from(CollectionPoint)
        .where(CollectionPoint.drop_id.in_(drop_ids), CollectionPoint.state.in_(WAITING))
    )
    return rows, count or 0


@dataclass(frozen=True)
class Reported:
    """A point of which something was said that nobody has looked into."""

    point: CollectionPoint
    count: int
    since: datetime


def reported(drop_ids: Collection[int], *, limit: int) -> list[Reported]:
    """Points with open reports, those with the most first."""
    count, since = func.count(), func.min(PointReport.sent_at)
    open_ones = (
        select(PointReport.point_id, count.label("count"), since.label("since"))
        .where(PointReport.handled_at.is_(None))
        .group_by(PointReport.point_id)
        .subquery()
    )
    rows = db.session.execute(
        select(CollectionPoint, open_ones.c.count, open_ones.c.since)
        .join(open_ones, open_ones.c.point_id == CollectionPoint.id)
        .where(CollectionPoint.drop_id.in_(drop_ids))
        .order_by(open_ones.c.count.desc(), open_ones.c.since, CollectionPoint.id)
        .limit(limit)
    )
    return [Reported(point, count, since) for point, count, since in rows]


def pickups(drop_ids: Collection[int], *, limit: int) -> tuple[Sequence[PickupRequest], int]:
    """What is asked to be fetched and stands in no van's day, the oldest first, and how many."""
    waits = and_(PickupRequest.drop_id.in_(drop_ids), PickupRequest.state == PickupState.OPEN)
    rows = db.session.scalars(
        select(PickupRequest)
        .where(waits)
        .options(joinedload(PickupRequest.point), joinedload(PickupRequest.workplace))
        .order_by(PickupRequest.asked_at, PickupRequest.id)
        .limit(limit)
    ).all()
    count = db.session.scalar(select(func.count()).select_from(PickupRequest).where(waits))
    return rows, count or 0


def workplaces_ending(
    drop_ids: Collection[int], *, until: date, limit: int
) -> Sequence[WorkplaceCollection]:
    """Collections at work that end up to a day and were not handed over, the first to end first."""
    place = WorkplaceCollection
    return db.session.scalars(
        select(place)
        .where(place.drop_id.in_(drop_ids), place.state.in_(_COLLECTING), place.until_on <= until)
        .options(joinedload(place.point))
        .order_by(place.until_on, place.id)
        .limit(limit)
    ).all()


# --- what needs an editor -------------------------------------------------------------------------


def stale_needs(drop_ids: Collection[int], *, now: datetime) -> Sequence[DropNeed]:
    """Lines of the lists of needs at which nobody has looked for long, the oldest first."""
    is_stale = or_(
        *(
            and_(DropNeed.priority == priority, DropNeed.checked_at <= now - fresh)
            for priority, fresh in FRESH.items()
        )
    )
    return db.session.scalars(
        select(DropNeed)
        .join(DropNeed.drop)
        .where(
            DropNeed.drop_id.in_(drop_ids),
            Drop.state.in_(RUNNING),
            is_stale,
            DropNeed.fulfilled_at.is_(None),
        )
        .options(contains_eager(DropNeed.drop))
        .order_by(DropNeed.checked_at, DropNeed.id)
    ).all()


def unconfirmed_points(
    drop_ids: Collection[int], *, now: datetime, limit: int
) -> tuple[Sequence[CollectionPoint], int]:
    """Points whose hosts did not say in time that all is still right, and how many there are."""
    point = CollectionPoint
    is_silent = or_(
        point.confirmed_right_at.is_(None), point.confirmed_right_at < point.asked_again_at
    )
    wanted = and_(
        point.drop_id.in_(drop_ids),
        point.state.in_(RUN_STATES),
        point.asked_again_at <= now - ANSWER_RIGHT_WITHIN,
        is_silent,
    )
    rows = db.session.scalars(
        select(point).where(wanted).order_by(point.asked_again_at, point.id).limit(limit)
    ).all()
    count = db.session.scalar(select(func.count()).select_from(point).where(wanted))
    return rows, count or 0


# --- what was brought -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Brought:
    """Bags and boxes of some drop-offs, and in how many they came."""

    count: int
    bags: int
    boxes: int


def brought_since(drop_ids: Collection[int], since: datetime) -> Brought:
    """What was written down from a moment on, without what was taken back."""
    row = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(DropOff.bags), 0),
            func.coalesce(func.sum(DropOff.boxes), 0),
        ).where(
            DropOff.drop_id.in_(drop_ids),
            DropOff.logged_at >= since,
            DropOff.void_id.is_(None),
        )
    ).one()
    return Brought(row[0], int(row[1]), int(row[2]))
