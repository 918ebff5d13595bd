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
    EmailNeededError,
    FullError,
    NotNowError,
    PartyTooLargeError,
    RsvpLinkEndedError,
    UpdatesNeedEmailError,
)
from app.events.mails import rsvps as mails
from app.events.models.events import Event, EventSeats
from app.events.models.rsvps import Rsvp
from app.events.queries import rsvps as reads
from app.events.rules import rsvps as rules
from app.events.rules.words import EntrySource, Paper, RsvpState, Way
from app.events.service import seating, seats, waiting
from app.lib import ids
from app.mail.service import outbox as mail
from app.supporters.rules.consents import ConsentPurpose, ConsentSource, current_wording
from app.supporters.service import people as supporters

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
    #: The kind of paper whose code she followed.
    came_from: Paper | None = None
    #: Where the room is full, she goes on the waiting list.
    may_wait: bool = True


def join(event: Event, wish: Wish, sender: Sender, *, now: datetime) -> Rsvp:
    """Write down that somebody comes; the same form sent twice is one RSVP.

    Raises RsvpClosedError or an RsvpError that names its field; nothing is written then.
    """
    rows = seats.lock_seats(event.id)
    known = reads.find_by_nonce(sender.nonce)
    if known is not None:
        return known
    seating.check_open(event, now)
    row = seating.row_of(event, rows, wish.way)
    _check_wish(event, row, wish, sender)
    rsvp = _new(event, wish, sender, now)
    seating.take_seat(rsvp, row, now=now)
    if rsvp.state is RsvpState.WAITING and not sender.may_wait:
        raise FullError(seats.free(row) or 0)
    db.session.add(rsvp)
    db.session.flush()
    seating.tell(rsvp, now=now)
    touch(f"event:{event.id}")
    return rsvp


def _check_wish(event: Event, row: EventSeats, wish: Wish, sender: Sender) -> None:
    if not 1 <= wish.party_size <= event.party_max:
        raise PartyTooLargeError(event.party_max)
    if wish.wants_updates and wish.email is None:
        raise UpdatesNeedEmailError
    if sender.source is not EntrySource.WEB:
        return
    if wish.email is None and row.capacity is not None and event.confirms_by_mail:
        raise EmailNeededError
    seating.check_network(row, sender.network, wish.party_size)


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
        came_from=sender.came_from,
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
    row = rows.get(rsvp.way) or seating.row_of(rsvp.event, rows, rsvp.way)
    if email == rsvp.new_email:
        if rsvp.state in rules.LIVE:
            seating.check_mailbox(rsvp, row, email)
        rsvp.email, rsvp.new_email, rsvp.confirmed_at = email, None, now
        rsvp.link_version += 1
    elif rsvp.confirmed_at is None:
        if rsvp.state in {*rules.LIVE, RsvpState.LAPSED}:
            seating.check_mailbox(rsvp, row, email)
        rsvp.confirmed_at = now
        _settle(rsvp, row, now=now)
        _give_consent(rsvp, now=now)
    touch(f"event:{rsvp.event_id}")
    return rsvp


def _settle(rsvp: Rsvp, row: EventSeats, *, now: datetime) -> None:
    """Give her whose mailbox was just proven her seat, or her place in line.

    Whoever typed the address has had a link until now; from here on only its reader has one.
    """
    if rsvp.state is RsvpState.UNCONFIRMED or seating.is_unproven_in_line(rsvp):
        rsvp.link_version += 1
    if rsvp.state is RsvpState.UNCONFIRMED:
        seats.prove(rsvp.event_id, rsvp.way, rsvp.party_size)
        rsvp.state, rsvp.lapses_at, rsvp.changed_at = RsvpState.GOING, None, now
    elif seating.is_unproven_in_line(rsvp) or rsvp.state is RsvpState.LAPSED:
        seating.check_open(rsvp.event, now)
        if rsvp.state is RsvpState.LAPSED:
            seating.check_network(row, rsvp.network, rsvp.party_size)
        seating.take_seat(rsvp, row, now=now)
    else:
        return
    seating.tell(rsvp, now=now)


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
    seating.check_open(rsvp.event, now)
    row = seating.row_of(rsvp.event, rows, rsvp.way)
    if rsvp.source is EntrySource.WEB:
        seating.check_network(row, rsvp.network, rsvp.party_size)
    if rsvp.confirmed_at is not None:
        seating.check_mailbox(rsvp, row, rsvp.email)
    seating.take_seat(rsvp, row, now=now)
    seating.tell(rsvp, now=now)
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
    row = seating.row_of(event, rows, wish.way)
    needs_mail = row.capacity is not None and event.confirms_by_mail and not by_us
    if wish.email is None and (needs_mail or rsvp.state is RsvpState.UNCONFIRMED):
        raise EmailNeededError
    more = wish.party_size - rsvp.party_size
    if more <= 0 and wish.way is rsvp.way:
        return
    seating.check_on(event, now)
    if not by_us and more > 0:
        seating.check_network(row, rsvp.network, more)


def _move_seats(rsvp: Rsvp, rows: dict[Way, EventSeats], wish: Wish, *, now: datetime) -> None:
    """Take the seats of the new party before the old ones are given back."""
    if wish.way is not rsvp.way:
        rsvp.way_wished = None
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
            if seating.may_write(rsvp, email, is_proof=True, now=now):
                mails.proof(rsvp, email, now=now)
        return
    rsvp.email, rsvp.wants_reminders, rsvp.changed_at = email, True, now
    seating.tell(rsvp, now=now)


def unsubscribe(public_id: str) -> None:
    """Send no reminders, notes and messages any more; news that it is off or elsewhere still go."""
    rsvp = reads.find_rsvp(public_id)
    if rsvp is not None:
        rsvp.wants_reminders = False


def unsubscribe_mailbox(public_id: str) -> None:
    """End them for all that was typed for the mailbox, whose reader alone has this link."""
    rsvp = reads.find_rsvp(public_id)
    if rsvp is None:
        return
    rsvp.wants_reminders = False
    for each in reads.list_unproven_of(rsvp) if rsvp.email is not None else ():
        each.wants_reminders = False


def subscribe(rsvp: Rsvp) -> None:
    """Send reminders again."""
    rsvp.wants_reminders = rsvp.email is not None
