"""An hour of thieves who try out stolen cards, and of donors among them, through the guard itself.

Time is a number; every step is the call that the pages make. The thieves are good ones: they open
the form, wait as long as they must, send valid tokens and another address each time. What they do
not do is read mail or pay.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from app.db.session import db, end_read, transaction
from app.groups import queries as groups
from app.lib import ids
from app.lib.money import Money, zero
from app.payments.facts import PaymentMoved
from app.payments.flows import guarded
from app.payments.models.guard import CardTry
from app.payments.rules import guard as rules
from app.payments.rules.guard import TryState, Verdict, Visitor
from app.payments.service import guard
from app.payments.service.guard import Knock
from app.settings import activate, settings
from tests.factories.groups import make_group, make_payment_account
from tests.payments.conftest import NOW

if TYPE_CHECKING:
    from flask import Flask

pytestmark = pytest.mark.one_database

HOUR = timedelta(hours=1)
THIEF = Visitor.at("203.0.113.66")
HALL = Visitor.at("198.51.100.9")
TEN, NOTHING = Money(1000, "GBP"), zero("GBP")

Step = Callable[[datetime], None]


class Hour:
    """What happens in an hour, in the order of a clock that a test moves."""

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.random = random.Random(20261122)  # noqa: S311  # the same hour each time
        self.steps: list[tuple[datetime, int, Step]] = []
        self.numbers = count()
        self.reached: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.waited: dict[str, timedelta] = {}

    def at(self, when: datetime, step: Step) -> None:
        heapq.heappush(self.steps, (when, next(self.numbers), step))

    def some_minutes(self, least: float, most: float) -> timedelta:
        return timedelta(minutes=self.random.uniform(least, most))

    def run(self) -> None:
        while self.steps:
            now, _, step = heapq.heappop(self.steps)
            step(now)

    def knock(
        self, order: str, visitor: Visitor, address: str, now: datetime, *, is_proven: bool = False
    ) -> tuple[Verdict, datetime | None]:
        """What the pages do: the answer, and when a mail goes if one does."""
        wanted = Knock(
            order_key=order, account_id=self.account_id, visitor=visitor, is_proven=is_proven
        )
        mails: list[datetime | None] = [None]
        verdict = guarded.knock(
            wanted,
            now=now,
            on_proof=lambda: mails.append(guard.allow_mail(wanted, address, now=now)),
        )
        return verdict, mails[-1]

    def thief(self, visitor: Visitor, kind: str, *, is_mailed: bool = True) -> Step:
        def step(now: datetime) -> None:
            self.tried[kind] += 1
            if is_mailed:
                address = f"{ids.token(6)}@example.org"
                verdict, _ = self.knock(ids.public_id(), visitor, address, now)
            else:
                wanted = Knock(
                    order_key=ids.public_id(), account_id=self.account_id, visitor=visitor
                )
                verdict = guarded.knock(wanted, now=now)
            self.reached[kind] += verdict is Verdict.PASS

        return step

    def donor(self, visitor: Visitor, name: str, kind: str) -> Step:
        order = ids.public_id()

        def first(now: datetime) -> None:
            self.tried[kind] += 1
            self.waited[name] = now - NOW
            press(now)

        def press(now: datetime) -> None:
            verdict, mail_at = self.knock(order, visitor, f"{name}@example.org", now)
            if verdict is Verdict.PASS:
                self.at(now + self.some_minutes(1, 4), pay)
            elif mail_at is not None:
                self.asked[kind] += 1
                self.at(max(now, mail_at) + self.some_minutes(0.5, 5), open_link)

        def open_link(now: datetime) -> None:
            verdict, _ = self.knock(order, visitor, "", now, is_proven=True)
            if verdict is Verdict.PASS:
                self.at(now + self.some_minutes(1, 4), pay)

        def pay(now: datetime) -> None:
            self.reached[kind] += 1
            self.waited[name] = now - NOW - self.waited[name]
            with transaction():
                guard.on_payment_moved(
                    PaymentMoved(
                        order_key=order,
                        payment_id=1,
                        method="card",
                        at=now,
                        received=TEN,
                        on_its_way=NOTHING,
                        returned=NOTHING,
                        is_first_settlement=True,
                        settled_at=now,
                    )
                )

        return first

    def minute(self, now: datetime) -> None:
        """What the worker does each minute."""
        guarded.look_after_cards(now=now)


@pytest.fixture
def hour(app: Flask) -> Hour:
    with transaction():
        return Hour(make_payment_account(make_group()).id)


def thieves(hour: Hour) -> None:
    """1,674 tries from one network, 10,000 from 2,000 others."""
    for _ in range(1674):
        hour.at(NOW + hour.random.random() * HOUR, hour.thief(THIEF, "one network"))
    networks = [Visitor.at(f"10.{n // 250}.{n % 250}.7") for n in range(2000)]
    for number in range(10_000):
        visitor = networks[number % len(networks)]
        # Their mails are nobody else's business: five to a network, each to an address of its own.
        step = hour.thief(visitor, "2,000 networks", is_mailed=False)
        hour.at(NOW + hour.random.random() * HOUR, step)


def donors(hour: Hour) -> None:
    """500 who mean it: most of them anywhere, some beside the thieves, sixty in one hall."""
    for number in range(400):
        visitor = Visitor.at(f"100.{number // 250}.{number % 250}.1")
        at = NOW + hour.random.random() * HOUR
        hour.at(at, hour.donor(visitor, f"anywhere{number}", "anywhere"))
    for number in range(40):
        at = NOW + hour.random.random() * HOUR
        hour.at(at, hour.donor(THIEF, f"beside{number}", "beside thieves"))
    for number in range(60):
        at = NOW + timedelta(minutes=20) + hour.some_minutes(0, 8)
        hour.at(at, hour.donor(HALL, f"hall{number}", "in the hall"))


@pytest.mark.long
def test_thieves_reach_stripe_less_than_once_in_a_hundred_and_every_donor_does(hour: Hour) -> None:
    thieves(hour)
    donors(hour)
    for minute in range(60):
        hour.at(NOW + timedelta(minutes=minute), hour.minute)
    hour.run()
    for kind in ("one network", "2,000 networks"):
        assert hour.reached[kind] < hour.tried[kind] / 100, (kind, hour.reached)
    for kind, number in (("anywhere", 400), ("beside thieves", 40), ("in the hall", 60)):
        assert (hour.tried[kind], hour.reached[kind]) == (number, number)
    end_read()
    assert groups.get_payment_account("network").cards_on
    # Nearly all have paid within minutes; those beside the thieves wait for their mail in a line.
    waits = {name: each for name, each in hour.waited.items() if not name.startswith("beside")}
    assert max(waits.values()) < timedelta(minutes=10)
    assert max(hour.waited.values()) < rules.MAIL_WAIT_LIMIT


def test_a_busy_hall_alone_is_asked_for_little(hour: Hour) -> None:
    """Sixty within eight minutes from one network: whoever comes while many pay opens a mail."""
    for number in range(60):
        at = NOW + hour.some_minutes(0, 8)
        hour.at(at, hour.donor(HALL, f"hall{number}", "in the hall"))
    hour.run()
    assert hour.reached["in the hall"] == 60
    assert hour.asked["in the hall"] < 30


def test_the_thieves_are_stopped_by_the_budgets_and_by_nothing_else(
    hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the budgets of a network and of the site every try would get through."""
    monkeypatch.setattr(rules, "SITE", rules.Budget(10**9, HOUR))
    before = settings()
    activate(before.model_copy(update={"unpaid_per_network": 10**9}))
    for _ in range(100):
        hour.at(NOW + hour.random.random() * HOUR, hour.thief(THIEF, "one network"))
    try:
        hour.run()
    finally:
        activate(before)
    assert hour.reached["one network"] == 100


def test_thieves_who_read_their_mail_throw_the_switch(hour: Hour) -> None:
    """With mailboxes of their own they get through the guard for some minutes, not longer."""

    def proven(number: int) -> Step:
        def step(now: datetime) -> None:
            if groups.get_payment_account("network").cards_on:
                visitor = Visitor.at(f"10.{number // 250}.{number % 250}.7")
                hour.knock(ids.public_id(), visitor, "", now, is_proven=True)
                hour.reached["proven"] += 1

        return step

    for number in range(3000):
        hour.at(NOW + timedelta(seconds=1.2 * number), proven(number))
    for minute in range(60):
        hour.at(NOW + timedelta(minutes=minute), hour.minute)
    hour.run()
    assert hour.reached["proven"] < 400
    states = db.session.scalars(db.select(CardTry.state)).all()
    assert set(states) == {TryState.BEGUN}
