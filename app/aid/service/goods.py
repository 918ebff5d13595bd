"""What is done with loose goods: moved on, sorted, counted, given away, lost, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.aid.errors.stock import KeyUsedError, NothingError, StaleBalanceError
from app.aid.models.drops import Drop
from app.aid.models.stock import Box, StockLocation, StockMove
from app.aid.queries import stock as reads
from app.aid.rules.stock import Goods, Leg
from app.aid.rules.words import LocationKind, MoveKind, Unit
from app.aid.service import carrying, locations, moving
from app.audit.facts import Actor
from app.lib.ids import fingerprint

#: Where goods go that nobody moves to a place of ours.
ENDS: Final[Mapping[MoveKind, LocationKind]] = {
    MoveKind.GIVE: LocationKind.GIVEN,
    MoveKind.LOSE: LocationKind.LOST,
    MoveKind.DISCARD: LocationKind.DISCARDED,
    MoveKind.DELIVER: LocationKind.DESTINATION,
}


def move_on(
    drop: Drop,
    from_: StockLocation,
    to: StockLocation,
    goods: Sequence[Goods],
    *,
    chosen: Sequence[Box],
    kind: MoveKind,
    client_key: str,
    happened_at: datetime,
    now: datetime,
    by: Actor,
    reason: str = "",
) -> StockMove:
    """Move loose goods and labelled boxes together. Raises what `moving.move` raises."""
    known = moving.find(drop, client_key)
    if known is not None:
        moving.check_same(known, goods)
        return known
    if kind is MoveKind.DELIVER:
        carrying.leave(chosen, now=now, by=by)
    legs = [_leg(each, from_, to) for each in goods]
    legs += [Leg(from_=from_.id, to=to.id, box_id=each.id) for each in chosen]
    return moving.move(
        drop,
        legs,
        kind=kind,
        client_key=client_key,
        happened_at=happened_at,
        now=now,
        by=by,
        reason=reason,
    )


def sort(
    drop: Drop,
    place: StockLocation,
    taken: Sequence[Goods],
    into: Sequence[Goods],
    *,
    client_key: str,
    happened_at: datetime,
    now: datetime,
    by: Actor,
    reason: str = "",
) -> StockMove:
    """Let things that were not sorted be what they turned out to be.

    Raises NothingError where either side is empty, and what `moving.move` raises.
    """
    known = moving.find(drop, client_key)
    if known is not None:
        moving.check_same(known, [*taken, *into])
        return known
    if not taken or not into:
        raise NothingError
    adjust = locations.account(drop, LocationKind.ADJUST)
    legs = [_leg(each, place, adjust) for each in taken]
    legs += [_leg(each, adjust, place) for each in into]
    return moving.move(
        drop,
        legs,
        kind=MoveKind.SORT,
        client_key=client_key,
        happened_at=happened_at,
        now=now,
        by=by,
        reason=reason,
    )


def count(
    drop: Drop,
    place: StockLocation,
    counted: Mapping[tuple[int, Unit], int],
    *,
    seen: str | None,
    reason: str,
    client_key: str,
    now: datetime,
    by: Actor,
) -> StockMove:
    """Let the books say what was counted; things that are not named stay as they are.

    `seen` is the fingerprint of what the page showed. Raises StaleBalanceError where something was
    moved since, NothingError where all is as it was, and what `moving.move` raises.
    """
    now_there = {(each.item_id, each.unit): each.qty for each in reads.balances_at(place, drop)}
    known = moving.find(drop, client_key)
    if known is not None:
        if any(qty != now_there.get(key, 0) for key, qty in counted.items()):
            raise KeyUsedError
        return known
    if seen is not None and seen != seen_at(drop, place):
        raise StaleBalanceError
    adjust = locations.account(drop, LocationKind.ADJUST)
    legs = []
    for (item_id, unit), qty in sorted(counted.items()):
        more = qty - now_there.get((item_id, unit), 0)
        if more:
            goods = Goods(item_id=item_id, unit=unit, qty=abs(more))
            legs.append(_leg(goods, adjust, place) if more > 0 else _leg(goods, place, adjust))
    return moving.move(
        drop,
        legs,
        kind=MoveKind.COUNT,
        client_key=client_key,
        happened_at=now,
        now=now,
        by=by,
        reason=reason,
    )


def seen_at(drop: Drop, place: StockLocation) -> str:
    """A short name for what lies in a place now."""
    balances = reads.balances_at(place, drop)
    return fingerprint(*((each.item_id, each.unit.value, each.qty) for each in balances))


def _leg(goods: Goods, from_: StockLocation, to: StockLocation) -> Leg:
    return Leg(from_=from_.id, to=to.id, item_id=goods.item_id, unit=goods.unit, qty=goods.qty)
