"""Taking seats and giving them back: each by one conditional UPDATE, so that none is sold twice."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, func, or_, select, update

from app.db.session import db
from app.events.models.events import EventSeats
from app.events.rules.seats import HELD_SHARE
from app.events.rules.words import Way


def lock_seats(event_id: int) -> dict[Way, EventSeats]:
    """The seats of an event, held against other writers; take this before any RSVP of it."""
    found = db.session.scalars(
        select(EventSeats)
        .where(EventSeats.event_id == event_id)
        .order_by(EventSeats.way)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {each.way: each for each in found}


def take(event_id: int, way: Way, count: int, *, held: bool = False) -> bool:
    """Take seats if so many are free; `held` ones count against the share of the unproven too."""
    fits: list[ColumnElement[bool]] = [
        or_(EventSeats.capacity.is_(None), EventSeats.taken + count <= EventSeats.capacity)
    ]
    if held:
        share = (EventSeats.held + count) * HELD_SHARE <= EventSeats.capacity
        fits.append(or_(EventSeats.capacity.is_(None), share))
    return _change(event_id, way, *fits, taken=count, held=count if held else 0)


def prove(event_id: int, way: Way, count: int) -> None:
    """Seats that were held for an unproven mailbox are hers."""
    _change(event_id, way, taken=0, held=-count)


def give_back(event_id: int, way: Way, count: int, *, held: bool = False) -> None:
    """Give seats back; where a person lowered the capacity below them, the ceiling follows."""
    _change(event_id, way, taken=-count, held=-count if held else 0)


def set_capacity(event_id: int, way: Way, capacity: int | None) -> None:
    """Say how many seats there are; fewer than are promised freezes the line until there is room.

    The caller offers what became free (`service.waiting.offer_freed`).
    """
    ceiling = None
    if capacity is not None:
        ceiling = case((EventSeats.taken > capacity, EventSeats.taken), else_=capacity)
    db.session.execute(
        update(EventSeats)
        .where(EventSeats.event_id == event_id, EventSeats.way == way)
        .values(capacity=capacity, ceiling=ceiling)
        .execution_options(synchronize_session=False)
    )
    _forget(event_id, way)


def open_way(event_id: int, way: Way, capacity: int | None) -> None:
    """Write the seats of a way that an event did not have before."""
    db.session.add(EventSeats(event_id=event_id, way=way, capacity=capacity, ceiling=capacity))
    db.session.flush()


def _change(event_id: int, way: Way, *fits: ColumnElement[bool], taken: int, held: int) -> bool:
    after = EventSeats.taken + taken
    ceiling = case(
        (EventSeats.capacity.is_(None), None),
        (after > EventSeats.capacity, after),
        else_=EventSeats.capacity,
    )
    changed = db.session.execute(
        update(EventSeats)
        .where(EventSeats.event_id == event_id, EventSeats.way == way, *fits)
        .values(taken=after, held=EventSeats.held + held, ceiling=ceiling)
        .returning(EventSeats.event_id)
        .execution_options(synchronize_session=False)
    ).first()
    _forget(event_id, way)
    return changed is not None


def _forget(event_id: int, way: Way) -> None:
    """Let a row that the session holds be read anew."""
    held = db.session.identity_map.get(db.session.identity_key(EventSeats, (event_id, way)))
    if held is not None:
        db.session.expire(held)


def free(seats: EventSeats) -> int | None:
    """Seats that nobody has; nothing where there is no limit."""
    return None if seats.capacity is None else max(0, seats.capacity - seats.taken)


def recount(event_id: int, way: Way, *, taken: int, held: int) -> None:
    """Write down what was counted anew, after RSVPs moved here from another event."""
    ceiling = case(
        (EventSeats.capacity.is_(None), None),
        (EventSeats.capacity < taken, func.coalesce(taken, 0)),
        else_=EventSeats.capacity,
    )
    db.session.execute(
        update(EventSeats)
        .where(EventSeats.event_id == event_id, EventSeats.way == way)
        .values(taken=taken, held=held, ceiling=ceiling)
        .execution_options(synchronize_session=False)
    )
    _forget(event_id, way)
