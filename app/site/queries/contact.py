"""Reads of what visitors wrote to us."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.site.errors.contact import MessageNotFoundError
from app.site.models.pages import ContactMessage
from app.site.rules.contact import KEPT, KEPT_UNREAD
from app.site.rules.words import ContactAbout, ContactState
from app.web.paging import Key, Page

PAGE_SIZE: Final = 40


def find_by_nonce(nonce: str) -> ContactMessage | None:
    """The message that a form made, or nothing."""
    return db.session.scalar(select(ContactMessage).where(ContactMessage.nonce == nonce))


def get_message(public_id: str, group_ids: Collection[int]) -> ContactMessage:
    """A message to one of some groups; raises MessageNotFoundError."""
    found = db.session.scalar(
        select(ContactMessage)
        .where(ContactMessage.public_id == public_id, ContactMessage.group_id.in_(group_ids))
        .options(selectinload(ContactMessage.group), selectinload(ContactMessage.answered_by))
    )
    if found is None:
        raise MessageNotFoundError
    return found


def lock_message(message_id: int) -> ContactMessage:
    """A message, held until the transaction ends; raises MessageNotFoundError."""
    found = db.session.scalar(
        select(ContactMessage)
        .where(ContactMessage.id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MessageNotFoundError
    return found


def list_unread(group_ids: Collection[int]) -> Sequence[ContactMessage]:
    """What waits for an answer: the press first, then who waits longest."""
    is_press = case((ContactMessage.about == ContactAbout.PRESS, 0), else_=1)
    return db.session.scalars(
        select(ContactMessage)
        .where(ContactMessage.group_id.in_(group_ids), ContactMessage.state == ContactState.UNREAD)
        .options(selectinload(ContactMessage.group))
        .order_by(is_press, ContactMessage.received_at, ContactMessage.id)
        .limit(200)
    ).all()


def list_done(group_ids: Collection[int], after: Key | None) -> Page[ContactMessage]:
    """What was answered or put aside and is still kept, the latest first."""
    at, number = ContactMessage.received_at, ContactMessage.id
    query = (
        select(ContactMessage)
        .where(
            ContactMessage.group_id.in_(group_ids),
            ContactMessage.state != ContactState.UNREAD,
            ContactMessage.purged_at.is_(None),
        )
        .options(selectinload(ContactMessage.group), selectinload(ContactMessage.answered_by))
        .order_by(at.desc(), number.desc())
        .limit(PAGE_SIZE + 1)
    )
    if after is not None:
        query = query.where(or_(at < after.at, and_(at == after.at, number < after.row_id)))
    rows = db.session.scalars(query).all()
    shown, last = rows[:PAGE_SIZE], rows[PAGE_SIZE - 1 : PAGE_SIZE]
    has_more = len(rows) > PAGE_SIZE
    return Page(shown, Key(last[0].received_at, last[0].id).encode() if has_more else None)


def waiting() -> Sequence[tuple[str, datetime, int, ContactAbout]]:
    """(public id, since, group, about) of every message that nobody answered."""
    found = db.session.execute(
        select(
            ContactMessage.public_id,
            ContactMessage.received_at,
            ContactMessage.group_id,
            ContactMessage.about,
        ).where(ContactMessage.state == ContactState.UNREAD)
    )
    return [tuple(row) for row in found]  # type: ignore[misc]


def list_of(email: str) -> Sequence[ContactMessage]:
    """What somebody wrote to us, the latest first."""
    return db.session.scalars(
        select(ContactMessage)
        .where(ContactMessage.email == email)
        .options(selectinload(ContactMessage.group))
        .order_by(ContactMessage.received_at.desc())
    ).all()


def _is_old(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_answered = and_(
        ContactMessage.state != ContactState.UNREAD, ContactMessage.answered_at < now - KEPT
    )
    is_left = ContactMessage.received_at < now - KEPT_UNREAD
    return ContactMessage.purged_at.is_(None), or_(is_answered, is_left)


def list_old(now: datetime, *, limit: int) -> Sequence[ContactMessage]:
    """Messages that need not be kept any more."""
    query = select(ContactMessage).where(*_is_old(now)).order_by(ContactMessage.id).limit(limit)
    return db.session.scalars(query).all()


def count_old(now: datetime) -> int:
    """How many of them there are."""
    query = select(func.count()).select_from(ContactMessage).where(*_is_old(now))
    return db.session.scalar(query) or 0
