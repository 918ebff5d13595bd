"""Whoever is next gets the freed seat: offers with a deadline, and what lapses.

The line is kept strictly until two days before the start: a party that is too large for what is
free is not passed over. After that the first that fits has it, and in the last two hours whoever
asks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.db.topics import touch
from app.events.mails import rsvps as mails
from app.events.models.events import Event, EventSeats
from app.events.models.rsvps import Rsvp
from app.events.queries import rsvps as reads
from app.events.rules import rsvps as rules
from app.events.rules.words import EventState, RsvpState, Status, Way
from app.events.service import seats

#: How many in line are looked at for one that fits.
_LOOKED_AT = 50
_HELD = RsvpState.UNCONFIRMED


def offer_freed(event: Event, way: Way, *, now: datetime) -> None:
    """Offer the seats that are free to those in line, one after another.

    The seats of the event must be locked. Called by everything that frees a seat.
    """
    row = seats.lock_seats(event.id).get(way)
    if row is None or not _is_on(event, now):
        return
    if row.capacity is not None and rules.line_is_over(event.starts_at, now):
        return
    for rsvp in reads.lock_line(event.id, way, limit=_LOOKED_AT):
        if _offer(event, rsvp, row, now=now):
            continue
        if not rules.may_pass_over(event.starts_at, now):
            break


def set_capacity(event: Event, way: Way, capacity: int | None, *, now: datetime) -> None:
    """Say how many seats a way has; whoever edits an event calls this for each way.

    Fewer than are promised take nobody's seat away: the line is frozen until there is room.
    """
    if way not in seats.lock_seats(event.id):
        seats.open_way(event.id, way, None)
    seats.set_capacity(event.id, way, capacity)
    offer_freed(event, way, now=now)
    touch(f"event:{event.id}")


def go_on(event: Event, *, was_off: bool, now: datetime) -> None:
    """Let the line of an event go on that was called off, out of sight or at another time.

    What became free meanwhile is offered; offers that stood then begin anew.
    """
    rows = seats.lock_seats(event.id)
    if not _is_on(event, now):
        return
    for rsvp in reads.lock_offered(event.id) if was_off else ():
        rsvp.offer_ends_at = rules.offer_ends_at(event.starts_at, now) or event.starts_at
        rsvp.changed_at = now
        mails.offered(rsvp, now=now)
    for way in rows:
        offer_freed(event, way, now=now)


def is_off(state: str, status: str) -> bool:
    """Whether nobody is offered anything, as far as state and status tell."""
    return state != EventState.PUBLISHED or status in {Status.CANCELLED, Status.POSTPONED}


def _is_on(event: Event, now: datetime) -> bool:
    return not is_off(event.state, event.status) and event.ends_at > now


def _offer(event: Event, rsvp: Rsvp, row: EventSeats, *, now: datetime) -> bool:
    """Give or offer a place to one in line; False where it does not fit."""
    if not seats.take(event.id, rsvp.way, rsvp.party_size):
        return False
    rsvp.changed_at = now
    ends_at = rules.offer_ends_at(event.starts_at, now)
    if row.capacity is None or ends_at is None:
        # No seat is short any more: there is nothing to decide.
        rsvp.state, rsvp.waits_since = RsvpState.GOING, None
        mails.going(rsvp, now=now)
    else:
        rsvp.state, rsvp.offer_ends_at = RsvpState.OFFERED, ends_at
        mails.offered(rsvp, now=now)
    return True


def leave(rsvp: Rsvp, state: RsvpState, *, now: datetime) -> None:
    """Let an RSVP end in a state that holds no seat, and offer what it held to the next.

    The seats of the event and the row must be locked.
    """
    held, had = rsvp.state is _HELD, rsvp.state in {_HELD, RsvpState.GOING, RsvpState.OFFERED}
    rsvp.state, rsvp.changed_at = state, now
    rsvp.lapses_at = rsvp.offer_ends_at = rsvp.waits_since = None
    if had:
        seats.give_back(rsvp.event_id, rsvp.way, rsvp.party_size, held=held)
        offer_freed(rsvp.event, rsvp.way, now=now)
    touch(f"event:{rsvp.event_id}")


def lapse(rsvp_id: int, event_id: int, *, now: datetime) -> None:
    """Let an unconfirmed seat or an offer lapse whose time is over; looks at it anew."""
    seats.lock_seats(event_id)
    rsvp = reads.lock_rsvp(rsvp_id)
    was_offered = rsvp.state is RsvpState.OFFERED
    ends_at = rsvp.offer_ends_at if was_offered else rsvp.lapses_at
    if ends_at is None or ends_at > now:
        return
    leave(rsvp, RsvpState.LAPSED, now=now)
    if was_offered:
        mails.lapsed(rsvp, now=now)


def lapse_unproven(rsvp_id: int, event_id: int, *, now: datetime) -> None:
    """Forget the wish to wait of somebody who did not prove her mailbox."""
    seats.lock_seats(event_id)
    rsvp = reads.lock_rsvp(rsvp_id)
    if rsvp.state is RsvpState.WAITING and rsvp.waits_since is None:
        leave(rsvp, RsvpState.LAPSED, now=now)


def unproven_since(now: datetime) -> datetime:
    """Who wished to wait before this and proved nothing is forgotten."""
    return now - max(rules.UNCONFIRMED_KEPT, timedelta(hours=1))
