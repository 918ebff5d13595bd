"""What people bring, written down where they bring it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.aid.errors.stock import DropStillError, KeyUsedError, NothingError
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import DropOff, StockLocation, StockMove
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import items as item_reads
from app.aid.rules.stock import TAKES_NOTHING, WHAT_LENGTH, DropOffContent, Leg
from app.aid.rules.words import LocationKind, MoveKind
from app.aid.service import hand_over_ends, locations, moving
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.lib.text import clean_line


def log(
    place: CollectionPoint | WorkplaceCollection,
    content: DropOffContent,
    *,
    client_key: str,
    now: datetime,
    by: Actor,
    entered_by: str,
) -> DropOff:
    """Write down what was brought to a point or collected at work; the same form again, once.

    `entered_by` is `host:<point>`, `helper:<id>`, `steward:<workplace>` or `account:<id>`. Raises
    NothingError, QuantityError, TimeError, DropStillError, MedicineError, or KeyUsedError where
    the same form says something else now.
    """
    drop = place.drop
    if drop.state in TAKES_NOTHING:
        raise DropStillError
    location = _location(place)
    key = f"{location.public_id}:{client_key}"
    received_at = content.received_at or now
    written = moving.move(
        drop,
        _legs(drop, location, content),
        kind=MoveKind.DROP_OFF,
        client_key=key,
        happened_at=received_at,
        now=now,
        by=by,
        recorded_by=entered_by,
    )
    known = find_of_move(written.id)
    if known is not None:
        _check_same(known, content)
        return known
    drop_off = DropOff(
        public_id=ids.public_id(),
        drop_id=drop.id,
        point_id=location.point_id,
        workplace_id=location.workplace_id,
        move_id=written.id,
        request_id=content.request_id,
        received_at=received_at,
        logged_at=now,
        bags=content.bags,
        boxes=content.boxes,
        grams=content.grams,
        what=clean_line(content.what)[:WHAT_LENGTH],
        entered_by=entered_by,
    )
    db.session.add(drop_off)
    db.session.flush()
    return drop_off


def take_back(
    drop_off: DropOff,
    *,
    reason: str,
    client_key: str,
    now: datetime,
    by: Actor,
    entered_by: str | None = None,
) -> None:
    """Say that something was written down by mistake.

    Raises AlreadyReversedError, ReasonNeededError, or NotEnoughError where it has gone on since.
    """
    moving.reverse(
        drop_off.move,
        client_key=_back_key(drop_off, client_key),
        reason=reason,
        now=now,
        by=by,
        recorded_by=entered_by,
    )
    db.session.refresh(drop_off)
    hand_over_ends.reopen(drop_off, now=now, by=by)


def took_back(drop_off: DropOff, client_key: str) -> bool:
    """Whether a form took this back before."""
    return moving.find(drop_off.drop, _back_key(drop_off, client_key)) is not None


def take_back_move(
    move: StockMove, *, reason: str, client_key: str, now: datetime, by: Actor
) -> None:
    """Take any move back; where something was brought by it, what followed from that too.

    Raises what `moving.reverse` raises.
    """
    moving.reverse(move, client_key=client_key, reason=reason, now=now, by=by)
    drop_off = find_of_move(move.id)
    if drop_off is not None:
        db.session.refresh(drop_off)
        hand_over_ends.reopen(drop_off, now=now, by=by)


def find_of_move(move_id: int) -> DropOff | None:
    """The drop-off that a move was written for, or None."""
    return db.session.scalar(select(DropOff).where(DropOff.move_id == move_id))


def _check_same(known: DropOff, content: DropOffContent) -> None:
    """Raise KeyUsedError where a form that was sent before says something else now."""
    before = (known.bags, known.boxes, known.grams, known.what)
    what = clean_line(content.what)[:WHAT_LENGTH]
    if before != (content.bags, content.boxes, content.grams, what):
        raise KeyUsedError


def _location(place: CollectionPoint | WorkplaceCollection) -> StockLocation:
    if isinstance(place, CollectionPoint):
        return locations.of_point(place)
    return locations.of_workplace(place)


def _legs(drop: Drop, location: StockLocation, content: DropOffContent) -> list[Leg]:
    amounts = content.amounts()
    if not amounts:
        raise NothingError
    world = locations.account(drop, LocationKind.WORLD_IN)
    item_id = content.item_id or item_reads.get_mixed(drop.group_id).id
    return [
        Leg(from_=world.id, to=location.id, item_id=item_id, unit=unit, qty=qty)
        for unit, qty in amounts
    ]


def _back_key(drop_off: DropOff, client_key: str) -> str:
    return f"{drop_off.public_id}:{client_key}"
