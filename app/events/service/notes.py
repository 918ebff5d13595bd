"""Notes on the day: short lines that stand on top of the page at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from app.audit.facts import Actor
from app.db.session import db
from app.events.errors.editing import ContentError, TextTooLongError, WrongStateError
from app.events.models.events import Event, EventNote
from app.events.queries import events as reads
from app.events.rules.content import longest
from app.events.rules.words import EventState
from app.events.service import changing, telling
from app.events.service.listing import relist
from app.lib.text import N_, Translated

#: Read while walking.
NOTE_LIMIT: Final = 300
#: The same line sent again this soon is a double click.
SENT_TWICE_WITHIN: Final = timedelta(minutes=10)


class EmptyNoteError(ContentError):
    """There is nothing to tell."""

    part = "text"

    def __init__(self) -> None:
        super().__init__(N_("Write what people should know now."))


def post_note(
    event_id: int, text: Translated, *, is_important: bool, now: datetime, by: Actor
) -> EventNote:
    """Put a line on top of an event's page; an important one is mailed to those who come.

    For the desk and for the host's own link alike. Raises EmptyNoteError, TextTooLongError, or
    WrongStateError where nobody can see the page.
    """
    if not text:
        raise EmptyNoteError
    if longest(text) > NOTE_LIMIT:
        raise TextTooLongError("text", NOTE_LIMIT)
    event = reads.lock_event(event_id)
    if event.state is not EventState.PUBLISHED:
        raise WrongStateError
    for told in reads.list_notes(event.id):
        if told.text == text and now - told.posted_at < SENT_TWICE_WITHIN:
            return told
    note = EventNote(event_id=event.id, text=text, is_important=is_important, posted_at=now)
    db.session.add(note)
    db.session.flush()
    _done(event, "event.note_posted", note, now=now, by=by)
    telling.tell_note(event, note, now=now)
    return note


def withdraw_note(event_id: int, note_id: int, *, now: datetime, by: Actor) -> None:
    """Take a line off the page; what was mailed stays mailed. Twice changes nothing."""
    event = reads.lock_event(event_id)
    note = reads.get_note(event.id, note_id)
    if note.withdrawn_at is not None:
        return
    note.withdrawn_at = now
    _done(event, "event.note_withdrawn", note, now=now, by=by)


def _done(event: Event, action: str, note: EventNote, *, now: datetime, by: Actor) -> None:
    db.session.flush()
    db.session.expire(event, ["notes"])
    changing.note(event, action, now=now, by=by, detail={"note": note.id})
    relist(event, now=now)
