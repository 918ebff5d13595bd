"""Who may have a seat, how she stands then, and the mail that answers her."""

from __future__ import annotations

from datetime import datetime

from app.events.errors.rsvps import (
    CrowdedNetworkError,
    FullError,
    LineNeedsEmailError,
    RsvpClosedError,
    TooManySeatsError,
)
from app.events.mails import rsvps as mails
from app.events.models.events import Event, EventSeats
from app.events.models.rsvps import Rsvp
from app.events.queries import rsvps as reads
from app.events.rules import rsvps as rules
from app.events.rules.rsvps import Closed
from app.events.rules.seats import HELD_BY_ONE
from app.events.rules.words import EntrySource, RsvpState, Way
from app.events.service import seats


def has_capacity(event: Event) -> bool:
    """Whether the seats of any way are short."""
    return any(each.capacity is not None for each in event.seats)


def why_closed(event: Event, *, now: datetime) -> Closed | None:
    """Why an event takes no RSVPs now; nothing where it does."""
    facts = rules.Facts(
        state=event.state,
        status=event.status,
        mode=event.rsvp_mode,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        has_capacity=has_capacity(event),
    )
    return rules.closed(facts, now)


def check_open(event: Event, now: datetime) -> None:
    """See that somebody can still say that she comes; raises RsvpClosedError."""
    reason = why_closed(event, now=now)
    if reason is not None:
        raise RsvpClosedError(reason)


def check_on(event: Event, now: datetime) -> None:
    """See that it takes place as far as anybody knows: nobody takes more seats of it else."""
    reason = why_closed(event, now=now)
    if reason in {Closed.CANCELLED, Closed.POSTPONED, Closed.HIDDEN}:
        raise RsvpClosedError(reason)


def row_of(event: Event, rows: dict[Way, EventSeats], way: Way) -> EventSeats:
    """The seats of a way that the event has; made where nobody wrote them yet."""
    if way not in rules.ways(event.mode):
        raise RsvpClosedError(Closed.NONE)
    if way not in rows:
        seats.open_way(event.id, way, None)
        return seats.lock_seats(event.id)[way]
    return rows[way]


def check_network(row: EventSeats, network: str | None, more: int) -> None:
    """See that a network has no more than its share.

    What is known about an address is never said here: whoever typed it may be anybody.
    """
    has = reads.held_by(row.event_id, network=network)
    if row.capacity is not None and has + more > HELD_BY_ONE:
        raise TooManySeatsError
    if has + more > rules.PEOPLE_OF_A_NETWORK:
        raise CrowdedNetworkError


def check_mailbox(rsvp: Rsvp, row: EventSeats, email: str | None) -> None:
    """See that a proven mailbox has no more than its share; what others typed does not count."""
    if email is None or row.capacity is None or rsvp.source is not EntrySource.WEB:
        return
    if reads.proven_by(rsvp, email) + rsvp.party_size > HELD_BY_ONE:
        raise TooManySeatsError


def take_seat(rsvp: Rsvp, row: EventSeats, *, now: datetime) -> None:
    """Decide how somebody without a seat stands now, and take her seats; raises FullError."""
    event, by_us = rsvp.event, rsvp.source is not EntrySource.WEB
    rsvp.changed_at = now
    rsvp.lapses_at = rsvp.offer_ends_at = rsvp.waits_since = None
    if not by_us and rsvp.accepted_at is None and _is_decided(event):
        rsvp.state = RsvpState.ASKED
        return
    must_prove = row.capacity is not None and event.confirms_by_mail and not by_us
    if must_prove and rsvp.confirmed_at is None:
        _hold(rsvp, row, now=now)
    elif not _is_line_before(rsvp, row, now) and seats.take(event.id, rsvp.way, rsvp.party_size):
        rsvp.state = RsvpState.GOING
    else:
        _queue(rsvp, row, now=now)


def _is_decided(event: Event) -> bool:
    return rules.needs_a_yes(event.rsvp_mode, event.place_shown)


def _is_line_before(rsvp: Rsvp, row: EventSeats, now: datetime) -> bool:
    """Whether others wait for seats of this way, so that a newcomer does not pass them."""
    event = rsvp.event
    if row.capacity is None or not event.has_waiting_list:
        return False
    if rules.line_is_over(event.starts_at, now):
        return False
    return reads.is_somebody_in_line(event.id, rsvp.way)


def _hold(rsvp: Rsvp, row: EventSeats, *, now: datetime) -> None:
    """Hold seats until the mailbox is proven; where none can be held, her proof decides."""
    event = rsvp.event
    is_full = row.capacity is not None and row.taken + rsvp.party_size > row.capacity
    if is_full and not event.has_waiting_list:
        raise FullError(seats.free(row) or 0)
    may_hold = not _is_line_before(rsvp, row, now)
    if may_hold and seats.take(event.id, rsvp.way, rsvp.party_size, held=True):
        rsvp.state = RsvpState.UNCONFIRMED
        rsvp.lapses_at = rules.lapses_at(event.starts_at, now)
    else:
        # Not in line before the mailbox is proven: `waits_since` stays empty.
        rsvp.state = RsvpState.WAITING


def _queue(rsvp: Rsvp, row: EventSeats, *, now: datetime) -> None:
    free = seats.free(row) or 0
    if not rsvp.event.has_waiting_list or rules.line_is_over(rsvp.event.starts_at, now):
        raise FullError(free if free < rsvp.party_size else 0)
    if rsvp.email is None and rsvp.source is EntrySource.WEB:
        raise LineNeedsEmailError
    rsvp.state, rsvp.waits_since = RsvpState.WAITING, now


def tell(rsvp: Rsvp, *, now: datetime) -> None:
    """Send her the mail that belongs to how she stands."""
    must_prove = rsvp.state is RsvpState.UNCONFIRMED or is_unproven_in_line(rsvp)
    if rsvp.email is None or not may_write(rsvp, rsvp.email, is_proof=must_prove, now=now):
        return
    if must_prove:
        mails.proof(rsvp, rsvp.email, now=now)
    elif rsvp.state is RsvpState.GOING:
        mails.going(rsvp, now=now)
    elif rsvp.state is RsvpState.WAITING:
        mails.waiting(rsvp, now=now)
    elif rsvp.state is RsvpState.ASKED:
        mails.asked(rsvp, now=now)


def may_write(rsvp: Rsvp, email: str, *, is_proof: bool, now: datetime) -> bool:
    """Whether an address gets another answer; anybody may have typed one that is not proven.

    Without a proof she has no place: strangers who typed her address often do not keep it from her.
    """
    is_hers = email == rsvp.email and rsvp.confirmed_at is not None
    if is_hers or rsvp.source is not EntrySource.WEB:
        return True
    since = now - rules.ANSWERS_WITHIN
    of_event = reads.count_answers(email, since=since, event_id=rsvp.event_id)
    of_all = reads.count_answers(email, since=since)
    if of_event < rules.ANSWERS_OF_EVENT and of_all < rules.ANSWERS_TO_ADDRESS:
        return True
    if not is_proof or rsvp.network is None or of_all >= rules.PROOFS_TO_ADDRESS:
        return False
    from_hers = reads.count_answers(
        email, since=since, event_id=rsvp.event_id, network=rsvp.network
    )
    return from_hers == 0


def is_unproven_in_line(rsvp: Rsvp) -> bool:
    """Whether she will be in line, or have a seat, once her mailbox is proven."""
    return rsvp.state is RsvpState.WAITING and rsvp.waits_since is None
