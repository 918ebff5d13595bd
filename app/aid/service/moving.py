"""The one place where goods move: an entry that is never changed, and the sums beside it.

Every move is written inside a savepoint: what is refused leaves nothing behind, even where whoever
called it goes on. Rows are taken in one order (points, boxes, balances, totals), so that two moves
cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.aid.errors.stock import (
    AlreadyReversedError,
    DropStillError,
    KeyUsedError,
    NotReversibleError,
    ReasonNeededError,
)
from app.aid.models.drops import Drop
from app.aid.models.stock import DropOff, StockLine, StockMove
from app.aid.queries import stock as reads
from app.aid.rules.stock import NEEDS_REASON, STILL, Goods, Leg
from app.aid.rules.words import LocationKind, MoveKind
from app.aid.service import fullness, stock_boxes, stock_checks, stock_sums
from app.aid.service.stock_checks import Ground
from app.audit import service as audit
from app.audit.facts import Actor, ActorKind
from app.db.session import db
from app.db.topics import touch
from app.lib import ids
from app.lib.text import clean_line


def move(
    drop: Drop,
    lines: Sequence[Leg],
    *,
    kind: MoveKind,
    client_key: str,
    happened_at: datetime,
    now: datetime,
    by: Actor,
    reason: str = "",
    recorded_by: str | None = None,
    opening: frozenset[int] = frozenset(),
) -> StockMove:
    """Move goods from place to place; a known client key returns the first move, writes nothing.

    `opening` names boxes whose seal is broken by this very deed, so that their contents may go.
    Raises NotEnoughError, SealedError, BoxStateError, BoxElsewhereError, WrongWayError,
    QuantityError, NothingError, TimeError, MedicineError, PlaceClosedError, ReasonNeededError,
    DropStillError or KeyUsedError.
    """
    known = find(drop, client_key)
    if known is not None:
        return known
    if drop.state in STILL:
        raise DropStillError
    reason = clean_line(reason)
    if kind in NEEDS_REASON and not reason:
        raise ReasonNeededError
    new = StockMove(
        public_id=ids.public_id(),
        drop_id=drop.id,
        client_key=client_key,
        kind=kind,
        happened_at=happened_at,
        recorded_at=now,
        recorded_by=recorded_by or name_of(by),
        reason=reason,
    )
    ground = stock_checks.ground_of(drop, lines)
    stock_checks.check_way(kind, ground)
    stock_checks.check_time(drop, happened_at, now=now)
    return _written(new, ground, by=by, opening=opening)


def reverse(
    move: StockMove,
    *,
    client_key: str,
    reason: str,
    now: datetime,
    by: Actor,
    recorded_by: str | None = None,
) -> StockMove:
    """Take a move back, once: what it moved goes back the way it came.

    Raises AlreadyReversedError, NotReversibleError, ReasonNeededError and, where things have gone
    on since, what `move` raises.
    """
    known = find(move.drop, client_key)
    if known is not None:
        return known
    if move.kind is MoveKind.REVERSAL:
        raise NotReversibleError
    if reads.find_reversal(move.id) is not None:
        raise AlreadyReversedError
    if move.drop.state in STILL:
        raise DropStillError
    if not clean_line(reason):
        raise ReasonNeededError
    new = StockMove(
        public_id=ids.public_id(),
        drop_id=move.drop_id,
        client_key=client_key,
        kind=MoveKind.REVERSAL,
        happened_at=now,
        recorded_at=now,
        recorded_by=recorded_by or name_of(by),
        reason=clean_line(reason),
        reverses_id=move.id,
    )
    ground = stock_checks.ground_of(move.drop, [_back(line) for line in move.lines])
    written = _written(new, ground, by=by, undone=move)
    db.session.execute(update(DropOff).where(DropOff.move_id == move.id).values(void_id=written.id))
    return written


def find(drop: Drop, client_key: str) -> StockMove | None:
    """The move that a form made before; raises KeyUsedError where that was in another round."""
    known = reads.find_move_by_key(client_key)
    if known is not None and known.drop_id != drop.id:
        raise KeyUsedError
    return known


def check_same(known: StockMove, goods: Sequence[Goods]) -> None:
    """Raise KeyUsedError where a form that was sent before says something else now."""
    before = [
        (line.item_id, line.unit, line.qty) for line in known.lines if line.item_id is not None
    ]
    if sorted(before) != sorted((each.item_id, each.unit, each.qty) for each in goods):
        raise KeyUsedError


def name_of(by: Actor) -> str:
    """How somebody stands in an entry: an account by its number, nobody else by name."""
    return f"account:{by.account_id}" if by.kind is ActorKind.ACCOUNT else by.kind.value


def _back(line: StockLine) -> Leg:
    return Leg(
        from_=line.to_id,
        to=line.from_id,
        item_id=line.item_id,
        unit=line.unit,
        qty=line.qty,
        box_id=line.box_id,
    )


def _written(
    new: StockMove,
    ground: Ground,
    *,
    by: Actor,
    opening: frozenset[int] = frozenset(),
    undone: StockMove | None = None,
) -> StockMove:
    """Write a move and all that follows from it, or nothing."""
    with db.session.begin_nested():
        held = fullness.hold(ground.locations.values())
        ground.hold_boxes()
        known = _add(new, ground)
        if known is not None:
            return known
        sums = stock_sums.Sums(ground)
        if undone is None:
            stock_boxes.follow(new, ground, sums, opening=opening)
        else:
            stock_boxes.follow_back(undone, ground, sums)
        sums.write(new.happened_at)
        fullness.follow(held, ground.points_gained(), now=new.recorded_at, by=by)
    _tell(new, ground, by=by)
    return new


def _add(new: StockMove, ground: Ground) -> StockMove | None:
    """Write the entry; returns the first one where the same form was sent at the same moment."""
    new.lines = [
        StockLine(
            position=position,
            from_id=leg.from_,
            to_id=leg.to,
            item_id=leg.item_id,
            box_id=leg.box_id,
            qty=leg.qty,
            unit=leg.unit,
        )
        for position, leg in enumerate(ground.legs)
    ]
    try:
        with db.session.begin_nested():
            db.session.add(new)
    except IntegrityError as error:
        known = reads.find_move_by_key(new.client_key)
        if known is not None:
            return known
        if new.reverses_id is not None and reads.find_reversal(new.reverses_id) is not None:
            raise AlreadyReversedError from error
        raise
    return None


def _tell(new: StockMove, ground: Ground, *, by: Actor) -> None:
    drop = ground.drop
    audit.record(
        by,
        f"stock.{new.kind.value}",
        f"stock_move:{new.id}",
        now=new.recorded_at,
        group_id=drop.group_id,
        detail={"drop": drop.slug} | ({"reason": new.reason} if new.reason else {}),
    )
    touch("aid", f"drop:{drop.id}", f"group:{drop.group_id}", "home")
    for location in ground.locations.values():
        if location.kind is LocationKind.POINT:
            touch(f"point:{location.point_id}")
