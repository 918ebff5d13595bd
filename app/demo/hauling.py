"""Vans, a store and collections at work in the demo's round of collecting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from app.aid.flows import runs as run_flows
from app.aid.models.pickups import PickupRun, Vehicle
from app.aid.models.stock import StockLocation
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import pickups as reads
from app.aid.queries import points as point_reads
from app.aid.queries import workplaces as workplace_reads
from app.aid.rules.pickups import Result, RunContent, VehicleContent
from app.aid.rules.stock import StoreContent
from app.aid.rules.words import PledgeState, StopOutcome, WorkplaceState
from app.aid.rules.workplaces import Content, Count, Span, Spot, Steward
from app.aid.service import (
    driving,
    hand_overs,
    pickups,
    pledging,
    results,
    runs,
    stores,
    vehicles,
    workplace_times,
    workplaces,
)
from app.db.session import transaction
from app.demo.collecting import VISITOR
from app.demo.rounds import Round, Texts
from app.demo.scenery import BY
from app.events.rules.words import EntrySource
from app.lib import ids
from app.places.queries.finding import Found, find_position

#: The vans were written down before the round opened.
BOUGHT = timedelta(days=20)


def make_vans(made: Round) -> tuple[StockLocation, Vehicle]:
    """The store, and the vans of the round; the first van drives."""
    at = made.now - BOUGHT
    group, one = made.drop.group, made.texts["store"]
    with transaction():
        content = StoreContent(
            name=one["name"], address=one["address"], lat=one["lat"], lon=one["lon"]
        )
        store = stores.add(group, content, now=at, by=BY)
        first, *_ = [
            vehicles.add(
                group.id,
                VehicleContent(
                    name=van["name"], capacity_boxes=van["capacity"], payload_kg=van["payload"]
                ),
                now=at,
                by=BY,
            )
            for van in made.texts["vehicles"]
        ]
    return store, first


def let_collect_at_work(made: Round) -> None:
    """Queue the collections at work: signed up, pledged, some of them taken to their point."""
    for number, one in enumerate(made.texts["workplaces"]):
        made.then(made.at(12 - number, 10), _sign_up(made, one))


def drive_last_week(made: Round, store: StockLocation, van: Vehicle) -> None:
    """A day on which a van fetched what lay at two points and unloaded it; plays what is queued."""
    day = _weekday_before(made.today - timedelta(days=4))
    days_ago = (made.today - day).days
    for one in made.texts["points"]:
        if one.get("picked_up"):
            made.then(made.at(days_ago + 1, 20), _ask_all(made, one["name"]))
    until = made.at(days_ago, 6)
    later = [step for step in made.steps if step[0] > until]
    made.steps = [step for step in made.steps if step[0] <= until]
    made.play()
    _drive(made, store, van, day)
    made.steps = later
    made.play()
    with transaction():
        # Collections at work whose first day has come are under way.
        workplace_times.follow_days(now=made.now - timedelta(hours=2), after_id=0, limit=50)


def plan_next_run(made: Round, store: StockLocation, van: Vehicle) -> None:
    """The van's next day, as it was proposed for what hosts asked to have fetched."""
    # A Tuesday: the hall that asked is open then.
    tomorrow = made.today + timedelta(days=1)
    day = tomorrow + timedelta(days=(1 - tomorrow.weekday()) % 7)
    with transaction():
        run = _make_run(made, store, van, day, now=made.now - timedelta(hours=5))
    _propose(run, now=made.now - timedelta(hours=5))


# --- work ---------------------------------------------------------------------------------------


def _sign_up(made: Round, one: Texts) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        found = find_position(one["postcode"])
        if not isinstance(found, Found):
            raise TypeError(one["postcode"])
        content = Content(
            organisation=one["organisation"],
            is_public=one["is_public"],
            spot=Spot(locality=one["locality"], country="GB", lat=found.lat, lon=found.lon),
            span=Span(
                from_on=made.today - timedelta(days=6),
                until_on=made.today + timedelta(days=9),
            ),
            promised_boxes=one["promised"],
            staff_count=one["staff"],
        )
        steward = Steward(
            name=one["steward"],
            email=f"{ids.slugify(one['steward']).replace('-', '.')}@example.org",
            phone=None,
            locale="en",
        )
        signed = workplaces.sign_up(
            made.drop,
            content,
            steward,
            point_slug=made.points[one["point"]].slug,
            nonce=ids.token(),
            network=None,
            source=EntrySource.WEB,
            now=at,
            by=VISITOR,
        )
        if signed is None:
            raise LookupError(one["organisation"])
        _follow(made, one, workplaces.confirm(signed, now=at + timedelta(minutes=5)), at)

    return act


def _follow(made: Round, one: Texts, workplace: WorkplaceCollection, at: datetime) -> None:
    """What its host said, and what became of it."""
    if workplace.pledge is PledgeState.ASKED and one.get("pledge") != "asked":
        pledging.accept(
            workplace, what=one["organisation"], now=at + timedelta(hours=3), by=VISITOR
        )
    if one["state"] == WorkplaceState.HANDED_OVER:
        made.then(made.at(1, 16), _hand_over(workplace, one["counted"]))


def _hand_over(workplace: WorkplaceCollection, boxes: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        held = workplace_reads.lock(workplace.public_id)
        hand_overs.hand_over(
            held,
            Count(boxes=boxes),
            client_key=ids.token(),
            now=at,
            by=VISITOR,
            entered_by=f"steward:{held.public_id}",
        )

    return act


# --- vans ---------------------------------------------------------------------------------------


def _weekday_before(day: date) -> date:
    """The day itself, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _ask_all(made: Round, name: str) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        held = point_reads.lock_point(made.points[name].id)
        pickups.ask(held, bags=12, boxes=4, note="", now=at, by=VISITOR)

    return act


def _make_run(
    made: Round, store: StockLocation, van: Vehicle, day: date, *, now: datetime
) -> PickupRun:
    morning = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a time on the wall
    content = RunContent(
        vehicle_id=van.id,
        start_id=store.id,
        end_id=store.id,
        starts_local=morning + timedelta(hours=7, minutes=30),
        ends_local=morning + timedelta(hours=18, minutes=30),
        crew="Lina and Femi",
    )
    return runs.make(made.drop, van, content, now=now, by=BY)


def _propose(run: PickupRun, *, now: datetime) -> None:
    groups = [run.drop.group_id]
    key, version = run.public_id, run.version
    run_flows.propose(lambda: reads.get_run(key, groups), version=version, now=now, by=BY)


def _drive(made: Round, store: StockLocation, van: Vehicle, day: date) -> None:
    days_ago = (made.today - day).days
    with transaction():
        run = _make_run(made, store, van, day, now=made.at(days_ago + 1, 21))
    _propose(run, now=made.at(days_ago + 1, 21))
    for act, at in (
        (driving.confirm, made.at(days_ago + 1, 22)),
        (driving.send, made.at(days_ago + 1, 22)),
        (_enter_results, made.at(days_ago, 20)),
        (results.finish, made.at(days_ago, 20)),
    ):
        with transaction():
            held = reads.lock_run(run.id)
            act(held, version=held.version, now=at, by=BY)


def _enter_results(run: PickupRun, *, version: int, now: datetime, by: object) -> None:
    del by
    told = {
        stop.public_id: Result(
            outcome=StopOutcome.COLLECTED, bags=stop.request.bags, boxes=stop.request.boxes
        )
        for stop in driving.in_order(run)
    }
    results.enter(run, told, counted="Counted again at the van.", version=version, now=now, by=BY)
