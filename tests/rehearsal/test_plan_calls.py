"""Changes of subscriptions and invoices through the API, and what Stripe refuses of them."""

from typing import Any

import pytest
import stripe

from app.rehearsal.core import Rehearsal
from tests.rehearsal.sdk import sdk_client
from tests.rehearsal.setting import NOW, regular

HOUR = 3600


@pytest.fixture
def subscription(rehearsal: Rehearsal, client: stripe.StripeClient) -> stripe.Subscription:
    session = rehearsal.pay(client.v1.checkout.sessions.create(regular()).id, "success")
    return client.v1.subscriptions.retrieve(session["subscription"])


def new_sum(subscription: stripe.Subscription, amount: int, **changes: Any) -> Any:
    """The parameters that change the sum of a subscription."""
    (item,) = subscription["items"].data
    data = {
        "currency": "gbp",
        "product": item.price.product,
        "recurring": {"interval": "month"},
        "unit_amount": amount,
    }
    asked = {"id": item.id, "price_data": {**data, **changes}}
    return {"items": [asked], "proration_behavior": "none"}


def test_a_new_sum_is_collected_from_the_next_time_on(
    rehearsal: Rehearsal, client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    before = subscription["items"].data[0]
    shown = client.v1.subscriptions.update(subscription.id, new_sum(subscription, 1500))
    (item,) = shown["items"].data
    assert (item.id, item.price.unit_amount, item.plan.amount) == (before.id, 1500, 1500)
    assert item.current_period_end == before.current_period_end
    assert item.price.product == before.price.product
    event = rehearsal.objects("network", "event")[-1]
    assert event["type"] == "customer.subscription.updated"
    assert list(event["data"]["previous_attributes"]) == ["items"]
    rehearsal.advance(months=1, days=1)
    amounts = [row["amount_paid"] for row in rehearsal.objects("network", "invoice")]
    assert amounts == [1000, 1500]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"currency": "usd"}, "currency of a subscription cannot be changed"),
        ({"product": "prod_none"}, "No such product"),
        ({"recurring": {"interval": "year"}}, "does not play a change of the interval"),
        ({"unit_amount": 0}, "at least £0.30"),
        ({"unit_amount": -1}, "greater than or equal to 0"),
        ({"product_data": {"name": "A gift"}}, "unknown parameter.*product_data"),
    ],
    ids=str,
)
def test_wrong_prices_are_refused(
    client: stripe.StripeClient, subscription: stripe.Subscription, changes: Any, words: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        client.v1.subscriptions.update(subscription.id, new_sum(subscription, 1500, **changes))
    (item,) = client.v1.subscriptions.retrieve(subscription.id)["items"].data
    assert item.price.unit_amount == 1000


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"items": [{"id": "si_none"}], "proration_behavior": "none"}, "No such subscription item"),
        ({"items": [{"quantity": 1}], "proration_behavior": "none"}, "further item"),
        ({"pause_collection": {"behavior": "keep_as_draft"}}, "does not play"),
        ({"pause_collection": {"behavior": "void", "resumes_at": NOW}}, "in the future"),
        ({"pause_collection": {"resumes_at": NOW + 1}}, "Missing required param"),
        ({"default_payment_method": "pm_none"}, "No such PaymentMethod"),
        ({"trial_end": "now"}, "does not play"),
        ({"colour": "red"}, "unknown parameter"),
    ],
    ids=str,
)
def test_wrong_changes_are_refused(
    client: stripe.StripeClient, subscription: stripe.Subscription, params: Any, words: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        client.v1.subscriptions.update(subscription.id, params)


def test_a_change_of_the_sum_needs_a_word_on_prorations(
    client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    params = new_sum(subscription, 1500)
    del params["proration_behavior"]
    with pytest.raises(stripe.InvalidRequestError, match="prorations"):
        client.v1.subscriptions.update(subscription.id, params)


def test_an_empty_pause_is_none_at_all(
    client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    paused = client.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": "void"}, "metadata": {"why": "skip"}}
    )
    assert paused.pause_collection is not None
    assert paused.metadata["why"] == "skip"
    resumed = client.v1.subscriptions.update(
        subscription.id, {"pause_collection": "", "metadata": {"why": ""}}
    )
    assert resumed.pause_collection is None
    assert "why" not in resumed.metadata


def test_an_ended_subscription_takes_no_change(
    rehearsal: Rehearsal, client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    ended = client.v1.subscriptions.cancel(
        subscription.id, {"cancellation_details": {"comment": "Thank you"}}
    )
    assert (ended.status, ended.ended_at, ended.canceled_at) == ("canceled", NOW, NOW)
    assert ended.cancellation_details is not None
    assert ended.cancellation_details.comment == "Thank you"
    assert ended.cancellation_details.reason == "cancellation_requested"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.subscriptions.cancel(subscription.id)
    assert (caught.value.code, caught.value.http_status) == ("resource_missing", 404)
    changes: list[Any] = [
        new_sum(subscription, 1500),
        {"pause_collection": {"behavior": "void"}},
        {"cancel_at_period_end": True},
    ]
    for params in changes:
        with pytest.raises(stripe.InvalidRequestError, match="canceled subscription can only"):
            client.v1.subscriptions.update(subscription.id, params)
    shown = client.v1.subscriptions.update(subscription.id, {"metadata": {"told": "yes"}})
    assert shown.metadata["told"] == "yes"
    customer = str(subscription.customer)
    assert not client.v1.subscriptions.list({"customer": customer}).data
    assert client.v1.subscriptions.list({"customer": customer, "status": "all"}).data
    rehearsal.advance(months=2)
    assert len(rehearsal.objects("network", "invoice")) == 1


def test_a_key_changes_once(
    rehearsal: Rehearsal, client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    params = new_sum(subscription, 1500)
    before = len(rehearsal.objects("network", "event"))
    for _ in range(2):
        client.v1.subscriptions.update(subscription.id, params, {"idempotency_key": "k"})
    assert len(rehearsal.objects("network", "event")) == before + 2  # the price, the change
    other = new_sum(subscription, 1600)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.subscriptions.update(subscription.id, other, {"idempotency_key": "k"})


@pytest.fixture
def failed(rehearsal: Rehearsal, subscription: stripe.Subscription) -> str:
    """An open invoice whose first try failed."""
    rehearsal.fail_renewals(subscription.id, "expired_card", times=2)
    rehearsal.advance(months=1, days=1)
    return str(rehearsal.objects("network", "invoice")[-1]["id"])


def test_an_invoice_is_paid_through_the_api(
    rehearsal: Rehearsal,
    client: stripe.StripeClient,
    subscription: stripe.Subscription,
    failed: str,
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.invoices.pay(failed)
    assert (caught.value.code, caught.value.http_status) == ("expired_card", 402)
    invoice = client.v1.invoices.retrieve(failed)
    assert (invoice.attempt_count, invoice.status) == (2, "open")
    assert invoice.next_payment_attempt is not None  # a try by hand changes no plan
    assert client.v1.invoices.pay(failed).status == "paid"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        client.v1.invoices.pay(failed)
    with pytest.raises(stripe.InvalidRequestError, match="open invoices"):
        client.v1.invoices.void_invoice(failed)


def test_a_demanded_check_is_told_to_the_caller(
    rehearsal: Rehearsal, client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    rehearsal.fail_renewals(subscription.id, "requires_action", times=2)
    rehearsal.advance(months=1, days=1)
    invoice = rehearsal.objects("network", "invoice")[-1]["id"]
    with pytest.raises(stripe.CardError) as caught:
        client.v1.invoices.pay(invoice)
    assert caught.value.code == "invoice_payment_intent_requires_action"


def test_a_voided_invoice_is_collected_no_more(
    rehearsal: Rehearsal, client: stripe.StripeClient, failed: str
) -> None:
    voided = client.v1.invoices.void_invoice(failed)
    assert (voided.status, voided.next_payment_attempt) == ("void", None)
    assert rehearsal.objects("network", "payment_intent")[-1]["status"] == "canceled"
    assert rehearsal.objects("network", "invoice_payment")[-1]["status"] == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="no longer be paid"):
        client.v1.invoices.pay(failed)
    rehearsal.advance(days=20)
    assert client.v1.invoices.retrieve(failed).status == "void"


def test_a_customer_s_address_changes(
    rehearsal: Rehearsal, client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    customer = str(subscription.customer)
    client.v1.customers.update(customer, {"email": "b@example.org"})
    assert client.v1.customers.retrieve(customer).email == "b@example.org"
    assert rehearsal.objects("network", "event")[-1]["type"] == "customer.updated"
    rehearsal.advance(months=1)
    assert rehearsal.objects("network", "invoice")[-1]["customer_email"] == "b@example.org"


def test_the_portal_is_opened_for_a_known_customer(
    client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    made = client.v1.billing_portal.sessions.create(
        {
            "customer": str(subscription.customer),
            "flow_data": {"type": "payment_method_update"},
            "return_url": "http://app.test/giving",
        }
    )
    assert made.url == f"http://pay.test/p/session/{made.id}"
    assert made.flow is not None
    assert made.flow.type == "payment_method_update"
    wrong: list[tuple[Any, str]] = [
        ({"customer": "cus_none"}, "No such customer"),
        ({}, "Missing required param"),
        ({"customer": made.customer, "locale": "ar"}, "must be one of"),
        ({"customer": made.customer, "return_url": "giving"}, "Not a valid URL"),
        ({"customer": made.customer, "flow_data": {"type": "subscription_cancel"}}, "goes with"),
    ]
    for params, words in wrong:
        with pytest.raises(stripe.InvalidRequestError, match=words):
            client.v1.billing_portal.sessions.create(params)


def test_another_account_finds_nothing(
    rehearsal: Rehearsal, subscription: stripe.Subscription
) -> None:
    other = sdk_client(rehearsal, "charity")
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        other.v1.subscriptions.retrieve(subscription.id)
    assert not other.v1.invoices.list().data
