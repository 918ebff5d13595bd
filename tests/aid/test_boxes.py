"""A labelled box is in one place, and what is sealed in it stays."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from app.aid.errors import stock as errors
from app.aid.models.stock import Box, StockLocation, StockMove
from app.aid.queries import stock as reads
from app.aid.queries import stores as store_reads
from app.aid.rules import stock as rules
from app.aid.rules.stock import Goods, Leg, Seal, StoreContent
from app.aid.rules.words import (
    BOX_MOVES,
    DROP_MOVES,
    POINT_MOVES,
    RUN_MOVES,
    BoxState,
    LocationKind,
    MoveKind,
    Unit,
)
from app.aid.rules.workplaces import WORKPLACE_MOVES
from app.aid.service import boxes, carrying, goods, moving, packing, stores
from app.db.session import db, transaction
from app.lib import clock
from tests.aid.test_moving import BY, Round


class Shelf(Round):
    """A round with a store in which forty blankets lie, and an empty box."""

    def __init__(self) -> None:
        super().__init__()
        self.store = stores.add(
            self.drop.group, StoreContent(name="Hall"), now=clock.utcnow(), by=BY
        )
        self.count_in(40)
        (self.box,) = boxes.make(self.drop, self.store, 1, client_key="b", **self.now)

    @property
    def now(self) -> dict[str, Any]:
        return {"now": clock.utcnow(), "by": BY}

    def count_in(self, qty: int) -> StockMove:
        return goods.count(
            self.drop,
            self.store,
            {(self.blankets.id, Unit.EACH): qty},
            seen=None,
            reason="Counted",
            client_key=f"count-{qty}",
            **self.now,
        )

    def some(self, qty: int) -> list[Goods]:
        return [Goods(item_id=self.blankets.id, unit=Unit.EACH, qty=qty)]

    def pack(self, qty: int, key: str = "pack") -> StockMove:
        return packing.pack(self.box, self.some(qty), client_key=key, **self.now)

    def seal(self, version: int | None = None, **seal: Any) -> None:
        boxes.seal(self.box, Seal(**seal), version=version or self.box.version, **self.now)

    def load(self, key: str = "load") -> StockMove:
        return carrying.carry([self.box], self.van, MoveKind.LOAD, client_key=key, **self.now)

    def state(self) -> BoxState:
        return self.box.state

    def inside(self) -> list[tuple[int, int]]:
        return [(each.item_id, each.qty) for each in reads.contents_of(self.box)]

    def blankets_by_kind(self) -> dict[LocationKind, int]:
        return {each.kind: each.qty for each in reads.totals(self.drop) if each.unit is Unit.EACH}


def moves() -> int:
    return db.session.scalar(select(func.count()).select_from(StockMove)) or 0


@pytest.mark.usefixtures("app")
def test_a_box_is_packed_sealed_loaded_and_delivered_with_what_was_missing() -> None:
    with transaction():
        here = Shelf()
        here.pack(30)
        here.seal(gross_g=12_000, length_mm=600, width_mm=400, height_mm=400)
        here.load()
    assert here.blankets_by_kind() == {
        LocationKind.ADJUST: -40,
        LocationKind.STORE: 10,
        LocationKind.VEHICLE: 30,
    }
    assert here.state() is BoxState.LOADED
    with transaction():
        assert carrying.depart(here.van, here.drop, **here.now) == 1
        assert carrying.depart(here.van, here.drop, **here.now) == 0
        told: dict[str, Any] = {"client_key": "there", "reason": "A corner was torn"} | here.now
        there = carrying.deliver(here.box, short=here.some(2), damaged=here.some(3), **told)
        assert carrying.deliver(here.box, **told).id == there.id
    assert here.state() is BoxState.SHORT
    assert here.blankets_by_kind() == {
        LocationKind.ADJUST: -40,
        LocationKind.STORE: 10,
        LocationKind.DESTINATION: 25,
        LocationKind.LOST: 2,
        LocationKind.DISCARDED: 3,
    }
    with transaction():
        moving.reverse(there, client_key="not so", reason="Wrong box", **here.now)
    assert here.state() is BoxState.IN_TRANSIT
    assert here.blankets_by_kind()[LocationKind.VEHICLE] == 30
    assert here.inside() == [(here.blankets.id, 30)]


@pytest.mark.usefixtures("app")
def test_what_is_sealed_stays_until_somebody_opens_it() -> None:
    with transaction():
        here = Shelf()
        with pytest.raises(errors.EmptyBoxError):
            here.seal()
        packed = here.pack(30)
        here.seal()
        here.seal(version=here.box.version - 1)
    assert here.box.seal_number == 1
    before = moves()
    refused: list[Any] = [
        lambda: here.pack(1, "more"),
        lambda: packing.unpack(here.box, here.some(1), client_key="out", **here.now),
        lambda: packing.split(here.box, here.some(1), client_key="part", **here.now),
        lambda: moving.reverse(packed, client_key="back", reason="No", **here.now),
    ]
    for work in refused:
        with pytest.raises(errors.SealedError), transaction():
            work()
    with pytest.raises(errors.StaleBoxError), transaction():
        here.seal(version=1, gross_g=5)
    assert moves() == before
    with transaction():
        boxes.open_again(here.box, version=here.box.version, **here.now)
        packing.unpack(here.box, here.some(5), client_key="out", **here.now)
        here.seal()
    assert here.box.seal_number == 2
    assert here.inside() == [(here.blankets.id, 25)]


@pytest.mark.usefixtures("app")
def test_split_and_merge_keep_everything() -> None:
    with transaction():
        here = Shelf()
        here.pack(30)
        part = packing.split(here.box, here.some(10), client_key="part", **here.now)
        assert packing.split(here.box, here.some(10), client_key="part", **here.now).id == part.id
    assert part.made_from_id == here.box.id
    assert here.inside() == [(here.blankets.id, 20)]
    with transaction():
        packing.merge(here.box, part, client_key="one", **here.now)
        packing.merge(here.box, part, client_key="one", **here.now)
    assert here.state() is BoxState.VOID
    assert [each.qty for each in reads.contents_of(part)] == [30]
    assert here.blankets_by_kind()[LocationKind.STORE] == 40
    with pytest.raises(errors.BoxStateError), transaction():
        here.pack(1, "void")
    with pytest.raises(errors.WrongWayError), transaction():
        packing.merge(part, part, client_key="self", **here.now)


@pytest.mark.usefixtures("app")
def test_a_lost_box_is_found_where_it_was() -> None:
    with transaction():
        here = Shelf()
        here.pack(30)
        here.seal()
        here.load()
        carrying.lose([here.box], reason="Not in the van", client_key="lost", **here.now)
    assert here.blankets_by_kind()[LocationKind.LOST] == 30
    assert here.state() is BoxState.LOST
    with pytest.raises(errors.BoxStateError), transaction():
        carrying.carry(
            [here.box], here.store, MoveKind.FIND, client_key="x", reason="So", **here.now
        )
    with transaction():
        carrying.find_again(here.box, reason="Under a seat", client_key="found", **here.now)
    assert (here.state(), here.box.location_id) == (BoxState.LOADED, here.van.id)
    assert here.box.lost_from is None
    with transaction():
        carrying.carry([here.box], here.store, MoveKind.UNLOAD, client_key="un", **here.now)
    assert here.state() is BoxState.SEALED
    with transaction():
        packing.put_away(
            here.box, MoveKind.GIVE, reason="To a shelter", client_key="gave", **here.now
        )
    assert here.state() is BoxState.VOID
    assert here.blankets_by_kind()[LocationKind.GIVEN] == 30


@pytest.mark.usefixtures("app")
@pytest.mark.one_database
def test_what_cannot_be_done_with_a_box_is_refused() -> None:
    with transaction():
        here = Shelf()
    for count in (0, -1, 65):
        with pytest.raises(errors.QuantityError), transaction():
            boxes.make(here.drop, here.store, count, client_key="m", **here.now)
    with pytest.raises(errors.WrongWayError), transaction():
        boxes.make(here.drop, here.van, 1, client_key="m", **here.now)
    with pytest.raises(errors.NotEnoughError), transaction():
        here.pack(41)
    with pytest.raises(errors.BoxStateError), transaction():
        here.load()
    with transaction():
        here.pack(1)
    with pytest.raises(errors.WeightError), transaction():
        here.seal(gross_g=100_001)
    with pytest.raises(errors.BoxStateError), transaction():
        boxes.drop_label(here.box, version=here.box.version, **here.now)
    with pytest.raises(errors.BoxStateError), transaction():
        carrying.deliver(here.box, client_key="d", **here.now)


@pytest.mark.usefixtures("app")
@pytest.mark.one_database
def test_the_same_form_makes_the_same_boxes() -> None:
    with transaction():
        here = Shelf()
        first = boxes.make(here.drop, here.store, 3, client_key="more", **here.now)
        again = boxes.make(here.drop, here.store, 3, client_key="more", **here.now)
        boxes.drop_label(first[0], version=1, **here.now)
    assert [each.label for each in first] == [each.label for each in again]
    assert db.session.scalar(select(func.count()).select_from(Box)) == 4


@pytest.mark.usefixtures("app")
def test_counting_and_sorting_go_through_an_account_of_their_own() -> None:
    with transaction():
        here = Shelf()
        seen = goods.seen_at(here.drop, here.store)
        here.count_in(38)
    with pytest.raises(errors.StaleBalanceError), transaction():
        goods.count(
            here.drop, here.store, {}, seen=seen, reason="So", client_key="late", **here.now
        )
    with pytest.raises(errors.NothingError), transaction():
        goods.count(here.drop, here.store, {}, seen=None, reason="So", client_key="z", **here.now)
    with transaction():
        here.log(4)
        mixed = [Goods(item_id=here.mixed.id, unit=Unit.BAG, qty=3)]
        now = clock.utcnow()
        goods.sort(
            here.drop,
            here.at_point,
            mixed,
            here.some(20),
            client_key="sorted",
            happened_at=now,
            now=now,
            by=BY,
        )
    assert here.totals() == {
        LocationKind.WORLD_IN: -4,
        LocationKind.POINT: 1,
        LocationKind.ADJUST: 3,
    }
    assert here.blankets_by_kind() == {
        LocationKind.ADJUST: -58,
        LocationKind.STORE: 38,
        LocationKind.POINT: 20,
    }


@pytest.mark.usefixtures("app")
@pytest.mark.one_database
def test_a_store_closes_when_it_is_empty() -> None:
    with transaction():
        here = Shelf()
        boxes.drop_label(here.box, version=1, **here.now)
    with pytest.raises(errors.StoreNameError), transaction():
        stores.add(here.drop.group, StoreContent(name="Hall"), **here.now)
    with pytest.raises(errors.StoreNotEmptyError), transaction():
        stores.close(here.store, **here.now)
    with transaction():
        here.count_in(0)
        stores.close(here.store, **here.now)
    assert list(store_reads.list_stores({here.drop.group_id})) == []
    with pytest.raises(errors.PlaceClosedError), transaction():
        here.count_in(2)
    address = db.session.execute(select(func.count()).select_from(StockLocation)).scalar()
    assert address
    assert store_reads.find_account(here.drop.id, LocationKind.LOST) is None


# --- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("moves", [BOX_MOVES, DROP_MOVES, POINT_MOVES, RUN_MOVES, WORKPLACE_MOVES])
def test_every_state_has_a_way_to_an_end(moves: dict[Any, frozenset[Any]]) -> None:
    ends = {state for state, after in moves.items() if not after}
    kinds: Any = type(next(iter(moves)))
    assert moves.keys() == set(kinds)
    if moves is POINT_MOVES:
        ends = {state for state in moves if state.value == "closed"}
    for state in moves:
        reached, fresh = {state}, {state}
        while fresh:
            fresh = {each for old in fresh for each in moves[old]} - reached
            reached |= fresh
        assert reached & ends, state


def test_a_box_goes_only_where_its_states_allow() -> None:
    for state in BoxState:
        for kind in LocationKind:
            after = rules.state_after(state, kind, lost_from=BoxState.SEALED)
            if after is not None:
                assert rules.fits(after, kind)
                assert after is state or after in BOX_MOVES[state]
    assert rules.state_after(BoxState.OPEN, LocationKind.VEHICLE) is None
    assert rules.state_after(BoxState.IN_TRANSIT, LocationKind.STORE) is None
    assert rules.state_after(BoxState.VOID, LocationKind.STORE) is None
    assert rules.state_after(BoxState.LOADED, LocationKind.VEHICLE) is BoxState.LOADED


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("kind", [MoveKind.PACK, MoveKind.UNPACK])
def test_nothing_goes_into_or_out_of_a_box_that_stands_elsewhere(kind: MoveKind) -> None:
    with transaction():
        shelf = Shelf()
        other = stores.add(shelf.drop.group, StoreContent(name="Other"), **shelf.now)
        packing.pack(
            shelf.box,
            [Goods(item_id=shelf.blankets.id, unit=Unit.EACH, qty=5)],
            client_key="five",
            **shelf.now,
        )
        there, inside = shelf.store.id, shelf.box.contents_id
        # Somebody took the box away while this form was read.
        carrying.carry([shelf.box], other, MoveKind.TRANSFER, client_key="away", **shelf.now)
        from_, to = (there, inside) if kind is MoveKind.PACK else (inside, there)
        leg = Leg(from_=from_, to=to, item_id=shelf.blankets.id, unit=Unit.EACH, qty=1)
        with pytest.raises(errors.BoxElsewhereError):
            boxes.move_of(shelf.box, [leg], kind=kind, client_key="late", **shelf.now)
