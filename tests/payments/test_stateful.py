"""Any history of payments, however cut, lost, doubled or reordered, ends in the same books."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.lib import clock
from app.payments import queries
from app.payments.flows import checkout, sweep, sync
from app.payments.rules import EVENT_TYPES, UNAPPLIED_EVENTS, AttemptState, PaymentState
from app.payments.service import inbox, reducer
from tests.payments.simulation import Interruption, Stage, World, build_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flask import Flask

    from app.payments.models import Payment

pytestmark = pytest.mark.one_database

KEYS = st.sampled_from(["order-a", "order-b"])
AMOUNTS = st.sampled_from([1000, 2500])
CARDS = st.sampled_from(["success", "success", "declined", "three_d_secure"])
FAULTS = st.sampled_from(
    ["error_before", "reset_before", "rate_limited", "in_use", "error_after", "gateway_after",
     "reset_after"]
)  # fmt: skip
PLACES = st.integers(0, 12)

QUICK = settings(
    max_examples=int(os.environ.get("MUSTER_TEST_EXAMPLES", "60")),
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=3000, stateful_step_count=50, derandomize=False)
PROFILE = LONG if os.environ.get("MUSTER_TEST_LONG") == "1" else QUICK
STAGE: list[Stage] = []


class Payments(RuleBasedStateMachine):
    """Donors, a treasurer at Stripe's dashboard, webhooks, two workers, a clock, and bad luck."""

    world: World

    @initialize(mode=st.sampled_from(["webhooks", "sweep", "mixed"]))
    def open_house(self, mode: str) -> None:
        self.world = STAGE[0].play()
        self.mode = mode

    def others(self, choice: int) -> Callable[[], object] | None:
        """What the second worker does when it comes between; nothing means a crash."""
        world = self.world
        return (
            None,
            world.work,
            lambda: sync.pull("order-a", now=clock.utcnow()),
            lambda: sweep.sweep(now=clock.utcnow()),
            lambda: world.begin("order-a", 2500),
            self._pay_first,
        )[choice]

    def _pay_first(self) -> None:
        for session_id in self.world.sessions("order-a")[-1:]:
            self.world.rehearsal.pay(session_id, "success")

    def cut_at(self, place: int | None, choice: int) -> Interruption | None:
        return None if place is None else Interruption(place, self.others(choice))

    @rule(key=KEYS, amount=AMOUNTS, place=st.none() | PLACES, choice=st.integers(0, 5))
    def begin(self, key: str, amount: int, place: int | None, choice: int) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: self.world.begin(key, amount), cut)

    @rule(key=KEYS, card=CARDS, place=st.integers(-2, -1))
    def pay(self, key: str, card: str, place: int) -> None:
        sessions = self.world.sessions(key)
        if len(sessions) >= -place:
            self.world.step(lambda: self.world.rehearsal.pay(sessions[place], card))

    @rule(key=KEYS, passed=st.booleans())
    def answer_challenge(self, key: str, passed: bool) -> None:
        for session_id in self.world.sessions(key)[-1:]:
            self.world.step(
                lambda: self.world.rehearsal.answer_challenge(session_id, passed=passed)  # noqa: B023
            )

    @rule(key=KEYS)
    def expire(self, key: str) -> None:
        for session_id in self.world.sessions(key)[-1:]:
            self.world.step(lambda: self.world.rehearsal.expire(session_id))  # noqa: B023

    @rule(key=KEYS, amount=st.sampled_from([300, 700, None]), waits=st.booleans())
    def refund(self, key: str, amount: int | None, waits: bool) -> None:
        for session_id in self.world.sessions(key):
            self.world.step(
                lambda: self.world.rehearsal.refund(session_id, amount=amount, is_waiting=waits)  # noqa: B023
            )

    @rule(fails=st.booleans(), place=st.integers(0, 3))
    def end_refund(self, fails: bool, place: int) -> None:
        refunds = self.world.rehearsal.objects("network", "refund")
        if place < len(refunds):
            rehearsal = self.world.rehearsal
            end = rehearsal.fail_refund if fails else rehearsal.settle_refund
            self.world.step(lambda: end(refunds[place]["id"]))

    @rule(place=st.integers(0, 9), fate=st.sampled_from(["once", "once", "twice", "lost"]),
          cut=st.none() | PLACES)  # fmt: skip
    def ring(self, place: int, fate: str, cut: int | None) -> None:
        waiting = self.world.rehearsal.pending_deliveries(even_later=True)
        if place >= len(waiting):
            return
        delivery = waiting[place]
        if fate == "lost":
            self.world.rehearsal.lose_delivery(delivery.id)
            return
        kept: list[int] = []
        self.world.step(lambda: kept.append(self.world.post(delivery)), self.cut_at(cut, 0))
        if fate == "once" and kept == [200]:
            self.world.rehearsal.mark_delivered(delivery.id, 200)

    @rule(place=st.none() | PLACES, choice=st.integers(0, 5))
    def work(self, place: int | None, choice: int) -> None:
        self.world.step(self.world.work, self.cut_at(place, choice))

    @rule(key=KEYS, place=st.none() | PLACES, choice=st.integers(0, 5))
    def pull(self, key: str, place: int | None, choice: int) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: sync.pull(key, now=clock.utcnow()), cut)

    @precondition(lambda self: self.mode != "webhooks")
    @rule(place=st.none() | PLACES, choice=st.integers(0, 5))
    def sweep(self, place: int | None, choice: int) -> None:
        self.world.step(lambda: sweep.sweep(now=clock.utcnow()), self.cut_at(place, choice))

    @rule(fault=FAULTS, method=st.sampled_from(["GET", "POST"]), times=st.integers(1, 4))
    def break_line(self, fault: str, method: str, times: int) -> None:
        self.world.rehearsal.fail_next(fault, method=method, times=times)

    @rule(held=st.booleans())
    def be_late(self, held: bool) -> None:
        self.world.rehearsal.set_late_balance(-1 if held else 0)
        if not held:
            self.world.rehearsal.book_held()

    @rule(minutes=st.sampled_from([1, 5, 40, 200]))
    def wait(self, minutes: int) -> None:
        self.world.pass_time(minutes)

    @rule()
    def foreign_gift(self) -> None:
        self.world.foreign_gift()

    @invariant()
    def books_are_right_at_every_moment(self) -> None:
        if hasattr(self, "world"):
            self.world.check_every_moment()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.recover()
            self.world.check_the_end()
        finally:
            self.world.close()

    def recover(self) -> None:
        """Faults are over; each way to recover must be enough alone."""
        self.world.settle_faults()
        if self.mode == "webhooks":
            self.world.deliver_everything()
            return
        if self.mode == "mixed":
            for delivery in self.world.rehearsal.pending_deliveries(even_later=True)[::2]:
                self.world.post(delivery)
        self.world.lose_everything()
        self.world.sweep()


@pytest.fixture
def stage(disk_app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    """Where histories are played."""
    STAGE[:] = [build_stage(disk_app, monkeypatch, tmp_path)]
    yield STAGE[0]
    STAGE.clear()


def test_every_history_ends_in_the_same_books(stage: Stage) -> None:
    run_machine(Payments, settings=PROFILE)


# --- the machine itself: it must find what is wrong ----------------------------------------------


def finish_before_looking(row_id: int, *, now: datetime) -> None:
    """A crash between loses the event for ever."""
    event = queries.get_event(row_id)
    if event.state not in UNAPPLIED_EVENTS:
        return
    account, bell, object_id = event.payment_account, EVENT_TYPES[event.type], event.object_id
    with STAGE[0].cut_transaction():
        inbox.finish(row_id, order_key="lost", now=now)
    sync.look(account, bell, object_id, now=now)


def forget_returned_refunds(payment: Payment) -> None:
    """A refund that the donor's bank sent back still counts."""
    payment.refunded_minor = sum(row.amount_minor for row in payment.refunds if row.txn_id)


def always_first(
    payment: Payment, before: object, *, is_first_settlement: bool, now: datetime
) -> None:
    """Each look at a payment that came is told as its first settlement."""
    came = payment.state is PaymentState.SUCCEEDED
    TELL(payment, before, is_first_settlement=came, now=now)  # type: ignore[arg-type]


TELL = reducer._tell
PLANTED: dict[str, tuple[object, str, object]] = {
    "event finished too early": (sync, "apply_event", finish_before_looking),
    "older page stays open": (checkout, "withdraw_attempt", lambda *_, **__: AttemptState.EXPIRED),
    "movements not swept": (sweep, "_sweep_txns", lambda _turn: None),
    "returned refunds forgotten": (reducer, "_recount", forget_returned_refunds),
    "settled again and again": (reducer, "_tell", always_first),
}
HUNT = settings(QUICK, max_examples=150, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    monkeypatch.setattr(*PLANTED[bug])
    with pytest.raises(AssertionError):
        run_machine(Payments, settings=HUNT)
