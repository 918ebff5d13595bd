"""Reads of rounds of collecting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select

from app.aid.errors.drops import DropNotFoundError
from app.aid.models.drops import Drop, DropEvent, DropNeed
from app.aid.models.pickups import PickupRun
from app.aid.models.points import CollectionPoint
from app.aid.rules.drops import RUNNING, Standing
from app.aid.rules.needs import WANTED
from app.aid.rules.words import PointState, RunState
from app.db.session import db
from app.events.models.events import Event
from app.events.rules.words import EventState


def find_by_slug(slug: str) -> Drop | None:
    """Return the round at this address, public or not, or None."""
    return db.session.scalar(select(Drop).where(Drop.slug == slug))


def get_public(slug: str) -> Drop:
    """Return the round at this address that was announced once; raises DropNotFoundError."""
    found = find_by_slug(slug)
    if found is None or found.announced_at is None:
        raise DropNotFoundError
    return found


def find_by_public_id(public_id: str) -> Drop | None:
    """Return a round by its public id, or None."""
    return db.session.scalar(select(Drop).where(Drop.public_id == public_id))


def get_for_desk(public_id: str, group_ids: Collection[int]) -> Drop:
    """Return a round of one of these groups, drafts included; raises DropNotFoundError."""
    found = find_by_public_id(public_id)
    if found is None or found.group_id not in group_ids:
        raise DropNotFoundError
    return found


def get_by_id(drop_id: int) -> Drop:
    """Return a round by its key; raises DropNotFoundError."""
    found = db.session.get(Drop, drop_id)
    if found is None:
        raise DropNotFoundError
    return found


def lock_drop(drop_id: int) -> Drop:
    """Return a round held against other writers until the transaction ends."""
    found = db.session.scalar(
        select(Drop)
        .where(Drop.id == drop_id)
        .with_for_update(of=Drop)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise DropNotFoundError
    return found


def list_running(group_ids: Collection[int] | None = None) -> Sequence[Drop]:
    """Return the public rounds that go on or come, the one that ends first first."""
    found = select(Drop).where(Drop.state.in_(RUNNING), Drop.announced_at.is_not(None))
    if group_ids is not None:
        found = found.where(Drop.group_id.in_(group_ids))
    return db.session.scalars(found.order_by(Drop.closes_on, Drop.id)).all()


def list_public(*, limit: int = 200) -> Sequence[Drop]:
    """Return every round that was announced once, the latest first."""
    return db.session.scalars(
        select(Drop)
        .where(Drop.announced_at.is_not(None))
        .order_by(Drop.opens_on.desc(), Drop.id.desc())
        .limit(limit)
    ).all()


def list_public_of_campaign(campaign_id: int) -> Sequence[Drop]:
    """Return the running rounds of a campaign."""
    return [each for each in list_running() if each.campaign_id == campaign_id]


def list_of_groups(group_ids: Collection[int]) -> Sequence[Drop]:
    """Return every round of these groups, drafts included, the latest first."""
    return db.session.scalars(
        select(Drop)
        .where(Drop.group_id.in_(group_ids))
        .order_by(Drop.opens_on.desc(), Drop.id.desc())
    ).all()


# --- what a round needs before it goes on -------------------------------------------------------


def standing(drop: Drop, *, has_note: bool) -> Standing:
    """What counts when a round is to go on, as it is now."""
    return Standing(
        state=drop.state,
        paused_from=drop.paused_from,
        live_points=_count(
            select(func.count(CollectionPoint.id)).where(
                CollectionPoint.drop_id == drop.id, CollectionPoint.state == PointState.LIVE
            )
        ),
        wanted_items=_count(
            select(func.count(DropNeed.id)).where(
                DropNeed.drop_id == drop.id,
                DropNeed.priority.in_(WANTED),
                DropNeed.fulfilled_at.is_(None),
            )
        ),
        unfinished_runs=_count(
            select(func.count(PickupRun.id)).where(
                PickupRun.drop_id == drop.id,
                PickupRun.state.not_in((RunState.FINISHED, RunState.CANCELLED)),
            )
        ),
        has_report=bool(drop.report),
        has_note=has_note,
    )


def _count(question: Select[int]) -> int:
    return db.session.scalar(question) or 0


# --- events -------------------------------------------------------------------------------------


def list_events(drop_id: int) -> Sequence[Event]:
    """Return the events that belong to a round, whatever their state, by time."""
    return db.session.scalars(
        select(Event)
        .join(DropEvent, DropEvent.event_id == Event.id)
        .where(DropEvent.drop_id == drop_id)
        .order_by(Event.starts_at, Event.id)
    ).all()


def list_public_events(drop_id: int) -> Sequence[Event]:
    """Return those of them that anybody may see."""
    return [each for each in list_events(drop_id) if each.state is EventState.PUBLISHED]


def list_linkable_events(drop: Drop, now: datetime) -> Sequence[Event]:
    """Return the coming events of the group that do not belong to a round yet."""
    taken = select(DropEvent.event_id).where(DropEvent.drop_id == drop.id)
    return db.session.scalars(
        select(Event)
        .where(
            Event.group_id == drop.group_id,
            Event.ends_at > now,
            Event.state.in_((EventState.DRAFT, EventState.PUBLISHED)),
            Event.id.not_in(taken),
        )
        .order_by(Event.starts_at, Event.id)
        .limit(100)
    ).all()


def list_of_event(event_id: int) -> Sequence[Drop]:
    """Return the public rounds that an event belongs to."""
    return db.session.scalars(
        select(Drop)
        .join(DropEvent, DropEvent.drop_id == Drop.id)
        .where(DropEvent.event_id == event_id, Drop.announced_at.is_not(None))
        .order_by(Drop.opens_on.desc(), Drop.id)
    ).all()
