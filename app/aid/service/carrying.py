"""Where labelled boxes go, with all that is in them: loaded, unloaded, lost, found, delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.aid.errors.stock import BoxStateError, NothingError, ReasonNeededError
from app.aid.models.drops import Drop
from app.aid.models.stock import Box, StockLocation, StockMove
from app.aid.queries import stock as reads
from app.aid.rules.stock import Goods, Leg
from app.aid.rules.words import BoxState, LocationKind, MoveKind
from app.aid.service import boxes, locations, moving
from app.audit.facts import Actor
from app.db.session import db
from app.lib.text import clean_line


def carry(
    chosen: Sequence[Box],
    to: StockLocation,
    kind: MoveKind,
    *,
    client_key: str,
    now: datetime,
    by: Actor,
    reason: str = "",
) -> StockMove:
    """Take boxes from where they stand to another place, with all that is in them.

    Raises BoxStateError, WrongWayError or what `moving.move` raises.
    """
    if not chosen:
        raise NothingError
    legs = [Leg(from_=each.location_id, to=to.id, box_id=each.id) for each in chosen]
    return boxes.move_of(
        chosen[0], legs, kind=kind, client_key=client_key, now=now, by=by, reason=reason
    )


def lose(
    chosen: Sequence[Box], *, reason: str, client_key: str, now: datetime, by: Actor
) -> StockMove:
    """Say that nobody knows where boxes are."""
    if not chosen:
        raise NothingError
    lost = locations.account(chosen[0].drop, LocationKind.LOST)
    return carry(chosen, lost, MoveKind.LOSE, client_key=client_key, now=now, by=by, reason=reason)


def find_again(box: Box, *, reason: str, client_key: str, now: datetime, by: Actor) -> StockMove:
    """Say that a lost box is where it was before. Raises BoxStateError."""
    known = moving.find(box.drop, client_key)
    if known is not None:
        return known
    before = reads.find_place_before_loss(box)
    if box.state is not BoxState.LOST or before is None:
        raise BoxStateError(box.label)
    return carry([box], before, MoveKind.FIND, client_key=client_key, now=now, by=by, reason=reason)


def depart(vehicle: StockLocation, drop: Drop, *, now: datetime, by: Actor) -> int:
    """Say that a loaded vehicle is on its way: its boxes are; returns how many."""
    return leave(reads.list_boxes_at(vehicle, drop), now=now, by=by)


def leave(chosen: Sequence[Box], *, now: datetime, by: Actor) -> int:
    """Say that boxes in a vehicle are on their way, those that are not yet; returns how many."""
    held = reads.lock_boxes({each.id for each in chosen}, ())
    leaving = [box for box in held if box.state is BoxState.LOADED]
    for box in leaving:
        boxes.become(box, BoxState.IN_TRANSIT, "box.departed", now=now, by=by)
    return len(leaving)


def deliver(
    box: Box,
    *,
    short: Sequence[Goods] = (),
    damaged: Sequence[Goods] = (),
    client_key: str,
    now: datetime,
    by: Actor,
    reason: str = "",
) -> StockMove:
    """Hand a box over where it was meant for; what is missing or spoilt is told line by line.

    Raises BoxStateError, NotEnoughError, or ReasonNeededError where something is not right.
    """
    box = boxes.held(box)
    known = moving.find(box.drop, client_key)
    if known is not None:
        return known
    if (short or damaged) and not clean_line(reason):
        raise ReasonNeededError
    leave([box], now=now, by=by)
    drop, inside = box.drop, box.contents_id
    end = locations.account(drop, LocationKind.DESTINATION)
    legs = [Leg(from_=box.location_id, to=end.id, box_id=box.id)]
    for goods, kind in ((short, LocationKind.LOST), (damaged, LocationKind.DISCARDED)):
        away = locations.account(drop, kind) if goods else end
        legs += [boxes.leg(each, inside, away.id) for each in goods]
    written = boxes.move_of(
        box,
        legs,
        kind=MoveKind.DELIVER,
        client_key=client_key,
        now=now,
        by=by,
        reason=reason,
        opening=frozenset({box.id}),
    )
    if short or damaged:
        box.state = BoxState.SHORT if short else BoxState.DAMAGED
        db.session.flush()
    return written
