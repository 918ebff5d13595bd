"""What becomes of an event: confirmed, postponed, moved in time, moved online, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.audit import queries as audit_reads
from app.audit.facts import Actor
from app.events.errors.editing import (
    EventOverError,
    NewTimeOverError,
    NoNewTimeError,
    NoRoomAddressError,
    TextTooLongError,
    WrongStateError,
)
from app.events.facts import Snapshot
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.rules.content import LIMITS, TEXT_LIMIT, longest
from app.events.rules.statuses import MOVES, Move, status_before
from app.events.rules.times import When
from app.events.rules.words import LinkShown, Mode, Status
from app.events.service import changing, telling
from app.lib.text import Translated

#: What the note under a status may take.
NOTE_LIMIT: Final = TEXT_LIMIT
_MOVED_ONLINE: Final = "event.moved_online"


def confirm(event_id: int, *, note: Translated | None = None, now: datetime, by: Actor) -> Event:
    """Say that an event takes place after all doubts; raises WrongStateError, EventOverError."""
    event, before = _begin(event_id, Move.CONFIRM, note, now=now)
    event.status = Status.CONFIRMED
    changing.finish(event, "event.confirmed", before, now=now, by=by)
    return event


def postpone(event_id: int, *, note: Translated | None = None, now: datetime, by: Actor) -> Event:
    """Say that an event is not at its time, and that nobody knows the new one yet."""
    event, before = _begin(event_id, Move.POSTPONE, note, now=now)
    event.status = Status.POSTPONED
    event.previous_starts_local = event.starts_local
    detail = {"status": before.status}
    changing.finish(event, "event.postponed", before, now=now, by=by, detail=detail)
    return event


def reschedule(
    event_id: int, when: When, *, note: Translated | None = None, now: datetime, by: Actor
) -> Event:
    """Move an event to another time; raises NoNewTimeError where that is the one it has."""
    event, before = _begin(event_id, Move.RESCHEDULE, note, now=now)
    is_same = when.starts_at == event.starts_at and when.ends_at == event.ends_at
    if is_same and event.status is not Status.POSTPONED:
        raise NoNewTimeError
    if when.ends_at <= now:
        raise NewTimeOverError
    if event.status is not Status.POSTPONED:
        event.previous_starts_local = event.starts_local
    event.status = Status.RESCHEDULED
    for name, value in vars(when).items():
        setattr(event, name, value)
    changing.finish(event, "event.rescheduled", before, now=now, by=by)
    return event


def move_online(
    event_id: int,
    online_url: str | None = None,
    *,
    online_shown: LinkShown = LinkShown.PUBLIC,
    note: Translated | None = None,
    now: datetime,
    by: Actor,
) -> Event:
    """Hold an event online alone; the place stays noted, so that this can be taken back."""
    event, before = _begin(event_id, Move.MOVE_ONLINE, note, now=now)
    if event.mode is Mode.ONLINE:
        raise WrongStateError
    address = online_url or event.online_url
    if not address:
        raise NoRoomAddressError
    if len(address) > LIMITS["online_url"]:
        raise TextTooLongError("online_url", LIMITS["online_url"])
    detail = {"mode": event.mode.value}
    event.status, event.mode = Status.MOVED_ONLINE, Mode.ONLINE
    event.online_url, event.online_shown = address, online_shown
    changing.ensure_seats(event)
    changing.finish(event, _MOVED_ONLINE, before, now=now, by=by, detail=detail)
    return event


def cancel(event_id: int, *, note: Translated | None = None, now: datetime, by: Actor) -> Event:
    """Call an event off; its page stays and says so. Twice changes nothing."""
    event = reads.lock_event(event_id)
    if event.status is Status.CANCELLED:
        return event
    event, before = _begin(event_id, Move.CANCEL, note, now=now)
    event.status = Status.CANCELLED
    detail = {"status": before.status}
    changing.finish(event, "event.cancelled", before, now=now, by=by, detail=detail)
    return event


def reinstate(event_id: int, *, note: Translated | None = None, now: datetime, by: Actor) -> Event:
    """Take the last word back: it takes place again, where and when it stood before."""
    event, before = _begin(event_id, Move.REINSTATE, note, now=now)
    was_moved = event.mode is Mode.ONLINE and _mode_before(event) is not None
    if event.status is Status.MOVED_ONLINE:
        event.mode = _mode_before(event) or Mode.ONLINE
        if event.mode is Mode.IN_PERSON:
            event.online_url = None
    event.status = status_before(
        event.status,
        starts_local=event.starts_local,
        previous_starts_local=event.previous_starts_local,
        was_moved_online=was_moved,
    )
    if event.status is Status.CONFIRMED:
        event.previous_starts_local = None
        if _was_tentative(event):
            event.status = Status.TENTATIVE
    changing.finish(event, "event.reinstated", before, now=now, by=by)
    return event


def _begin(
    event_id: int, move: Move, note: Translated | None, *, now: datetime
) -> tuple[Event, Snapshot]:
    """Hold the event, see that the move fits, and put the note beside it."""
    event = reads.lock_event(event_id)
    if event.status not in MOVES[move]:
        raise WrongStateError
    if event.ends_at <= now and event.status is not Status.POSTPONED:
        raise EventOverError
    if longest(note) > NOTE_LIMIT:
        raise TextTooLongError("note", NOTE_LIMIT)
    before = telling.snapshot(event)
    event.status_note = note or None
    return event, before


def _was_tentative(event: Event) -> bool:
    """Whether it was not certain before it was called off, as the record says."""
    for entry in audit_reads.list_for(f"event:{event.id}"):
        if entry.action in {"event.cancelled", "event.postponed"} and entry.detail:
            return entry.detail.get("status") == Status.TENTATIVE
    return False


def _mode_before(event: Event) -> Mode | None:
    """How people took part before the event was moved online, as the record says."""
    if event.place_id is None:
        return None
    for entry in audit_reads.list_for(f"event:{event.id}"):
        if entry.action == _MOVED_ONLINE and entry.detail:
            return Mode(entry.detail["mode"])
    return None
