"""Any history of goods, in any order, sent twice and at once, loses and invents nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.aid.models.points import CollectionPoint
from app.aid.models.stock import Box, StockMove
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import stock as reads
from app.aid.queries import stores as place_reads
from app.aid.rules.stock import DropOffContent, Goods, Seal
from app.aid.rules.words import BoxState, LocationKind, MoveKind, Unit
from app.aid.service import (
    boxes,
    carrying,
    drop_offs,
    goods,
    locations,
    moving,
    packing,
    stock_boxes,
    stock_sums,
)
from app.db.session import db
from tests.aid.yard import Deed, Refusal, Yard

if TYPE_CHECKING:
    from flask import Flask

#: How many histories to play; naming a number plays longer ones, others each time.
ASKED = int(os.environ.get("MUSTER_TEST_HISTORIES", "0"))
PROFILE = settings(
    max_examples=ASKED or 8,
    stateful_step_count=60 if ASKED else 25,
    derandomize=not ASKED,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
#: Something left out, which the machine must notice; the second takes a minute to be found.
PLANTED: list[tuple[Any, str]] = [(stock_boxes, "_check_open")]
if ASKED:
    PLANTED.append((stock_sums.Sums, "shift"))
STAGE: list[Flask] = []
SOME = st.integers(0, 6)
WHICH = st.integers(0, 11)
AGO = st.sampled_from([0, 0, 10, 60, 600])
THREADS = 3


class Histories(RuleBasedStateMachine):
    """Bringers, hosts, drivers and packers; what they type twice, too late, or wrongly."""

    yard: Yard

    @initialize()
    def open_yard(self) -> None:
        self.context = STAGE[0].app_context()
        self.context.push()
        self.yard = Yard(STAGE[0])

    def teardown(self) -> None:
        if hasattr(self, "yard"):
            db.session.remove()
            self.context.pop()

    def pick(self, found: list[Any], which: int) -> Any:
        return found[which % len(found)] if found else None

    # --- people bring things ----------------------------------------------------------------------

    def bring(self, which: int, bags: int, packs: int, grams: int, ago: int) -> Deed:
        yard, words = self.yard, self.yard.words()
        content = DropOffContent(
            bags=bags,
            boxes=packs,
            grams=grams,
            received_at=words["now"] - timedelta(minutes=ago),
        )

        def deed() -> Any:
            place: Any = db.session.get_one(
                *(
                    (WorkplaceCollection, yard.workplace_id)
                    if which % 3 == 2
                    else (CollectionPoint, yard.point_ids[which % 3])
                )
            )
            return drop_offs.log(place, content, entered_by="host:1", **words)

        return deed

    @rule(which=WHICH, bags=SOME, packs=SOME, grams=st.sampled_from([0, 0, 1500, -1]), ago=AGO)
    def log(self, which: int, bags: int, packs: int, grams: int, ago: int) -> None:
        self.yard.do(self.bring(which, bags, packs, grams, ago))

    @rule(which=WHICH, bags=st.integers(1, 9), ago=AGO)
    def log_at_once(self, which: int, bags: int, ago: int) -> None:
        outcomes = self.yard.at_once([self.bring(which, bags, 0, 0, ago)] * THREADS)
        assert len(set(outcomes)) == 1

    # --- they go on -------------------------------------------------------------------------------

    def hand_on(self, from_: int, to: int, kind: MoveKind, most: int, ago: int) -> Deed:
        yard, words = self.yard, self.yard.words()
        chosen = yard.goods_at(from_, most) or [
            Goods(item_id=yard.items[0], unit=Unit.BAG, qty=max(most, 1))
        ]
        happened_at = words["now"] - timedelta(minutes=ago)

        def deed() -> Any:
            here, there = yard.place(from_), yard.place(to)
            return goods.move_on(
                yard.drop,
                here,
                there,
                chosen,
                chosen=(),
                kind=kind,
                happened_at=happened_at,
                reason="So",
                **words,
            )

        return deed

    KINDS = st.sampled_from(
        [MoveKind.PICK_UP, MoveKind.UNLOAD, MoveKind.TRANSFER, MoveKind.LOAD, MoveKind.HAND_OVER]
    )

    @rule(from_=WHICH, to=WHICH, kind=KINDS, most=SOME, ago=AGO)
    def go_on(self, from_: int, to: int, kind: MoveKind, most: int, ago: int) -> None:
        places = self.yard.places
        from_, to = places[from_ % len(places)], places[to % len(places)]
        self.yard.do(self.hand_on(from_, to, kind, most, ago))

    @rule(which=WHICH, most=st.integers(1, 9), ago=AGO)
    def fetch(self, which: int, most: int, ago: int) -> None:
        point = self.yard.points[which % 2]
        self.yard.do(self.hand_on(point, self.yard.van, MoveKind.PICK_UP, most, ago))

    @rule(which=WHICH, most=st.integers(1, 9))
    def two_vans_reach_for_the_same(self, which: int, most: int) -> None:
        point = self.yard.points[which % 2]
        deeds = [self.hand_on(point, self.yard.van, MoveKind.PICK_UP, most, 0) for _ in range(2)]
        self.yard.at_once(deeds)

    @rule(which=WHICH)
    def unload(self, which: int) -> None:
        store = self.yard.stores[which % 2]
        self.yard.do(self.hand_on(self.yard.van, store, MoveKind.UNLOAD, 99, 0))

    ENDS = st.sampled_from([MoveKind.GIVE, MoveKind.LOSE, MoveKind.DISCARD, MoveKind.DELIVER])

    @rule(from_=WHICH, kind=ENDS, most=SOME, ago=AGO)
    def end(self, from_: int, kind: MoveKind, most: int, ago: int) -> None:
        yard = self.yard
        from_ = yard.places[from_ % len(yard.places)]
        yard.do(lambda: locations.account(yard.drop, goods.ENDS[kind]))
        end = place_reads.find_account(yard.drop_id, goods.ENDS[kind])
        assert end is not None
        yard.do(self.hand_on(from_, end.id, kind, most, ago))

    @rule(to=WHICH, most=SOME)
    def find(self, to: int, most: int) -> None:
        yard = self.yard
        lost = place_reads.find_account(yard.drop_id, LocationKind.LOST)
        if lost is not None:
            to = yard.places[to % len(yard.places)]
            yard.do(self.hand_on(lost.id, to, MoveKind.FIND, most, 0))

    @rule(where=WHICH, most=SOME, made=SOME)
    def sort(self, where: int, most: int, made: int) -> None:
        yard, words = self.yard, self.yard.words()
        place = yard.places[where % len(yard.places)]
        taken = yard.goods_at(place, most)
        into = [Goods(item_id=yard.items[1], unit=Unit.EACH, qty=made * 5)]
        happened_at = words["now"]
        yard.do(
            lambda: goods.sort(
                yard.drop, yard.place(place), taken, into, happened_at=happened_at, **words
            )
        )

    @rule(where=WHICH, qty=SOME, is_stale=st.booleans())
    def count(self, where: int, qty: int, is_stale: bool) -> None:
        yard, words = self.yard, self.yard.words()
        place = yard.places[where % len(yard.places)]
        counted = {(yard.items[0], Unit.BAG): qty}
        seen = "0" if is_stale else goods.seen_at(yard.drop, yard.place(place))
        yard.do(
            lambda: goods.count(
                yard.drop, yard.place(place), counted, seen=seen, reason="So", **words
            )
        )

    # --- boxes ------------------------------------------------------------------------------------

    def box_deed(self, which: int, work: Callable[..., Any], *states: BoxState) -> Deed | None:
        box_id = self.pick(self.yard.boxes(*states), which)
        if box_id is None:
            return None
        words = self.yard.words()
        return lambda: work(db.session.get_one(Box, box_id), words)

    def do_box(self, deed: Deed | None) -> None:
        if deed is not None:
            self.yard.do(deed)

    @rule(which=WHICH, count=st.integers(0, 2))
    def make(self, which: int, count: int) -> None:
        yard, words = self.yard, self.yard.words()
        store = yard.stores[which % 2]
        yard.do(lambda: boxes.make(yard.drop, yard.place(store), count, **words)[0])

    def packing_of(self, which: int, most: int) -> Deed | None:
        box_id = self.pick(self.yard.boxes(), which)
        if box_id is None:
            return None
        place = db.session.get_one(Box, box_id).location_id
        chosen = self.yard.goods_at(place, most)
        words = self.yard.words()
        return lambda: packing.pack(db.session.get_one(Box, box_id), chosen, **words)

    @rule(which=WHICH, most=st.integers(1, 9))
    def pack(self, which: int, most: int) -> None:
        self.do_box(self.packing_of(which, most))

    @rule(which=WHICH, most=st.integers(1, 9))
    def pack_at_once(self, which: int, most: int) -> None:
        deed = self.packing_of(which, most)
        if deed is not None:
            assert len(set(self.yard.at_once([deed] * THREADS))) == 1

    @rule(which=WHICH, most=st.integers(1, 4), is_split=st.booleans())
    def take_out(self, which: int, most: int, is_split: bool) -> None:
        box_id = self.pick(self.yard.boxes(), which)
        if box_id is None:
            return
        chosen = self.yard.goods_at(db.session.get_one(Box, box_id).contents_id, most)
        work = packing.split if is_split else packing.unpack
        words = self.yard.words()
        self.yard.do(lambda: work(db.session.get_one(Box, box_id), chosen, **words))

    @rule(which=WHICH, other=WHICH)
    def merge(self, which: int, other: int) -> None:
        into = self.pick(self.yard.boxes(), other)
        self.do_box(
            self.box_deed(
                which, lambda box, words: packing.merge(box, db.session.get_one(Box, into), **words)
            )
        )

    @rule(which=WHICH, behind=st.sampled_from([0, 0, 0, 1]))
    def seal(self, which: int, behind: int) -> None:
        box_id = self.pick(self.yard.boxes(BoxState.OPEN, BoxState.SEALED), which)
        if box_id is None:
            return
        version = db.session.get_one(Box, box_id).version - behind
        words = self.yard.words()
        del words["client_key"]
        box = partial(db.session.get_one, Box, box_id)
        self.yard.do(lambda: boxes.seal(box(), Seal(gross_g=900), version=version, **words))
        if box().state is BoxState.SEALED:
            self.yard.sealed.setdefault(box_id, self.yard.contents(box_id))

    @rule(which=WHICH)
    def open_again(self, which: int) -> None:
        box_id = self.pick(self.yard.boxes(), which)
        if box_id is None:
            return
        box = db.session.get_one(Box, box_id)
        version, words = box.version, self.yard.words()
        del words["client_key"]
        self.yard.do(
            lambda: boxes.open_again(db.session.get_one(Box, box_id), version=version, **words)
        )
        if db.session.get_one(Box, box_id).state is BoxState.OPEN:
            self.yard.sealed.pop(box_id, None)

    @rule(which=WHICH, to=WHICH, kind=KINDS)
    def carry(self, which: int, to: int, kind: MoveKind) -> None:
        yard = self.yard
        place = yard.places[to % len(yard.places)]
        self.do_box(
            self.box_deed(
                which, lambda box, words: carrying.carry([box], yard.place(place), kind, **words)
            )
        )

    @rule(which=WHICH)
    def load(self, which: int) -> None:
        yard = self.yard
        self.do_box(
            self.box_deed(
                which,
                lambda box, words: carrying.carry(
                    [box], yard.place(yard.van), MoveKind.LOAD, **words
                ),
                BoxState.SEALED,
            )
        )

    @rule()
    def depart(self) -> None:
        yard, words = self.yard, self.yard.words()
        del words["client_key"]
        yard.do(lambda: carrying.depart(yard.place(yard.van), yard.drop, **words))

    @rule(which=WHICH, short=st.integers(0, 2), damaged=st.integers(0, 2))
    def deliver(self, which: int, short: int, damaged: int) -> None:
        yard = self.yard
        box_id = self.pick(yard.boxes(BoxState.LOADED, BoxState.IN_TRANSIT), which)
        if box_id is None:
            return
        inside = db.session.get_one(Box, box_id).contents_id
        missing = [each for each in yard.goods_at(inside, short) if each.qty]
        spoilt = [each for each in yard.goods_at(inside, damaged) if each.qty]
        words, loaded = yard.words(), yard.contents(box_id)
        outcome = yard.do(
            lambda: carrying.deliver(
                db.session.get_one(Box, box_id),
                short=missing,
                damaged=spoilt,
                reason="Torn",
                **words,
            )
        )
        if not isinstance(outcome, Refusal):
            arrived = yard.contents(box_id)
            for key, qty in loaded.items():
                gone = [each for each in (*missing, *spoilt) if (each.item_id, each.unit) == key]
                assert qty == arrived.get(key, 0) + sum(each.qty for each in gone)

    @rule(which=WHICH, is_found=st.booleans())
    def lose_or_find(self, which: int, is_found: bool) -> None:
        def work(box: Box, words: dict[str, Any]) -> Any:
            if is_found:
                return carrying.find_again(box, reason="So", **words)
            return carrying.lose([box], reason="So", **words)

        self.do_box(self.box_deed(which, work))

    @rule(which=WHICH, kind=st.sampled_from([MoveKind.DISCARD, MoveKind.GIVE, MoveKind.LOSE]))
    def put_away(self, which: int, kind: MoveKind) -> None:
        self.do_box(
            self.box_deed(
                which, lambda box, words: packing.put_away(box, kind, reason="So", **words)
            )
        )

    # --- mistakes ---------------------------------------------------------------------------------

    def back(self, move_id: int) -> Deed:
        words = self.yard.words()
        return lambda: moving.reverse(
            db.session.get_one(StockMove, move_id), reason="A slip", **words
        )

    @rule(which=WHICH)
    def take_back(self, which: int) -> None:
        move_id = self.pick(self.yard.moves()[::-1], which)
        if move_id is not None:
            self.yard.do(self.back(move_id))

    @rule()
    def take_back_at_once(self) -> None:
        moves = self.yard.moves()
        if moves:
            deeds = [self.back(moves[-1]) for _ in range(THREADS)]
            outcomes = self.yard.at_once(deeds)
            assert sum(not isinstance(each, Refusal) for each in outcomes) <= 1

    @rule(which=WHICH, bags=st.integers(1, 5))
    def there_and_back(self, which: int, bags: int) -> None:
        yard = self.yard
        before = yard.stock()
        deed = self.hand_on(yard.points[which % 2], yard.van, MoveKind.PICK_UP, bags, 0)
        if not isinstance(yard.do(deed), Refusal):
            assert not isinstance(yard.do(self.back(yard.moves()[-1])), Refusal)
            assert yard.stock() == before
            twice = yard.do(self.back(reads.list_moves(yard.drop_id, limit=2)[1].id))
            assert twice == "AlreadyReversedError"

    @rule(which=WHICH)
    def send_again(self, which: int) -> None:
        deed = self.pick(self.yard.done[::-1], which)
        if deed is not None:
            self.yard.again(deed)

    @rule(which=WHICH)
    def send_again_at_once(self, which: int) -> None:
        deed = self.pick(self.yard.done[::-1], which)
        if deed is not None:
            before = self.yard.everything()
            self.yard.at_once([deed] * THREADS)
            assert self.yard.everything() == before

    @invariant()
    def nothing_is_lost_and_nothing_invented(self) -> None:
        if hasattr(self, "yard"):
            self.yard.check()


@pytest.fixture
def stage(disk_app: Flask) -> Flask:
    """Where histories are played: a database of its own, with real commits."""
    STAGE[:] = [disk_app]
    return disk_app


@pytest.mark.long
@pytest.mark.usefixtures("stage")
def test_any_history_of_goods_adds_up() -> None:
    run_machine(Histories, settings=PROFILE)


# --- the machine itself: it must find what is wrong -----------------------------------------------


def nothing(*_args: object, **_values: object) -> None:
    """What a bug leaves out."""


@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(("place", "name"), PLANTED)
def test_a_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
    monkeypatch.setattr(place, name, nothing)
    hunt = settings(
        PROFILE,
        max_examples=60,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError):
        run_machine(Histories, settings=hunt)
