"""Any history of payments, however cut, lost, doubled or reordered, ends in the same books."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.lib import clock
from app.payments.flows import checkout, sweep, sync
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import PaymentState
from app.payments.service import reducer
from app.rehearsal.core import HELD
from tests.payments.simulation import Interruption, Stage, World, build_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flask import Flask

    from app.payments.models.collecting import Payment

pytestmark = pytest.mark.one_database

KEYS = st.sampled_from(["order-a", "order-b"])
AMOUNTS = st.sampled_from([1000, 2500])
CARDS = st.sampled_from(["success", "success", "declined", "three_d_secure"])
FAULTS = st.sampled_from(
    ["error_before", "reset_before", "rate_limited", "in_use", "error_after", "gateway_after",
     "reset_after"]
)  # fmt: skip
PLACES = st.integers(0, 12)
CHOICES = st.integers(0, 5)
FATES = st.sampled_from(["once", "once", "twice", "lost"])

#: How many histories to play; naming a number plays longer ones, others each time.
ASKED = int(os.environ.get("MUSTER_TEST_HISTORIES", "0"))
PROFILE = settings(
    max_examples=ASKED or 16,
    stateful_step_count=50 if ASKED else 22,
    derandomize=not ASKED,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
STAGE: list[Stage] = []


class Payments(RuleBasedStateMachine):
    """Donors, a treasurer at Stripe's dashboard, webhooks, two workers, a clock, and bad luck."""

    world: World
    #: How it all comes right: every webhook comes at last; none comes any more, but Stripe lists
    #: them; none was ever sent and none is listed; some come.
    modes = ("webhooks", "sweep", "silence", "mixed")
    #: Whether a history begins behind a gift that came.
    is_paid_already = False

    @initialize(draw=st.integers(0, 11))
    def open_house(self, draw: int) -> None:
        self.world = STAGE[0].play()
        self.mode = self.modes[draw % len(self.modes)]
        if self.mode == "silence":
            self.world.rehearsal.set_webhooks("swallow")
        if self.is_paid_already:
            self.give("order-a", 1000)
            self.world.step(lambda: sync.pull("order-a", now=clock.utcnow()))

    def others(self, choice: int) -> Callable[[], object] | None:
        """What the second worker does when it comes between; nothing means a crash."""
        world = self.world
        return (
            None,
            world.work,
            lambda: sync.pull("order-a", now=clock.utcnow()),
            lambda: sweep.sweep(now=clock.utcnow()),
            lambda: world.begin("order-a", 2500),
            self._pay_last,
        )[choice]

    def _pay_last(self) -> None:
        for session_id in self.world.sessions("order-a")[-1:]:
            self.world.rehearsal.pay(session_id, "success")

    def cut_at(self, place: int | None, choice: int) -> Interruption | None:
        return None if place is None else Interruption(place, self.others(choice))

    def is_somebody_giving(self) -> bool:
        return bool(self.world.given)

    @rule(key=KEYS, amount=AMOUNTS, place=st.none() | PLACES, choice=CHOICES)
    def begin(self, key: str, amount: int, place: int | None, choice: int) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: self.world.begin(key, amount), cut)

    @rule(key=KEYS, amount=AMOUNTS)
    def give(self, key: str, amount: int) -> None:
        self.world.step(lambda: self.world.begin(key, amount))
        self.pay(key, "success", -1)

    @precondition(is_somebody_giving)
    @rule(key=KEYS, card=CARDS, place=st.integers(-2, -1))
    def pay(self, key: str, card: str, place: int) -> None:
        sessions = self.world.sessions(key)
        if len(sessions) >= -place:
            self.world.step(lambda: self.world.rehearsal.pay(sessions[place], card))

    @precondition(is_somebody_giving)
    @rule(key=KEYS, passed=st.booleans())
    def answer_challenge(self, key: str, passed: bool) -> None:
        for session_id in self.world.sessions(key)[-1:]:
            self.world.step(
                partial(self.world.rehearsal.answer_challenge, session_id, passed=passed)
            )

    @precondition(is_somebody_giving)
    @rule(key=KEYS)
    def expire(self, key: str) -> None:
        for session_id in self.world.sessions(key)[-1:]:
            self.world.step(partial(self.world.rehearsal.expire, session_id))

    @precondition(is_somebody_giving)
    @rule(key=KEYS, amount=st.sampled_from([300, 700, None]), waits=st.booleans())
    def refund(self, key: str, amount: int | None, waits: bool) -> None:
        for session_id in self.world.sessions(key):
            self.world.step(
                partial(self.world.rehearsal.refund, session_id, amount=amount, is_waiting=waits)
            )

    @precondition(lambda self: self.world.rehearsal.objects("network", "refund"))
    @rule(fails=st.booleans(), place=st.integers(-2, -1))
    def end_refund(self, fails: bool, place: int) -> None:
        refunds = self.world.rehearsal.objects("network", "refund")
        rehearsal = self.world.rehearsal
        end = rehearsal.fail_refund if fails else rehearsal.settle_refund
        self.world.step(partial(end, refunds[max(place, -len(refunds))]["id"]))

    @precondition(lambda self: self.world.rehearsal.pending_deliveries(even_later=True))
    @rule(place=st.integers(0, 9), fate=FATES, cut=st.none() | PLACES)
    def ring(self, place: int, fate: str, cut: int | None) -> None:
        waiting = self.world.rehearsal.pending_deliveries(even_later=True)
        delivery = waiting[place % len(waiting)]
        if fate == "lost":
            self.world.rehearsal.lose_delivery(delivery.id)
            return
        kept: list[int] = []
        self.world.step(lambda: kept.append(self.world.post(delivery)), self.cut_at(cut, 0))
        if fate == "once" and kept == [200]:
            self.world.rehearsal.mark_delivered(delivery.id, 200)

    @precondition(is_somebody_giving)
    @rule(place=st.none() | PLACES, choice=CHOICES)
    def work(self, place: int | None, choice: int) -> None:
        self.world.step(self.world.work, self.cut_at(place, choice))

    @precondition(is_somebody_giving)
    @rule(key=KEYS, place=st.none() | PLACES, choice=CHOICES)
    def pull(self, key: str, place: int | None, choice: int) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: sync.pull(key, now=clock.utcnow()), cut)

    @precondition(lambda self: self.mode != "webhooks" and self.world.given)
    @rule(place=st.none() | PLACES, choice=CHOICES)
    def sweep(self, place: int | None, choice: int) -> None:
        self.world.step(lambda: sweep.sweep(now=clock.utcnow()), self.cut_at(place, choice))

    @rule(fault=FAULTS, method=st.sampled_from(["GET", "POST"]), times=st.integers(1, 4))
    def break_line(self, fault: str, method: str, times: int) -> None:
        self.world.rehearsal.fail_next(fault, method=method, times=times)

    @rule(held=st.booleans())
    def be_late(self, held: bool) -> None:
        self.world.rehearsal.set_late_balance(HELD if held else 0)
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


TELL = reducer._tell


def forget_returned_refunds(payment: Payment) -> None:
    """A refund that the donor's bank sent back still counts."""
    payment.refunded_minor = sum(row.amount_minor for row in payment.refunds if row.txn_id)


def always_first(
    payment: Payment,
    before: object,
    *,
    plan_key: str | None,
    is_first_settlement: bool,
    now: datetime,
) -> None:
    """Each look at a payment that came is told as its first settlement."""
    came = payment.state is PaymentState.SUCCEEDED
    TELL(payment, before, plan_key=plan_key, is_first_settlement=came, now=now)  # type: ignore[arg-type]


PLANTED: dict[str, tuple[tuple[str, ...], object, str, object]] = {
    "movements not swept": (("silence",), sweep, "_sweep_txns", lambda _turn: None),
    "older page stays open": (
        Payments.modes,
        checkout,
        "withdraw_attempt",
        lambda *_, **__: AttemptState.EXPIRED,
    ),
    "returned refunds forgotten": (Payments.modes, reducer, "_recount", forget_returned_refunds),
    "settled again and again": (Payments.modes, reducer, "_tell", always_first),
}
HUNT = settings(
    PROFILE,
    max_examples=120,
    stateful_step_count=25,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
)


@pytest.mark.long
@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    modes, place, name, broken = PLANTED[bug]
    monkeypatch.setattr(place, name, broken)
    is_paid = bug in {"movements not swept", "returned refunds forgotten"}
    hunters = type("Hunters", (Payments,), {"modes": modes, "is_paid_already": is_paid})
    with pytest.raises(AssertionError):
        run_machine(hunters, settings=HUNT)
