"""What happens to the demo's gifts, moment by moment, through the services and the rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.appeals.flows import giving
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.rules.giving import Gift
from app.appeals.rules.words import Frequency
from app.audit.facts import Actor
from app.db.session import db
from app.demo.gifts import UNPAID, Outcome, PlannedGift
from app.demo.regulars import BANK_TIME, RAISE, RETRY_TIME, Fate, PlannedRegular
from app.lib import ids
from app.lib.money import Money
from app.payments.flows import mirror, plans
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.guard import Visitor
from app.rehearsal.core import Rehearsal

VISITOR = Actor.visitor()
#: How long a donor takes on the payment page, and when its outcome is looked at.
PAYS_AFTER = timedelta(seconds=70)
RETURNS_AFTER = timedelta(seconds=95)
REFUND_AFTER = timedelta(days=3)
DISPUTE_AFTER = timedelta(days=6)
#: A payment page that nobody used closes after a day.
EXPIRES_AFTER = timedelta(hours=24, minutes=5)
#: Stripe lets an hour pass before it collects what became due.
COLLECTED_AFTER = timedelta(minutes=65)


class FillingError(RuntimeError):
    """The demo's data does not add up; it must not be shown."""


@dataclass(frozen=True)
class Step:
    """Something that happens to one gift at one moment."""

    at: datetime
    act: Callable[[datetime], None]


def addresses_of(public_id: str) -> giving.Addresses:
    """Where nobody comes back to: these donors are invented."""
    return giving.Addresses(
        success_url=f"http://localhost/thanks/{public_id}", cancel_url="http://localhost/"
    )


def session_of(order_key: str) -> str:
    """The payment page of an order; raises FillingError without one."""
    session_id = order_reads.list_attempts(order_key)[-1].session_id
    if session_id is None:
        raise FillingError("a gift has no payment page")
    return session_id


def begin(gift: Gift, slug: str, *, now: datetime) -> str:
    """Keep a gift and open its payment page; returns its public id."""
    appeal = appeal_reads.find_appeal(slug)
    if appeal is None:
        raise FillingError(f"no appeal {slug}")
    pledge = giving.Pledge(appeal_id=appeal.id, gift=gift, nonce=ids.token())
    # Each sits somewhere else; the guard before Stripe has nothing to ask them.
    visitor = Visitor(network=f"demo {ids.token(6)}")
    onward = giving.give(pledge, addresses_of=addresses_of, visitor=visitor, now=now, by=VISITOR)
    return onward.public_id


class SingleStory:
    """What happens to one gift that comes once."""

    def __init__(self, rehearsal: Rehearsal, gift: PlannedGift) -> None:
        self._rehearsal = rehearsal
        self._gift = gift
        self._order_key = ""

    def steps(self, now: datetime) -> Iterator[Step]:
        """Its moments up to now."""
        gift = self._gift
        yield Step(gift.at, self._decide)
        if gift.outcome is not Outcome.ABANDONED:
            yield Step(gift.at + PAYS_AFTER, self._pay)
        yield Step(gift.at + RETURNS_AFTER, self._look)
        if gift.outcome in UNPAID and gift.at + EXPIRES_AFTER < now:
            yield Step(gift.at + EXPIRES_AFTER, self._look)
        if gift.refund_minor and gift.at + REFUND_AFTER < now:
            yield Step(gift.at + REFUND_AFTER, self._refund)
            yield Step(gift.at + REFUND_AFTER + RETURNS_AFTER, self._book)
        if gift.outcome is Outcome.DISPUTED:
            yield Step(gift.at + DISPUTE_AFTER, self._dispute)
            yield Step(gift.at + DISPUTE_AFTER + RETURNS_AFTER, self._book)

    def _decide(self, at: datetime) -> None:
        """The donor fills in the form and goes to the payment page."""
        planned = self._gift
        gift = Gift(
            amount=Money(planned.amount_minor, "GBP"),
            email=planned.person.email,
            locale=planned.person.locale,
            covers_fee=planned.covers_fee,
            name=planned.person.name if planned.is_named else None,
            public_name=planned.public_name,
            message=planned.message,
            shows_message=planned.message is not None and planned.public_name is not None,
            came_from=planned.came_from,
            wants_updates=planned.wants_news,
        )
        self._order_key = begin(gift, planned.appeal, now=at)

    def _pay(self, _at: datetime) -> None:
        """She tries her card on the payment page."""
        session, email = session_of(self._order_key), self._gift.person.email
        if self._gift.outcome in {Outcome.DECLINED, Outcome.PAID_AFTER_DECLINE}:
            self._rehearsal.pay(session, "declined", email=email)
        if self._gift.outcome is not Outcome.DECLINED:
            self._rehearsal.pay(session, "success", email=email)

    def _look(self, at: datetime) -> None:
        """Muster asks Stripe what became of it, as the thank-you page does."""
        giving.find_out(self._order_key, now=at)

    def _book(self, at: datetime) -> None:
        """Muster books what changed about a payment, as a webhook would make it do."""
        for payment in order_reads.list_payments(self._order_key):
            if payment.intent_id is not None:
                mirror.sync_intent(payment.payment_account, payment.intent_id, now=at)

    def _refund(self, _at: datetime) -> None:
        """The treasurer gives back what was too much."""
        whole = self._gift.outcome is Outcome.REFUNDED
        amount = None if whole else self._gift.refund_minor
        session = session_of(self._order_key)
        self._rehearsal.refund(session, amount=amount, reason="requested_by_customer")

    def _dispute(self, _at: datetime) -> None:
        """Somebody finds the payment on her statement and does not know it."""
        self._rehearsal.dispute(session_of(self._order_key))


class RegularStory:
    """What happens to one gift that comes again."""

    def __init__(self, rehearsal: Rehearsal, gift: PlannedRegular) -> None:
        self._rehearsal = rehearsal
        self._gift = gift
        self._order_key = ""
        self._plan_key = ""

    def steps(self, now: datetime) -> Iterator[Step]:
        """Its moments up to now."""
        yield from (step for step in self._all_steps(now) if step.at <= now)

    def _all_steps(self, now: datetime) -> Iterator[Step]:
        gift = self._gift
        yield Step(gift.at, self._decide)
        yield Step(gift.at + PAYS_AFTER, self._pay)
        yield Step(gift.at + RETURNS_AFTER, self._look)
        for number, due in enumerate(gift.dues, start=1):
            yield from self._collection(number, due)
        if gift.fate is Fate.DEBIT:
            for due in (gift.at, *gift.dues):
                yield Step(due + BANK_TIME + timedelta(hours=2), self._pull)
        if gift.fate is Fate.PAUSED:
            yield Step(now - timedelta(days=1), self._pause)
        if gift.fate is Fate.RAISED:
            yield Step(gift.dues[gift.turn - 1] + timedelta(days=2), self._raise)
        if gift.stops_at is not None:
            yield Step(gift.stops_at, self._stop)

    def _collection(self, number: int, due: datetime) -> Iterator[Step]:
        gift = self._gift
        fails_for_now = gift.fate is Fate.FAILING and number == len(gift.dues)
        recovers = gift.fate is Fate.RECOVERS and number == gift.turn
        if fails_for_now or recovers:
            yield Step(due - timedelta(minutes=10), self._let_it_fail)
        yield Step(due + COLLECTED_AFTER, self._pull)
        if recovers:
            yield Step(due + RETRY_TIME + 2 * COLLECTED_AFTER, self._pull)

    def _decide(self, at: datetime) -> None:
        planned = self._gift
        gift = Gift(
            amount=Money(planned.amount_minor, "GBP"),
            email=planned.person.email,
            locale=planned.person.locale,
            frequency=Frequency.YEARLY if planned.is_yearly else Frequency.MONTHLY,
            is_adult=True,
            name=planned.person.name if planned.is_named else None,
            public_name=planned.public_name,
        )
        self._order_key = begin(gift, planned.appeal, now=at)

    def _pay(self, _at: datetime) -> None:
        card = "bacs" if self._gift.fate is Fate.DEBIT else "success"
        self._rehearsal.pay(session_of(self._order_key), card, email=self._gift.person.email)

    def _look(self, at: datetime) -> None:
        giving.find_out(self._order_key, now=at)
        donation = donation_reads.get_donation(self._order_key)
        if donation.regular is None:
            raise FillingError("a regular gift was not kept")
        self._plan_key = donation.regular.public_id

    def _pull(self, at: datetime) -> None:
        """Muster asks Stripe about the plan and its newest demands, as webhooks make it do."""
        plans.pull_plan(self._plan_key, now=at)
        for payment in order_reads.list_plan_payments(self._plan_key)[:2]:
            if payment.intent_id is not None and payment.settled_at is None:
                mirror.sync_intent(payment.payment_account, payment.intent_id, now=at)

    def _let_it_fail(self, _at: datetime) -> None:
        subscription = plan_reads.get_plan(self._plan_key).subscription_id
        self._rehearsal.fail_renewals(subscription, "insufficient_funds")

    def _stop(self, at: datetime) -> None:
        plans.stop(self._plan_key, asked_by="donor", now=at)

    def _pause(self, at: datetime) -> None:
        due = plan_reads.get_plan(self._plan_key).period_end
        plans.pause(self._plan_key, until=due + timedelta(days=1), asked_by="donor", now=at)

    def _raise(self, at: datetime) -> None:
        plan = plan_reads.get_plan(self._plan_key)
        raised = Money(plan.amount_minor + RAISE, plan.currency)
        nothing = Money(0, plan.currency)
        db.session.remove()
        plans.change_amount(
            self._plan_key, amount=raised, covered_fee=nothing, asked_by="donor", now=at
        )
