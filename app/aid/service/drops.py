"""Organisers write rounds of collecting, name their events, and tell what became of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.aid.errors.drops import (
    BadDropSlugError,
    DropDaysCrossedError,
    DropSlugTakenError,
    ForeignDropLinkError,
    NoPictureWordsError,
    StaleDropError,
)
from app.aid.models.drops import Drop, DropEvent
from app.aid.queries import drops as reads
from app.aid.rules import drops as rules
from app.aid.rules.drops import DropContent
from app.aid.rules.words import DropState
from app.aid.service import drop_changing
from app.aid.service.items import ensure_items
from app.appeals.models.appeals import Appeal
from app.audit.facts import Actor
from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.db.topics import touch
from app.events.models.events import Event
from app.groups.rules import is_slug
from app.lib import ids
from app.lib.text import Translated


def create(content: DropContent, *, slug: str, now: datetime, by: Actor) -> Drop:
    """Begin a round as a draft; a group that never collected gets the usual kinds of things.

    Raises BadDropSlugError, DropSlugTakenError, DropDaysCrossedError, NoPictureWordsError or
    ForeignDropLinkError.
    """
    check_slug(slug)
    _check(content)
    drop = Drop(
        public_id=ids.public_id(),
        slug=slug,
        state=DropState.DRAFT,
        created_at=now,
        updated_at=now,
        version=1,
    )
    _write(drop, content)
    db.session.add(drop)
    db.session.flush()
    db.session.refresh(drop)
    ensure_items(drop.group)
    drop_changing.note(drop, "drop.created", now=now, by=by)
    return drop


def edit(
    drop_id: int, content: DropContent, *, seen_version: int, now: datetime, by: Actor
) -> None:
    """Save an edited round; its group stays.

    Raises StaleDropError, DropArchivedError, or what `create` raises about the content.
    """
    drop = drop_changing.lock_open(drop_id)
    if drop.version != seen_version:
        raise StaleDropError
    _check(content)
    if content.group_id != drop.group_id:
        raise ForeignDropLinkError("group")
    # A campaign that it leaves shows it no more.
    drop_changing.show_anew(drop)
    _write(drop, content)
    _show_events_anew(drop)
    drop_changing.finish(drop, "drop.edited", now=now, by=by)


def report(
    drop_id: int, text: Translated | None, *, seen_version: int, now: datetime, by: Actor
) -> None:
    """Write what became of a round; raises StaleDropError or DropArchivedError."""
    drop = drop_changing.lock_open(drop_id)
    if drop.version != seen_version:
        raise StaleDropError
    drop.report = text
    drop_changing.finish(drop, "drop.report_written", now=now, by=by)


def add_event(drop_id: int, event_id: int, *, now: datetime, by: Actor) -> None:
    """Let an event of the group belong to a round; raises ForeignDropLinkError."""
    drop = drop_changing.lock_open(drop_id)
    owner = db.session.scalar(select(Event.group_id).where(Event.id == event_id))
    if owner != drop.group_id:
        raise ForeignDropLinkError("event")
    if db.session.get(DropEvent, (drop.id, event_id)) is None:
        db.session.add(DropEvent(drop_id=drop.id, event_id=event_id))
        touch(f"event:{event_id}")
        drop_changing.finish(drop, "drop.event_added", now=now, by=by)


def remove_event(drop_id: int, event_id: int, *, now: datetime, by: Actor) -> None:
    """Let an event belong to a round no more; what is gone already stays gone."""
    drop = drop_changing.lock_open(drop_id)
    gone = db.session.execute(
        delete(DropEvent)
        .where(DropEvent.drop_id == drop.id, DropEvent.event_id == event_id)
        .returning(DropEvent.event_id)
    ).first()
    if gone is not None:
        touch(f"event:{event_id}")
        drop_changing.finish(drop, "drop.event_removed", now=now, by=by)


def check_slug(slug: str) -> None:
    """Raise BadDropSlugError or DropSlugTakenError for what cannot be a round's address."""
    if not is_slug(slug):
        raise BadDropSlugError
    if slug in rules.RESERVED_SLUGS or reads.find_by_slug(slug) is not None:
        raise DropSlugTakenError


def _check(content: DropContent) -> None:
    if not rules.is_in_order(content.opens_on, content.closes_on):
        raise DropDaysCrossedError("closes_on", rules.LONGEST.days)
    if not rules.is_in_order(content.pickup_from, content.pickup_until):
        raise DropDaysCrossedError("pickup_until", rules.LONGEST.days)
    if content.picture_id is not None and not content.picture_alt:
        raise NoPictureWordsError
    for name, owner in (
        ("campaign", select(Campaign.group_id).where(Campaign.id == content.campaign_id)),
        ("appeal", select(Appeal.group_id).where(Appeal.id == content.appeal_id)),
    ):
        is_given = getattr(content, f"{name}_id") is not None
        if is_given and db.session.scalar(owner) != content.group_id:
            raise ForeignDropLinkError(name)


def _write(drop: Drop, content: DropContent) -> None:
    for name, value in vars(content).items():
        setattr(drop, name, value)


def _show_events_anew(drop: Drop) -> None:
    for event in reads.list_events(drop.id):
        touch(f"event:{event.id}")
