"""Reads of the inbox of events."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.db.session import db
from app.lib.errors import NotFoundError
from app.payments.models.inbox import StripeEvent
from app.payments.rules.events import UNAPPLIED_EVENTS


def get_event(row_id: int) -> StripeEvent:
    """One event of the inbox; raises NotFoundError."""
    event = db.session.get(StripeEvent, row_id)
    if event is None:
        raise NotFoundError
    return event


def find_event(account_id: int, event_id: str) -> StripeEvent | None:
    """The event with Stripe's id, or nothing."""
    return db.session.scalar(
        select(StripeEvent).where(
            StripeEvent.payment_account_id == account_id, StripeEvent.event_id == event_id
        )
    )


def list_events(order_key: str) -> Sequence[StripeEvent]:
    """The events that turned out to be about an order, in the order in which they came."""
    return db.session.scalars(
        select(StripeEvent)
        .where(StripeEvent.order_key == order_key)
        .order_by(StripeEvent.received_at, StripeEvent.id)
    ).all()


def list_unapplied_events(
    *, account_id: int | None = None, limit: int = 100
) -> Sequence[StripeEvent]:
    """Events that wait or failed, the oldest first; each says in `error` what went wrong."""
    query = (
        select(StripeEvent)
        .where(StripeEvent.state.in_(UNAPPLIED_EVENTS))
        .order_by(StripeEvent.received_at, StripeEvent.id)
        .limit(limit)
    )
    if account_id is not None:
        query = query.where(StripeEvent.payment_account_id == account_id)
    return db.session.scalars(query).all()


def known_event_ids(account_id: int, event_ids: Collection[str]) -> set[str]:
    """Which of Stripe's event ids are in the inbox."""
    query = select(StripeEvent.event_id).where(
        StripeEvent.payment_account_id == account_id, StripeEvent.event_id.in_(event_ids)
    )
    return set(db.session.scalars(query))
