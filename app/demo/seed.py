"""Fills an empty database with the demo, through the services and the rehearsal's own clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.appeals.flows import giving
from app.appeals.queries import appeals as appeal_reads
from app.appeals.rules.giving import Gift
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.demo import marker, scenery
from app.demo.gifts import UNPAID, Outcome, PlannedGift, plan_gifts
from app.demo.people import read_texts
from app.groups import queries as groups
from app.ledger import queries as funds
from app.ledger import service as ledger
from app.lib import clock, ids
from app.lib.money import Money
from app.payments.flows import sync
from app.payments.flows.sweep import sweep
from app.payments.queries import orders as order_reads
from app.rehearsal.core import Rehearsal

VISITOR = Actor.visitor()
#: How long a donor takes on the payment page, and when its outcome is looked at.
PAYS_AFTER = timedelta(seconds=70)
RETURNS_AFTER = timedelta(seconds=95)
REFUND_AFTER = timedelta(days=3)
#: A payment page that nobody used closes after a day.
EXPIRES_AFTER = timedelta(hours=24, minutes=5)


class FillingError(RuntimeError):
    """The demo's data does not add up; it must not be shown."""


@dataclass(frozen=True)
class Step:
    """Something that happens to one gift at one moment."""

    at: datetime
    act: Callable[[datetime], None]


def fill(rehearsal: Rehearsal, *, now: datetime, say: Callable[[str], None]) -> None:
    """Make the demo's data in an empty, migrated database; raises FillingError.

    The payments' gateway must be wired to this rehearsal, which sends no webhooks. The caller
    delivers the mails and then calls `marker.finish`.
    """
    with transaction():
        marker.begin(now=now)
    with transaction():
        made = scenery.make_groups(now)
        scenery.make_organisers(made, now)
    say("groups, funds and organisers")
    for name in scenery.APPEALS:
        texts = read_texts(name)
        fund = funds.get_fund(texts["fund"])
        scenery.make_appeal(texts, fund, groups.get_group_by_id(fund.group_id), now=now)
    say("three appeals with pictures")
    _give_all(rehearsal, plan_gifts(now), now=now, say=say)
    _prove(now)
    db.session.remove()


def _give_all(
    rehearsal: Rehearsal, gifts: list[PlannedGift], *, now: datetime, say: Callable[[str], None]
) -> None:
    steps = sorted(_steps(rehearsal, gifts, now), key=lambda step: step.at)
    told = 0
    for number, step in enumerate(steps, start=1):
        rehearsal.set_clock(int(step.at.timestamp()))
        step.act(step.at)
        share = number * 100 // len(steps)
        if share >= told + 20:
            told = share
            say(f"{len(gifts)} gifts: {share} %")
    rehearsal.set_clock(clock.timestamp())


def _steps(rehearsal: Rehearsal, gifts: list[PlannedGift], now: datetime) -> Iterator[Step]:
    for gift in gifts:
        story = _Story(rehearsal, gift)
        yield Step(gift.at, story.decide)
        if gift.outcome is not Outcome.ABANDONED:
            yield Step(gift.at + PAYS_AFTER, story.pay)
        yield Step(gift.at + RETURNS_AFTER, story.look)
        if gift.outcome in UNPAID and gift.at + EXPIRES_AFTER < now:
            yield Step(gift.at + EXPIRES_AFTER, story.look)
        if gift.refund_minor and gift.at + REFUND_AFTER < now:
            yield Step(gift.at + REFUND_AFTER, story.refund)
            yield Step(gift.at + REFUND_AFTER + RETURNS_AFTER, story.book)


class _Story:
    """What happens to one gift, moment by moment."""

    def __init__(self, rehearsal: Rehearsal, gift: PlannedGift) -> None:
        self._rehearsal = rehearsal
        self._gift = gift
        self._order_key = ""

    def decide(self, at: datetime) -> None:
        """The donor fills in the form and goes to the payment page."""
        planned = self._gift
        appeal = appeal_reads.find_appeal(planned.appeal)
        if appeal is None:
            raise FillingError(f"no appeal {planned.appeal}")
        gift = Gift(
            amount=Money(planned.amount_minor, appeal.currency),
            email=planned.person.email,
            locale=planned.person.locale,
            covers_fee=planned.covers_fee,
            name=planned.person.name if planned.is_named else None,
            public_name=planned.public_name,
            message=planned.message,
            wants_updates=planned.wants_news,
        )
        pledge = giving.Pledge(appeal_id=appeal.id, gift=gift, nonce=ids.token())
        onward = giving.give(pledge, addresses_of=_addresses_of, now=at, by=VISITOR)
        self._order_key = onward.public_id

    def pay(self, _at: datetime) -> None:
        """She tries her card on the payment page."""
        session = self._session()
        email = self._gift.person.email
        if self._gift.outcome in {Outcome.DECLINED, Outcome.PAID_AFTER_DECLINE}:
            self._rehearsal.pay(session, "declined", email=email)
        if self._gift.outcome is not Outcome.DECLINED:
            self._rehearsal.pay(session, "success", email=email)

    def look(self, at: datetime) -> None:
        """Muster asks Stripe what became of it, as the thank-you page does."""
        giving.find_out(self._order_key, now=at)

    def book(self, at: datetime) -> None:
        """Muster books what changed about a payment, as a webhook would make it do."""
        for payment in order_reads.list_payments(self._order_key):
            if payment.intent_id is not None:
                sync.sync_intent(payment.payment_account, payment.intent_id, now=at)

    def refund(self, _at: datetime) -> None:
        """The treasurer gives back what was too much."""
        whole = self._gift.outcome is Outcome.REFUNDED
        amount = None if whole else self._gift.refund_minor
        self._rehearsal.refund(self._session(), amount=amount, reason="requested_by_customer")

    def _session(self) -> str:
        session_id = order_reads.list_attempts(self._order_key)[-1].session_id
        if session_id is None:
            raise FillingError("a gift has no payment page")
        return session_id


def _addresses_of(public_id: str) -> giving.Addresses:
    # Nobody comes back by them: these donors are invented.
    return giving.Addresses(
        success_url=f"http://localhost/thanks/{public_id}", cancel_url="http://localhost/"
    )


def _prove(now: datetime) -> None:
    """The books must agree, and a sweep must find nothing that was missed."""
    report = sweep(now=now)
    if report.problems:
        raise FillingError("; ".join(report.problems[:5]))
    differences = ledger.check_books()
    if differences:
        raise FillingError("; ".join(f"{one.kind} {one.subject}" for one in differences[:5]))
