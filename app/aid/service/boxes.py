"""Labelled boxes: made, sealed, opened again; and what every deed with a box begins with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.aid.errors.stock import (
    BoxStateError,
    EmptyBoxError,
    QuantityError,
    StaleBoxError,
    WeightError,
    WrongWayError,
)
from app.aid.models.drops import Drop
from app.aid.models.stock import Box, StockBalance, StockLocation, StockMove
from app.aid.queries import stock as reads
from app.aid.rules import labels
from app.aid.rules.quantities import BOX_GRAMS_MOST, BOX_SIDE_MOST
from app.aid.rules.stock import BOXES_AT_ONCE, SHELVES, Goods, Leg, Seal
from app.aid.rules.words import BOX_MOVES, BoxState, MoveKind
from app.aid.service import locations, moving
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.settings import settings


def make(
    drop: Drop,
    place: StockLocation,
    count: int,
    *,
    client_key: str,
    now: datetime,
    by: Actor,
    made_from: Box | None = None,
) -> list[Box]:
    """Make empty boxes with labels; the same form again gives the same boxes.

    Raises QuantityError or WrongWayError.
    """
    if not 0 < count <= BOXES_AT_ONCE:
        raise QuantityError
    if place.kind not in SHELVES or place.closed_at or place.group_id != drop.group_id:
        raise WrongWayError
    wanted = [
        labels.derived(settings().secret_key, f"{drop.id}|{client_key}|{number}")
        for number in range(count)
    ]
    try:
        with db.session.begin_nested():
            known = _of_labels(wanted)
            if known:
                return known
            made = [_made(drop, place, label, made_from, now=now) for label in wanted]
    except IntegrityError:
        known = _of_labels(wanted)
        if not known:
            raise
        return known
    for box in made:
        note(box, "box.made", now=now, by=by)
    return made


def _of_labels(wanted: Sequence[str]) -> list[Box]:
    found = db.session.scalars(select(Box).where(Box.label.in_(wanted)).order_by(Box.id))
    return list(found.unique())


def _made(
    drop: Drop, place: StockLocation, label: str, made_from: Box | None, *, now: datetime
) -> Box:
    box = Box(
        label=label,
        drop_id=drop.id,
        contents=locations.inside_of_a_box(drop),
        location=place,
        state=BoxState.OPEN,
        made_from_id=made_from.id if made_from else None,
        created_at=now,
    )
    db.session.add(box)
    db.session.flush()
    return box


def drop_label(box: Box, *, version: int, now: datetime, by: Actor) -> None:
    """Say that the label of an empty box is not used. Raises BoxStateError or StaleBoxError."""
    box = held(box, version)
    if box.state is BoxState.VOID:
        return
    if box.state is not BoxState.OPEN or reads.contents_of(box):
        raise BoxStateError(box.label)
    become(box, BoxState.VOID, "box.label_dropped", now=now, by=by)


# --- the seal -------------------------------------------------------------------------------------


def seal(box: Box, seal: Seal, *, version: int, now: datetime, by: Actor) -> None:
    """Close a box: what is in it stays. Raises EmptyBoxError, WeightError or StaleBoxError."""
    _check_seal(seal)
    box = held(box)
    if box.state is BoxState.SEALED and _seal_of(box) == seal and box.version == version + 1:
        return  # the same form again
    if box.version != version:
        raise StaleBoxError
    if not reads.contents_of(box):
        raise EmptyBoxError(box.label)
    box.gross_g, box.note = seal.gross_g, seal.note[:200]
    box.length_mm, box.width_mm, box.height_mm = seal.length_mm, seal.width_mm, seal.height_mm
    box.sealed_at, box.sealed_by = now, moving.name_of(by)
    box.seal_number += 1
    become(box, BoxState.SEALED, "box.sealed", now=now, by=by)


def open_again(box: Box, *, version: int, now: datetime, by: Actor) -> None:
    """Open a closed box; its next seal has a new number, and the old label says that it is old.

    Raises BoxStateError or StaleBoxError.
    """
    box = held(box)
    if box.state is BoxState.OPEN and box.version == version + 1:
        return  # the same form again
    if box.version != version:
        raise StaleBoxError
    box.gross_g = box.sealed_at = box.sealed_by = None
    become(box, BoxState.OPEN, "box.opened", now=now, by=by)


def _seal_of(box: Box) -> Seal:
    return Seal(
        gross_g=box.gross_g,
        length_mm=box.length_mm,
        width_mm=box.width_mm,
        height_mm=box.height_mm,
        note=box.note,
    )


def _check_seal(seal: Seal) -> None:
    sides = (seal.length_mm, seal.width_mm, seal.height_mm)
    if seal.gross_g is not None and not 0 < seal.gross_g <= BOX_GRAMS_MOST:
        raise WeightError
    if any(side is not None and not 0 < side <= BOX_SIDE_MOST for side in sides):
        raise WeightError


# --- the same for all -----------------------------------------------------------------------------


def move_of(
    box: Box,
    legs: Sequence[Leg],
    *,
    kind: MoveKind,
    client_key: str,
    now: datetime,
    by: Actor,
    reason: str = "",
    opening: frozenset[int] = frozenset(),
) -> StockMove:
    """Move something of a box, now."""
    return moving.move(
        box.drop,
        legs,
        kind=kind,
        client_key=client_key,
        happened_at=now,
        now=now,
        by=by,
        reason=reason,
        opening=opening,
    )


def leg(goods: Goods, from_: int, to: int) -> Leg:
    """The line that moves so many of a thing."""
    return Leg(from_=from_, to=to, item_id=goods.item_id, unit=goods.unit, qty=goods.qty)


def all_of(balance: StockBalance, from_: int, to: int) -> Leg:
    """The line that moves all there is of a thing."""
    return Leg(from_=from_, to=to, item_id=balance.item_id, unit=balance.unit, qty=balance.qty)


def held(box: Box, version: int | None = None) -> Box:
    """A box held against other writers; raises StaleBoxError where it is not as it was seen."""
    (held,) = reads.lock_boxes({box.id}, ())
    if version is not None and held.version != version:
        raise StaleBoxError
    return held


def become(box: Box, state: BoxState, action: str, *, now: datetime, by: Actor) -> None:
    """Change what a box is where it stands; raises BoxStateError."""
    if state not in BOX_MOVES[box.state]:
        raise BoxStateError(box.label)
    box.state = state
    box.version += 1
    db.session.flush()
    note(box, action, now=now, by=by)
    touch("aid", f"drop:{box.drop_id}")


def note(box: Box, action: str, *, now: datetime, by: Actor) -> None:
    """Write down who did what with a box."""
    audit.record(
        by,
        action,
        f"box:{box.id}",
        now=now,
        group_id=box.drop.group_id,
        detail={"label": labels.written(box.label)},
    )
