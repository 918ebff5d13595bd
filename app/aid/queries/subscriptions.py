"""Reads of who wants to hear when a list of needs changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.aid.models.drops import Drop, NeedsSubscription
from app.aid.rules import needs as rules
from app.aid.rules.drops import NEEDS_ARE_OVER
from app.db.session import db


def find_subscription(public_id: str) -> NeedsSubscription | None:
    """Return a subscription by the name in its link, or None."""
    return db.session.scalar(
        select(NeedsSubscription).where(NeedsSubscription.public_id == public_id)
    )


def find_by_nonce(nonce: str) -> NeedsSubscription | None:
    """Return the subscription that a form made already, or None."""
    return db.session.scalar(select(NeedsSubscription).where(NeedsSubscription.nonce == nonce))


def find_of(drop_id: int, email: str) -> NeedsSubscription | None:
    """Return the subscription of an address to a round, or None."""
    return db.session.scalar(
        select(NeedsSubscription).where(
            NeedsSubscription.drop_id == drop_id, NeedsSubscription.email == email
        )
    )


def count_of_network(drop_id: int, network: str) -> int:
    """Count the addresses that one network left at a round within a day."""
    found = select(func.count(NeedsSubscription.id)).where(
        NeedsSubscription.drop_id == drop_id, NeedsSubscription.network == network
    )
    return db.session.scalar(found) or 0


def count_confirmed(drop_id: int) -> int:
    """Count who hears of changes."""
    found = select(func.count(NeedsSubscription.id)).where(
        NeedsSubscription.drop_id == drop_id, NeedsSubscription.confirmed_at.is_not(None)
    )
    return db.session.scalar(found) or 0


def list_due(now: datetime, *, limit: int) -> Sequence[NeedsSubscription]:
    """Return who is to be told of a list that changed, held against other writers."""
    return db.session.scalars(
        select(NeedsSubscription)
        .join(NeedsSubscription.drop)
        .where(
            NeedsSubscription.confirmed_at.is_not(None),
            NeedsSubscription.told_at < Drop.needs_changed_at,
            NeedsSubscription.told_at <= now - rules.AT_MOST_EVERY,
            Drop.needs_changed_at <= now - rules.SETTLES,
            Drop.state.not_in(NEEDS_ARE_OVER),
        )
        .order_by(NeedsSubscription.id)
        .limit(limit)
        .with_for_update(of=NeedsSubscription)
    ).all()


def list_of_drop(drop_id: int, *, limit: int) -> Sequence[NeedsSubscription]:
    """Return some of the subscriptions to a round, held against other writers."""
    return db.session.scalars(
        select(NeedsSubscription)
        .where(NeedsSubscription.drop_id == drop_id)
        .order_by(NeedsSubscription.id)
        .limit(limit)
        .with_for_update(of=NeedsSubscription)
    ).all()


def list_of_address(email: str) -> Sequence[NeedsSubscription]:
    """Return what an address hears of."""
    return db.session.scalars(
        select(NeedsSubscription)
        .where(NeedsSubscription.email == email, NeedsSubscription.confirmed_at.is_not(None))
        .order_by(NeedsSubscription.id)
    ).all()


def list_unproven(before: datetime, *, limit: int) -> Sequence[NeedsSubscription]:
    """Return those whose mailbox nobody proved in time, held against other writers."""
    return db.session.scalars(
        select(NeedsSubscription)
        .where(NeedsSubscription.confirmed_at.is_(None), NeedsSubscription.created_at < before)
        .order_by(NeedsSubscription.id)
        .limit(limit)
        .with_for_update(of=NeedsSubscription)
    ).all()
