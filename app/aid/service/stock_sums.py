"""The sums beside the moves: each changed by one statement that refuses to go below nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from app.aid.errors.stock import NotEnoughError
from app.aid.models.stock import StockBalance, StockTotal
from app.aid.queries import stock as reads
from app.aid.render import stock as render
from app.aid.rules import stock as rules
from app.aid.rules.words import LocationKind, Unit
from app.aid.service.stock_checks import Ground
from app.db.session import db


class _Balance(NamedTuple):
    location_id: int
    item_id: int
    unit: Unit


class _Total(NamedTuple):
    kind: LocationKind
    item_id: int
    unit: Unit


class Sums:
    """What a move changes, gathered first and written in one order at the end."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._balances: defaultdict[_Balance, int] = defaultdict(int)
        self._totals: defaultdict[_Total, int] = defaultdict(int)

    def shift(
        self, from_: LocationKind, to: LocationKind, item_id: int, unit: Unit, qty: int
    ) -> None:
        """Count goods under another kind of place: a box went there with them."""
        self._totals[_Total(from_, item_id, unit)] -= qty
        self._totals[_Total(to, item_id, unit)] += qty

    def write(self, happened_at: datetime) -> None:
        """Change balances and totals; raises NotEnoughError, also where it is about the past."""
        for leg in self._ground.legs:
            if leg.item_id is None:
                continue
            for key, qty in ((leg.from_, -leg.qty), (leg.to, leg.qty)):
                self._balances[_Balance(key, leg.item_id, leg.unit)] += qty
                self._totals[_Total(self._kind(key), leg.item_id, leg.unit)] += qty
        for balance in sorted(self._balances):
            self._change(balance, self._balances[balance], happened_at)
        for total in sorted(self._totals):
            if self._totals[total]:
                _add_total(self._ground.drop.id, total, self._totals[total])
        _forget_sums()

    def _kind(self, location_id: int) -> LocationKind:
        """Under which kind of place goods count; in a box, under where the box stands."""
        box = self._ground.inside(location_id)
        return box.location.kind if box else self._ground.locations[location_id].kind

    def _change(self, balance: _Balance, qty: int, happened_at: datetime) -> None:
        if not qty:
            return
        drop_id = self._ground.drop.id
        location = self._ground.locations[balance.location_id]
        if qty > 0 or location.kind in rules.ENDLESS:
            _add_balance(drop_id, balance, qty, is_physical=rules.is_physical(location.kind))
            return
        changed = db.session.execute(
            update(StockBalance)
            .where(
                StockBalance.location_id == balance.location_id,
                StockBalance.drop_id == drop_id,
                StockBalance.item_id == balance.item_id,
                StockBalance.unit == balance.unit,
                StockBalance.qty >= -qty,
            )
            .values(qty=StockBalance.qty + qty)
            .returning(StockBalance.qty)
            .execution_options(synchronize_session=False)
        ).scalar()
        if changed is None:
            there = reads.find_balance(balance.location_id, drop_id, balance.item_id, balance.unit)
            self._refuse(balance, there)
            return
        # The row is held now: nothing else can come between the sum and its history.
        later = reads.list_changes_since(
            drop_id, balance.location_id, balance.item_id, balance.unit, since=happened_at
        )
        least = rules.least_since(changed, later)
        if least < 0:
            self._refuse(balance, least - qty, is_past=True)

    def _refuse(self, balance: _Balance, there: int, *, is_past: bool = False) -> None:
        raise NotEnoughError(
            place=render.place_name(self._ground.locations[balance.location_id]),
            there=render.amount(max(there, 0), balance.unit),
            item=render.thing(self._ground.items[balance.item_id]),
            is_past=is_past,
        )


def _add_balance(drop_id: int, balance: _Balance, qty: int, *, is_physical: bool) -> None:
    insert = _insert()(StockBalance).values(
        location_id=balance.location_id,
        drop_id=drop_id,
        item_id=balance.item_id,
        unit=balance.unit,
        qty=qty,
        is_physical=is_physical,
    )
    keys = [
        *(StockBalance.location_id, StockBalance.drop_id),
        *(StockBalance.item_id, StockBalance.unit),
    ]
    db.session.execute(
        insert.on_conflict_do_update(index_elements=keys, set_={"qty": StockBalance.qty + qty})
    )


def _add_total(drop_id: int, total: _Total, qty: int) -> None:
    insert = _insert()(StockTotal).values(
        drop_id=drop_id, kind=total.kind, item_id=total.item_id, unit=total.unit, qty=qty
    )
    keys = [StockTotal.drop_id, StockTotal.kind, StockTotal.item_id, StockTotal.unit]
    db.session.execute(
        insert.on_conflict_do_update(index_elements=keys, set_={"qty": StockTotal.qty + qty})
    )


def _insert() -> Any:  # noqa: ANN401 - the two dialects' own insert
    return sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert


def _forget_sums() -> None:
    """Let sums that the session holds be read anew."""
    for row in list(db.session.identity_map.values()):
        if isinstance(row, StockBalance | StockTotal):
            db.session.expire(row)
