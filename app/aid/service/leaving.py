"""What becomes of what lies at a point: when its host closes it, or when the round ends.

Everything goes or stays together, labelled boxes too; each way is one move of goods.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.aid.errors.hosting import (
    NoSuchPointNearError,
    NothingLeftError,
    NotNowError,
    ReasonMissingError,
)
from app.aid.errors.stock import KeyUsedError
from app.aid.mails import hosting as mails
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import StockLocation
from app.aid.queries import hosting as reads
from app.aid.queries import points as point_reads
from app.aid.queries import stock as stock_reads
from app.aid.rules import points as point_rules
from app.aid.rules.hosting import CLOSING_NOTICE, LEAVING_MOVES, OVER_DROPS, Leaving
from app.aid.rules.places import is_listed
from app.aid.rules.stock import STILL, Leg
from app.aid.rules.words import RUN_STATES, LocationKind, PointState, Unit
from app.aid.service import hosting, locations, moving, pickups, points
from app.audit.facts import Actor


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a host says shall become, or became, of what lies there."""

    way: Leaving
    #: The point to which she took it.
    to: str = ""
    reason: str = ""


def settle(
    point: CollectionPoint, left: Left, *, client_key: str, now: datetime, by: Actor
) -> None:
    """Let goods go where the host says; the same form again changes nothing.

    Raises NothingLeftError, ReasonMissingError, NoSuchPointNearError, NotNowError, KeyUsedError,
    or what `moving.move` and `pickups.ask` raise.
    """
    if point.state not in {*RUN_STATES, PointState.CLOSED} or point.drop.state in STILL:
        raise NotNowError
    key = f"left:{point.public_id}:{client_key}"
    if moving.find(point.drop, key) is not None:
        if lies(point):
            # More came since: what this form said was about other things.
            raise KeyUsedError
        return
    source = reads.find_location(point.id)
    if source is None or not lies(point):
        raise NothingLeftError
    if left.way is Leaving.FETCH:
        _ask_van(point, source, left, now=now, by=by)
        return
    if left.way is Leaving.DISCARD and not left.reason:
        raise ReasonMissingError
    target = _target(point, left)
    moving.move(
        point.drop,
        _legs(point, source, target),
        kind=LEAVING_MOVES[left.way],
        client_key=key,
        happened_at=now,
        now=now,
        by=by,
        reason=left.reason or left.way.value,
        recorded_by=hosting.entered_by(point),
    )
    if target.point is not None and target.point.host is not None:
        mails.goods_came(target.point.host, key=key, now=now)


def close(
    point: CollectionPoint, left: Left | None, *, client_key: str, now: datetime, by: Actor
) -> None:
    """Close a point for good; whoever still wanted to come is told. A second time changes nothing.

    Raises NotNowError or what `settle` raises; nothing is closed then.
    """
    if point.state is PointState.CLOSED:
        return
    if not point_rules.may_move(point.state, PointState.CLOSED):
        raise NotNowError
    if left is not None and lies(point):
        settle(point, left, client_key=client_key, now=now, by=by)
    points.set_state(point, PointState.CLOSED, "point.host_closed", now=now, by=by)


def tell_closing(*, now: datetime, after_id: int, limit: int) -> int | None:
    """Tell hosts that their round ends within days; returns after whom to go on, None at the end.

    Each hears it once: the mail is unique by its host.
    """
    until = now.date() + CLOSING_NOTICE
    hosts = reads.list_closing(
        today=now.date(), until=until, states=RUN_STATES, after_id=after_id, limit=limit
    )
    for host in hosts:
        mails.closing_soon(host, now=now)
    return hosts[-1].point_id if len(hosts) == limit else None


def check_running(point: CollectionPoint) -> None:
    """Raise NotNowError where nothing is fetched: before a point is used, after its round."""
    if point.state not in {*RUN_STATES, PointState.CLOSED} or point.drop.state in OVER_DROPS:
        raise NotNowError


def lies(point: CollectionPoint) -> bool:
    """Whether anything lies at a point, as far as the books know."""
    location = reads.find_location(point.id)
    if location is None:
        return False
    has_boxes = bool(stock_reads.list_boxes_at(location, point.drop))
    return has_boxes or bool(stock_reads.balances_at(location, point.drop))


def _ask_van(
    point: CollectionPoint, source: StockLocation, left: Left, *, now: datetime, by: Actor
) -> None:
    bags, boxes = stock_reads.bags_and_boxes(source.id, point.drop_id)
    # What was only weighed or counted by the piece goes into a box or two.
    pickups.ask(
        point, boxes=boxes or (0 if bags else 1), bags=bags, note=left.reason, now=now, by=by
    )


def _target(point: CollectionPoint, left: Left) -> StockLocation:
    if left.way is Leaving.GIVE:
        return locations.account(point.drop, LocationKind.GIVEN)
    if left.way is Leaving.DISCARD:
        return locations.account(point.drop, LocationKind.DISCARDED)
    other = point_reads.find_by_public_id(left.to)
    if other is None or other.id == point.id or other.drop_id != point.drop_id:
        raise NoSuchPointNearError
    is_open = other.state is PointState.LIVE and is_listed(other.visibility, other.state)
    if not is_open:
        raise NoSuchPointNearError
    return locations.of_point(other)


def _legs(point: CollectionPoint, source: StockLocation, target: StockLocation) -> list[Leg]:
    loose = [
        Leg(from_=source.id, to=target.id, item_id=row.item_id, unit=row.unit, qty=row.qty)
        for row in stock_reads.balances_at(source, point.drop)
    ]
    boxes = [
        Leg(from_=source.id, to=target.id, unit=Unit.BOX, qty=1, box_id=box.id)
        for box in stock_reads.list_boxes_at(source, point.drop)
    ]
    return [*loose, *boxes]
