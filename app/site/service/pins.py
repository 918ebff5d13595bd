"""Editors put things first on the home page, in an order, until a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.site.errors.pins import (
    NotPublicError,
    PinDayPastError,
    PinnedAlreadyError,
    TooManyPinsError,
)
from app.site.models.pages import HomePin
from app.site.queries import pins as reads
from app.site.rules.pins import MOST_PINS, Shift, shifted
from app.site.rules.words import PinKind


def pin(
    kind: PinKind, thing_id: int, *, until: datetime | None, now: datetime, by: Actor
) -> HomePin:
    """Put something first, behind what was put first before it.

    Raises NotPublicError, PinDayPastError, PinnedAlreadyError and TooManyPinsError. Pins that are
    over make room.
    """
    thing = reads.find_public(kind, thing_id, now)
    if thing is None:
        raise NotPublicError
    if until is not None and until <= now:
        raise PinDayPastError
    kept = [each for each in reads.lock_pins() if not _drop_over(each, now)]
    if any((each.kind, each.thing_id) == (kind, thing_id) for each in kept):
        raise PinnedAlreadyError
    if len(kept) >= MOST_PINS:
        raise TooManyPinsError
    db.session.flush()
    made = HomePin(
        group_id=thing.group_id,
        kind=kind,
        thing_id=thing_id,
        position=max((each.position for each in kept), default=0) + 1,
        until=until,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        # The same button, pressed twice at the same moment.
        raise PinnedAlreadyError from None
    _finish(made, "home.pinned", now, by)
    return made


def unpin(pin_id: int, *, now: datetime, by: Actor) -> None:
    """Let something stand where it would stand by itself; nothing happens where that is so."""
    row = next((each for each in reads.lock_pins() if each.id == pin_id), None)
    if row is not None:
        _finish(row, "home.unpinned", now, by)
        db.session.delete(row)


def move(pin_id: int, shift: Shift, *, now: datetime, by: Actor) -> None:
    """Let something stand one place earlier or later."""
    rows = {each.id: each for each in reads.lock_pins()}
    if pin_id not in rows:
        return
    for place, key in enumerate(shifted(list(rows), pin_id, shift), start=1):
        rows[key].position = place
    _finish(rows[pin_id], "home.pin_moved", now, by)


def _drop_over(row: HomePin, now: datetime) -> bool:
    is_over = row.until is not None and row.until <= now
    if is_over:
        db.session.delete(row)
    return is_over


def _finish(row: HomePin, action: str, now: datetime, by: Actor) -> None:
    subject = f"{row.kind.value}:{row.thing_id}"
    audit.record(by, action, subject, now=now, group_id=row.group_id)
    touch("home")
