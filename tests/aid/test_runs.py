"""A van's day: asked for, proposed, moved by hand, confirmed, and what stands in its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.aid.errors.pickups import (
    AbsurdAmountError,
    BeforeRoundError,
    NoStopsError,
    NothingToFetchError,
    PickupOverError,
    PlanBrokenError,
    PlannedElsewhereError,
    RunClosedError,
    ShiftTimeMissingError,
    ShiftTimesError,
    StaleRunError,
    VanOnItsWayError,
    VehicleBusyError,
    VehicleNameTakenError,
)
from app.aid.flows import runs as flow
from app.aid.models.drops import Drop
from app.aid.models.pickups import PickupRequest, PickupRun, PickupStop, Vehicle
from app.aid.models.points import CollectionPoint, PointHours
from app.aid.models.stock import StockLocation
from app.aid.queries import pickups as reads
from app.aid.render.route_map import draw
from app.aid.rules.pickups import RunContent, Shove, VehicleContent
from app.aid.rules.route import Fault, WhyNot
from app.aid.rules.words import Fill, HoursKind, LocationKind, PickupState, RunState
from app.aid.service import crews, driving, pickups, planning, runs, vehicles
from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.lib import clock, ids
from app.lib.errors import StaleError
from tests.factories.aid import make_drop, make_point, make_vehicle, make_workplace
from tests.factories.events import SPOT, make_place

if TYPE_CHECKING:
    from flask import Flask

BY = Actor.account(1, "Organiser")
HOST = Actor.visitor()
NOW = clock.utcnow()
#: A Wednesday.
DAY = date(2026, 12, 2)


def make_store(drop: Drop, **changes: Any) -> StockLocation:
    """A store in Walthamstow."""
    values: dict[str, Any] = {
        "name": f"Store {ids.public_id()[:5]}",
        "lat": 51.5859,
        "lon": -0.0203,
    }
    store = StockLocation(
        public_id=ids.public_id(),
        group_id=drop.group_id,
        kind=LocationKind.STORE,
        **values | changes,
    )
    db.session.add(store)
    db.session.flush()
    return store


def point_at(drop: Drop, north: float, **changes: Any) -> CollectionPoint:
    """A point so many kilometres north of the store."""
    spot = replace(SPOT, lat=51.5859 + north / 111.2)
    return make_point(drop, place=make_place(spot), **changes)


def content(vehicle: Vehicle, store: StockLocation, **changes: Any) -> RunContent:
    """A day from nine to five."""
    values: dict[str, Any] = {
        "vehicle_id": vehicle.id,
        "start_id": store.id,
        "end_id": store.id,
        "starts_local": datetime.combine(DAY, time(9)),
        "ends_local": datetime.combine(DAY, time(17)),
    }
    return RunContent(**values | changes)


def ask(place: CollectionPoint, boxes: int = 5, **changes: Any) -> PickupRequest:
    """A wish of its host."""
    values: dict[str, Any] = {"boxes": boxes, "bags": 0, "now": NOW, "by": HOST}
    return pickups.ask(place, **values | changes)


class Ground:
    """Three points with wishes, a van, a store and an empty draft."""

    def __init__(self) -> None:
        with transaction():
            self.drop = make_drop()
            self.vehicle = make_vehicle(self.drop.group)
            self.store = make_store(self.drop)
            self.points = [point_at(self.drop, north) for north in (2, 4, 6)]
            self.keys = [ask(each).public_id for each in self.points]
            made = runs.make(
                self.drop, self.vehicle, content(self.vehicle, self.store), now=NOW, by=BY
            )
            self.public_id = made.public_id

    @property
    def run(self) -> PickupRun:
        """The draft as it stands."""
        db.session.expire_all()
        return reads.get_run(self.public_id, [self.drop.group_id])

    @property
    def order(self) -> list[str]:
        """The numbers of the points in the order of the day."""
        return [
            str(self.keys.index(stop.request.public_id) + 1) for stop in driving.in_order(self.run)
        ]

    def propose(self) -> None:
        """Let the proposer do it."""
        flow.propose(lambda: self.run, version=self.run.version, now=NOW, by=BY)

    def do(self, step: Any, *args: Any, **values: Any) -> None:
        """Take one step with the run as it stands."""
        version = values.pop("version", self.run.version)
        with transaction():
            step(self.run, *args, version=version, now=NOW, by=BY, **values)

    def shove(self, number: int, how: Shove) -> None:
        """Move the stop of a point."""
        self.do(runs.shove, self.keys[number - 1], how)

    def shove_in_only(self, number: int) -> None:
        """Let one point be the only stop."""
        with transaction():
            run, group_ids = self.run, [self.drop.group_id]
            asked = reads.get_request(self.keys[number - 1], group_ids)
            runs.add(run, asked, version=run.version, now=NOW, by=BY)

    def state(self, number: int) -> PickupState:
        """How the wish of a point stands."""
        db.session.expire_all()
        found = db.session.scalar(
            select(PickupRequest.state).where(PickupRequest.public_id == self.keys[number - 1])
        )
        assert found is not None
        return found


@pytest.fixture
def ground(app: Flask) -> Ground:
    """What a day needs."""
    return Ground()


def faults(run: PickupRun) -> set[Fault]:
    """What the checker finds."""
    return {each.fault for each in planning.problems_of(run)}


# --- wishes ---------------------------------------------------------------------------------------


def test_a_host_asks_once_and_corrects_it(ground: Ground) -> None:
    with transaction():
        again = ask(ground.points[0], 7, note="Side door")
    assert again.public_id == ground.keys[0]
    assert (again.boxes, again.note) == (7, "Side door")
    assert again.asked_by == f"host:{ground.points[0].public_id}"
    with transaction():
        pickups.withdraw(again, now=NOW, by=HOST)
    assert ground.state(1) is PickupState.WITHDRAWN
    with pytest.raises(PickupOverError), transaction():
        pickups.withdraw(again, now=NOW, by=HOST)
    with transaction():
        assert ask(ground.points[0]).public_id != ground.keys[0]


@pytest.mark.parametrize(
    ("bags", "boxes", "error"),
    [
        (0, 0, NothingToFetchError),
        (-1, 3, AbsurdAmountError),
        (0, -1, AbsurdAmountError),
        (2001, 0, AbsurdAmountError),
        (0, 1001, AbsurdAmountError),
    ],
)
@pytest.mark.one_database
def test_absurd_wishes_are_refused(
    ground: Ground, bags: int, boxes: int, error: type[Exception]
) -> None:
    with pytest.raises(error), transaction():
        ask(ground.points[0], boxes, bags=bags)
    assert db.session.get_one(PickupRequest, 1).boxes == 5


def test_a_workplace_asks_too(ground: Ground) -> None:
    with transaction():
        workplace = make_workplace(ground.drop)
        asked = pickups.ask(workplace, boxes=3, bags=1, now=NOW, by=BY)
    assert asked.asked_by == "account:1"
    ground.propose()
    stop = next(each for each in ground.run.stops if each.request_id == asked.id)
    # Nobody knows its hours: it is fetched at any time, and rung first.
    assert stop.position is not None
    day = planning.day_of(ground.run, [asked])
    assert day.ring_first == {asked.public_id}
    assert day.visits[asked.public_id].boxes == 4


# --- the order ------------------------------------------------------------------------------------


def test_a_proposed_day_holds_and_is_confirmed(ground: Ground) -> None:
    ground.propose()
    assert sorted(ground.order) == ["1", "2", "3"]
    assert faults(ground.run) == set()
    assert [ground.state(number) for number in (1, 2, 3)] == [PickupState.PLANNED] * 3
    ground.do(driving.confirm)
    run = ground.run
    assert (run.state, run.checked_at) == (RunState.PLANNED, NOW)
    first = driving.in_order(run)[0]
    assert first.arrives_local is not None
    assert first.leaves_local is not None
    assert first.arrives_local.date() == DAY
    assert first.leaves_local - first.arrives_local == timedelta(minutes=first.service_minutes)


def test_stops_are_moved_by_hand_and_make_it_a_draft(ground: Ground) -> None:
    ground.propose()
    while ground.order != ["1", "2", "3"]:
        ground.shove(1, Shove.UP) if ground.order[0] != "1" else ground.shove(2, Shove.UP)
    ground.do(driving.confirm)
    ground.shove(3, Shove.UP)
    assert ground.run.state is RunState.DRAFT
    assert ground.run.checked_at is None
    assert ground.order == ["1", "3", "2"]
    ground.shove(1, Shove.DOWN)
    assert ground.order == ["3", "1", "2"]
    ground.shove(2, Shove.DOWN)
    assert ground.order == ["3", "1", "2"]
    ground.shove(1, Shove.OUT)
    assert (ground.order, ground.state(1)) == (["3", "2"], PickupState.OPEN)
    # What was taken out by hand stays out when a new order is proposed.
    ground.propose()
    assert sorted(ground.order) == ["2", "3"]
    ground.shove(1, Shove.IN)
    assert (ground.order[-1], ground.state(1)) == ("1", PickupState.PLANNED)
    assert faults(ground.run) == set()


def test_a_stale_page_moves_nothing(ground: Ground) -> None:
    ground.propose()
    before = ground.order
    with pytest.raises(StaleRunError):
        ground.do(runs.shove, ground.keys[0], Shove.DOWN, version=ground.run.version - 1)
    with pytest.raises(StaleRunError):
        ground.shove(1, Shove.IN)
    with pytest.raises(StaleRunError):
        ground.do(runs.shove, "nothing", Shove.UP)
    assert ground.order == before


def test_what_does_not_fit_says_why_and_the_checker_refuses_it_by_hand(ground: Ground) -> None:
    with transaction():
        point = db.session.get_one(CollectionPoint, ground.points[1].id)
        point.hours[:] = [
            PointHours(weekday=2, kind=HoursKind.OPEN, opens=time(18), closes=time(20))
        ]
        ask(ground.points[2], 500)
    ground.propose()
    assert ground.order == ["1"]
    why = {stop.request.public_id: stop.unserved for stop in ground.run.stops}
    assert why[ground.keys[1]] == WhyNot.CLOSED
    assert why[ground.keys[2]] == WhyNot.TOO_BIG
    ground.shove(2, Shove.IN)
    ground.shove(3, Shove.IN)
    assert {Fault.CLOSED, Fault.TOO_MANY_BOXES} <= faults(ground.run)
    with pytest.raises(PlanBrokenError):
        ground.do(driving.confirm)
    assert ground.run.state is RunState.DRAFT
    ground.shove(2, Shove.OUT)
    ground.shove(3, Shove.OUT)
    ground.do(driving.confirm)
    assert ground.order == ["1"]


def test_hours_that_change_after_the_plan_are_seen_before_it_is_sent(ground: Ground) -> None:
    ground.propose()
    ground.do(driving.confirm)
    with transaction():
        db.session.get_one(CollectionPoint, ground.points[0].id).shut_on = DAY
    assert faults(ground.run) == {Fault.CLOSED}
    with pytest.raises(PlanBrokenError):
        ground.do(driving.send)
    assert ground.run.state is RunState.PLANNED


def test_no_day_without_a_stop(ground: Ground) -> None:
    with pytest.raises(NoStopsError):
        ground.do(driving.confirm)


def test_vans_come_after_the_last_day_of_a_point_but_not_through_a_shut_door(
    ground: Ground,
) -> None:
    with transaction():
        point = db.session.get_one(CollectionPoint, ground.points[0].id)
        point.until_on = DAY - timedelta(days=5)
        point.fill = Fill.FULL
    day = planning.day_of(ground.run, planning.candidates(ground.run))
    assert day.visits[ground.keys[0]].windows[-1].opens == 9 * 60
    assert day.visits[ground.keys[0]].weight > day.visits[ground.keys[1]].weight


def test_by_appointment_is_any_time_and_rung_first(ground: Ground) -> None:
    with transaction():
        point = db.session.get_one(CollectionPoint, ground.points[0].id)
        point.hours[:] = [PointHours(weekday=2, kind=HoursKind.BY_APPOINTMENT)]
    day = planning.day_of(ground.run, planning.candidates(ground.run))
    assert day.ring_first == {ground.keys[0]}
    ground.propose()
    assert "1" in ground.order


def test_the_night_of_the_clocks_is_counted_in_real_minutes(ground: Ground) -> None:
    night = datetime(2026, 10, 25)  # noqa: DTZ001 - a time on the wall
    with transaction():
        run = ground.run
        run.starts_local, run.ends_local = night, night + timedelta(hours=6)
    day = planning.day_of(ground.run, [])
    assert day.shift.ends - day.shift.starts == 7 * 60
    assert day.wall(day.shift.ends) == night + timedelta(hours=6)


def test_two_runs_do_not_fetch_the_same(ground: Ground) -> None:
    ground.propose()
    with transaction():
        other = runs.make(
            ground.drop, ground.vehicle, content(ground.vehicle, ground.store), now=NOW, by=BY
        )
    assert planning.candidates(other) == []
    request = reads.get_request(ground.keys[0], [ground.drop.group_id])
    with pytest.raises(PlannedElsewhereError), transaction():
        runs.add(other, request, version=1, now=NOW, by=BY)
    ground.shove(1, Shove.OUT)
    with transaction():
        held = reads.get_run(other.public_id, [ground.drop.group_id])
        asked = reads.get_request(ground.keys[0], [ground.drop.group_id])
        runs.add(held, asked, version=held.version, now=NOW, by=BY)
    with pytest.raises(PlannedElsewhereError):
        ground.shove(1, Shove.IN)
    # Counted again, the first run forgets what the other one has.
    ground.shove(2, Shove.OUT)
    assert {stop.request.public_id for stop in ground.run.stops} == set(ground.keys[1:])
    assert ground.state(1) is PickupState.PLANNED


def test_one_van_is_not_in_two_places(ground: Ground) -> None:
    ground.shove_in_only(1)
    ground.do(driving.confirm)
    first = ground.public_id
    with transaction():
        other = runs.make(
            ground.drop,
            ground.vehicle,
            content(ground.vehicle, ground.store, starts_local=datetime.combine(DAY, time(15))),
            now=NOW,
            by=BY,
        )
        ground.public_id = other.public_id
    ground.shove_in_only(2)
    with pytest.raises(VehicleBusyError):
        ground.do(driving.confirm)
    ground.public_id = first
    ground.do(driving.call_off)
    ground.public_id = other.public_id
    ground.do(driving.confirm)
    assert ground.run.state is RunState.PLANNED


def test_a_wish_that_changes_changes_the_draft_and_one_taken_back_leaves_it(
    ground: Ground,
) -> None:
    ground.propose()
    ground.do(driving.confirm)
    with transaction():
        ask(ground.points[0], 9)
    assert ground.run.state is RunState.DRAFT
    assert sorted(ground.order) == ["1", "2", "3"]
    plan = planning.plan_of(ground.run)
    assert plan is not None
    assert plan.calls[-1].boxes == 19
    with transaction():
        pickups.withdraw(
            reads.get_request(ground.keys[1], [ground.drop.group_id]), now=NOW, by=HOST
        )
    assert sorted(ground.order) == ["1", "3"]
    ground.do(driving.confirm)
    ground.do(driving.send)
    with pytest.raises(VanOnItsWayError), transaction():
        ask(ground.points[0], 2)
    with pytest.raises(VanOnItsWayError), transaction():
        pickups.withdraw(
            reads.get_request(ground.keys[0], [ground.drop.group_id]), now=NOW, by=HOST
        )
    assert ground.state(1) is PickupState.PLANNED


def test_a_run_becomes_only_what_it_may(ground: Ground) -> None:
    ground.propose()
    for step in (driving.send, driving.start, driving.take_back):
        with pytest.raises(RunClosedError):
            ground.do(step)
    ground.do(driving.confirm)
    ground.do(driving.take_back)
    ground.do(driving.confirm)
    ground.do(driving.send)
    with pytest.raises(RunClosedError):
        ground.shove(1, Shove.UP)
    ground.do(driving.take_back)
    assert (ground.run.state, ground.run.checked_at) == (RunState.DRAFT, None)
    ground.do(driving.call_off)
    assert ground.run.state is RunState.CANCELLED
    assert [ground.state(number) for number in (1, 2, 3)] == [PickupState.OPEN] * 3
    for step in (driving.confirm, driving.call_off):
        with pytest.raises(RunClosedError):
            ground.do(step)


@pytest.mark.parametrize(
    ("starts", "ends", "error"),
    [
        ("2026-12-02T09:00", "2026-12-02T08:00", ShiftTimesError),
        ("2026-12-02T09:00", "2026-12-02T09:29", ShiftTimesError),
        ("2026-12-02T09:00", "2026-12-03T02:00", ShiftTimesError),
        ("2027-03-28T01:30", "2027-03-28T09:00", ShiftTimeMissingError),
        ("2020-12-02T09:00", "2020-12-02T12:00", BeforeRoundError),
        ("9999-12-31T09:00", "9999-12-31T12:00", ShiftTimesError),
    ],
)
@pytest.mark.one_database
def test_shifts_that_nobody_drives(
    ground: Ground, starts: str, ends: str, error: type[Exception]
) -> None:
    times = {
        "starts_local": datetime.fromisoformat(starts),
        "ends_local": datetime.fromisoformat(ends),
    }
    with pytest.raises(error), transaction():
        runs.make(
            ground.drop,
            ground.vehicle,
            content(ground.vehicle, ground.store, **times),
            now=NOW,
            by=BY,
        )


def test_a_day_gets_another_van_and_its_order_stays(ground: Ground) -> None:
    ground.propose()
    before = ground.order
    with transaction():
        small = make_vehicle(ground.drop.group, name="Small car", capacity_boxes=8)
    ground.do(runs.edit, small, content(small, ground.store, crew="Noor, Jo"))
    assert (ground.order, ground.run.crew) == (before, "Noor, Jo")
    assert Fault.TOO_MANY_BOXES in faults(ground.run)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "pickup_run.edited")
    ).all()
    assert "Noor" not in "".join(str(each.detail) for each in entries)


# --- vehicles -------------------------------------------------------------------------------------


def test_vehicles_are_kept(ground: Ground) -> None:
    red = VehicleContent(name="Red van", capacity_boxes=80, registration="AB12 CDE")
    with transaction():
        made = vehicles.add(ground.drop.group_id, red, now=NOW, by=BY)
    with pytest.raises(VehicleNameTakenError), transaction():
        vehicles.add(ground.drop.group_id, red, now=NOW, by=BY)
    blue = replace(red, name="Blue van")
    with pytest.raises(VehicleNameTakenError), transaction():
        vehicles.edit(made, blue, version=made.version, now=NOW, by=BY)
    with pytest.raises(StaleError), transaction():
        vehicles.edit(made, red, version=9, now=NOW, by=BY)
    with transaction():
        vehicles.edit(made, replace(red, payload_kg=900), version=1, now=NOW, by=BY)
        vehicles.retire(made, is_retired=True, now=NOW, by=BY)
    assert (made.version, made.payload_kg, made.retired_at) == (3, 900, NOW)
    with transaction():
        vehicles.retire(made, is_retired=False, now=NOW, by=BY)
    assert made.retired_at is None


def test_what_waits_is_listed_the_oldest_first(ground: Ground) -> None:
    group_ids = [ground.drop.group_id]
    assert [each.public_id for each in reads.list_open(group_ids)] == ground.keys
    assert reads.list_open([]) == []
    assert len(reads.list_waiting()) == 3
    ground.propose()
    assert reads.list_waiting() == []
    assert [len(run.stops) for run in reads.list_runs(group_ids, is_over=False, limit=5)] == [3]
    assert reads.list_runs(group_ids, is_over=True, limit=5) == []
    assert isinstance(ground.run.stops[0], PickupStop)


def test_who_drove_is_forgotten_after_the_round(ground: Ground) -> None:
    with transaction():
        ground.run.crew = "Noor"
        assert crews.forget(now=NOW) == 0
        ended = ground.run.drop
        ended.ended_at = NOW
    days = timedelta(days=ended.retention_days)
    with transaction():
        assert crews.forget(now=NOW + days - timedelta(minutes=1)) == 0
    assert ground.run.crew == "Noor"
    with transaction():
        assert crews.forget(now=NOW + days) == 1
    forgotten = ground.run
    assert (forgotten.crew, forgotten.purged_at) == (None, NOW + days)


# --- the drawing ----------------------------------------------------------------------------------


def test_the_way_is_drawn_in_its_frame() -> None:
    store, north, east = (51.58, -0.02), (51.68, -0.02), (51.58, 0.2)
    drawing = draw(store, [north, None, east], store)
    assert drawing is not None
    assert [mark.number for mark in drawing.marks] == [None, 1, 3]
    home, first, last = drawing.marks
    assert first.y < home.y == last.y
    assert first.x == home.x < last.x
    assert all(0 < mark.x < drawing.width and 0 < mark.y < drawing.height for mark in drawing.marks)
    assert draw(store, [None], store) is None
    assert draw(None, [north], None) is not None
