"""Somebody says that she comes, proves her mailbox, changes it, takes it back.

Every change locks the seats of the event first, then the RSVP, so that no two wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.events.errors.rsvps import (
    CrowdedNetworkError,
    EmailNeededError,
    FullError,
    LineNeedsEmailError,
    NotNowError,
    PartyTooLargeError,
    RsvpClosedError,
    RsvpLinkEndedError,
    TooManySeatsError,
    UpdatesNeedEmailError,
)
from app.events.mails import rsvps as mails
from app.events.models.events import Event, EventSeats
from app.events.models.rsvps import Rsvp
from app.events.queries import rsvps as reads
from app.events.rules import rsvps as rules
from app.events.rules.rsvps import Closed
from app.events.rules.seats import HELD_BY_ONE
from app.events.rules.words import EntrySource, RsvpState, Way
from app.events.service import seats, waiting
from app.lib import ids
from app.mail import service as mail
from app.supporters import service as supporters
from app.supporters.rules import ConsentPurpose, ConsentSource, current_wording

_TRIES = 20


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks for."""

    way: Way
    party_size: int
    name: str | None = None
    email: str | None = None
    needs: str | None = None
    wants_updates: bool = False


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Where a form came from: its nonce, the reader's language, what stands for her network."""

    nonce: str
    locale: str
    network: str | None = None
    source: EntrySource = EntrySource.WEB
    #: Where the room is full, she goes on the waiting list.
    may_wait: bool = True


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


def join(event: Event, wish: Wish, sender: Sender, *, now: datetime) -> Rsvp:
    """Write down that somebody comes; the same form sent twice is one RSVP.

    Raises RsvpClosedError or an RsvpError that names its field; nothing is written then.
    """
    rows = seats.lock_seats(event.id)
    known = reads.find_by_nonce(sender.nonce)
    if known is not None:
        return known
    _check_open(event, now)
    row = _row(event, rows, wish.way)
    _check_wish(event, row, wish, sender)
    rsvp = _new(event, wish, sender, now)
    _seat(rsvp, row, now=now)
    if rsvp.state is RsvpState.WAITING and not sender.may_wait:
        raise FullError(seats.free(row) or 0)
    db.session.add(rsvp)
    db.session.flush()
    _tell(rsvp, now=now)
    touch(f"event:{event.id}")
    return rsvp


def _check_open(event: Event, now: datetime) -> None:
    reason = why_closed(event, now=now)
    if reason is not None:
        raise RsvpClosedError(reason)


def _check_on(event: Event, now: datetime) -> None:
    """See that it takes place as far as anybody knows: nobody takes more seats of it else."""
    reason = why_closed(event, now=now)
    if reason in {Closed.CANCELLED, Closed.POSTPONED, Closed.HIDDEN}:
        raise RsvpClosedError(reason)


def _row(event: Event, rows: dict[Way, EventSeats], way: Way) -> EventSeats:
    """The seats of a way that the event has; made where nobody wrote them yet."""
    if way not in rules.ways(event.mode):
        raise RsvpClosedError(Closed.NONE)
    if way not in rows:
        seats.open_way(event.id, way, None)
        return seats.lock_seats(event.id)[way]
    return rows[way]


def _check_wish(event: Event, row: EventSeats, wish: Wish, sender: Sender) -> None:
    if not 1 <= wish.party_size <= event.party_max:
        raise PartyTooLargeError(event.party_max)
    if wish.wants_updates and wish.email is None:
        raise UpdatesNeedEmailError
    if sender.source is not EntrySource.WEB:
        return
    if wish.email is None and row.capacity is not None and event.confirms_by_mail:
        raise EmailNeededError
    _check_network(row, sender.network, wish.party_size)


def _check_network(row: EventSeats, network: str | None, more: int) -> None:
    """See that a network has no more than its share.

    What is known about an address is never said here: whoever typed it may be anybody.
    """
    has = reads.held_by(row.event_id, network=network)
    if row.capacity is not None and has + more > HELD_BY_ONE:
        raise TooManySeatsError
    if has + more > rules.PEOPLE_OF_A_NETWORK:
        raise CrowdedNetworkError


def _check_mailbox(rsvp: Rsvp, row: EventSeats, email: str | None) -> None:
    """See that a proven mailbox has no more than its share; what others typed does not count."""
    if email is None or row.capacity is None or rsvp.source is not EntrySource.WEB:
        return
    if reads.proven_by(rsvp, email) + rsvp.party_size > HELD_BY_ONE:
        raise TooManySeatsError


def _new(event: Event, wish: Wish, sender: Sender, now: datetime) -> Rsvp:
    wording = current_wording(ConsentPurpose.UPDATES)[0] if wish.wants_updates else None
    return Rsvp(
        public_id=ids.public_id(),
        event_id=event.id,
        event=event,
        nonce=sender.nonce,
        way=wish.way,
        state=RsvpState.ASKED,
        party_size=wish.party_size,
        code=_fresh_code(event.id),
        name=wish.name,
        email=wish.email,
        needs=wish.needs,
        locale=sender.locale,
        source=sender.source,
        wants_reminders=wish.email is not None,
        wants_updates=wish.wants_updates,
        updates_wording=wording,
        link_version=1,
        network=sender.network,
        created_at=now,
        changed_at=now,
    )


def _fresh_code(event_id: int) -> str:
    """A code for the door that nobody has at this event."""
    for _ in range(_TRIES):
        code = ids.public_id()[: rules.CODE_LENGTH]
        if not reads.is_code_taken(event_id, code):
            return code
    raise RuntimeError("no free code")  # a thousand million of them


def _seat(rsvp: Rsvp, row: EventSeats, *, now: datetime) -> None:
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


def _tell(rsvp: Rsvp, *, now: datetime) -> None:
    """Send her the mail that belongs to how she stands."""
    if rsvp.email is None or not _may_write(rsvp, rsvp.email, now=now):
        return
    if rsvp.state is RsvpState.UNCONFIRMED or is_unproven_in_line(rsvp):
        mails.proof(rsvp, rsvp.email, now=now)
    elif rsvp.state is RsvpState.GOING:
        mails.going(rsvp, now=now)
    elif rsvp.state is RsvpState.WAITING:
        mails.waiting(rsvp, now=now)
    elif rsvp.state is RsvpState.ASKED:
        mails.asked(rsvp, now=now)


def _may_write(rsvp: Rsvp, email: str, *, now: datetime) -> bool:
    """Whether an address gets another answer; anybody may have typed one that is not proven."""
    is_hers = email == rsvp.email and rsvp.confirmed_at is not None
    if is_hers or rsvp.source is not EntrySource.WEB:
        return True
    since = now - rules.ANSWERS_WITHIN
    of_event = reads.count_answers(email, since=since, event_id=rsvp.event_id)
    return (
        of_event < rules.ANSWERS_OF_EVENT
        and reads.count_answers(email, since=since) < rules.ANSWERS_TO_ADDRESS
    )


def is_unproven_in_line(rsvp: Rsvp) -> bool:
    """Whether she will be in line, or have a seat, once her mailbox is proven."""
    return rsvp.state is RsvpState.WAITING and rsvp.waits_since is None


# --- her mailbox ----------------------------------------------------------------------------------


def open_page(public_id: str, version: int) -> Rsvp:
    """Return the RSVP of a private link; raises RsvpLinkEndedError."""
    rsvp = reads.find_rsvp(public_id)
    if rsvp is None or rsvp.link_version != version:
        raise RsvpLinkEndedError
    return rsvp


def open_any(public_id: str) -> Rsvp:
    """Return an RSVP, whichever version its links have; raises RsvpLinkEndedError."""
    rsvp = reads.find_rsvp(public_id)
    if rsvp is None:
        raise RsvpLinkEndedError
    return rsvp


def open_proof(subject: str) -> tuple[Rsvp, str]:
    """Return the RSVP and the address that a link of proof is about; raises RsvpLinkEndedError.

    The link names the mailbox it was sent to, so it outlives other links of the same RSVP, and
    ends when the address is another one.
    """
    public_id, _, mark = subject.partition("_")
    rsvp = open_any(public_id)
    for email in (rsvp.email, rsvp.new_email):
        if email is not None and ids.fingerprint(email) == mark:
            return rsvp, email
    raise RsvpLinkEndedError


def prove(subject: str, *, now: datetime) -> Rsvp:
    """Her mailbox is proven: the held seats are hers, or she is in line; twice changes nothing.

    Raises RsvpLinkEndedError, RsvpClosedError or FullError.
    """
    rsvp, email = open_proof(subject)
    rows = seats.lock_seats(rsvp.event_id)
    rsvp = reads.lock_rsvp(rsvp.id)
    if email not in {rsvp.email, rsvp.new_email}:
        raise RsvpLinkEndedError
    row = rows.get(rsvp.way) or _row(rsvp.event, rows, rsvp.way)
    if email == rsvp.new_email:
        if rsvp.state in rules.LIVE:
            _check_mailbox(rsvp, row, email)
        rsvp.email, rsvp.new_email, rsvp.confirmed_at = email, None, now
        rsvp.link_version += 1
    elif rsvp.confirmed_at is None:
        if rsvp.state in {*rules.LIVE, RsvpState.LAPSED}:
            _check_mailbox(rsvp, row, email)
        rsvp.confirmed_at = now
        _settle(rsvp, row, now=now)
        _give_consent(rsvp, now=now)
    touch(f"event:{rsvp.event_id}")
    return rsvp


def _settle(rsvp: Rsvp, row: EventSeats, *, now: datetime) -> None:
    """Give her whose mailbox was just proven her seat, or her place in line.

    Whoever typed the address has had a link until now; from here on only its reader has one.
    """
    if rsvp.state is RsvpState.UNCONFIRMED or is_unproven_in_line(rsvp):
        rsvp.link_version += 1
    if rsvp.state is RsvpState.UNCONFIRMED:
        seats.prove(rsvp.event_id, rsvp.way, rsvp.party_size)
        rsvp.state, rsvp.lapses_at, rsvp.changed_at = RsvpState.GOING, None, now
    elif is_unproven_in_line(rsvp) or rsvp.state is RsvpState.LAPSED:
        _check_open(rsvp.event, now)
        if rsvp.state is RsvpState.LAPSED:
            _check_network(row, rsvp.network, rsvp.party_size)
        _seat(rsvp, row, now=now)
    else:
        return
    _tell(rsvp, now=now)


def _give_consent(rsvp: Rsvp, *, now: datetime) -> None:
    if not rsvp.wants_updates or rsvp.email is None:
        return
    supporter = supporters.meet(rsvp.email, locale=rsvp.locale, now=now)
    supporters.give_consent(
        supporter,
        group_id=rsvp.event.group_id,
        purpose=ConsentPurpose.UPDATES,
        locale=rsvp.locale,
        source=ConsentSource.RSVP_FORM,
        now=now,
        by=Actor.visitor(),
    )


# --- what she does on her page --------------------------------------------------------------------


def withdraw(rsvp: Rsvp, *, now: datetime) -> None:
    """Take it back; the next in line is offered the seats. Twice changes nothing."""
    seats.lock_seats(rsvp.event_id)
    rsvp = reads.lock_rsvp(rsvp.id)
    if rsvp.state in rules.LIVE:
        waiting.leave(rsvp, RsvpState.WITHDRAWN, now=now)


def come_back(rsvp: Rsvp, *, now: datetime) -> None:
    """Come after all, if there is still room; else she is in line. Raises as `join` does."""
    rows = seats.lock_seats(rsvp.event_id)
    rsvp = reads.lock_rsvp(rsvp.id)
    if rsvp.state not in {RsvpState.WITHDRAWN, RsvpState.LAPSED}:
        return
    _check_open(rsvp.event, now)
    row = _row(rsvp.event, rows, rsvp.way)
    if rsvp.source is EntrySource.WEB:
        _check_network(row, rsvp.network, rsvp.party_size)
    if rsvp.confirmed_at is not None:
        _check_mailbox(rsvp, row, rsvp.email)
    _seat(rsvp, row, now=now)
    _tell(rsvp, now=now)
    touch(f"event:{rsvp.event_id}")


def take_offer(rsvp: Rsvp, *, now: datetime) -> None:
    """Take the place that is offered; raises NotNowError where it went to somebody else."""
    seats.lock_seats(rsvp.event_id)
    rsvp = reads.lock_rsvp(rsvp.id)
    if rsvp.state is RsvpState.GOING:
        return
    if rsvp.state is not RsvpState.OFFERED:
        raise NotNowError
    rsvp.state, rsvp.offer_ends_at, rsvp.waits_since = RsvpState.GOING, None, None
    rsvp.changed_at = now
    mails.going(rsvp, now=now)
    touch(f"event:{rsvp.event_id}")


def change(rsvp: Rsvp, wish: Wish, *, now: datetime) -> None:
    """Come with more or fewer, another way, under another name or address.

    Raises RsvpClosedError, FullError, PartyTooLargeError, TooManySeatsError; nothing changes then.
    """
    rows = seats.lock_seats(rsvp.event_id)
    rsvp = reads.lock_rsvp(rsvp.id)
    event = rsvp.event
    if rsvp.state not in rules.LIVE or event.ends_at <= now:
        raise NotNowError
    _check_change(rsvp, rows, wish, now=now)
    _move_seats(rsvp, rows, wish, now=now)
    rsvp.name, rsvp.needs = wish.name, wish.needs
    _change_email(rsvp, wish.email, now=now)
    touch(f"event:{event.id}")


def _check_change(rsvp: Rsvp, rows: dict[Way, EventSeats], wish: Wish, *, now: datetime) -> None:
    event, by_us = rsvp.event, rsvp.source is not EntrySource.WEB
    if not 1 <= wish.party_size <= event.party_max:
        raise PartyTooLargeError(event.party_max)
    row = _row(event, rows, wish.way)
    needs_mail = row.capacity is not None and event.confirms_by_mail and not by_us
    if wish.email is None and (needs_mail or rsvp.state is RsvpState.UNCONFIRMED):
        raise EmailNeededError
    more = wish.party_size - rsvp.party_size
    if more <= 0 and wish.way is rsvp.way:
        return
    _check_on(event, now)
    if not by_us and more > 0:
        _check_network(row, rsvp.network, more)


def _move_seats(rsvp: Rsvp, rows: dict[Way, EventSeats], wish: Wish, *, now: datetime) -> None:
    """Take the seats of the new party before the old ones are given back."""
    if (wish.way, wish.party_size) == (rsvp.way, rsvp.party_size):
        return
    held, old_way, old_size = rsvp.state is RsvpState.UNCONFIRMED, rsvp.way, rsvp.party_size
    row = rows[wish.way]
    if rsvp.state in {RsvpState.UNCONFIRMED, RsvpState.GOING, RsvpState.OFFERED}:
        more = wish.party_size - (old_size if wish.way is old_way else 0)
        if more > 0 and not (
            not _passes_the_line(rsvp, row, wish.way, now)
            and seats.take(rsvp.event_id, wish.way, more, held=held)
        ):
            raise FullError(seats.free(row) or 0)
        rsvp.way, rsvp.party_size = wish.way, wish.party_size
        less = old_size - (wish.party_size if wish.way is old_way else 0)
        if less > 0:
            seats.give_back(rsvp.event_id, old_way, less, held=held)
            waiting.offer_freed(rsvp.event, old_way, now=now)
    elif rsvp.state is RsvpState.WAITING and wish.way is not rsvp.way:
        rsvp.way, rsvp.party_size = wish.way, wish.party_size
        rsvp.waits_since = now if rsvp.waits_since is not None else None
    else:
        rsvp.way, rsvp.party_size = wish.way, wish.party_size
    if rsvp.state is RsvpState.WAITING:
        # A smaller party, or another line, may fit at once.
        waiting.offer_freed(rsvp.event, old_way, now=now)
        waiting.offer_freed(rsvp.event, rsvp.way, now=now)


def _passes_the_line(rsvp: Rsvp, row: EventSeats, way: Way, now: datetime) -> bool:
    if row.capacity is None or rules.line_is_over(rsvp.event.starts_at, now):
        return False
    return rsvp.event.has_waiting_list and reads.is_somebody_in_line(rsvp.event_id, way)


def _change_email(rsvp: Rsvp, email: str | None, *, now: datetime) -> None:
    """Take another address: a proven one stays until the new one is proven too."""
    if email == rsvp.email:
        rsvp.new_email = None
        return
    if rsvp.confirmed_at is None and rsvp.email is not None:
        # It may have been mistyped: whoever reads that mailbox has a link no more.
        mail.withdraw([rsvp.public_id], rsvp.email, now=now)
        rsvp.link_version += 1
    if email is None:
        rsvp.email = rsvp.new_email = rsvp.confirmed_at = None
        rsvp.wants_reminders = rsvp.wants_updates = False
        return
    if rsvp.confirmed_at is not None:
        if email != rsvp.new_email:
            rsvp.new_email, rsvp.changed_at = email, now
            if _may_write(rsvp, email, now=now):
                mails.proof(rsvp, email, now=now)
        return
    rsvp.email, rsvp.wants_reminders, rsvp.changed_at = email, True, now
    _tell(rsvp, now=now)


def unsubscribe(public_id: str) -> None:
    """Send no reminders, notes and messages any more; news that it is off or elsewhere still go."""
    rsvp = reads.find_rsvp(public_id)
    if rsvp is not None:
        rsvp.wants_reminders = False


def subscribe(rsvp: Rsvp) -> None:
    """Send reminders again."""
    rsvp.wants_reminders = rsvp.email is not None
