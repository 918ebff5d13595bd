"""Goods into the van and out of it, as drivers counted them; every step of it a stock move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.aid.models.pickups import PickupRun, PickupStop
from app.aid.models.stock import StockLocation, StockMove
from app.aid.queries import items
from app.aid.queries import pickups as reads
from app.aid.queries import stock as stock_reads
from app.aid.rules.fetching import Fetched, Lying, fetched
from app.aid.rules.pickups import TAKES, Result
from app.aid.rules.stock import Leg, least_since
from app.aid.rules.words import ItemCategory, LocationKind, MoveKind, Unit
from app.aid.service import locations, moving
from app.audit.facts import Actor
from app.events.rules import times


def fetch(
    run: PickupRun, stop: PickupStop, *, at: datetime, counted: str, now: datetime, by: Actor
) -> None:
    """Move what was taken at a stop into the van; the books follow the driver's count first.

    `counted` is the reason that is written where the books knew more or less than she found.
    """
    if stop.outcome not in TAKES:
        return
    place = _place_of(stop)
    result = Result(outcome=stop.outcome, bags=stop.bags, boxes=stop.boxes)
    key = f"{stop.public_id}:{run.version}"
    found = fetched(result, lying_at(place, run.drop_id, at))
    _correct(run, place, found, key=f"count:{key}", counted=counted, at=at, now=now, by=by)
    taken = [*found.taken]
    if found.more:
        # What nobody had written down lies there now too; it goes along.
        taken = [*fetched(result, lying_at(place, run.drop_id, at)).taken]
    move = moving.move(
        run.drop,
        _legs(taken, place.id, locations.of_vehicle(run.vehicle).id),
        kind=MoveKind.PICK_UP,
        client_key=f"pickup:{key}",
        happened_at=at,
        now=now,
        by=by,
        reason=stop.reason,
    )
    stop.move_id = move.id


def when(run: PickupRun, stop: PickupStop, now: datetime) -> datetime:
    """When the van left a stop, as planned; never later than now."""
    local = stop.arrived_local or stop.leaves_local or run.ends_local
    return min(times.instant(local, run.drop.zone), now)


def put_back(stop: PickupStop, *, reason: str, now: datetime, by: Actor) -> None:
    """Take back what was written of a stop before, so that it can be written anew."""
    if stop.move_id is None:
        return
    move = reads.get_move(stop.move_id)
    _reverse(move, reason=reason, now=now, by=by)
    count = stock_reads.find_move_by_key(move.client_key.replace("pickup:", "count:", 1))
    if count is not None:
        _reverse(count, reason=reason, now=now, by=by)
    stop.move_id = None


def unload(run: PickupRun, *, now: datetime, by: Actor) -> None:
    """Move everything of the round that lies in the van into the store where the run ends."""
    van = locations.of_vehicle(run.vehicle)
    lying = lying_at(van, run.drop_id, now)
    if not lying:
        return
    moving.move(
        run.drop,
        _legs(lying, van.id, run.end_id),
        kind=MoveKind.UNLOAD,
        client_key=f"unload:{run.public_id}",
        happened_at=now,
        now=now,
        by=by,
    )


def lying_at(place: StockLocation, drop_id: int, at: datetime) -> list[Lying]:
    """What can leave a place at a moment: loose things that lay there then and are still there.

    What was brought after the van had left is not counted as missing when the results come late.
    """
    loose = []
    for each in reads.list_balances(place.id, drop_id):
        later = stock_reads.list_changes_since(drop_id, place.id, each.item_id, each.unit, since=at)
        loose.append(
            Lying(
                unit=each.unit,
                qty=least_since(each.qty, later),
                item_id=each.item_id,
                is_mixed=each.item.category is ItemCategory.MIXED,
            )
        )
    boxes = reads.list_box_ids(place.id, drop_id)
    return [
        *(each for each in loose if each.qty > 0),
        *(Lying(unit=Unit.BOX, qty=1, box_id=each) for each in boxes),
    ]


def _correct(
    run: PickupRun,
    place: StockLocation,
    found: Fetched,
    *,
    key: str,
    counted: str,
    at: datetime,
    now: datetime,
    by: Actor,
) -> None:
    """Let the books know at the door what the driver found there."""
    if not found.more and not found.missing:
        return
    nowhere = locations.account(run.drop, LocationKind.ADJUST).id
    mixed = items.get_mixed(run.drop.group_id).id
    legs = [
        Leg(from_=nowhere, to=place.id, item_id=mixed, unit=unit, qty=qty)
        for unit, qty in found.more
    ]
    legs += _legs(found.missing, place.id, nowhere)
    moving.move(
        run.drop,
        legs,
        kind=MoveKind.COUNT,
        client_key=key,
        happened_at=at,
        now=now,
        by=by,
        reason=counted,
    )


def _legs(lying: Iterable[Lying], from_: int, to: int) -> list[Leg]:
    return [
        Leg(
            from_=from_,
            to=to,
            item_id=each.item_id,
            unit=each.unit,
            qty=each.qty,
            box_id=each.box_id,
        )
        for each in lying
    ]


def _place_of(stop: PickupStop) -> StockLocation:
    if stop.request.point is not None:
        return locations.of_point(stop.request.point)
    if stop.request.workplace is None:
        raise ValueError("a request without a place")
    return locations.of_workplace(stop.request.workplace)


def _reverse(move: StockMove, *, reason: str, now: datetime, by: Actor) -> None:
    if stock_reads.find_reversal(move.id) is not None:
        # An organiser took it back among the moves already.
        return
    key = f"undo:{move.client_key}"
    moving.reverse(move, client_key=key, reason=reason, now=now, by=by)
