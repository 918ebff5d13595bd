"""Reads of shifts and of the people who take them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.events.models.events import Event
from app.events.models.shifts import Shift, ShiftSignup
from app.events.rules.shifts import LIVE
from app.events.rules.words import EventState, SignupState, Status
from app.lib.errors import NotFoundError

#: The longest that a shift lies away from the instants of its event.
_REACH = timedelta(days=4)
#: Nobody works at these.
_OFF = (Status.CANCELLED, Status.POSTPONED)


def list_shifts(event_id: int) -> Sequence[Shift]:
    """All shifts of an event, trusted ones too, with their people; for the desk alone."""
    return db.session.scalars(_of_event(event_id).options(selectinload(Shift.signups))).all()


def list_public_shifts(event_id: int) -> Sequence[Shift]:
    """The shifts of an event that anybody may see, without people."""
    return db.session.scalars(_of_event(event_id).where(Shift.is_trusted.is_(False))).all()


def _of_event(event_id: int) -> Select[Shift]:
    return (
        select(Shift)
        .where(Shift.event_id == event_id)
        .order_by(Shift.starts_local, Shift.ends_local, Shift.role, Shift.id)
    )


def count_shifts(event_id: int) -> int:
    """How many shifts an event has."""
    return db.session.scalar(select(func.count()).where(Shift.event_id == event_id)) or 0


def get_shift(public_id: str, event_id: int) -> Shift:
    """One shift of an event; raises NotFoundError."""
    found = find_shift(public_id)
    if found is None or found.event_id != event_id:
        raise NotFoundError
    return found


def find_shift(public_id: str) -> Shift | None:
    """The shift of a name."""
    return db.session.scalar(select(Shift).where(Shift.public_id == public_id))


def lock_shifts(public_ids: Collection[str]) -> Sequence[Shift]:
    """Some shifts by name, held until the transaction ends, in one order for all."""
    return db.session.scalars(
        select(Shift)
        .where(Shift.public_id.in_(public_ids))
        .order_by(Shift.id)
        .with_for_update(of=Shift)
        .execution_options(populate_existing=True)
    ).all()


def lock_shifts_of(event_id: int) -> Sequence[Shift]:
    """Every shift of an event, held until the transaction ends."""
    return db.session.scalars(
        select(Shift)
        .where(Shift.event_id == event_id)
        .order_by(Shift.id)
        .with_for_update(of=Shift)
        .execution_options(populate_existing=True)
    ).all()


def find_signup(public_id: str) -> ShiftSignup | None:
    """Somebody at a shift, by the name in her link."""
    return db.session.scalar(select(ShiftSignup).where(ShiftSignup.public_id == public_id))


def lock_signup(public_id: str) -> ShiftSignup | None:
    """The same, held until the transaction ends."""
    return db.session.scalar(
        select(ShiftSignup)
        .where(ShiftSignup.public_id == public_id)
        .with_for_update(of=ShiftSignup)
        .execution_options(populate_existing=True)
    )


def is_nonce_used(nonces: Collection[str]) -> bool:
    """Whether a form was worked in already."""
    return bool(db.session.scalar(select(func.count()).where(ShiftSignup.nonce.in_(nonces))))


def list_of_person(event_id: int, email: str) -> Sequence[ShiftSignup]:
    """All that an address has at an event, in the order of the day."""
    return db.session.scalars(
        select(ShiftSignup)
        .join(Shift)
        .where(Shift.event_id == event_id, ShiftSignup.email == email)
        .order_by(Shift.starts_local, ShiftSignup.id)
    ).all()


def list_live(event_id: int) -> Sequence[ShiftSignup]:
    """Everybody who has or asks for a shift of an event, in the order of the day."""
    return db.session.scalars(
        select(ShiftSignup)
        .join(Shift)
        .where(Shift.event_id == event_id, ShiftSignup.state.in_(LIVE))
        .order_by(Shift.starts_local, ShiftSignup.id)
    ).all()


def list_live_of_address(email: str, *, now: datetime) -> Sequence[ShiftSignup]:
    """What an address has at events that are not over, whichever."""
    return db.session.scalars(
        select(ShiftSignup)
        .join(Shift)
        .join(Event)
        .where(ShiftSignup.email == email, Event.ends_at > now - _REACH)
        .order_by(Event.starts_at, Shift.starts_local, ShiftSignup.id)
    ).all()


def find_id_of(email: str) -> int | None:
    """Return a row of an address, whichever, so that a job can find the rest."""
    return db.session.scalar(select(ShiftSignup.id).where(ShiftSignup.email == email).limit(1))


def find_email(signup_id: int) -> str | None:
    """Return the address that a row has now."""
    return db.session.scalar(select(ShiftSignup.email).where(ShiftSignup.id == signup_id))


def count_of_network(network: str, *, since: datetime) -> int:
    """How many shifts were taken from a network lately."""
    return _count(ShiftSignup.network == network, ShiftSignup.created_at >= since)


def count_of_address(email: str, *, since: datetime) -> int:
    """How many shifts were taken for an address lately."""
    return _count(ShiftSignup.email == email, ShiftSignup.created_at >= since)


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count(ShiftSignup.id)).where(*conditions)) or 0


def list_coming_with_shifts(
    group_ids: Collection[int], *, now: datetime, limit: int = 100
) -> Sequence[Event]:
    """Events of some groups that are not over and have shifts, the next first."""
    has_shifts = select(Shift.id).where(Shift.event_id == Event.id).exists()
    return db.session.scalars(
        select(Event)
        .where(Event.group_id.in_(group_ids), Event.ends_at > now, has_shifts)
        .where(Event.state.in_((EventState.PUBLISHED, EventState.DRAFT, EventState.HIDDEN)))
        .order_by(Event.starts_at, Event.id)
        .limit(limit)
    ).all()


def list_short(
    *, now: datetime, until: datetime
) -> Sequence[Row[str, datetime, datetime | None, int]]:
    """(name, start of the event, when it was announced, group) of near shifts short of people."""
    return db.session.execute(
        select(Shift.public_id, Event.starts_at, Event.published_at, Event.group_id)
        .join(Event)
        .where(
            Event.state == EventState.PUBLISHED,
            Event.starts_at <= until,
            Event.starts_at > now,
            Event.status.not_in(_OFF),
            Shift.taken < Shift.needed,
        )
    ).all()


def list_asked(*, now: datetime) -> Sequence[Row[str, datetime, int]]:
    """(name, since when, group) of those about whom an organiser is to decide."""
    return db.session.execute(
        select(ShiftSignup.public_id, ShiftSignup.created_at, Event.group_id)
        .join(Shift, Shift.id == ShiftSignup.shift_id)
        .join(Event, Event.id == Shift.event_id)
        .where(
            ShiftSignup.state == SignupState.ASKED,
            Event.state == EventState.PUBLISHED,
            Event.ends_at > now,
        )
    ).all()


def count_asked(event_ids: Collection[int]) -> dict[int, int]:
    """How many ask for a shift, by event."""
    rows = db.session.execute(
        select(Shift.event_id, func.count())
        .join(ShiftSignup, ShiftSignup.shift_id == Shift.id)
        .where(Shift.event_id.in_(event_ids), ShiftSignup.state == SignupState.ASKED)
        .group_by(Shift.event_id)
    )
    return dict(rows.all())


def list_to_remind(*, now: datetime, after_id: int, limit: int) -> Sequence[ShiftSignup]:
    """Those with an address at events around now, by id; whether it is time, the rules say."""
    return db.session.scalars(
        select(ShiftSignup)
        .join(Shift)
        .join(Event)
        .where(
            Event.state == EventState.PUBLISHED,
            Event.status.not_in(_OFF),
            Event.starts_at < now + _REACH,
            Event.ends_at > now - _REACH,
            ShiftSignup.state == SignupState.TAKEN,
            ShiftSignup.email.is_not(None),
            ShiftSignup.id > after_id,
        )
        .order_by(ShiftSignup.id)
        .limit(limit)
    ).all()
