"""What a host does with her point through her private link: how full it is, whether it takes in.

Every deed holds the point first and decides anew how it stands; what does not fit writes nothing.
"""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.hosting import NotNowError
from app.aid.errors.points import HostLinkEndedError, PointNotFoundError
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.queries import points as point_reads
from app.aid.rules import hosting as rules
from app.aid.rules import points as point_rules
from app.aid.rules.words import RUN_STATES, Fill, PointState
from app.aid.service import changing, points
from app.audit.facts import Actor
from app.lib.clock import day_in
from app.lib.links import BadLinkError

#: Who does what a host does: she has no account, and the record names nobody.
HOST = Actor.visitor()


def open_page(public_id: str, version: int) -> PointHost:
    """Return the host that a link is for; raises BadLinkError or HostLinkEndedError."""
    host = point_reads.find_host(public_id)
    if host is None:
        raise BadLinkError
    is_gone = host.purged_at is not None or host.point.purged_at is not None
    if host.link_version != version or is_gone:
        raise HostLinkEndedError
    return host


def lock(public_id: str, version: int) -> PointHost:
    """Return the host of a link with her point, held against other writers.

    Raises what `open_page` raises: a link that ended meanwhile writes nothing.
    """
    try:
        point_reads.lock_host(public_id)
    except PointNotFoundError:
        raise BadLinkError from None
    return open_page(public_id, version)


def entered_by(point: CollectionPoint) -> str:
    """How a host stands in the books."""
    return f"host:{point.public_id}"


# --- how it stands --------------------------------------------------------------------------------


def set_fill(point: CollectionPoint, fill: Fill, *, now: datetime, by: Actor) -> None:
    """Say how full it is; full, it takes no more and the public reads which one is next.

    Raises NotNowError.
    """
    _must_run(point)
    point.fill = fill
    to = rules.after_fill(point.state, fill)
    if to is point.state:
        changing.finish(point, "point.fill_set", now=now, by=by, detail={"fill": fill.value})
    else:
        points.set_state(point, to, "point.fill_set", now=now, by=by, detail={"fill": fill.value})


def shut_today(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """Take nothing in for the rest of this day there. Raises NotNowError."""
    _must_run(point)
    today = day_in(point.zone, now)
    if point.shut_on != today:
        point.shut_on = today
        changing.finish(point, "point.shut_today", now=now, by=by)


def open_again(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """Take in today after all. Raises NotNowError."""
    _must_run(point)
    if point.shut_on is not None:
        point.shut_on = None
        changing.finish(point, "point.open_today", now=now, by=by)


def pause(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """Take nothing in until she goes on. Raises NotNowError."""
    if point.state is PointState.PAUSED:
        return
    if not point_rules.may_move(point.state, PointState.PAUSED):
        raise NotNowError
    points.set_state(point, PointState.PAUSED, "point.paused", now=now, by=by)


def go_on(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """Take in again after a pause. Raises NotNowError."""
    if point.state in {PointState.LIVE, PointState.FULL}:
        return
    if point.state is not PointState.PAUSED:
        raise NotNowError
    points.set_state(point, PointState.LIVE, "point.went_on", now=now, by=by)
    if point.fill is Fill.FULL:
        points.set_state(point, PointState.FULL, "point.fill_set", now=now, by=by)


def say_right(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """All that stands about the point is still right. Raises NotNowError."""
    _must_run(point)
    points.confirm_right(point, now=now, by=by)


def _must_run(point: CollectionPoint) -> None:
    if point.state not in RUN_STATES:
        raise NotNowError
