"""What organisers do with those who come: accept, decline, enter, let in at the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.topics import touch
from app.events.errors.rsvps import FullError, NotNowError
from app.events.mails import rsvps as mails
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.queries import attendees as desk_reads
from app.events.queries import rsvps as reads
from app.events.rules import rsvps as rules
from app.events.rules.words import EntrySource, RsvpState, Way
from app.events.service import rsvps, seats, waiting
from app.events.service.listing import relist
from app.events.service.rsvps import Sender, Wish
from app.lib import ids
from app.mail.service import outbox as mail


def accept(rsvp: Rsvp, *, seen: str | None = None, now: datetime, by: Actor) -> None:
    """Say yes to somebody who asked; she sees what is for accepted people.

    `seen` is her fingerprint when the organiser read it: another address, name or party since then
    is another guest, and NotNowError.

    Raises FullError where there are not so many seats, NotNowError where she took it back.
    """
    rows = seats.lock_seats(rsvp.event_id)
    rsvp = reads.lock_rsvp(rsvp.id)
    if rsvp.state is RsvpState.GOING and rsvp.accepted_at is not None:
        return
    is_other = seen is not None and seen != rsvp.fingerprint
    if is_other or rsvp.state not in {RsvpState.ASKED, RsvpState.DECLINED, RsvpState.GOING}:
        raise NotNowError
    if rsvp.state is not RsvpState.GOING and not seats.take(
        rsvp.event_id, rsvp.way, rsvp.party_size
    ):
        row = rows.get(rsvp.way)
        raise FullError((seats.free(row) or 0) if row is not None else 0)
    if rsvp.email is not None:
        # What only accepted people see is shown to the reader of this mailbox, and nobody else.
        mail.withdraw([rsvp.public_id], rsvp.email, now=now)
        rsvp.link_version += 1
    rsvp.state, rsvp.accepted_at, rsvp.changed_at = RsvpState.GOING, now, now
    mails.going(rsvp, now=now)
    _record(by, "rsvp.accepted", rsvp, now=now)


def decline(rsvp: Rsvp, *, now: datetime, by: Actor) -> None:
    """Say no to somebody, or no longer; a mail tells her after a moment in which it can be undone.

    Raises NotNowError where there is nothing to decline.
    """
    seats.lock_seats(rsvp.event_id)
    rsvp = reads.lock_rsvp(rsvp.id)
    if rsvp.state is RsvpState.DECLINED:
        return
    if rsvp.state not in rules.LIVE:
        raise NotNowError
    rsvp.accepted_at = None
    waiting.leave(rsvp, RsvpState.DECLINED, now=now)
    mails.declined(rsvp, now=now)
    _record(by, "rsvp.declined", rsvp, now=now)


def enter(event: Event, wish: Wish, sender: Sender, *, now: datetime, by: Actor) -> Rsvp:
    """Write down somebody who rang, wrote on paper or stands at the door.

    Nothing is asked of her mailbox. Raises FullError: the capacity is never passed by mistake.
    """
    known = reads.find_by_nonce(sender.nonce)
    if known is not None:
        return known
    rsvp = rsvps.join(event, wish, sender, now=now)
    if rsvp.state is RsvpState.GOING:
        rsvp.accepted_at = now
    if sender.source is EntrySource.DOOR and rsvp.state is RsvpState.GOING:
        _let_in(rsvp, rsvp.party_size, now=now)
    _record(by, "rsvp.entered", rsvp, now=now)
    return rsvp


def withdraw(rsvp: Rsvp, *, now: datetime, by: Actor) -> None:
    """Take it back for somebody who told us that she does not come."""
    rsvps.withdraw(rsvp, now=now)
    _record(by, "rsvp.withdrawn", rsvp, now=now)


def come_back(rsvp: Rsvp, *, now: datetime, by: Actor) -> None:
    """Undo a withdrawal, if there is still room."""
    rsvps.come_back(rsvp, now=now)
    _record(by, "rsvp.came_back", rsvp, now=now)


def change(rsvp: Rsvp, wish: Wish, *, now: datetime, by: Actor) -> None:
    """Change what somebody told us by telephone."""
    rsvps.change(rsvp, replace(wish, wants_updates=False), now=now)
    _record(by, "rsvp.changed", rsvp, now=now)


def set_capacity(event: Event, way: Way, capacity: int | None, *, now: datetime, by: Actor) -> None:
    """Say how many seats there are now; those in line are offered what became free."""
    waiting.set_capacity(event, way, capacity, now=now)
    audit.record(
        by,
        "event.capacity_set",
        f"event:{event.id}",
        now=now,
        group_id=event.group_id,
        detail={"way": way.value, "capacity": capacity},
    )
    relist(event, now=now)


# --- at the door ----------------------------------------------------------------------------------


def check_in(event: Event, rsvp: Rsvp, size: int, *, now: datetime) -> bool:
    """Let a party in; False where it is in already. Raises NotNowError for one without a place."""
    seats.lock_seats(event.id)
    rsvp = reads.lock_rsvp(rsvp.id)
    if rsvp.checked_in_at is not None:
        return False
    if rsvp.state is not RsvpState.GOING:
        raise NotNowError
    _let_in(rsvp, size, now=now)
    return True


def check_in_codes(
    event: Event, codes: Sequence[tuple[str, str, int | None]], *, now: datetime
) -> dict[str, str]:
    """Let in what was written down at the door: (as typed, code, people where said).

    For each as it was typed: `in`, `again` (is in already), `no` (has no place) or `unknown`.
    """
    found = dict[str, str]()
    for typed, code, size in codes:
        rsvp = reads.find_by_code(event.id, code)
        if rsvp is None:
            found[typed] = "unknown"
            continue
        try:
            is_new = check_in(event, rsvp, size or rsvp.party_size, now=now)
            found[typed] = "in" if is_new else "again"
        except NotNowError:
            found[typed] = "no"
    return found


def undo_check_in(rsvp: Rsvp) -> None:
    """Take back that a party was let in."""
    rsvp = reads.lock_rsvp(rsvp.id)
    rsvp.checked_in_at = rsvp.checked_in_size = None


def _let_in(rsvp: Rsvp, size: int, *, now: datetime) -> None:
    rsvp.checked_in_at, rsvp.checked_in_size = now, max(1, min(10, size))


# --- a burst --------------------------------------------------------------------------------------


def release(event: Event, chosen: list[Rsvp], *, now: datetime, by: Actor) -> str:
    """Take the seats of a burst back in one step; returns the name under which it is undone."""
    seats.lock_seats(event.id)
    batch, count = ids.public_id(), 0
    for each in sorted(chosen, key=lambda one: one.id):
        rsvp = reads.lock_rsvp(each.id)
        if rsvp.event_id != event.id or rsvp.state not in rules.LIVE:
            continue
        before, since = rsvp.state, rsvp.waits_since
        held = before is RsvpState.UNCONFIRMED
        if before in {RsvpState.UNCONFIRMED, RsvpState.GOING, RsvpState.OFFERED}:
            seats.give_back(event.id, rsvp.way, rsvp.party_size, held=held)
        rsvp.state, rsvp.released_from, rsvp.released_batch = RsvpState.RELEASED, before, batch
        rsvp.lapses_at = rsvp.offer_ends_at = None
        rsvp.waits_since, rsvp.changed_at = since, now
        count += 1
    for way in rules.ways(event.mode):
        waiting.offer_freed(event, way, now=now)
    _record_batch(by, "rsvp.released", event, count, now=now)
    return batch


def put_back(event: Event, batch: str, *, now: datetime, by: Actor) -> tuple[int, int]:
    """Undo a release: as they stood, or in line where their seats are gone; (back, in line)."""
    seats.lock_seats(event.id)
    back = in_line = 0
    for each in desk_reads.list_batch(event.id, batch):
        rsvp = reads.lock_rsvp(each.id)
        before = rsvp.released_from
        if rsvp.state is not RsvpState.RELEASED or before is None:
            continue
        if _restore(rsvp, before, now=now):
            back += 1
        else:
            in_line += 1
        # Only now: the seats were taken by a statement, which writes the row as it stands.
        rsvp.released_from = rsvp.released_batch = None
        rsvp.changed_at = now
    _record_batch(by, "rsvp.put_back", event, back + in_line, now=now)
    return back, in_line


def _restore(rsvp: Rsvp, before: RsvpState, *, now: datetime) -> bool:
    """Stand as before; False where others have the seats and it goes to the head of the line."""
    event = rsvp.event
    if before in {RsvpState.ASKED, RsvpState.WAITING}:
        rsvp.state = before
        return True
    held = before is RsvpState.UNCONFIRMED
    if seats.take(event.id, rsvp.way, rsvp.party_size, held=held):
        rsvp.state = RsvpState.GOING if before is RsvpState.OFFERED else before
        rsvp.lapses_at = rules.lapses_at(event.starts_at, now) if held else None
        rsvp.waits_since = None
        return True
    rsvp.state = RsvpState.WAITING
    rsvp.waits_since = None if held else (rsvp.waits_since or rsvp.created_at)
    return False


def _record(by: Actor, action: str, rsvp: Rsvp, *, now: datetime) -> None:
    """Note who did it, by the name that says nothing about the person."""
    subject = f"event:{rsvp.event_id}"
    detail = {"rsvp": rsvp.public_id}
    audit.record(by, action, subject, now=now, group_id=rsvp.event.group_id, detail=detail)
    touch(f"event:{rsvp.event_id}")


def _record_batch(by: Actor, action: str, event: Event, count: int, *, now: datetime) -> None:
    detail = {"count": count}
    audit.record(by, action, f"event:{event.id}", now=now, group_id=event.group_id, detail=detail)
    touch(f"event:{event.id}")
