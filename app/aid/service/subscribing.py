"""Somebody hears when a list of needs changes: she asks, proves her mailbox, and ends it."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.needs import (
    NeedsLinkEndedError,
    NeedsOverError,
    TooManySubscriptionsError,
)
from app.aid.mails import needs as mails
from app.aid.models.drops import Drop, NeedsSubscription
from app.aid.queries import drops as drop_reads
from app.aid.queries import needs as need_reads
from app.aid.queries import subscriptions as reads
from app.aid.rules import needs as rules
from app.aid.rules.drops import NEEDS_ARE_OVER
from app.aid.rules.words import DropState
from app.db.session import db
from app.lib import ids
from app.mail.service import outbox as mail


def subscribe(
    drop: Drop, email: str, *, locale: str, nonce: str, network: str | None, now: datetime
) -> None:
    """Keep an address until its mailbox is proven, and send the mail that asks.

    An address that is there already gets the same mail: whose addresses we know is nobody's
    business. Raises NeedsOverError, or TooManySubscriptionsError.
    """
    if drop.state in NEEDS_ARE_OVER:
        raise NeedsOverError
    if reads.find_by_nonce(nonce) is not None:
        return
    known = reads.find_of(drop.id, email)
    if known is not None:
        mails.confirm(known, now=now)
        return
    if network and reads.count_of_network(drop.id, network) >= rules.A_DAY_FROM_A_NETWORK:
        raise TooManySubscriptionsError
    made = NeedsSubscription(
        public_id=ids.public_id(),
        drop=drop,
        nonce=nonce,
        email=email,
        locale=locale,
        network=network,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    mails.confirm(made, now=now)


def open_page(public_id: str, version: int) -> NeedsSubscription:
    """The subscription of a link; raises NeedsLinkEndedError."""
    found = reads.find_subscription(public_id)
    if found is None or found.link_version != version:
        raise NeedsLinkEndedError
    return found


def confirm(subscription: NeedsSubscription, *, now: datetime) -> None:
    """The mailbox is proven: she hears of what changes from now on. Twice changes nothing."""
    if subscription.confirmed_at is None:
        subscription.confirmed_at = subscription.told_at = now


def end(subscription: NeedsSubscription, *, now: datetime) -> None:
    """She hears no more, and we know her address no more."""
    mail.forget([subscription.public_id], now=now)
    db.session.delete(subscription)


# --- what the worker does -------------------------------------------------------------------------


def tell_changes(*, now: datetime, limit: int) -> int:
    """Send lists that changed to whoever wants to hear of it; returns to how many."""
    due = reads.list_due(now, limit=limit)
    for subscription in due:
        needs = need_reads.list_by_urgency(subscription.drop_id)
        mails.changed(subscription, needs, now=now)
        subscription.told_at = now
    return len(due)


def end_all(drop_id: int, *, now: datetime, limit: int) -> int:
    """Tell some of those who hear of a round that it is over, and forget them; returns how many."""
    drop = drop_reads.get_by_id(drop_id)
    if drop.state not in NEEDS_ARE_OVER:
        return 0
    found = reads.list_of_drop(drop_id, limit=limit)
    for subscription in found:
        if subscription.confirmed_at is not None:
            mails.over(subscription, is_called_off=drop.state is DropState.CANCELLED, now=now)
        else:
            mail.forget([subscription.public_id], now=now)
        db.session.delete(subscription)
    return len(found)


def forget_unproven(*, now: datetime, limit: int) -> int:
    """Forget addresses whose mailbox nobody proved; returns how many."""
    found = reads.list_unproven(now - rules.UNPROVEN_LIFE, limit=limit)
    for subscription in found:
        end(subscription, now=now)
    return len(found)
