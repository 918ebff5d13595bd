"""Telling people who come what changed and what was said on the day; the worker sends it.

A request only notes what is to be told: a thousand mails are put by a job, in batches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from app.events.facts import Snapshot
from app.events.mails import rsvps as mails
from app.events.models.events import Event, EventNote
from app.events.queries import reminding as event_reads
from app.events.queries import rsvps as reads
from app.events.render.calendar import event_file
from app.events.rules import places as place_rules
from app.events.rules import rsvps as rules
from app.events.rules.words import EventState, Mode, PlaceShown, Status
from app.lib import ids
from app.mail.rules.outbox import to_plain
from app.queue import service as queue
from app.web.locale import in_locale

TELL_CHANGE = "events.tell_change"
TELL_NOTE = "events.tell_note"


#: What of a snapshot must not stand in the queue.
_KEPT_BACK = {"area", "spot", "place_mark", "online_mark"}
#: A change of one of these is told.
_TOLD = (
    *("starts_local", "ends_local", "zone", "starts_at", "ends_at"),
    *("place_mark", "online_mark", "mode", "status"),
)


def snapshot(event: Event) -> Snapshot:
    """What an event says now; take it before anything is changed."""
    return Snapshot(
        title=event.title,
        starts_local=event.starts_local,
        ends_local=event.ends_local,
        zone=event.zone,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        is_all_day=event.is_all_day,
        is_end_open=event.is_end_open,
        area=_area(event),
        spot=_spot(event),
        place_shown=event.place_shown.value,
        place_released_at=event.place_released_at,
        place_mark=_place_mark(event),
        online_mark=ids.fingerprint(event.online_url),
        mode=event.mode.value,
        status=event.status.value,
        status_note=event.status_note,
        state=event.state.value,
        sequence=event.sequence,
    )


def tell_change(event: Event, before: Snapshot, *, now: datetime) -> None:
    """Have everybody told who comes, if time, place or status is another one than before.

    Call it once, after everything is changed and `sequence` was raised; what changed in words
    alone is told to nobody.
    """
    after = snapshot(event)
    what = _what_changed(before, after)
    if what is None or before.state != EventState.PUBLISHED or event.ends_at <= now:
        return
    queue.put(
        TELL_CHANGE,
        {
            "event_id": event.id,
            "sequence": event.sequence,
            "what": what,
            "before": _plain(before, _place(before, now, hidden_now=_is_hidden(after, now))),
            "after": _plain(after, _place(after, now)),
        },
        now=now,
        key=f"{TELL_CHANGE}:{event.id}:{event.sequence}:{what}",
    )


def tell_release(event: Event, *, now: datetime) -> None:
    """Have everybody told who comes that the place, kept back until now, can be seen."""
    shot = snapshot(event)
    if event.state is not EventState.PUBLISHED or event.ends_at <= now or not shot.spot:
        return
    queue.put(
        TELL_CHANGE,
        {
            "event_id": event.id,
            "sequence": event.sequence,
            "what": "changed",
            "before": _plain(shot, shot.area),
            "after": _plain(shot, _place(shot, now)),
        },
        now=now,
        key=f"{TELL_CHANGE}:{event.id}:{event.sequence}:released",
    )


def tell_note(event: Event, note: EventNote, *, now: datetime) -> None:
    """Have a note of the day mailed to everybody who wishes to hear of the event."""
    if event.state is not EventState.PUBLISHED or not note.is_important:
        return
    queue.put(
        TELL_NOTE,
        {"event_id": event.id, "note_id": note.id},
        now=now,
        key=f"{TELL_NOTE}:{note.id}",
    )


def _area(event: Event) -> str:
    if event.place is None:
        return ""
    return ", ".join(filter(None, (event.place.locality, event.place.district)))


def _spot(event: Event) -> str:
    if event.place is None:
        return ""
    spot = event.place.spot
    return ", ".join(filter(None, (spot.name, spot.street, event.place.locality, spot.postcode)))


def _is_hidden(shot: Snapshot, now: datetime) -> bool:
    shown = PlaceShown(shot.place_shown)
    is_off = shot.status in {Status.CANCELLED, Status.POSTPONED}
    return not place_rules.is_spot_public(shown, None if is_off else shot.place_released_at, now)


def _place(shot: Snapshot, now: datetime, *, hidden_now: bool = False) -> str:
    """The place in one line, no more precise than anybody may see it, before and now."""
    if shot.mode == Mode.ONLINE:
        return ""
    return shot.area if hidden_now or _is_hidden(shot, now) else shot.spot


def _place_mark(event: Event) -> str:
    spot = event.place.precise if event.place else ""
    where = (event.place.country, event.place.locality) if event.place else ()
    points = [_texts(event.meeting_point), _texts(event.dispersal_point)]
    return ids.fingerprint(spot, *where, *points)


def _texts(text: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - a translated text or nothing
    return sorted(text.texts.items()) if text else []


def _what_changed(before: Snapshot, after: Snapshot) -> str | None:
    """What people are told: `cancelled`, `changed`, or nothing."""
    is_off = after.status == Status.CANCELLED or after.state == EventState.WITHDRAWN
    if is_off:
        return None if before.status == Status.CANCELLED else "cancelled"
    if after.state != EventState.PUBLISHED:
        return None
    is_same = all(getattr(before, name) == getattr(after, name) for name in _TOLD)
    return None if is_same else "changed"


def _plain(shot: Snapshot, place: str) -> Mapping[str, Any]:
    """A snapshot for the queue, without what is hidden and what stands for it."""
    names = [each.name for each in fields(shot) if each.name not in _KEPT_BACK]
    values = {name: getattr(shot, name) for name in names}
    plain: Mapping[str, Any] = to_plain({**values, "place": place})
    return plain


# --- what the worker does -------------------------------------------------------------------------


def send_change(told: Mapping[str, Any], *, after: int, limit: int, now: datetime) -> int | None:
    """Put the mails about a change to some of those who come; returns where to go on."""
    event = event_reads.find_event(told["event_id"])
    if event is None or event.purged_at is not None:
        return None
    write = mails.cancelled if told["what"] == "cancelled" else mails.changed
    rows = reads.list_after(event.id, rules.HEARS_OF_CHANGES, after=after, limit=limit)
    for rsvp in rows:
        with in_locale(rsvp.locale):
            calendar = event_file(event, now=now)
        write(rsvp, told, now=now, calendar=calendar)
    return rows[-1].id if len(rows) == limit else None


def send_note(told: Mapping[str, Any], *, after: int, limit: int, now: datetime) -> int | None:
    """Put the mails with an important note to some of those who come; returns where to go on."""
    note = event_reads.find_note(told["note_id"])
    if note is None or note.withdrawn_at is not None or note.event.purged_at is not None:
        return None
    rows = reads.list_after(
        note.event_id, rules.HEARS_OF_CHANGES, after=after, limit=limit, is_bulk=True
    )
    for rsvp in rows:
        if rsvp.wants_reminders:
            mails.note(rsvp, note.id, note.text, now=now)
    return rows[-1].id if len(rows) == limit else None
