"""A van's day is driven: what was taken becomes moves of goods, what was shut waits again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.aid.errors.pickups import (
    AbsurdAmountError,
    PlannedElsewhereError,
    ResultHasCountError,
    ResultNeedsCountError,
    ResultNeedsReasonError,
    ResultsMissingError,
    RunClosedError,
)
from app.aid.models.pickups import PickupStop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import StockLocation, StockMove
from app.aid.queries import pickups as reads
from app.aid.queries import stock as stock_reads
from app.aid.rules import pickups as rules
from app.aid.rules.fetching import Lying, fetched
from app.aid.rules.pickups import Result
from app.aid.rules.stock import DropOffContent
from app.aid.rules.words import (
    Fill,
    MoveKind,
    PickupState,
    PointState,
    RunState,
    StopOutcome,
    Unit,
)
from app.aid.service import driving, drop_offs, locations, planning, results, runs
from app.db.session import db, transaction
from tests.aid.test_runs import BY, HOST, NOW, Ground, ask, content
from tests.factories.aid import make_item

if TYPE_CHECKING:
    from flask import Flask

OUT = StopOutcome
COUNTED = "Counted by the driver"
SHUT = Result(outcome=OUT.CLOSED_NO_ACCESS, reason="Nobody opened")


class Driven(Ground):
    """The same day with six boxes and eight bags at each point, sent to its driver."""

    def __init__(self) -> None:
        super().__init__()
        with transaction():
            make_item(self.drop.group, "mixed")
            for number, point in enumerate(self.points):
                drop_offs.log(
                    point,
                    DropOffContent(boxes=6, bags=8, grams=2000),
                    client_key=str(number),
                    now=NOW - timedelta(days=1),
                    by=HOST,
                    entered_by=f"host:{point.public_id}",
                )
        self.propose()
        self.do(driving.confirm)
        self.do(driving.send)

    def stop(self, number: int) -> PickupStop:
        """The stop at a point."""
        return next(
            each for each in self.run.stops if each.request.public_id == self.keys[number - 1]
        )

    def enter(self, found: Mapping[int, Result]) -> None:
        """Write results down, by the number of the point."""
        by_stop = {self.stop(number).public_id: result for number, result in found.items()}
        self.do(results.enter, by_stop, counted=COUNTED)

    def lies(self, place: StockLocation) -> tuple[int, int, int]:
        """(bags, boxes, grams) that the books know in a place."""
        db.session.expire_all()
        found = {each.unit: each.qty for each in stock_reads.balances_at(place)}
        return found.get(Unit.BAG, 0), found.get(Unit.BOX, 0), found.get(Unit.GRAM, 0)

    def at_point(self, number: int) -> tuple[int, int, int]:
        """The same at a point."""
        return self.lies(locations.of_point(self.points[number - 1]))

    @property
    def in_van(self) -> tuple[int, int, int]:
        """The same in the van; nothing where it was never loaded."""
        found = db.session.scalar(
            select(StockLocation).where(StockLocation.vehicle_id == self.vehicle.id)
        )
        return self.lies(found) if found is not None else (0, 0, 0)

    def kinds(self) -> list[MoveKind]:
        """Why goods were moved, one after the other, the drop-offs left out."""
        db.session.expire_all()
        moves = db.session.scalars(select(StockMove).order_by(StockMove.id)).unique()
        return [each.kind for each in moves if each.kind is not MoveKind.DROP_OFF]


@pytest.fixture
def driven(app: Flask) -> Driven:
    """A day whose driver has the sheet."""
    return Driven()


def taken(bags: int = 8, boxes: int = 6, outcome: StopOutcome = OUT.COLLECTED) -> Result:
    """Something was taken; a part of it for a reason."""
    return Result(
        outcome=outcome,
        bags=bags,
        boxes=boxes,
        reason="" if outcome is OUT.COLLECTED else "No more room",
    )


# --- the day --------------------------------------------------------------------------------------


def test_a_day_is_driven_with_one_stop_shut(driven: Driven) -> None:
    with transaction():
        point = db.session.get_one(CollectionPoint, driven.points[0].id)
        point.state, point.fill = PointState.FULL, Fill.FULL
    driven.do(driving.start)
    driven.enter({1: taken(), 2: SHUT})
    with pytest.raises(ResultsMissingError):
        driven.do(results.finish)
    driven.enter({3: Result(outcome=OUT.NOTHING_THERE, reason="The host gave it to another van")})
    assert driven.in_van == (8, 6, 2000)
    assert driven.at_point(1) == (0, 0, 0)
    assert driven.at_point(2) == (8, 6, 2000)
    states = [driven.state(number) for number in (1, 2, 3)]
    assert states == [PickupState.DONE, PickupState.OPEN, PickupState.DONE]
    # Whoever was full has room again, and the public reads so.
    point = db.session.get_one(CollectionPoint, driven.points[0].id)
    assert (point.state, point.fill) == (PointState.LIVE, Fill.EMPTY)
    driven.do(results.finish)
    assert driven.run.state is RunState.FINISHED
    assert driven.in_van == (0, 0, 0)
    assert driven.lies(driven.store) == (8, 6, 2000)
    assert driven.kinds() == [MoveKind.PICK_UP, MoveKind.UNLOAD]
    # The shut stop is asked for still, and the next run may take it.
    assert [each.public_id for each in reads.list_open([driven.drop.group_id])] == [driven.keys[1]]
    with pytest.raises(RunClosedError):
        driven.enter({1: taken()})
    with pytest.raises(RunClosedError):
        driven.do(results.finish)


def test_results_start_a_run_that_was_sent(driven: Driven) -> None:
    driven.enter({1: taken()})
    assert driven.run.state is RunState.RUNNING


def test_what_did_not_fit_stays_and_waits(driven: Driven) -> None:
    driven.enter({1: taken(4, 3, OUT.PARTIAL)})
    assert driven.in_van == (4, 3, 1000)
    assert driven.at_point(1) == (4, 3, 1000)
    assert driven.state(1) is PickupState.OPEN
    # Five boxes were asked for, three of them and four bags are gone.
    request = reads.get_request(driven.keys[0], [driven.drop.group_id])
    day = planning.day_of(driven.run, [request])
    assert day.visits[request.public_id].boxes == 2


def test_the_books_follow_a_driver_who_counts_less_or_more(driven: Driven) -> None:
    driven.enter({1: taken(7, 6), 2: taken(8, 9)})
    assert driven.at_point(1) == driven.at_point(2) == (0, 0, 0)
    assert driven.in_van == (15, 15, 4000)
    assert driven.kinds().count(MoveKind.COUNT) == 2
    reasons = {each.reason for each in db.session.scalars(select(StockMove)).unique()}
    assert COUNTED in reasons


def test_a_result_is_corrected_until_the_van_is_unloaded(driven: Driven) -> None:
    driven.enter({1: taken(7, 9)})
    driven.enter({1: SHUT})
    assert (driven.in_van, driven.at_point(1)) == ((0, 0, 0), (8, 6, 2000))
    assert driven.state(1) is PickupState.OPEN
    driven.enter({1: taken()})
    assert (driven.in_van, driven.at_point(1)) == ((8, 6, 2000), (0, 0, 0))
    assert driven.state(1) is PickupState.DONE
    driven.enter({1: Result(outcome=OUT.PENDING)})
    assert (driven.in_van, driven.state(1)) == ((0, 0, 0), PickupState.PLANNED)


def test_the_same_results_again_move_nothing(driven: Driven) -> None:
    driven.enter({1: taken()})
    before = driven.kinds()
    driven.enter({1: taken()})
    assert driven.kinds() == before


def test_what_came_after_the_van_had_left_is_not_missing(driven: Driven) -> None:
    with transaction():
        run = driven.run
        for stop in run.stops:
            stop.leaves_local = (NOW - timedelta(hours=2)).replace(tzinfo=None)
        drop_offs.log(
            driven.points[0],
            DropOffContent(bags=3),
            client_key="late",
            now=NOW,
            by=HOST,
            entered_by=f"host:{driven.points[0].public_id}",
        )
    driven.enter({1: taken()})
    assert driven.at_point(1) == (3, 0, 0)
    assert driven.kinds() == [MoveKind.PICK_UP]


def test_a_wish_that_another_run_took_over_is_not_ended_here(driven: Driven) -> None:
    driven.enter({1: SHUT})
    with transaction():
        other = runs.make(
            driven.drop, driven.vehicle, content(driven.vehicle, driven.store), now=NOW, by=BY
        )
        asked = reads.get_request(driven.keys[0], [driven.drop.group_id])
        runs.add(other, asked, version=other.version, now=NOW, by=BY)
    with pytest.raises(PlannedElsewhereError):
        driven.enter({1: taken()})
    assert driven.in_van == (0, 0, 0)


def test_nothing_half_written_where_one_result_cannot_be(driven: Driven) -> None:
    with pytest.raises(ResultNeedsReasonError):
        driven.enter({1: taken(), 2: Result(outcome=OUT.SKIPPED)})
    assert driven.in_van == (0, 0, 0)
    assert driven.run.state is RunState.SENT


def test_a_host_asks_anew_after_the_van_came(driven: Driven) -> None:
    driven.enter({1: taken()})
    with transaction():
        assert ask(driven.points[0], 2).public_id != driven.keys[0]


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "error"),
    [
        (Result(outcome=OUT.COLLECTED), ResultNeedsCountError),
        (Result(outcome=OUT.PARTIAL, reason="Full"), ResultNeedsCountError),
        (Result(outcome=OUT.PARTIAL, bags=1), ResultNeedsReasonError),
        (Result(outcome=OUT.CLOSED_NO_ACCESS), ResultNeedsReasonError),
        (Result(outcome=OUT.NOTHING_THERE), ResultNeedsReasonError),
        (Result(outcome=OUT.SKIPPED), ResultNeedsReasonError),
        (Result(outcome=OUT.SKIPPED, boxes=1, reason="Late"), ResultHasCountError),
        (Result(outcome=OUT.PENDING, boxes=1), ResultHasCountError),
        (Result(outcome=OUT.COLLECTED, bags=-1), AbsurdAmountError),
        (Result(outcome=OUT.COLLECTED, boxes=5000), AbsurdAmountError),
    ],
)
def test_results_that_cannot_be(result: Result, error: type[Exception]) -> None:
    with pytest.raises(error):
        rules.check_result(result)


GOODS = st.lists(
    st.builds(
        Lying,
        unit=st.sampled_from(Unit),
        qty=st.integers(1, 30),
        item_id=st.integers(1, 3),
        is_mixed=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda each: (each.unit, each.item_id),
)


@given(GOODS, st.integers(0, 60), st.integers(0, 60), st.booleans(), st.integers(0, 3))
def test_the_books_say_what_the_driver_counted(
    lying: list[Lying], bags: int, boxes: int, is_all: bool, labelled: int
) -> None:
    lying += [Lying(unit=Unit.BOX, qty=1, box_id=each + 1) for each in range(labelled)]
    outcome = OUT.COLLECTED if is_all else OUT.PARTIAL
    found = fetched(Result(outcome=outcome, bags=bags, boxes=boxes), lying)
    more = dict(found.more)
    for unit, counted in ((Unit.BAG, bags), (Unit.BOX, boxes)):
        there = sum(each.qty for each in lying if each.unit is unit)
        goes = sum(each.qty for each in found.taken if each.unit is unit)
        gone = sum(each.qty for each in found.missing if each.unit is unit)
        assert goes + more.get(unit, 0) == counted
        stays = there - goes - gone
        assert stays >= 0
        assert not is_all or stays <= labelled
        assert is_all or not gone
    for unit in (Unit.EACH, Unit.GRAM):
        there = sum(each.qty for each in lying if each.unit is unit)
        goes = sum(each.qty for each in found.taken if each.unit is unit)
        assert goes == there if is_all else 0 <= goes <= there
