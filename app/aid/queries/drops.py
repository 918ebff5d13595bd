"""Reads of rounds of collecting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select

from app.aid.errors.drops import DropNotFoundError
from app.aid.models.drops import Drop
from app.aid.rules.words import DropState
from app.db.session import db

#: Things are collected, or soon will be, or are being fetched.
RUNNING: Final = (
    DropState.ANNOUNCED,
    DropState.OPEN,
    DropState.PAUSED,
    DropState.CLOSING,
    DropState.COLLECTING,
)


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


def list_of_groups(group_ids: Collection[int]) -> Sequence[Drop]:
    """Return every round of these groups, drafts included, the latest first."""
    return db.session.scalars(
        select(Drop)
        .where(Drop.group_id.in_(group_ids))
        .order_by(Drop.opens_on.desc(), Drop.id.desc())
    ).all()
