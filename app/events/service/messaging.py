"""Messages of organisers to those who come, and thanks afterwards; the worker sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.audit import service as audit
from app.audit.facts import Actor
from app.events.mails import rsvps as mails
from app.events.models.events import Event
from app.events.queries import reminding as event_reads
from app.events.queries import rsvps as reads
from app.events.rules.words import RsvpState
from app.lib.text import Translated
from app.mail.rules.outbox import to_plain
from app.queue import service as queue


@dataclass(frozen=True)
class Thing:
    """Something that people can do next: a page of ours, and what it is called."""

    endpoint: str
    slug: str
    title: Translated

    @property
    def key(self) -> str:
        """A name for a form."""
        return f"{self.endpoint}:{self.slug}"


SEND_MESSAGE = "events.send_message"

#: To whom a message can go, by a name for the form.
AUDIENCES: Mapping[str, frozenset[RsvpState]] = {
    "going": frozenset({RsvpState.GOING}),
    "waiting": frozenset({RsvpState.WAITING, RsvpState.OFFERED}),
    "asked": frozenset({RsvpState.ASKED}),
    "all": frozenset({RsvpState.GOING, RsvpState.WAITING, RsvpState.OFFERED, RsvpState.ASKED}),
}


def send(
    event: Event, audience: str, subject: str, text: str, *, nonce: str, now: datetime, by: Actor
) -> None:
    """Have a message sent to everybody of an audience who wishes to hear; once for each form."""
    payload = {
        "event_id": event.id,
        "audience": audience,
        "subject": subject,
        "text": text,
        "nonce": nonce,
    }
    queue.put(SEND_MESSAGE, payload, now=now, key=f"{SEND_MESSAGE}:{nonce}")
    _record(by, "event.message_sent", event, now=now, audience=audience)


def thank(event: Event, text: str, next_thing: Thing, *, now: datetime, by: Actor) -> None:
    """Have everybody thanked who came or said so; once for each event."""
    if event.thanked_at is not None or event.purged_at is not None:
        return
    event.thanked_at = now
    payload = {
        "event_id": event.id,
        "audience": "going",
        "text": text,
        "next_endpoint": next_thing.endpoint,
        "next_slug": next_thing.slug,
        "next_title": to_plain(next_thing.title),
        "is_thanks": True,
    }
    queue.put(SEND_MESSAGE, payload, now=now, key=f"{SEND_MESSAGE}:thanks:{event.id}")
    _record(by, "event.thanked", event, now=now, audience="going")


def send_some(told: Mapping[str, Any], *, after: int, limit: int, now: datetime) -> int | None:
    """Put a message to some of its readers; returns where to go on."""
    event = event_reads.find_event(told["event_id"])
    if event is None or event.purged_at is not None:
        return None
    states = AUDIENCES[told["audience"]]
    rows = reads.list_after(event.id, states, after=after, limit=limit, is_bulk=True)
    for rsvp in rows:
        if not rsvp.wants_reminders:
            continue
        if told.get("is_thanks"):
            mails.thanks(rsvp, told, now=now)
        else:
            mails.message(rsvp, told["nonce"], told["subject"], told["text"], now=now)
    return rows[-1].id if len(rows) == limit else None


def _record(by: Actor, action: str, event: Event, *, now: datetime, audience: str) -> None:
    audit.record(
        by,
        action,
        f"event:{event.id}",
        now=now,
        group_id=event.group_id,
        detail={"audience": audience},
    )
