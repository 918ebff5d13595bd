"""A world for histories of goods: real services, real commits, a clock of its own.

Every deed names its rows by number, so that it can be done again, by another thread too.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.aid.models.drops import AidItem, Drop
from app.aid.models.stock import Box, DropOff, StockBalance, StockLine, StockLocation, StockMove
from app.aid.queries import items as item_reads
from app.aid.queries import recounting as recount_reads
from app.aid.queries import stock as reads
from app.aid.queries.progress import progress_of
from app.aid.rules import progress as progress_rules
from app.aid.rules import stock as rules
from app.aid.rules.stock import Goods, StoreContent
from app.aid.rules.words import BoxState, LocationKind, Unit
from app.aid.service import boxes, goods, locations, packing, recounting, stores
from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db, end_read, retry_deadlocks, transaction
from app.ledger.facts import Difference
from app.lib import clock, ids
from app.lib.errors import UserError
from tests.factories.aid import make_drop, make_item, make_point, make_vehicle, make_workplace

if TYPE_CHECKING:
    from flask import Flask

BY = Actor.account(1, "Nadia")
#: What is in these boxes stays as it is.
CLOSED = frozenset({BoxState.SEALED, BoxState.LOADED, BoxState.IN_TRANSIT})
Deed = Callable[[], Any]


class Refusal(str):
    """Why something was refused."""

    __slots__ = ()


class Yard:
    """One round with two points, a workplace, a van and two stores."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.now = clock.utcnow() - timedelta(days=9)
        self.count = 0
        self.done: list[Deed] = []
        #: What was in a box when it was closed, by its number.
        self.sealed: dict[int, dict[Any, int]] = {}
        self.known = self.differences()
        with transaction():
            self._build()
        with transaction():
            self._fill()

    def _build(self) -> None:
        drop = make_drop(slug=f"round-{ids.public_id()}")
        items = {each.code: each for each in item_reads.list_items(drop.group_id)}
        self.drop_id = drop.id
        self.items = [
            (items.get(code) or make_item(drop.group, code)).id for code in ("mixed", "blankets")
        ]
        points = [make_point(drop, max_boxes=None) for _ in range(2)]
        self.point_ids = [each.id for each in points]
        workplace = make_workplace(drop)
        self.workplace_id = workplace.id
        van = make_vehicle(drop.group, name=ids.public_id())
        self.van = locations.of_vehicle(van).id
        self.points = [locations.of_point(each).id for each in points]
        self.stores = [
            stores.add(drop.group, StoreContent(name=ids.public_id()), now=clock.utcnow(), by=BY).id
            for _ in range(2)
        ]
        self.places = [*self.points, locations.of_workplace(workplace).id, self.van, *self.stores]

    def _fill(self) -> None:
        """Begin with something in each store, a packed box and an empty one beside it."""
        lying = {(self.items[0], Unit.BAG): 9, (self.items[1], Unit.EACH): 30}
        for store in self.stores:
            goods.count(
                self.drop, self.place(store), lying, seen=None, reason="Found", **self.words()
            )
        made = boxes.make(self.drop, self.place(self.stores[0]), 2, **self.words())
        some = [Goods(item_id=self.items[1], unit=Unit.EACH, qty=12)]
        packing.pack(made[0], some, **self.words())

    # --- rows -------------------------------------------------------------------------------------

    @property
    def drop(self) -> Drop:
        return db.session.get_one(Drop, self.drop_id)

    def place(self, location_id: int) -> StockLocation:
        return db.session.get_one(StockLocation, location_id)

    def item(self, number: int) -> AidItem:
        return db.session.get_one(AidItem, self.items[number % len(self.items)])

    def boxes(self, *states: BoxState) -> list[int]:
        found = select(Box.id).where(Box.drop_id == self.drop_id).order_by(Box.id)
        if states:
            found = found.where(Box.state.in_(states))
        return list(db.session.scalars(found))

    def moves(self) -> list[int]:
        found = select(StockMove.id).where(StockMove.drop_id == self.drop_id)
        return list(db.session.scalars(found.order_by(StockMove.id)))

    def goods_at(self, location_id: int, most: int) -> list[Goods]:
        """Up to so many of each thing that lies there."""
        found = db.session.execute(
            select(StockBalance.item_id, StockBalance.unit, StockBalance.qty)
            .where(
                StockBalance.location_id == location_id,
                StockBalance.drop_id == self.drop_id,
                StockBalance.qty > 0,
            )
            .order_by(StockBalance.item_id, StockBalance.unit)
        )
        return [Goods(item_id=row[0], unit=row[1], qty=min(row[2], most)) for row in found]

    # --- deeds ------------------------------------------------------------------------------------

    def words(self, key: str = "") -> dict[str, Any]:
        """What every deed is told: a key of its own, the time, by whom."""
        self.count += 1
        self.now += timedelta(minutes=7)
        return {"client_key": key or f"{self.drop_id}-{self.count}", "now": self.now, "by": BY}

    def do(self, deed: Deed) -> Any:
        """Do something; what is refused must have written nothing."""
        before = self.everything()
        outcome = self.tried(deed)
        if isinstance(outcome, Refusal):
            assert self.everything() == before, outcome
        else:
            self.done.append(deed)
        return outcome

    def again(self, deed: Deed) -> None:
        """Do something again that was done: nothing changes."""
        before = self.everything()
        self.tried(deed)
        assert self.everything() == before

    def at_once(self, deeds: Sequence[Deed]) -> list[Any]:
        """Do several things at the same moment, each in a thread."""
        end_read()
        start = threading.Barrier(len(deeds))

        def run(deed: Deed) -> Any:
            with self.app.app_context():
                start.wait(timeout=30)
                return self.tried(deed)

        with ThreadPoolExecutor(len(deeds)) as pool:
            outcomes = [each.result() for each in [pool.submit(run, deed) for deed in deeds]]
        end_read()
        return outcomes

    @staticmethod
    def tried(deed: Deed) -> Any:
        """What came of it: the name of a row, or why it was refused."""

        def work() -> Any:
            with transaction():
                row = deed()
                db.session.flush()
                return getattr(row, "public_id", None) or getattr(row, "label", None)

        try:
            return retry_deadlocks(work)
        except UserError as error:
            return Refusal(type(error).__name__)

    # --- what must hold ---------------------------------------------------------------------------

    def everything(self) -> Any:
        """All that is written, in a form that can be compared."""
        end_read()
        return {
            "rows": [
                db.session.scalar(select(func.count()).select_from(table))
                for table in (StockMove, StockLine, Box, DropOff, AuditEntry)
            ],
            "sums": (dict(recount_reads.kept_balances()), dict(recount_reads.kept_totals())),
            "boxes": self.box_rows(),
        }

    def stock(self) -> Any:
        """What lies where and where the boxes stand."""
        end_read()
        return (
            dict(recount_reads.kept_balances()),
            dict(recount_reads.kept_totals()),
            [(row[0], row[1], row[2]) for row in self.box_rows()],
        )

    def box_rows(self) -> list[tuple[Any, ...]]:
        found = db.session.execute(
            select(Box.id, Box.state, Box.location_id, Box.version, Box.seal_number)
            .where(Box.drop_id == self.drop_id)
            .order_by(Box.id)
        )
        return [tuple(row) for row in found]

    def contents(self, box_id: int) -> dict[Any, int]:
        box = db.session.get_one(Box, box_id)
        return {(each.item_id, each.unit): each.qty for each in reads.contents_of(box)}

    def check(self) -> None:
        """Every invariant of the goods, counted from the lines alone."""
        end_read()
        assert self.differences() == self.known
        self.check_every_prefix()
        self.check_boxes()
        self.check_public_numbers()

    @staticmethod
    def differences() -> list[Difference]:
        """What the checks of the books find, here and in earlier histories."""
        return [each for check in recounting.CHECKS for each in check()]

    def check_every_prefix(self) -> None:
        """Never less than nothing, by the time it happened and by the order it was written."""
        rows = [
            tuple(row)
            for row in db.session.execute(
                select(
                    StockMove.happened_at,
                    StockMove.id,
                    StockLine.from_id,
                    StockLine.to_id,
                    StockLine.item_id,
                    StockLine.unit,
                    StockLine.qty,
                )
                .join(StockLine, StockLine.move_id == StockMove.id)
                .where(StockMove.drop_id == self.drop_id, StockLine.item_id.is_not(None))
            )
        ]
        kinds = {each.id: each.kind for each in db.session.scalars(select(StockLocation))}
        for order in (lambda row: (row[0], row[1]), lambda row: row[1]):
            self._walk(sorted(rows, key=order), kinds)

    @staticmethod
    def _walk(rows: list[tuple[Any, ...]], kinds: dict[int, LocationKind]) -> None:
        running: defaultdict[Any, int] = defaultdict(int)
        for index, (_at, move_id, from_, to, item, unit, qty) in enumerate(rows):
            running[from_, item, unit] -= qty
            running[to, item, unit] += qty
            is_last = index + 1 == len(rows) or rows[index + 1][1] != move_id
            if is_last:
                low = [key for key, left in running.items() if left < 0]
                assert all(kinds[key[0]] in rules.ENDLESS for key in low), (move_id, low)

    def check_boxes(self) -> None:
        """One place each, fit for its state; what was sealed in is what is in it."""
        for box_id, state, location_id, _version, _seal in self.box_rows():
            assert rules.fits(state, self.place(location_id).kind)
            if state in CLOSED or (state is BoxState.LOST and box_id in self.sealed):
                assert self.contents(box_id) == self.sealed[box_id]
            if state is BoxState.VOID:
                assert self.contents(box_id) == {}

    def check_public_numbers(self) -> None:
        """What is told in public is what the lines come to, and all of it is somewhere."""
        kinds = recount_reads.kinds_of_places()
        sums: defaultdict[Any, int] = defaultdict(int)
        for (place, drop_id, item, unit), qty in recount_reads.counted_balances().items():
            if drop_id == self.drop_id:
                sums[kinds[place], item, unit] += qty
        totals = [
            progress_rules.Total(kind, item, unit, qty)
            for (kind, item, unit), qty in sums.items()
            if qty
        ]
        labelled: defaultdict[LocationKind, int] = defaultdict(int)
        for _box, state, location_id, _version, _seal in self.box_rows():
            if state in rules.COUNTED:
                labelled[self.place(location_id).kind] += 1
        found = progress_rules.fold(totals, labelled, mixed_id=self.items[0])
        assert found == progress_of(self.drop)
        for name, unit in (("bags", Unit.BAG), ("boxes", Unit.BOX), ("grams", Unit.GRAM)):
            placed = sum(
                each.qty for each in totals if each.unit is unit and each.kind != "world_in"
            )
            assert getattr(found.collected, name) == placed
