"""Two events that are one: the address of one leads to the other, and so do those who come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.audit import queries as audit_reads
from app.audit.facts import Actor
from app.events.errors.hosting import DecidedError, NotMergeableError, NotUndoableError
from app.events.mails import hosting as mails
from app.events.models.events import Event
from app.events.queries import events as event_reads
from app.events.queries import hosting as reads
from app.events.rules.words import EventState
from app.events.service import changing, moving, shifts, telling
from app.events.service.listing import relist

MERGED = "event.merged"
_MERGEABLE = frozenset({EventState.PENDING, EventState.PUBLISHED, EventState.HIDDEN})


def merge(
    event_id: int, into_id: int, *, seen: int, now: datetime, by: Actor
) -> tuple[Event, Event]:
    """Let another event stand for this one; returns both.

    Raises NotMergeableError, or DecidedError where somebody changed this one meanwhile.
    """
    event, into = _both(event_id, into_id)
    if event.version != seen:
        raise DecidedError
    is_one = event.id == into.id
    if is_one or event.state not in _MERGEABLE or into.state is not EventState.PUBLISHED:
        raise NotMergeableError
    accepted = reads.list_accepted(event.id)
    before, moved = telling.snapshot(event), moving.move_rsvps(event, into, now=now)
    detail = {"into": into.public_id, "state": event.state.value, "moved": moved}
    detail["accepted"] = accepted
    mark = f"merged:{event.public_id}:{event.version}"
    detail["shifts"] = shifts.hand_over(event, into, mark=mark, now=now)
    event.state, event.merged_into = EventState.MERGED, into
    changing.finish(event, MERGED, before, now=now, by=by, detail=detail, is_told=False)
    changing.note(into, "event.stands_for", now=now, by=by, detail={"from": event.public_id})
    relist(into, now=now)
    mails.attendances_moved(reads.list_rsvps(moved), event.title, now=now)
    host = reads.find_host_of(event.id)
    if host is not None and event.mobilisation is not None:
        mails.merged(host, into, event.mobilisation, now=now)
    return event, into


def undo(event_id: int, *, now: datetime, by: Actor) -> Event:
    """Take two events apart again; raises NotUndoableError."""
    found = event_reads.get_by_id(event_id)
    if found.merged_into_id is None:
        raise NotUndoableError
    event, into = _both(event_id, found.merged_into_id)
    detail = _last_merge(event_id)
    if event.state is not EventState.MERGED or not detail:
        raise NotUndoableError
    before = telling.snapshot(event)
    event.state, event.merged_into = EventState(detail["state"]), None
    accepted = detail.get("accepted") or ()
    moving.move_back(into, event, detail.get("moved") or (), accepted=accepted, now=now)
    mark = f"unmerged:{event.public_id}:{event.version}"
    shifts.hand_over(into, event, detail.get("shifts") or (), mark=mark, now=now)
    taken = {"from": into.public_id}
    changing.finish(event, "event.unmerged", before, now=now, by=by, detail=taken, is_told=False)
    relist(into, now=now)
    return event


def _both(event_id: int, into_id: int) -> tuple[Event, Event]:
    """Both rows, held in the order of their keys, so that two merges cannot wait for each other."""
    held = {each: event_reads.lock_event(each) for each in sorted({event_id, into_id})}
    return held[event_id], held[into_id]


def _last_merge(event_id: int) -> dict[str, Any]:
    entries = audit_reads.list_for(f"event:{event_id}")
    found = next((each for each in entries if each.action == MERGED), None)
    return dict(found.detail or {}) if found else {}
