"""What every change of an event ends with: its sequence, the record, the index, the mails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.events.facts import Snapshot
from app.events.models.events import Event, EventSeats
from app.events.rules.listing import ways
from app.events.rules.words import Way
from app.events.service import moving, shifts, telling
from app.events.service.listing import relist

#: What calendars show of when and where: a change of any raises the sequence.
_CALENDAR = (
    *("starts_local", "ends_local", "zone", "starts_at", "ends_at", "is_all_day", "is_end_open"),
    *("place_mark", "online_mark", "place_shown", "place_released_at", "mode", "status", "state"),
)


def finish(
    event: Event,
    action: str,
    before: Snapshot,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
    is_told: bool = True,
) -> None:
    """Write down that an event was changed, list it anew, and tell those who come.

    `before` is `telling.snapshot(event)`, taken before anything was changed.
    """
    _keep_promises(event, before, now)
    db.session.flush()
    event.version += 1
    event.updated_at = now
    event.changed_at = now
    db.session.expire(event, ["place"])
    after = telling.snapshot(event)
    if any(getattr(before, name) != getattr(after, name) for name in _CALENDAR):
        event.sequence += 1
    note(event, action, now=now, by=by, detail=detail)
    if is_told:
        telling.tell_change(event, before, now=now)
    shifts.move_shifts(event, before, now=now, is_told=is_told)
    moving.follow(event, before, now=now)
    relist(event, now=now)


def _keep_promises(event: Event, before: Snapshot, now: datetime) -> None:
    """Let what was promised about a time go with the event when it is moved."""
    moved = event.starts_at - before.starts_at
    is_same = event.place_released_at == before.place_released_at
    if event.place_released_at is not None and is_same and not event.is_place_out:
        event.place_released_at += moved
    if event.purged_at is not None and event.ends_at > now:
        # Whoever comes at the new time is deleted after it, and hears what becomes of it.
        event.purged_at = event.people_count = event.rsvp_count = event.checked_in_count = None


def note(
    event: Event,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down who did what to an event; never who comes to it."""
    audit.record(
        by,
        action,
        f"event:{event.id}",
        now=now,
        group_id=event.group_id,
        detail={"slug": event.slug} | dict(detail or {}),
    )


def ensure_seats(event: Event) -> None:
    """Let there be a row of seats for each way of attending; none goes that somebody holds."""
    there = {seats.way for seats in event.seats}
    for name in ways(event.mode):
        if Way(name) not in there:
            event.seats.append(EventSeats(way=Way(name), taken=0, held=0))
    db.session.flush()
