"""No seat is promised twice: rules as tables, races of processes, and any order of events."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.db.session import db, transaction
from app.events import jobs
from app.events.mails.rsvps import proof_subject
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.queries import attendees as desk_reads
from app.events.queries import rsvps as reads
from app.events.rules import rsvps as rules
from app.events.rules.rsvps import Closed, Facts, Room
from app.events.rules.seats import held_limit
from app.events.rules.words import (
    CountShown,
    EntrySource,
    EventState,
    LinkShown,
    Mode,
    PlaceShown,
    RsvpMode,
    RsvpState,
    Status,
    Way,
)
from app.events.service import attending, rsvps, waiting
from app.events.service.rsvps import Sender, Wish
from app.lib import clock
from app.lib.errors import UserError
from app.settings import settings as given_settings
from tests.events.guests import seats_agree
from tests.events.racing import race
from tests.events.test_editing import BY
from tests.factories.events import make_event, make_rsvp
from tests.support.apps import rolled_back

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings

NOON = datetime(2026, 12, 5, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "kept"),
    [(10 * DAY, 24 * HOUR), (2 * DAY + HOUR, 24 * HOUR), (2 * DAY, 6 * HOUR), (HOUR, HOUR)],
)
def test_how_long_an_unconfirmed_seat_is_kept(left: timedelta, kept: timedelta) -> None:
    assert rules.lapses_at(NOON + left, NOON) == NOON + kept


@pytest.mark.parametrize(
    ("left", "lasts"),
    [
        (4 * DAY, 24 * HOUR),
        (3 * DAY, 6 * HOUR),
        (1 * DAY, 2 * HOUR),
        (3 * HOUR, HOUR / 2),
        (2 * HOUR, None),
    ],
)
def test_how_long_a_freed_seat_is_offered(left: timedelta, lasts: timedelta | None) -> None:
    found = rules.offer_ends_at(NOON + left, NOON)
    assert found == (NOON + lasts if lasts else None)
    assert rules.line_is_over(NOON + left, NOON) is (lasts is None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"state": EventState.DRAFT}, Closed.HIDDEN),
        ({"mode": RsvpMode.NONE}, Closed.NONE),
        ({"mode": RsvpMode.EXTERNAL}, Closed.EXTERNAL),
        ({"status": Status.CANCELLED}, Closed.CANCELLED),
        ({"status": Status.POSTPONED}, Closed.POSTPONED),
        ({"status": Status.MOVED_ONLINE}, None),
        ({"starts_at": NOON - HOUR}, None),
        ({"starts_at": NOON - HOUR, "has_capacity": True}, Closed.BEGUN),
        ({"ends_at": NOON}, Closed.PAST),
        ({"ends_at": NOON, "status": Status.CANCELLED}, Closed.CANCELLED),
    ],
)
def test_who_can_come_when(changes: dict[str, Any], reason: Closed | None) -> None:
    facts: dict[str, Any] = {
        "state": EventState.PUBLISHED,
        "status": Status.CONFIRMED,
        "mode": RsvpMode.OPEN,
        "starts_at": NOON + DAY,
        "ends_at": NOON + DAY + HOUR,
        "has_capacity": False,
    }
    assert rules.closed(Facts(**facts | changes), NOON) is reason


@pytest.mark.parametrize(
    ("people", "shown", "number", "kind"),
    [
        (0, CountShown.EXACT, None, None),
        (7, CountShown.HIDDEN, None, None),
        (7, CountShown.EXACT, 7, "exact"),
        (7, CountShown.ROUNDED, 10, "few"),
        (10, CountShown.ROUNDED, 10, "over"),
        (129, CountShown.ROUNDED, 120, "over"),
    ],
)
def test_what_the_public_is_told_of_numbers(
    people: int, shown: CountShown, number: int | None, kind: str | None
) -> None:
    found = rules.public_count(people, shown)
    assert (found and found.number, found and found.kind) == (number, kind)


@pytest.mark.parametrize(
    ("capacity", "taken", "shown", "line", "room"),
    [
        (None, 900, CountShown.EXACT, False, Room.UNLIMITED),
        (50, 10, CountShown.EXACT, False, Room.FREE),
        (50, 45, CountShown.ROUNDED, False, Room.FEW),
        (50, 45, CountShown.HIDDEN, False, Room.FREE),
        (50, 50, CountShown.HIDDEN, False, Room.FULL),
        (50, 60, CountShown.ROUNDED, False, Room.FULL),
        (50, 45, CountShown.ROUNDED, True, Room.FULL),
    ],
)
def test_what_the_public_is_told_of_seats(
    capacity: int | None, taken: int, shown: CountShown, line: bool, room: Room
) -> None:
    assert rules.room(capacity, taken, shown, line=line) is room


@pytest.mark.parametrize(
    ("typed", "code", "size"),
    [
        ("k7m2xp", "k7m2xp", None),
        ("K7M 2XP", "k7m2xp", None),
        ("k7m-2xp 3", "k7m2xp", 3),
        ("KIM2OP", "k1m20p", None),
        ("K7M 2XP 10", "k7m2xp", 10),
        ("K7M 2XP 11", "k7m2xp", None),
        ("123456", "123456", None),
        ("", "", None),
        ("؟؟", "", None),
        ("K7M2XP ٣", "k7m2xp", None),
    ],
)
def test_codes_as_people_write_them(typed: str, code: str, size: int | None) -> None:
    assert rules.read_code_line(typed) == (code, size)


def test_who_is_shown_the_room() -> None:
    going = RsvpState.GOING
    assert rules.sees_the_link(LinkShown.PUBLIC, RsvpState.WAITING, proven=False, accepted=False)
    assert rules.sees_the_link(LinkShown.ACCEPTED, going, proven=True, accepted=False)
    assert not rules.sees_the_link(LinkShown.ACCEPTED, going, proven=False, accepted=False)
    assert not rules.sees_the_link(
        LinkShown.ACCEPTED, RsvpState.WAITING, proven=True, accepted=False
    )
    assert rules.needs_a_yes(RsvpMode.OPEN, PlaceShown.ACCEPTED)
    assert not rules.needs_a_yes(RsvpMode.OPEN, PlaceShown.AREA)
    assert rules.ways(Mode.HYBRID) == (Way.IN_PERSON, Way.ONLINE)
    assert [held_limit(each) for each in (1, 4, 5, 99)] == [0, 0, 1, 19]


# --- races ----------------------------------------------------------------------------------------

#: How many last seats are raced for, by so many processes.
RACES = int(os.environ.get("MUSTER_TEST_RACES", "12"))
RACERS = 8


def test_the_last_seat_goes_to_one(disk_app: Flask) -> None:
    """`MUSTER_TEST_RACES=1000` runs as many as we promise."""
    slugs = []
    with disk_app.app_context(), transaction():
        for _ in range(RACES):
            event = make_event(capacity=4, confirms_by_mail=False, has_waiting_list=False)
            make_rsvp(event, party_size=3)
            slugs.append(event.slug)
        given = given_settings()
    # One process reads the code, the others are made of it.
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["tests.events.racing"])
    start = server.Barrier(RACERS)
    racers = [
        server.Process(target=race, args=(given, slugs, number, start)) for number in range(RACERS)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(300 + RACES)
    assert [racer.exitcode for racer in racers] == [0] * RACERS
    with disk_app.app_context():
        for event in db.session.query(Event):
            rows = reads.list_after(event.id, set(RsvpState), after=0, limit=99, only_mail=False)
            assert sum(row.party_size for row in rows) == 4, event.slug
            seats_agree(event.id)


# --- any order ------------------------------------------------------------------------------------

SIZES = st.integers(1, 6)
WHO = st.integers(0, 7)
STAGE: list[Callable[[], Any]] = []


class Seats(RuleBasedStateMachine):
    """Guests with and without a mailbox, an organiser, the worker and a clock, in any order."""

    largest = 0

    @initialize(capacity=st.integers(1, 20), days=st.sampled_from([1, 3, 10]))
    def open_house(self, capacity: int, days: int) -> None:
        self.stack = ExitStack()
        self.clock = self.stack.enter_context(time_machine.travel(NOON, tick=False))
        self.stack.enter_context(STAGE[0]())
        with transaction():
            self.event_id = make_event(capacity=capacity, starts_in=timedelta(days=days)).id
        self.largest, self.batches, self.count = capacity, list[str](), 0

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    # Everything may be refused with a sentence; then nothing changed.
    def attempt(self, work: Callable[[], object]) -> None:
        try:
            with transaction():
                work()
        except UserError:
            db.session.rollback()

    @property
    def event(self) -> Event:
        return db.session.get_one(Event, self.event_id)

    def people(self) -> list[Rsvp]:
        return list(db.session.query(Rsvp).order_by(Rsvp.id))

    def one(self, who: int) -> Rsvp | None:
        rows = self.people()
        return rows[who % len(rows)] if rows else None

    def on(self, who: int, work: Callable[[Rsvp], object]) -> None:
        rsvp = self.one(who)
        if rsvp is not None:
            self.attempt(lambda: work(rsvp))

    @rule(size=SIZES, who=st.integers(0, 3))
    def join(self, size: int, who: int) -> None:
        self.count += 1
        wish = Wish(way=Way.IN_PERSON, party_size=size, email=f"{self.count}@example.org")
        sender = Sender(nonce=f"n{self.count}", locale="en", network=f"network{who}")
        self.attempt(lambda: rsvps.join(self.event, wish, sender, now=clock.utcnow()))

    @rule(size=SIZES, may_wait=st.booleans())
    def enter(self, size: int, may_wait: bool) -> None:
        self.count += 1
        sender = Sender(
            nonce=f"n{self.count}", locale="en", source=EntrySource.PHONE, may_wait=may_wait
        )
        wish = Wish(way=Way.IN_PERSON, party_size=size)
        self.attempt(lambda: attending.enter(self.event, wish, sender, now=clock.utcnow(), by=BY))

    @rule(who=WHO)
    def prove(self, who: int) -> None:
        def work(rsvp: Rsvp) -> None:
            if rsvp.email is not None:
                rsvps.prove(proof_subject(rsvp, rsvp.email), now=clock.utcnow())

        self.on(who, work)

    @rule(who=WHO, name=st.sampled_from(["withdraw", "come_back", "take_offer"]))
    def step(self, who: int, name: str) -> None:
        self.on(who, lambda rsvp: getattr(rsvps, name)(rsvp, now=clock.utcnow()))

    @rule(who=WHO, size=SIZES)
    def change(self, who: int, size: int) -> None:
        def work(rsvp: Rsvp) -> None:
            wish = Wish(way=Way.IN_PERSON, party_size=size, email=rsvp.email)
            rsvps.change(rsvp, wish, now=clock.utcnow())

        self.on(who, work)

    @rule(who=WHO, name=st.sampled_from(["accept", "decline"]))
    def decide(self, who: int, name: str) -> None:
        self.on(who, lambda rsvp: getattr(attending, name)(rsvp, now=clock.utcnow(), by=BY))

    @rule(capacity=st.none() | st.integers(1, 20))
    def resize(self, capacity: int | None) -> None:
        self.largest = max(self.largest, capacity or 10**6)
        self.attempt(
            lambda: waiting.set_capacity(self.event, Way.IN_PERSON, capacity, now=clock.utcnow())
        )

    @rule(network=st.integers(0, 3))
    def release(self, network: int) -> None:
        chosen = list(
            desk_reads.list_burst(
                self.event_id,
                network=f"network{network}",
                since=None,
                until=None,
                only_unproven=False,
            )
        )

        def work() -> None:
            self.batches.append(attending.release(self.event, chosen, now=clock.utcnow(), by=BY))

        self.attempt(work)

    @precondition(lambda self: bool(getattr(self, "batches", None)))
    @rule()
    def put_back(self) -> None:
        batch = self.batches.pop()
        self.attempt(lambda: attending.put_back(self.event, batch, now=clock.utcnow(), by=BY))

    @rule(hours=st.sampled_from([1, 7, 25]))
    def time_goes_by(self, hours: int) -> None:
        self.clock.shift(timedelta(hours=hours))
        jobs.lapse_seats({})

    @invariant()
    def no_seat_is_promised_twice(self) -> None:
        if not hasattr(self, "event_id"):
            return
        seats_agree(self.event_id)
        row = reads.list_seats(self.event_id)[Way.IN_PERSON]
        assert row.held <= held_limit(self.largest)
        if row.capacity is None or row.taken > row.capacity:
            return
        now, event = clock.utcnow(), self.event
        is_open = event.ends_at > now and not rules.line_is_over(event.starts_at, now)
        line = reads.lock_line(self.event_id, Way.IN_PERSON, limit=50)
        if is_open and line:
            assert row.taken + line[0].party_size > row.capacity, "somebody waits beside a seat"


@pytest.mark.one_database
def test_any_order_keeps_the_promises(
    app_of: Callable[[str], tuple[Flask, Settings]], database: str
) -> None:
    STAGE[:] = [lambda: rolled_back(*app_of(database))]
    profile = settings(
        max_examples=25,
        stateful_step_count=25,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    run_machine(Seats, settings=profile)
