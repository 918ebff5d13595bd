"""How a point moves from state to state; what does not fit writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.aid.errors.points import PointMoveError
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.queries import points as reads
from app.aid.rules import points as rules
from app.aid.rules.words import PointState
from app.aid.service import bringing, changing
from app.audit.facts import Actor

#: From here a point may be closed when its round is over.
_OPEN: Final = (
    *(PointState.EMAIL_CONFIRMED, PointState.UNDER_REVIEW, PointState.APPROVED),
    *(PointState.LIVE, PointState.PAUSED, PointState.FULL, PointState.DISPUTED),
)


def set_state(
    point: CollectionPoint,
    to: PointState,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Move a point to another state; raises PointMoveError where it cannot go there.

    Whoever still wanted to bring something to a point that closes is told.
    """
    if not rules.may_move(point.state, to):
        raise PointMoveError
    point.state = to
    if to is PointState.LIVE:
        point.live_at = point.live_at or now
        point.closed_at = None
    if to is PointState.CLOSED:
        point.closed_at = now
        bringing.end_all(point, now=now, by=by)
    changing.finish(point, action, now=now, by=by, detail=detail)


def let_live(drop: Drop, *, now: datetime, by: Actor) -> int:
    """Show every approved point of a round that is announced or open; returns how many."""
    if drop.state not in rules.SHOWS_POINTS:
        return 0
    found = reads.list_of_drop(drop.id, (PointState.APPROVED,))
    for point in found:
        set_state(reads.lock_point(point.id), PointState.LIVE, "point.shown", now=now, by=by)
    return len(found)


def show_approved(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """Show an approved point where its round goes on; otherwise it waits for it."""
    if point.state is PointState.APPROVED and point.drop.state in rules.SHOWS_POINTS:
        set_state(point, PointState.LIVE, "point.shown", now=now, by=by)


def close_all(drop: Drop, *, now: datetime, by: Actor) -> int:
    """Close every point of a round that takes nothing in any more; returns how many."""
    found = reads.list_of_drop(drop.id, _OPEN)
    for point in found:
        set_state(reads.lock_point(point.id), PointState.CLOSED, "point.closed", now=now, by=by)
    return len(found)


def confirm_mailbox(host: PointHost, *, now: datetime) -> None:
    """The mailbox is proven: the point waits for an organiser. Twice changes nothing."""
    if host.point.state is not PointState.APPLIED:
        return
    host.confirmed_at = now
    set_state(
        host.point,
        PointState.EMAIL_CONFIRMED,
        "point.mailbox_confirmed",
        now=now,
        by=Actor.visitor(),
    )


def confirm_right(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """All that stands about a point is still right, says its host or whoever rang her."""
    point.confirmed_right_at = now
    changing.finish(point, "point.still_right", now=now, by=by)
