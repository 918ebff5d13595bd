"""Time passes: renewals, tries again, pauses, ends; each at its own moment."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from app.rehearsal.core import Rehearsal
from tests.rehearsal.conftest import Clock
from tests.rehearsal.setting import NOW, monthly, regular

DAY = 86_400
HOUR = 3600


def at(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, 12, tzinfo=UTC).timestamp())


def day(seconds: int) -> tuple[int, int]:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.month, moment.day


@pytest.fixture
def begin(rehearsal: Rehearsal, client: stripe.StripeClient) -> Callable[..., str]:
    """Begins a subscription and returns its id."""

    def make(card: str = "success", **changes: Any) -> str:
        session_id = client.v1.checkout.sessions.create(regular(**changes)).id
        return str(rehearsal.pay(session_id, card)["subscription"])

    return make


def events(rehearsal: Rehearsal, since: int) -> list[tuple[str, int]]:
    """Type and age of the events of some time."""
    rows = rehearsal.objects("network", "event")
    return [(row["type"], row["created"] - since) for row in rows if row["created"] >= since]


def invoices(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    return rehearsal.objects("network", "invoice")


def end_of(client: stripe.StripeClient, subscription_id: str) -> int:
    (item,) = client.v1.subscriptions.retrieve(subscription_id)["items"].data
    return int(item.current_period_end)


def test_a_renewal_is_drafted_and_an_hour_later_paid(
    rehearsal: Rehearsal, client: stripe.StripeClient, begin: Callable[..., str]
) -> None:
    subscription_id = begin()
    due = end_of(client, subscription_id)
    rehearsal.advance(until=due - 1)
    assert len(invoices(rehearsal)) == 1
    rehearsal.advance(until=due)
    (_, draft) = invoices(rehearsal)
    assert (draft["status"], draft["attempted"]) == ("draft", False)
    assert draft["billing_reason"] == "subscription_cycle"
    assert (draft["period_start"], draft["period_end"]) == (NOW, due)
    assert draft["lines"]["data"][0]["period"]["start"] == due
    rehearsal.advance(days=1)
    (_, paid) = invoices(rehearsal)
    assert (paid["status"], paid["attempt_count"]) == ("paid", 1)
    assert events(rehearsal, due) == [
        ("customer.subscription.updated", 0),
        ("invoice.created", 0),
        ("invoice.finalized", HOUR),
        ("payment_intent.created", HOUR),
        ("charge.succeeded", HOUR),
        ("payment_intent.succeeded", HOUR),
        ("invoice.paid", HOUR),
        ("invoice.payment_succeeded", HOUR),
        ("invoice_payment.paid", HOUR),
        ("charge.updated", HOUR),
    ]
    assert end_of(client, subscription_id) > due


def test_many_months_at_once_are_many_renewals(
    rehearsal: Rehearsal, client: stripe.StripeClient, begin: Callable[..., str]
) -> None:
    first, second = begin(), begin(line_items=[monthly(500, "year")])
    rehearsal.advance(months=12, days=1)
    made = [row["parent"]["subscription_details"]["subscription"] for row in invoices(rehearsal)]
    assert (made.count(first), made.count(second)) == (13, 2)
    assert {row["status"] for row in invoices(rehearsal)} == {"paid"}
    assert rehearsal.now() - NOW == 366 * DAY
    listed = client.v1.invoices.list({"subscription": first, "status": "paid", "limit": 100})
    assert len(listed.data) == 13


def test_the_31st_stays_the_end_of_the_month(
    rehearsal: Rehearsal, client: stripe.StripeClient, clock: Clock, begin: Callable[..., str]
) -> None:
    clock.now = at(2027, 1, 31)
    subscription_id = begin()
    ends = []
    for _ in range(5):
        ends.append(day(end_of(client, subscription_id)))
        rehearsal.advance(until=end_of(client, subscription_id))
    assert ends == [(2, 28), (3, 31), (4, 30), (5, 31), (6, 30)]


def test_a_leap_day_is_kept_for_its_year(
    rehearsal: Rehearsal, client: stripe.StripeClient, clock: Clock, begin: Callable[..., str]
) -> None:
    clock.now = at(2028, 2, 29)
    subscription_id = begin(line_items=[monthly(500, "year")])
    ends = []
    for _ in range(4):
        ends.append(day(end_of(client, subscription_id)))
        rehearsal.advance(until=end_of(client, subscription_id))
    assert ends == [(2, 28), (2, 28), (2, 28), (2, 29)]


@pytest.mark.parametrize(
    ("then", "status"), [("cancel", "canceled"), ("past_due", "past_due"), ("unpaid", "unpaid")]
)
def test_a_failed_renewal_is_tried_again_and_then_given_up(
    rehearsal: Rehearsal,
    client: stripe.StripeClient,
    begin: Callable[..., str],
    then: str,
    status: str,
) -> None:
    rehearsal.set_dunning(then)
    subscription_id = begin("declined_later")
    due = end_of(client, subscription_id) + HOUR
    rehearsal.advance(until=due)
    shown = client.v1.subscriptions.retrieve(subscription_id, {"expand": ["latest_invoice"]})
    invoice: Any = shown.latest_invoice
    assert (shown.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt == due + 3 * DAY
    assert [kind for kind, _ in events(rehearsal, due)] == [
        "invoice.finalized",
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    rehearsal.advance(days=16)
    failed = [age for kind, age in events(rehearsal, due) if kind == "invoice.payment_failed"]
    assert failed == [0, 3 * DAY, 8 * DAY, 15 * DAY]
    shown = client.v1.subscriptions.retrieve(subscription_id)
    invoice = client.v1.invoices.retrieve(str(shown.latest_invoice))
    assert (shown.status, invoice.attempt_count) == (status, 4)
    assert (invoice.next_payment_attempt, invoice.status) == (None, "open")
    if then == "cancel":
        assert shown.cancellation_details is not None
        assert shown.cancellation_details.reason == "payment_failed"
        assert shown.ended_at == due + 15 * DAY
        rehearsal.advance(months=3)
        assert len(invoices(rehearsal)) == 2


def test_one_renewal_fails_and_the_next_try_pays(
    rehearsal: Rehearsal, client: stripe.StripeClient, begin: Callable[..., str]
) -> None:
    subscription_id = begin()
    rehearsal.fail_renewals(subscription_id, "insufficient_funds")
    due = end_of(client, subscription_id) + HOUR
    rehearsal.advance(until=due)
    (charge,) = [row for row in rehearsal.objects("network", "charge") if not row["paid"]]
    assert charge["outcome"]["reason"] == "insufficient_funds"
    rehearsal.advance(days=3)
    shown = client.v1.subscriptions.retrieve(subscription_id)
    assert shown.status == "active"
    assert [row["status"] for row in invoices(rehearsal)] == ["paid", "paid"]
    assert events(rehearsal, due + 3 * DAY)[-2:] == [
        ("customer.subscription.updated", 0),
        ("charge.updated", 0),
    ]


def test_a_mended_card_is_charged_at_the_next_try(
    rehearsal: Rehearsal, client: stripe.StripeClient, begin: Callable[..., str]
) -> None:
    subscription_id = begin("declined_later")
    rehearsal.advance(months=1, days=1)
    assert client.v1.subscriptions.retrieve(subscription_id).status == "past_due"
    rehearsal.fix_card(subscription_id)
    rehearsal.advance(days=3)
    assert client.v1.subscriptions.retrieve(subscription_id).status == "active"
    with pytest.raises(ValueError, match="no decline code"):
        rehearsal.fail_renewals(subscription_id, "bad_weather")


def test_a_bank_may_ask_for_a_check_at_a_renewal(
    rehearsal: Rehearsal, client: stripe.StripeClient, begin: Callable[..., str]
) -> None:
    subscription_id = begin()
    rehearsal.fail_renewals(subscription_id, "requires_action")
    due = end_of(client, subscription_id) + HOUR
    rehearsal.advance(until=due)
    assert [kind for kind, _ in events(rehearsal, due)][2:] == [
        "payment_intent.requires_action",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    invoice = invoices(rehearsal)[-1]
    intent = rehearsal.objects("network", "payment_intent")[-1]
    assert (intent["status"], invoice["status"]) == ("requires_action", "open")
    rehearsal.answer_invoice(invoice["id"], passed=True)
    shown = client.v1.subscriptions.retrieve(subscription_id)
    assert shown.status == "active"
    assert client.v1.invoices.retrieve(invoice["id"]).status == "paid"


def test_a_paused_plan_collects_nothing_and_goes_on_by_itself(
    rehearsal: Rehearsal, client: stripe.StripeClient, begin: Callable[..., str]
) -> None:
    subscription_id = begin()
    resumes_at = end_of(client, subscription_id) + DAY
    paused = client.v1.subscriptions.update(
        subscription_id,
        {"pause_collection": {"behavior": "void", "resumes_at": resumes_at}},
    )
    assert paused.status == "active"
    assert paused.pause_collection is not None
    assert paused.pause_collection.resumes_at == resumes_at
    rehearsal.advance(months=1, days=2)
    assert [row["status"] for row in invoices(rehearsal)] == ["paid", "void"]
    assert client.v1.subscriptions.retrieve(subscription_id).pause_collection is None
    assert ("customer.subscription.updated", 0) in events(rehearsal, resumes_at)
    rehearsal.advance(months=1)
    assert [row["status"] for row in invoices(rehearsal)] == ["paid", "void", "paid"]


def test_an_end_at_the_end_of_the_period(
    rehearsal: Rehearsal, client: stripe.StripeClient, begin: Callable[..., str]
) -> None:
    subscription_id = begin()
    due = end_of(client, subscription_id)
    shown = client.v1.subscriptions.update(subscription_id, {"cancel_at_period_end": True})
    assert (shown.cancel_at, shown.canceled_at, shown.status) == (due, NOW, "active")
    shown = client.v1.subscriptions.update(subscription_id, {"cancel_at_period_end": False})
    assert (shown.cancel_at, shown.canceled_at) == (None, None)
    client.v1.subscriptions.update(subscription_id, {"cancel_at_period_end": True})
    rehearsal.advance(months=2)
    shown = client.v1.subscriptions.retrieve(subscription_id)
    assert (shown.status, shown.ended_at, shown.canceled_at) == ("canceled", due, NOW)
    assert events(rehearsal, due) == [("customer.subscription.deleted", 0)]
    assert len(invoices(rehearsal)) == 1
