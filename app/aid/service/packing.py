"""What is in a box: put in, taken out, put into another; or gone for good with its label."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.aid.errors.stock import BoxStateError, EmptyBoxError, WrongWayError
from app.aid.models.stock import Box, StockMove
from app.aid.queries import stock as reads
from app.aid.rules.stock import BOX_ENDS, Goods
from app.aid.rules.words import BOX_MOVES, BoxState, MoveKind
from app.aid.service import boxes, locations, moving
from app.audit.facts import Actor


def pack(
    box: Box, goods: Sequence[Goods], *, client_key: str, now: datetime, by: Actor
) -> StockMove:
    """Put things that lie beside a box into it. Raises SealedError, NotEnoughError, …."""
    _check_same(box, goods, client_key)
    return boxes.move_of(
        box,
        [boxes.leg(each, box.location_id, box.contents_id) for each in goods],
        kind=MoveKind.PACK,
        client_key=client_key,
        now=now,
        by=by,
    )


def unpack(
    box: Box, goods: Sequence[Goods], *, client_key: str, now: datetime, by: Actor
) -> StockMove:
    """Take things out of a box and lay them beside it. Raises SealedError, NotEnoughError, …."""
    _check_same(box, goods, client_key)
    return boxes.move_of(
        box,
        [boxes.leg(each, box.contents_id, box.location_id) for each in goods],
        kind=MoveKind.UNPACK,
        client_key=client_key,
        now=now,
        by=by,
    )


def split(box: Box, goods: Sequence[Goods], *, client_key: str, now: datetime, by: Actor) -> Box:
    """Put a part of what is in a box into a new one. Raises SealedError, NotEnoughError, …."""
    _check_same(box, goods, client_key)
    box = boxes.held(box)
    (other,) = boxes.make(
        box.drop, box.location, 1, client_key=client_key, now=now, by=by, made_from=box
    )
    boxes.move_of(
        box,
        [boxes.leg(each, box.contents_id, other.contents_id) for each in goods],
        kind=MoveKind.PACK,
        client_key=client_key,
        now=now,
        by=by,
    )
    return other


def merge(box: Box, into: Box, *, client_key: str, now: datetime, by: Actor) -> StockMove:
    """Put all that is in a box into another beside it; the first label is no longer used.

    Raises SealedError, EmptyBoxError, BoxStateError or WrongWayError.
    """
    held = {each.id: each for each in reads.lock_boxes({box.id, into.id}, ())}
    box, into = held[box.id], held[into.id]
    known = moving.find(box.drop, client_key)
    if known is not None:
        return known
    if box.id == into.id or box.location_id != into.location_id or box.drop_id != into.drop_id:
        raise WrongWayError
    legs = [
        boxes.all_of(each, box.contents_id, into.contents_id) for each in reads.contents_of(box)
    ]
    if not legs:
        raise EmptyBoxError(box.label)
    written = boxes.move_of(box, legs, kind=MoveKind.PACK, client_key=client_key, now=now, by=by)
    boxes.become(box, BoxState.VOID, "box.merged", now=now, by=by)
    return written


def put_away(
    box: Box,
    kind: MoveKind,
    *,
    reason: str,
    client_key: str,
    now: datetime,
    by: Actor,
) -> StockMove:
    """Throw away, give away or lose all that is in a box; its label is no longer used.

    Raises EmptyBoxError, BoxStateError or ReasonNeededError.
    """
    box = boxes.held(box)
    known = moving.find(box.drop, client_key)
    if known is not None:
        return known
    if BoxState.VOID not in BOX_MOVES[box.state]:
        raise BoxStateError(box.label)
    end = locations.account(box.drop, BOX_ENDS[kind])
    legs = [boxes.all_of(each, box.contents_id, end.id) for each in reads.contents_of(box)]
    if not legs:
        raise EmptyBoxError(box.label)
    written = boxes.move_of(
        box,
        legs,
        kind=kind,
        client_key=client_key,
        now=now,
        by=by,
        reason=reason,
        opening=frozenset({box.id}),
    )
    boxes.become(box, BoxState.VOID, "box.put_away", now=now, by=by)
    return written


def _check_same(box: Box, goods: Sequence[Goods], client_key: str) -> None:
    """Raise KeyUsedError where a form that was sent before says something else now."""
    known = moving.find(box.drop, client_key)
    if known is not None:
        moving.check_same(known, goods)
