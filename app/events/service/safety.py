"""Numbers to ring: of a group for all it does, or of one event instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.events.errors.editing import BadNumberError, CheckedLaterError, TextTooLongError
from app.events.models.events import Event, SafetyContact
from app.events.rules.contacts import NAME_LIMIT, NOTE_LIMIT, is_number
from app.events.rules.content import longest
from app.events.rules.words import EventState, SafetyContactKind
from app.lib.text import Translated


@dataclass(frozen=True, kw_only=True)
class ContactContent:
    """What somebody enters about a number to ring."""

    kind: SafetyContactKind
    name: str
    phone: str
    note: Translated | None
    checked_on: date
    position: int = 0


def add_contact(
    group_id: int,
    content: ContactContent,
    *,
    event: Event | None = None,
    today: date,
    now: datetime,
    by: Actor,
) -> SafetyContact:
    """Add a number; raises BadNumberError, CheckedLaterError or TextTooLongError."""
    _check(content, today)
    contact = SafetyContact(group_id=group_id, event_id=event.id if event else None)
    _fill(contact, content)
    db.session.add(contact)
    db.session.flush()
    _tell(contact, "safety_contact.added", now=now, by=by)
    return contact


def edit_contact(
    contact: SafetyContact, content: ContactContent, *, today: date, now: datetime, by: Actor
) -> None:
    """Correct a number; raises what `add_contact` raises."""
    _check(content, today)
    _fill(contact, content)
    db.session.flush()
    _tell(contact, "safety_contact.edited", now=now, by=by)


def mark_checked(contact: SafetyContact, *, today: date, now: datetime, by: Actor) -> None:
    """Somebody rang it today, and it was right."""
    contact.checked_on = today
    db.session.flush()
    _tell(contact, "safety_contact.checked", now=now, by=by)


def remove_contact(contact: SafetyContact, *, now: datetime, by: Actor) -> None:
    """Take a number away."""
    _tell(contact, "safety_contact.removed", now=now, by=by)
    db.session.delete(contact)
    db.session.flush()


def _check(content: ContactContent, today: date) -> None:
    if not is_number(content.phone):
        raise BadNumberError
    if content.checked_on > today:
        raise CheckedLaterError
    if len(content.name) > NAME_LIMIT:
        raise TextTooLongError("name", NAME_LIMIT)
    if longest(content.note) > NOTE_LIMIT:
        raise TextTooLongError("note", NOTE_LIMIT)


def _fill(contact: SafetyContact, content: ContactContent) -> None:
    contact.kind = content.kind
    contact.name = content.name
    contact.phone = content.phone
    contact.note = content.note or None
    contact.checked_on = content.checked_on
    contact.position = content.position


def _tell(contact: SafetyContact, action: str, *, now: datetime, by: Actor) -> None:
    subject = f"event:{contact.event_id}" if contact.event_id else f"group:{contact.group_id}"
    audit.record(
        by, action, subject, now=now, group_id=contact.group_id, detail={"contact": contact.id}
    )
    shown_on = select(Event.id).where(
        Event.group_id == contact.group_id,
        Event.state == EventState.PUBLISHED,
        Event.ends_at > now,
    )
    if contact.event_id is not None:
        shown_on = select(Event.id).where(Event.id == contact.event_id)
    touch(f"group:{contact.group_id}", *(f"event:{each}" for each in db.session.scalars(shown_on)))
