"""Any history of regular gifts, however cut, lost or reordered, ends as Stripe shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.lib import clock
from app.lib.money import zero
from app.payments.flows import changing, plans, sweep, sweep_plans, sync
from app.payments.rules.plans import PlanChangeKind
from app.payments.service import listeners as listening
from app.payments.service import plans as plan_service
from app.payments.service import reducer
from tests.payments.plan_simulation import LISTENERS, ORDERS, PlanWorld, at_stripe
from tests.payments.simulation import Interruption, Stage, build_stage
from tests.payments.test_stateful import ASKED, CHOICES, FATES, FAULTS, PLACES, PROFILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flask import Flask

    from app.payments.facts import PaymentMoved
    from app.payments.models.collecting import Payment
    from app.payments.models.plans import Invoice

pytestmark = pytest.mark.one_database

PLANS = st.sampled_from(["plan-a", "plan-a", "plan-b"])
AMOUNTS = st.sampled_from([500, 1000, 2000])
WAYS = st.sampled_from(["success", "success", "bacs", "bacs_fails", "three_d_secure"])
REFUSALS = st.sampled_from(["card_declined", "insufficient_funds", "requires_action"])
WISHES = st.sampled_from(
    [PlanChangeKind.AMOUNT, PlanChangeKind.AMOUNT, PlanChangeKind.PAUSE, PlanChangeKind.RESUME,
     PlanChangeKind.STOP, PlanChangeKind.CONTACT]
)  # fmt: skip
#: Shrinking a history of months takes long; whoever looks for the cause shrinks it by hand.
SHORT = settings(
    PROFILE,
    max_examples=ASKED or 15,
    stateful_step_count=40 if ASKED else 20,
    phases=[Phase.generate],
    report_multiple_bugs=False,
)
STAGE: list[Stage] = []


class RegularGifts(RuleBasedStateMachine):
    """Donors who give each month, their banks, dunning, webhooks, two workers, and bad luck."""

    world: PlanWorld
    modes = ("webhooks", "sweep", "silence", "mixed")
    #: What happened before the history begins.
    prelude: tuple[str, ...] = ()

    @initialize(draw=st.integers(0, 11))
    def open_house(self, draw: int) -> None:
        world = STAGE[0].play(PlanWorld)
        assert isinstance(world, PlanWorld)
        self.world = world
        self.mode = self.modes[draw % len(self.modes)]
        if self.mode == "silence":
            self.world.rehearsal.set_webhooks("swallow")
        for each in self.prelude:
            self.play(each)

    def play(self, part: str) -> None:
        """A part of a prelude."""
        ask = partial(self.wish, key="plan-a", amount=2000, place=None, choice=0)
        look = partial(plans.pull_plan, "plan-a")
        match part:
            case "card" | "debit":
                way = "success" if part == "card" else "bacs"
                self.begin(key="plan-a", amount=1000, way=way, place=None, choice=0)
                self.arrive(key="plan-a", place=None, choice=0)
            case "refused":
                self.refuse_next(key="plan-a", code="card_declined", times=2)
                for _ in range(2):
                    self.world.step(lambda: look(now=clock.utcnow()))
            case "stop":
                ask(kind=PlanChangeKind.STOP)

    def others(self, choice: int) -> Callable[[], object] | None:
        """What the second worker does when it comes between; nothing means a crash."""
        world = self.world
        return (
            None,
            world.work,
            lambda: sync.pull("order-a", now=clock.utcnow()),
            lambda: sweep.sweep(now=clock.utcnow(), is_deep=True),
            lambda: world.wish("plan-a", PlanChangeKind.AMOUNT, 2000),
            lambda: world.wish("plan-a", PlanChangeKind.STOP, 0),
        )[choice]

    def cut_at(self, place: int | None, choice: int) -> Interruption | None:
        return None if place is None else Interruption(place, self.others(choice))

    def is_somebody_giving(self) -> bool:
        return bool(self.world.rehearsal.objects("network", "subscription"))

    @rule(key=PLANS, amount=AMOUNTS, way=WAYS, place=st.none() | PLACES, choice=CHOICES)
    def begin(self, key: str, amount: int, way: str, place: int | None, choice: int) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: self.world.begin_plan(key, amount), cut)
        for session_id in self.world.sessions(ORDERS[key])[-1:]:
            self.world.step(partial(self.world.rehearsal.pay, session_id, way))
            if way == "three_d_secure":
                answer = self.world.rehearsal.answer_challenge
                self.world.step(partial(answer, session_id, passed=True))

    @precondition(is_somebody_giving)
    @rule(days=st.sampled_from([1, 4, 31, 33]))
    def wait(self, days: int) -> None:
        self.world.pass_time(days * 24 * 60 + 65)

    @precondition(is_somebody_giving)
    @rule(key=PLANS, code=REFUSALS, times=st.sampled_from([1, 2, 5]))
    def refuse_next(self, key: str, code: str, times: int) -> None:
        fail = self.world.rehearsal.fail_renewals
        self.world.with_subscription(key, lambda each: fail(each, code, times=times))
        self.world.pass_time(32 * 24 * 60)

    @precondition(is_somebody_giving)
    @rule(key=PLANS, way=st.sampled_from(["success", "declined", "three_d_secure"]))
    def pay_demand(self, key: str, way: str) -> None:
        pay = self.world.rehearsal.pay_invoice
        self.world.with_demand(key, lambda each: at_stripe(partial(pay, each, way)))

    @precondition(is_somebody_giving)
    @rule(key=PLANS, passed=st.booleans())
    def agree_once_more(self, key: str, passed: bool) -> None:
        answer = self.world.rehearsal.answer_invoice
        self.world.with_demand(key, lambda each: at_stripe(partial(answer, each, passed=passed)))

    @precondition(is_somebody_giving)
    @rule(key=PLANS, comes=st.booleans())
    def end_debit(self, key: str, comes: bool) -> None:
        end = self.world.rehearsal.settle if comes else self.world.rehearsal.fail
        self.world.with_demand(key, lambda each: at_stripe(partial(end, each)))

    @precondition(is_somebody_giving)
    @rule(key=PLANS, kind=WISHES, amount=AMOUNTS, place=st.none() | PLACES, choice=CHOICES)
    def wish(
        self, key: str, kind: PlanChangeKind, amount: int, place: int | None, choice: int
    ) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: self.world.wish(key, kind, amount), cut)

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
    @rule(place=st.none() | PLACES, choice=CHOICES, many=st.booleans())
    def work(self, place: int | None, choice: int, many: bool) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: self.world.work(limit=6 if many else 1), cut)

    @precondition(is_somebody_giving)
    @rule(key=PLANS, place=st.none() | PLACES, choice=CHOICES)
    def arrive(self, key: str, place: int | None, choice: int) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: sync.pull(ORDERS[key], now=clock.utcnow()), cut)

    @precondition(lambda self: self.mode != "webhooks" and self.is_somebody_giving())
    @rule(place=st.none() | PLACES, choice=CHOICES, deep=st.booleans())
    def sweep(self, place: int | None, choice: int, deep: bool) -> None:
        cut = self.cut_at(place, choice)
        self.world.step(lambda: sweep.sweep(now=clock.utcnow(), is_deep=deep), cut)

    @precondition(is_somebody_giving)
    @rule(fault=FAULTS, method=st.sampled_from(["GET", "POST", "DELETE"]), times=st.integers(1, 4))
    def break_line(self, fault: str, method: str, times: int) -> None:
        self.world.rehearsal.fail_next(fault, method=method, times=times)

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
        self.world.look_at_everything()


@pytest.fixture
def stage(disk_app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    """Where histories are played."""
    STAGE[:] = [build_stage(disk_app, monkeypatch, tmp_path)]
    monkeypatch.setattr(listening, "_listening", [LISTENERS])
    yield STAGE[0]
    STAGE.clear()


def test_every_history_ends_as_stripe_shows_it(stage: Stage) -> None:
    run_machine(RegularGifts, settings=SHORT)


# --- the machine itself: it must find what is wrong ----------------------------------------------


TELL_MONEY = reducer._tell
TELL_FAILURE = plan_service._tell_failure


def count_what_is_on_its_way(payment: Payment, before: object, **facts: Any) -> None:
    """Money that the bank has not brought yet counts as received."""
    told = listening.tell_payment

    def tell_early(moved: PaymentMoved) -> None:
        early = moved.on_its_way if moved.on_its_way.minor > 0 else zero("GBP")
        told(replace(moved, received=moved.received + early))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reducer, "tell_payment", tell_early)
        TELL_MONEY(payment, before, **facts)  # type: ignore[arg-type]


def forget_what_was_told(invoice: Invoice, shown: object, now: datetime) -> None:
    """Each look at a failed demand is told."""
    invoice.told_count = 0
    TELL_FAILURE(invoice, shown, now)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Planted:
    """A mistake, and what had happened before the histories in which it is looked for."""

    place: object
    name: str
    broken: object
    prelude: tuple[str, ...]
    modes: tuple[str, ...] = RegularGifts.modes


PLANTED: dict[str, Planted] = {
    "unpaid counted": Planted(reducer, "_tell", count_what_is_on_its_way, ("debit",)),
    "failure told twice": Planted(
        plan_service, "_tell_failure", forget_what_was_told, ("card", "refused")
    ),
    "plans not swept": Planted(
        sweep_plans, "sweep_plans", lambda _turn: None, ("card",), ("silence",)
    ),
    "demands left to who stopped": Planted(
        changing, "_take_back", lambda *_: None, ("card", "refused", "stop")
    ),
    "fee of today for a demand of yesterday": Planted(
        plan_service, "_covered_fee", lambda plan, _: min(plan.covered_fee_minor, 49), ("card",)
    ),
}
HUNT = settings(SHORT, max_examples=60, stateful_step_count=12, derandomize=True)


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    planted = PLANTED[bug]
    monkeypatch.setattr(planted.place, planted.name, planted.broken)
    told = {"modes": planted.modes, "prelude": planted.prelude}
    with pytest.raises(AssertionError):
        run_machine(type("Hunters", (RegularGifts,), told), settings=HUNT)
