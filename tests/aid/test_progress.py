"""What a round says in public of its goods is the sum of the moves, and honest."""

from __future__ import annotations

import pytest

from app.aid.queries.progress import progress_of, snapshot
from app.aid.render.progress import block_for
from app.aid.rules.progress import Amounts, Stage, Total, fold, from_json, to_json
from app.aid.rules.words import LocationKind, MoveKind, Unit
from app.aid.service import carrying, goods, locations
from app.db.session import transaction
from app.lib import clock
from tests.aid.test_boxes import Shelf
from tests.aid.test_moving import BY


def test_bags_boxes_and_weight_stay_apart() -> None:
    totals = [
        Total(LocationKind.WORLD_IN, 1, Unit.BAG, -7),
        Total(LocationKind.WORLD_IN, 1, Unit.BOX, -2),
        Total(LocationKind.POINT, 1, Unit.BAG, 3),
        Total(LocationKind.WORKPLACE, 1, Unit.BAG, 1),
        Total(LocationKind.ADJUST, 1, Unit.BAG, 3),
        Total(LocationKind.VEHICLE, 1, Unit.BOX, 2),
        Total(LocationKind.ADJUST, 2, Unit.EACH, -30),
        Total(LocationKind.STORE, 2, Unit.EACH, 25),
        Total(LocationKind.LOST, 2, Unit.EACH, 5),
    ]
    found = fold(totals, {LocationKind.STORE: 2}, mixed_id=1)
    assert found.collected == Amounts(bags=7, boxes=2)
    assert found.collected.worth == 5
    assert {stage: each for stage, each in found.stages.items() if each} == {
        Stage.AT_POINTS: Amounts(bags=4),
        Stage.ON_THE_WAY: Amounts(boxes=2),
        Stage.IN_STORE: Amounts(labelled=2),
        Stage.SORTED: Amounts(bags=3),
    }
    (blankets,) = found.items
    assert (blankets.known, blankets.in_hand, blankets.delivered, blankets.gone) == (30, 25, 0, 5)
    kept = to_json(totals, {LocationKind.STORE: 2})
    assert from_json(kept) == (totals, {LocationKind.STORE: 2})
    assert not fold([], {}, mixed_id=1)


@pytest.mark.usefixtures("app")
def test_what_is_told_at_the_end_stays() -> None:
    with transaction():
        here = Shelf()
        here.drop.target_boxes = 10
        here.log(5, grams=2500)
        here.pack(30)
        here.seal()
        here.load()
    now = clock.utcnow()
    shown = block_for(here.drop, now)["progress"]
    assert shown["collected"] == ["5 bags", "2.5 kg"]
    assert (shown["worth"], shown["share"]) == (2, 20)
    assert [(each.name, each.bags, each.boxes) for each in shown["rows"]] == [
        ("At collection points", "5", "–"),
        ("On the way", "–", "1"),
    ]
    assert [(each.name, each.known) for each in shown["items"]] == [("Blankets", "40")]
    before = progress_of(here.drop)
    with transaction():
        here.drop.frozen_totals = snapshot(here.drop)
        carrying.lose([here.box], reason="Gone", client_key="lost", **here.now)
        end = locations.account(here.drop, goods.ENDS[MoveKind.GIVE])
        goods.move_on(
            here.drop,
            here.store,
            end,
            here.some(1),
            chosen=(),
            kind=MoveKind.GIVE,
            client_key="gave",
            happened_at=now,
            now=clock.utcnow(),
            by=BY,
            reason="To a shelter",
        )
    assert progress_of(here.drop) == before
    assert block_for(here.drop, now)["progress"]["is_final"]
