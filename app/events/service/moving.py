"""Taking those who come along when another event stands for theirs, and bringing them back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from app.db.session import db
from app.db.topics import touch
from app.events.facts import Snapshot
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.queries import rsvps as reads
from app.events.rules import rsvps as rules
from app.events.rules.words import Mode, RsvpState, Way
from app.events.service import seats, waiting
from app.lib import ids


def move_rsvps(source: Event, target: Event, *, now: datetime) -> list[str]:
    """Bring everybody who comes to one event to another; returns the public ids that moved.

    Seats stay promised: where the other room is too small, its ceiling rises and its line is
    frozen until there is room. Call it with both events locked.
    """
    for event_id in sorted((source.id, target.id)):
        seats.lock_seats(event_id)
    is_same_place = source.place_id == target.place_id
    asks = rules.needs_a_yes(target.rsvp_mode, target.place_shown) and not is_same_place
    moved = [_move(rsvp, target, asks_again=asks) for rsvp in _list(source.id)]
    _recount(source, now=now)
    _recount(target, now=now)
    return moved


def move_back(
    target: Event,
    source: Event,
    public_ids: Collection[str],
    *,
    accepted: Collection[str] = (),
    now: datetime,
) -> list[str]:
    """Undo a move; who withdrew meanwhile stays so. Returns the public ids that went back.

    `accepted` had a yes there before they were moved, and have it again.
    """
    for event_id in sorted((source.id, target.id)):
        seats.lock_seats(event_id)
    wanted = set(public_ids)
    rows = [rsvp for rsvp in _list(target.id) if rsvp.public_id in wanted]
    moved = [_move(rsvp, source) for rsvp in rows]
    for rsvp in rows:
        if rsvp.public_id in accepted and rsvp.state is RsvpState.ASKED:
            rsvp.state, rsvp.accepted_at = RsvpState.GOING, now
    _recount(source, now=now)
    _recount(target, now=now)
    return moved


def _list(event_id: int) -> Sequence[Rsvp]:
    return db.session.scalars(
        select(Rsvp)
        .where(Rsvp.event_id == event_id)
        .order_by(Rsvp.id)
        .with_for_update(of=Rsvp)
        .execution_options(populate_existing=True)
    ).all()


def _move(rsvp: Rsvp, event: Event, *, asks_again: bool = False) -> str:
    if asks_again and rsvp.state is RsvpState.GOING:
        # A yes to one event opens no door of another.
        rsvp.state, rsvp.accepted_at = RsvpState.ASKED, None
    if reads.is_code_taken(event.id, rsvp.code):
        rsvp.code = ids.public_id()[: rules.CODE_LENGTH]
    _stand(rsvp, event.mode)
    rsvp.event_id, rsvp.event = event.id, event
    db.session.flush()
    return rsvp.public_id


def _stand(rsvp: Rsvp, mode: Mode) -> None:
    """Take part in a way that the event has; the one she chose is kept for when it has it again."""
    wished = rsvp.way_wished or rsvp.way
    rsvp.way = rules.way_at(mode, wished)
    rsvp.way_wished = wished if wished is not rsvp.way else None


def follow(event: Event, before: Snapshot, *, now: datetime) -> None:
    """Let those who come take part as the event does now, and the line go on where it stopped.

    Call it once everything of the event is changed.
    """
    if before.mode != event.mode:
        seats.lock_seats(event.id)
        for rsvp in _list(event.id):
            _stand(rsvp, event.mode)
        db.session.flush()
        _recount(event, now=now)
    was = (before.state, before.status, before.starts_at)
    if was != (event.state, event.status, event.starts_at):
        waiting.go_on(event, was_off=waiting.is_off(was[0], was[1]), now=now)
    db.session.expire(event, ["seats"])


def _recount(event: Event, *, now: datetime) -> None:
    for way in Way:
        taken, held = reads.counted(event.id, way)
        if way not in seats.lock_seats(event.id):
            if not taken:
                continue
            seats.open_way(event.id, way, None)
        seats.recount(event.id, way, taken=taken, held=held)
        waiting.offer_freed(event, way, now=now)
    touch(f"event:{event.id}")
