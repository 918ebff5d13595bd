"""A round goes on from state to state; what does not fit writes nothing."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.drops import DropLacksError, DropMoveError, StaleDropError
from app.aid.models.drops import Drop
from app.aid.queries import drops as reads
from app.aid.queries import points as point_reads
from app.aid.queries import progress
from app.aid.rules import drops as rules
from app.aid.rules.words import SHOWN_STATES, DropState
from app.aid.service import drop_changing, points
from app.audit.facts import Actor
from app.db.topics import touch
from app.lib.text import Translated
from app.queue import service as queue

#: The job that tells hosts, stewards and subscribers.
TELL_JOB = "aid.tell_drop"
#: Whoever still waits to bring something, or to be looked at, is told that nothing comes of it.
_CLOSES_POINTS = frozenset({DropState.DEPARTED, DropState.CANCELLED})


def move(
    drop_id: int,
    to: DropState,
    *,
    note: Translated | None,
    seen: DropState,
    now: datetime,
    by: Actor,
) -> Drop:
    """Let a round go on to another state.

    `seen` is where it stood on the page that asks. Raises StaleDropError where it stands elsewhere
    by now, DropMoveError where the way is not open, DropLacksError where something is missing.
    """
    drop = reads.lock_drop(drop_id)
    if drop.state is not seen:
        raise StaleDropError
    if to not in rules.moves_from(drop.state, drop.paused_from):
        raise DropMoveError
    lacks = rules.lacks(reads.standing(drop, has_note=bool(note)), to)
    if lacks:
        raise DropLacksError(lacks[0])
    _write(drop, to, note, now=now)
    drop_changing.finish(drop, "drop.moved", now=now, by=by, detail={"to": to.value})
    _follow(drop, now=now, by=by)
    return drop


def _write(drop: Drop, to: DropState, note: Translated | None, *, now: datetime) -> None:
    drop.paused_from = drop.state if to is DropState.PAUSED else None
    drop.state, drop.state_note = to, note
    if to is DropState.ANNOUNCED:
        drop.announced_at = drop.announced_at or now
    if to in rules.ENDS:
        drop.ended_at = now
    if to is DropState.REPORTED:
        drop.reported_at = now
        drop.frozen_totals = progress.snapshot(drop)


def _follow(drop: Drop, *, now: datetime, by: Actor) -> None:
    """What else a state brings with it: points, lists, pages of events, mails."""
    points.let_live(drop, now=now, by=by)
    if drop.state in _CLOSES_POINTS:
        points.close_all(drop, now=now, by=by)
    for point in point_reads.list_of_drop(drop.id, tuple(SHOWN_STATES)):
        touch(f"point:{point.id}")
    for event in reads.list_events(drop.id):
        touch(f"event:{event.id}")
    if drop.state in rules.TOLD and drop.announced_at is not None:
        payload = {"drop_id": drop.id, "state": drop.state.value}
        queue.put(TELL_JOB, payload, now=now, key=f"drop:{drop.id}:{drop.state.value}")
