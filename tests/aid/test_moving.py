"""Goods move from place to place, once, and never below nothing; a mistake is taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.aid.errors import stock as errors
from app.aid.models.stock import DropOff, StockLine, StockLocation, StockMove
from app.aid.queries import stock as reads
from app.aid.rules import stock as rules
from app.aid.rules.stock import DropOffContent, Leg
from app.aid.rules.words import (
    DropState,
    Fill,
    ItemCategory,
    LocationKind,
    MoveKind,
    PointState,
    Unit,
)
from app.aid.service import drop_offs, locations, moving
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from tests.factories.aid import make_drop, make_item, make_point, make_vehicle, make_workplace

BY = Actor.account(1, "Nadia")


class Round:
    """A round with a point, a van and a store, and a short way to move things."""

    def __init__(self, **changes: Any) -> None:
        self.drop = make_drop(**changes)
        self.mixed = make_item(self.drop.group, "mixed")
        self.blankets = make_item(self.drop.group, "blankets")
        self.point = make_point(self.drop)
        self.van = locations.of_vehicle(make_vehicle(self.drop.group))
        self.count = 0

    @property
    def at_point(self) -> StockLocation:
        return locations.of_point(self.point)

    def log(self, bags: int, *, key: str = "", **content: Any) -> DropOff:
        self.count += 1
        return drop_offs.log(
            self.point,
            DropOffContent(bags=bags, **content),
            client_key=key or f"log-{self.count}",
            now=clock.utcnow(),
            by=Actor.visitor(),
            entered_by=f"host:{self.point.id}",
        )

    def pick_up(self, bags: int, *, at: datetime | None = None, key: str = "") -> StockMove:
        self.count += 1
        now = clock.utcnow()
        leg = Leg(
            from_=self.at_point.id,
            to=self.van.id,
            item_id=self.mixed.id,
            unit=Unit.BAG,
            qty=bags,
        )
        return moving.move(
            self.drop,
            [leg],
            kind=MoveKind.PICK_UP,
            client_key=key or f"pick-{self.count}",
            happened_at=at or now,
            now=now,
            by=BY,
        )

    def totals(self) -> dict[LocationKind, int]:
        return {each.kind: each.qty for each in reads.totals(self.drop) if each.unit is Unit.BAG}

    def rows(self) -> int:
        return db.session.scalar(select(func.count()).select_from(StockMove)) or 0


@pytest.mark.usefixtures("app")
def test_what_is_brought_is_at_the_point_and_then_in_the_van() -> None:
    with transaction():
        here = Round()
        here.log(5, boxes=1, grams=2500, what=" warm   things ")
        here.pick_up(3)
    assert here.totals() == {
        LocationKind.WORLD_IN: -5,
        LocationKind.POINT: 2,
        LocationKind.VEHICLE: 3,
    }
    assert [(each.unit, each.qty) for each in reads.balances_at(here.at_point)] == [
        (Unit.BAG, 2),
        (Unit.BOX, 1),
        (Unit.GRAM, 2500),
    ]
    logged = db.session.scalars(select(DropOff)).one()
    assert (logged.bags, logged.boxes, logged.what) == (5, 1, "warm things")
    assert reads.bags_and_boxes(here.at_point.id, here.drop.id) == (2, 1)


@pytest.mark.usefixtures("app")
def test_the_same_form_twice_is_one_move() -> None:
    with transaction():
        here = Round()
        first = here.log(2, key="nonce")
        assert here.log(2, key="nonce").id == first.id
        taken = here.pick_up(1, key="again")
        assert here.pick_up(1, key="again").id == taken.id
    assert here.totals()[LocationKind.POINT] == 1
    assert here.rows() == 2


@pytest.mark.one_database
@pytest.mark.usefixtures("app")
def test_the_same_form_with_something_else_in_it_is_told() -> None:
    with transaction():
        here = Round()
        here.log(2, key="nonce")
    with transaction(), pytest.raises(errors.KeyUsedError):
        here.log(3, key="nonce")
    assert here.totals()[LocationKind.POINT] == 2


@pytest.mark.usefixtures("app")
def test_what_is_not_there_cannot_be_taken_and_nothing_is_written() -> None:
    with transaction():
        here = Round()
        here.log(2)
    with transaction(), pytest.raises(errors.NotEnoughError) as refused:
        here.pick_up(3)
    assert str(refused.value) == "Corner shop: only 2 bags of “Mixed” are there."
    assert here.rows() == 1
    assert here.totals()[LocationKind.POINT] == 2


@pytest.mark.usefixtures("app")
def test_nor_was_it_taken_before_it_came() -> None:
    now = clock.utcnow()
    with transaction():
        here = Round()
        here.log(2, received_at=now - timedelta(hours=3))
        here.log(2, received_at=now - timedelta(hours=1))
        here.pick_up(1, at=now - timedelta(minutes=30))
    with transaction(), pytest.raises(errors.NotEnoughError) as refused:
        here.pick_up(3, at=now - timedelta(hours=2))
    assert str(refused.value) == "Corner shop: only 2 bags of “Mixed” were there at that time."
    with transaction(), pytest.raises(errors.NotEnoughError):
        here.pick_up(1, at=now - timedelta(hours=4))
    with transaction():
        here.pick_up(2, at=now - timedelta(hours=2))
    with transaction(), pytest.raises(errors.NotEnoughError):
        here.pick_up(1, at=now - timedelta(hours=2))


@pytest.mark.usefixtures("app")
def test_a_point_that_holds_what_fits_is_full() -> None:
    with transaction():
        here = Round()
        here.point.max_boxes = 3
        here.log(4)
        before = here.point.state
        here.log(1)
    assert (before, here.point.state) == (PointState.LIVE, PointState.FULL)
    assert here.point.fill is Fill.FULL
    with transaction():
        here.pick_up(4)
    assert here.point.state is PointState.FULL, "only its host opens it again"


@pytest.mark.usefixtures("app")
def test_a_mistake_is_taken_back_once() -> None:
    with transaction():
        here = Round()
        logged = here.log(4)
        words: dict[str, Any] = {
            "reason": "Counted twice",
            "now": clock.utcnow(),
            "by": Actor.visitor(),
        }
        drop_offs.take_back(logged, client_key="back", **words)
        drop_offs.take_back(logged, client_key="back", **words)
    assert here.totals() == {}
    assert logged.void_id is not None
    back = reads.find_reversal(logged.move_id)
    assert back is not None
    with transaction(), pytest.raises(errors.AlreadyReversedError):
        moving.reverse(logged.move, client_key="other", **words)
    with transaction(), pytest.raises(errors.NotReversibleError):
        moving.reverse(back, client_key="third", **words)
    assert here.rows() == 2


@pytest.mark.usefixtures("app")
def test_what_has_gone_on_is_not_taken_back() -> None:
    with transaction():
        here = Round()
        logged = here.log(4)
        here.pick_up(3)
    words: dict[str, Any] = {"reason": "Counted twice", "now": clock.utcnow(), "by": BY}
    with transaction(), pytest.raises(errors.NotEnoughError):
        moving.reverse(logged.move, client_key="back", **words)
    with transaction(), pytest.raises(errors.ReasonNeededError):
        moving.reverse(logged.move, client_key="back", **words | {"reason": " "})
    assert logged.void_id is None
    assert here.rows() == 2


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"bags": 0}, errors.NothingError),
        ({"bags": -1}, errors.QuantityError),
        ({"bags": 2001}, errors.QuantityError),
        ({"bags": 1, "grams": 10**9}, errors.QuantityError),
        ({"bags": 1, "days": -1}, errors.TimeError),
        ({"bags": 1, "days": 400}, errors.TimeError),
        ({"bags": 1, "state": DropState.DRAFT}, errors.DropStillError),
        ({"bags": 1, "state": DropState.REPORTED}, errors.DropStillError),
        ({"bags": 1, "category": ItemCategory.MEDICINE}, errors.MedicineError),
    ],
)
@pytest.mark.one_database
def test_what_cannot_be_is_refused(content: dict[str, Any], error: type[Exception]) -> None:
    days, category = content.pop("days", 0), content.pop("category", None)
    with transaction():
        here = Round(state=content.pop("state", DropState.OPEN))
        if category:
            content["item_id"] = make_item(here.drop.group, "pills", category=category).id
    received_at = clock.utcnow() - timedelta(days=days)
    with transaction(), pytest.raises(error):
        here.log(content.pop("bags"), received_at=received_at, **content)
    assert here.rows() == 0
    assert here.totals() == {}


@pytest.mark.one_database
@pytest.mark.usefixtures("app")
def test_goods_of_one_round_do_not_move_in_another() -> None:
    with transaction():
        here, other = Round(), make_drop(slug="other")
        there = locations.of_point(make_point(other))
        leg = Leg(from_=here.at_point.id, to=there.id, item_id=here.mixed.id, unit=Unit.BAG, qty=1)
        here.log(1, key="one")
    words: dict[str, Any] = {"happened_at": clock.utcnow(), "now": clock.utcnow(), "by": BY}
    with transaction(), pytest.raises(errors.WrongWayError):
        moving.move(here.drop, [leg], kind=MoveKind.TRANSFER, client_key="x", **words)
    key = db.session.scalars(select(StockMove.client_key)).one()
    with transaction(), pytest.raises(errors.KeyUsedError):
        moving.move(other, [leg], kind=MoveKind.TRANSFER, client_key=key, **words)


@pytest.mark.usefixtures("app")
def test_a_move_is_never_changed() -> None:
    with transaction():
        Round().log(1)
    for statement in ("UPDATE stock_line SET qty = 9", "DELETE FROM stock_move"):
        with pytest.raises(DBAPIError, match="append-only"), transaction():
            db.session.execute(text(statement))
    assert db.session.scalars(select(StockLine.qty)).one() == 1


@pytest.mark.usefixtures("app")
def test_the_database_itself_refuses_less_than_nothing() -> None:
    with transaction():
        here = Round()
        here.log(1)
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("UPDATE stock_balance SET qty = -1 WHERE is_physical"))
    assert here.totals()[LocationKind.POINT] == 1


@pytest.mark.one_database
@pytest.mark.usefixtures("app")
def test_each_place_is_made_once() -> None:
    with transaction():
        here = Round()
        workplace = make_workplace(here.drop)
        for _ in range(2):
            locations.of_point(here.point)
            locations.of_workplace(workplace)
            locations.account(here.drop, LocationKind.GIVEN)
    made = db.session.scalars(select(StockLocation.kind).order_by(StockLocation.id)).all()
    assert sorted(made) == ["given", "point", "vehicle", "workplace"]
    with pytest.raises(ValueError, match="no account"):
        locations.account(here.drop, LocationKind.STORE)


def test_every_reason_has_a_way_and_nothing_comes_back_from_where_it_was_delivered() -> None:
    assert rules.WAYS.keys() == set(MoveKind)
    for kind, ways in rules.WAYS.items():
        assert bool(ways) is (kind is not MoveKind.REVERSAL)
        assert all(LocationKind.DESTINATION not in way.sources for way in ways)
        assert all(LocationKind.WORLD_IN not in way.targets for way in ways)


@pytest.mark.parametrize(
    ("balance", "later", "least"),
    [
        (3, [], 3),
        (3, [(2, +2)], 1),
        (3, [(2, -2)], 3),
        (0, [(3, +4), (2, -4)], -4),
        (0, [(2, +4), (3, -4)], 0),
        (1, [(2, +4), (2, -4)], 1),
    ],
)
def test_the_least_that_ever_lay_there(
    balance: int, later: list[tuple[int, int]], least: int
) -> None:
    noon = clock.utcnow()
    changes = [
        rules.Change(noon + timedelta(hours=hour), number, qty)
        for number, (hour, qty) in enumerate(later)
    ]
    assert rules.least_since(balance, changes) == least
