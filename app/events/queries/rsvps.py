"""Reads of attendances."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from app.db.session import db
from app.events.models.events import Event, EventSeats
from app.events.models.rsvps import Rsvp
from app.events.rules import places as place_rules
from app.events.rules.rsvps import LIVE, kept_days
from app.events.rules.words import (
    HOLDS_SEATS,
    EntrySource,
    EventState,
    Mode,
    RsvpState,
    Status,
    Way,
)
from app.lib import clock
from app.lib.errors import NotFoundError
from app.mail.models.outbox import OutboxMail


def find_by_nonce(nonce: str) -> Rsvp | None:
    """Return the RSVP that a form made already, or None."""
    return db.session.scalar(select(Rsvp).where(Rsvp.nonce == nonce))


def find_rsvp(public_id: str) -> Rsvp | None:
    """Return an RSVP, or None."""
    return db.session.scalar(select(Rsvp).where(Rsvp.public_id == public_id))


def get_rsvp(event_id: int, public_id: str) -> Rsvp:
    """Return an RSVP of an event; raises NotFoundError."""
    found = find_rsvp(public_id)
    if found is None or found.event_id != event_id:
        raise NotFoundError
    return found


def lock_rsvp(rsvp_id: int) -> Rsvp:
    """Return an RSVP as it stands now, held against other writers; lock the seats before it.

    Raises NotFoundError where it was deleted meanwhile.
    """
    found = db.session.scalar(
        select(Rsvp)
        .where(Rsvp.id == rsvp_id)
        .with_for_update(of=Rsvp)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError
    return found


def find_by_code(event_id: int, code: str) -> Rsvp | None:
    """Return the RSVP with a code of the door, or None."""
    return db.session.scalar(select(Rsvp).where(Rsvp.event_id == event_id, Rsvp.code == code))


def is_code_taken(event_id: int, code: str) -> bool:
    """Whether a code is another one's at the same event."""
    return find_by_code(event_id, code) is not None


def held_by(event_id: int, *, network: str | None) -> int:
    """Seats and places in line that a network has of an event."""
    return _held(event_id, Rsvp.network == network) if network else 0


def proven_by(rsvp: Rsvp, email: str) -> int:
    """Seats and places in line that a proven mailbox has of an event beside one RSVP."""
    is_proven = and_(Rsvp.email == email, Rsvp.confirmed_at.is_not(None), Rsvp.id != rsvp.id)
    return _held(rsvp.event_id, is_proven)


def _held(event_id: int, whose: ColumnElement[bool]) -> int:
    found = db.session.scalar(
        select(func.sum(Rsvp.party_size)).where(
            Rsvp.event_id == event_id,
            Rsvp.state.in_(LIVE),
            Rsvp.source == EntrySource.WEB,
            whose,
        )
    )
    return int(found or 0)


#: The mails with which somebody is answered who typed an address.
_ANSWERS = tuple(f"events/rsvp_{kind}" for kind in ("proof", "going", "asked", "waiting"))


def count_answers(
    email: str, *, since: datetime, event_id: int | None = None, network: str | None = None
) -> int:
    """How many answers went to an address lately: about one event or all, from one network or all.

    What stands for a network is another at each event.
    """
    wanted = select(func.count(OutboxMail.id)).where(
        OutboxMail.created_at >= since,
        OutboxMail.to == email,
        OutboxMail.template.in_(_ANSWERS),
    )
    if event_id is not None:
        wanted = wanted.join(Rsvp, Rsvp.public_id == OutboxMail.about)
        wanted = wanted.where(Rsvp.event_id == event_id)
        if network is not None:
            wanted = wanted.where(Rsvp.network == network)
    return db.session.scalar(wanted) or 0


def is_first_of_mailbox(states: Collection[RsvpState], *, is_bulk: bool) -> ColumnElement[bool]:
    """Whether an RSVP in some states is the one of its mailbox that is written to.

    Anybody can type an address often: of what nobody proved, entered or accepted, the first speaks
    for all, and none where there is one that somebody vouches for. Of what is sent in bulk, one
    that wishes none does not speak for others: it may be a stranger's.
    """
    twin = aliased(Rsvp)
    has_twin = (
        select(twin.id)
        .where(
            twin.event_id == Rsvp.event_id,
            twin.email == Rsvp.email,
            twin.id != Rsvp.id,
            twin.state.in_(states),
            or_(_is_vouched_for(twin), twin.id < Rsvp.id),
            or_(_is_vouched_for(twin), twin.wants_reminders) if is_bulk else true(),
        )
        .exists()
    )
    return or_(_is_vouched_for(Rsvp), ~has_twin)


def _is_vouched_for(row: type[Rsvp] | AliasedClass[Rsvp]) -> ColumnElement[bool]:
    return or_(
        row.confirmed_at.is_not(None),
        row.accepted_at.is_not(None),
        row.source != EntrySource.WEB,
    )


def is_somebody_in_line(event_id: int, way: Way) -> bool:
    """Whether anybody waits for a seat, with a proven mailbox."""
    found = select(Rsvp.id).where(
        Rsvp.event_id == event_id,
        Rsvp.state == RsvpState.WAITING,
        Rsvp.waits_since.is_not(None),
        Rsvp.way == way,
    )
    return db.session.scalar(found.limit(1)) is not None


def lock_line(event_id: int, way: Way, *, limit: int) -> Sequence[Rsvp]:
    """Return those in line, the first first, held against other writers."""
    return db.session.scalars(
        select(Rsvp)
        .where(
            Rsvp.event_id == event_id,
            Rsvp.state == RsvpState.WAITING,
            Rsvp.waits_since.is_not(None),
            Rsvp.way == way,
        )
        .order_by(Rsvp.waits_since, Rsvp.id)
        .limit(limit)
        .with_for_update(of=Rsvp)
        .execution_options(populate_existing=True)
    ).all()


def lock_offered(event_id: int) -> Sequence[Rsvp]:
    """Return those who were offered a place, held against other writers."""
    return db.session.scalars(
        select(Rsvp)
        .where(Rsvp.event_id == event_id, Rsvp.state == RsvpState.OFFERED)
        .order_by(Rsvp.id)
        .with_for_update(of=Rsvp)
        .execution_options(populate_existing=True)
    ).all()


def list_unproven_of(rsvp: Rsvp) -> Sequence[Rsvp]:
    """Return what else was typed for the mailbox of an RSVP at its event and never proven."""
    return db.session.scalars(
        select(Rsvp).where(
            Rsvp.event_id == rsvp.event_id,
            Rsvp.email == rsvp.email,
            ~_is_vouched_for(Rsvp),
        )
    ).all()


def place_in_line(rsvp: Rsvp) -> int:
    """How many parties are before her, and herself."""
    if rsvp.waits_since is None:
        return 0
    before = or_(
        Rsvp.waits_since < rsvp.waits_since,
        (Rsvp.waits_since == rsvp.waits_since) & (Rsvp.id <= rsvp.id),
    )
    found = db.session.scalar(
        select(func.count()).where(
            Rsvp.event_id == rsvp.event_id,
            Rsvp.state == RsvpState.WAITING,
            Rsvp.way == rsvp.way,
            before,
        )
    )
    return found or 0


def count_people(event_id: int) -> int:
    """How many people come, by those who said so and have a place."""
    found = db.session.scalar(
        select(func.sum(Rsvp.party_size)).where(
            Rsvp.event_id == event_id, Rsvp.state == RsvpState.GOING
        )
    )
    return int(found or 0)


@dataclass(frozen=True)
class Sum:
    """RSVPs and people in one state and way."""

    state: RsvpState
    way: Way
    rsvps: int
    people: int


def sums(event_id: int) -> list[Sum]:
    """RSVPs and people of an event by state and way."""
    found = db.session.execute(
        select(Rsvp.state, Rsvp.way, func.count(), func.sum(Rsvp.party_size))
        .where(Rsvp.event_id == event_id)
        .group_by(Rsvp.state, Rsvp.way)
    )
    return [Sum(state, way, rsvps, int(people)) for state, way, rsvps, people in found]


def checked_in(event_id: int) -> int:
    """How many people were let in by their codes."""
    found = db.session.scalar(
        select(func.sum(Rsvp.checked_in_size)).where(
            Rsvp.event_id == event_id, Rsvp.checked_in_at.is_not(None)
        )
    )
    return int(found or 0)


def list_live_of(email: str, *, now: datetime) -> Sequence[Rsvp]:
    """Return the RSVPs of an address for events that are not over."""
    return db.session.scalars(
        select(Rsvp)
        .join(Event, Event.id == Rsvp.event_id)
        .where(Rsvp.email == email, Rsvp.state.in_(LIVE), Event.ends_at > now)
        .order_by(Event.starts_at, Rsvp.id)
        .limit(50)
    ).all()


def find_id_of(email: str) -> int | None:
    """Return the row of somebody with this address, whichever, so that a job can find the rest."""
    return db.session.scalar(select(Rsvp.id).where(Rsvp.email == email).limit(1))


def find_email(rsvp_id: int) -> str | None:
    """Return the address that a row has now."""
    return db.session.scalar(select(Rsvp.email).where(Rsvp.id == rsvp_id))


def due_to_lapse(*, now: datetime, limit: int) -> Sequence[tuple[int, int]]:
    """(id, event) of unconfirmed seats and offers whose time is over, the oldest first."""
    unconfirmed = select(Rsvp.id, Rsvp.event_id).where(
        Rsvp.state == RsvpState.UNCONFIRMED, Rsvp.lapses_at <= now
    )
    # While an event is off or out of sight nobody knows whether to take what is offered.
    offered = (
        select(Rsvp.id, Rsvp.event_id)
        .join(Event, Event.id == Rsvp.event_id)
        .where(
            Rsvp.state == RsvpState.OFFERED,
            Rsvp.offer_ends_at <= now,
            Event.state == EventState.PUBLISHED,
            Event.status.not_in({Status.CANCELLED, Status.POSTPONED}),
        )
    )
    rows = [
        *db.session.execute(unconfirmed.order_by(Rsvp.lapses_at).limit(limit)),
        *db.session.execute(offered.order_by(Rsvp.offer_ends_at).limit(limit)),
    ]
    return [(row.id, row.event_id) for row in rows]


def unproven_in_line(*, before: datetime, limit: int) -> Sequence[tuple[int, int]]:
    """(id, event) of those who never proved the mailbox with which they wished to wait."""
    found = db.session.execute(
        select(Rsvp.id, Rsvp.event_id)
        .join(Event, Event.id == Rsvp.event_id)
        .where(
            Rsvp.state == RsvpState.WAITING,
            Rsvp.waits_since.is_(None),
            Rsvp.created_at < before,
            Event.purged_at.is_(None),
        )
        .order_by(Rsvp.id)
        .limit(limit)
    )
    return [(row.id, row.event_id) for row in found]


def list_after(
    event_id: int,
    states: Collection[RsvpState],
    *,
    after: int,
    limit: int,
    only_mail: bool = True,
    is_bulk: bool = False,
) -> Sequence[Rsvp]:
    """Return RSVPs of an event in some states by id, so that a job can go on where it stopped.

    With `only_mail`, those who are written to: one for each mailbox that nobody vouches for.
    """
    wanted = select(Rsvp).where(Rsvp.event_id == event_id, Rsvp.state.in_(states), Rsvp.id > after)
    if only_mail:
        wanted = wanted.where(Rsvp.email.is_not(None), is_first_of_mailbox(states, is_bulk=is_bulk))
    return db.session.scalars(wanted.order_by(Rsvp.id).limit(limit)).all()


def counted(event_id: int, way: Way) -> tuple[int, int]:
    """Seats that the RSVPs of one way hold, and how many of those are unconfirmed."""
    rows = db.session.execute(
        select(Rsvp.state, func.sum(Rsvp.party_size))
        .where(Rsvp.event_id == event_id, Rsvp.way == way, Rsvp.state.in_(HOLDS_SEATS))
        .group_by(Rsvp.state)
    )
    by_state = {state: int(people) for state, people in rows}
    return sum(by_state.values()), by_state.get(RsvpState.UNCONFIRMED, 0)


def list_seats(event_id: int) -> dict[Way, EventSeats]:
    """Return the seats of an event by way."""
    found = db.session.scalars(select(EventSeats).where(EventSeats.event_id == event_id))
    return {each.way: each for each in found}


def purge_day(event: Event) -> date:
    """The day on which everything told for an event is deleted; the job runs each hour."""
    days = kept_days(event.retention_days, event.status)
    return clock.day_in(event.zone, event.ends_at + timedelta(days=days, hours=1))


def place_line(event: Event, now: datetime) -> str:
    """Where it is, in one line, as far as anybody may know."""
    if event.place is None or event.mode is Mode.ONLINE:
        return ""
    place, spot = event.place, event.place.spot
    parts = (
        (spot.name, spot.street, place.locality, spot.postcode)
        if is_spot_public(event, now)
        else (place.locality, place.district)
    )
    return ", ".join(part for part in parts if part)


def is_spot_public(event: Event, now: datetime) -> bool:
    """Whether anybody may see the precise place at a moment."""
    return place_rules.is_spot_public(event.place_shown, event.releases_at, now)


def count_readers(event_id: int, states: Collection[RsvpState]) -> int:
    """How many of those in some states wish to get mail about an event."""
    found = db.session.scalar(
        select(func.count()).where(
            Rsvp.event_id == event_id,
            Rsvp.state.in_(states),
            Rsvp.email.is_not(None),
            Rsvp.wants_reminders,
            is_first_of_mailbox(states, is_bulk=True),
        )
    )
    return found or 0
