"""Checkout in subscription mode: what is made, what is told, what a failed try leaves."""

from typing import Any

import pytest
import stripe

from app.rehearsal.core import Rehearsal
from app.rehearsal.problems import ProblemError
from tests.rehearsal.setting import NOW, line, monthly, regular

STORY = [
    "customer.created",
    "payment_method.attached",
    "product.created",
    "price.created",
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
    "checkout.session.completed",
    "charge.updated",
]
MADE = ("subscription", "invoice", "invoice_payment", "payment_intent", "charge", "product")


def types(rehearsal: Rehearsal) -> list[str]:
    return [event["type"] for event in rehearsal.objects("network", "event")]


@pytest.fixture
def session_id(client: stripe.StripeClient) -> str:
    return client.v1.checkout.sessions.create(regular()).id


@pytest.mark.parametrize("card", ["success", "three_d_secure"])
def test_all_is_made_when_the_session_completes(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str, card: str
) -> None:
    opened = client.v1.checkout.sessions.retrieve(session_id)
    assert (opened.mode, opened.subscription, opened.invoice) == ("subscription", None, None)
    rehearsal.pay(session_id, card)
    if card == "three_d_secure":
        assert not any(rehearsal.objects("network", kind) for kind in MADE)
        rehearsal.answer_challenge(session_id, passed=True)
    session = client.v1.checkout.sessions.retrieve(session_id)
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert session.payment_intent is None
    assert session.customer is not None
    assert types(rehearsal) == STORY
    subscription = client.v1.subscriptions.retrieve(str(session.subscription))
    assert subscription.status == "active"
    assert subscription.metadata.to_dict() == {"plan_key": "plan-1", "order_key": "gift-1"}
    assert subscription.latest_invoice == session.invoice
    assert subscription.customer == session.customer
    assert subscription.default_payment_method is not None


def test_the_period_stands_on_the_item(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str
) -> None:
    rehearsal.pay(session_id, "success")
    (subscription,) = client.v1.subscriptions.list().data
    (item,) = subscription["items"].data
    assert item.current_period_start == NOW
    assert 28 * 86_400 <= item.current_period_end - NOW <= 31 * 86_400
    assert (item.price.unit_amount, item.price.currency) == (1000, "gbp")
    assert item.price.recurring is not None
    assert item.price.recurring.interval == "month"
    product = client.v1.products.retrieve(str(item.price.product))
    assert product.name == "A gift"


def test_the_invoice_names_its_subscription_and_its_payment(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str
) -> None:
    paid = rehearsal.pay(session_id, "success")
    invoice = client.v1.invoices.retrieve(
        str(paid["invoice"]),
        {"expand": ["payments.data.payment.payment_intent"]},
    )
    assert (invoice.status, invoice.attempt_count, invoice.attempted) == ("paid", 1, True)
    assert (invoice.amount_due, invoice.amount_paid, invoice.amount_remaining) == (1000, 1000, 0)
    assert invoice.billing_reason == "subscription_create"
    assert invoice.parent is not None
    details = invoice.parent.subscription_details
    assert details is not None
    assert details.subscription == paid["subscription"]
    assert details.metadata is not None
    assert details.metadata["plan_key"] == "plan-1"
    assert invoice.status_transitions.paid_at == NOW
    assert invoice.payments is not None
    intent: Any = invoice.payments.data[0].payment.payment_intent
    assert intent.status == "succeeded"
    assert intent.metadata.to_dict() == {}
    assert "invoice" not in intent
    assert invoice.lines.data[0].period.start == NOW
    assert str(invoice.hosted_invoice_url).startswith("http://pay.test/i/")


def test_an_intent_is_found_by_its_invoice_payment(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str
) -> None:
    paid = rehearsal.pay(session_id, "success")
    intent = rehearsal.objects("network", "payment_intent")[0]["id"]
    asked: Any = {"type": "payment_intent", "payment_intent": intent}
    (found,) = client.v1.invoice_payments.list({"payment": asked}).data
    assert (found.invoice, found.amount_paid, found.status) == (paid["invoice"], 1000, "paid")
    by_invoice = client.v1.invoice_payments.list({"invoice": str(paid["invoice"])}).data
    assert [row.id for row in by_invoice] == [found.id]
    other: Any = {"type": "payment_intent", "payment_intent": "pi_other"}
    assert not client.v1.invoice_payments.list({"payment": other}).data


@pytest.mark.parametrize("card", ["declined", "insufficient_funds", "processing_error"])
def test_a_failed_try_leaves_nothing(rehearsal: Rehearsal, session_id: str, card: str) -> None:
    session = rehearsal.pay(session_id, card)
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    assert not any(rehearsal.objects("network", kind) for kind in MADE)
    assert types(rehearsal) == []
    rehearsal.pay(session_id, "three_d_secure")
    rehearsal.answer_challenge(session_id, passed=False)
    assert not any(rehearsal.objects("network", kind) for kind in MADE)
    with pytest.raises(ProblemError, match="no challenge"):
        rehearsal.answer_challenge(session_id, passed=True)
    rehearsal.pay(session_id, "success")
    assert types(rehearsal) == STORY
    assert all(len(rehearsal.objects("network", kind)) == 1 for kind in MADE)


def test_a_known_customer_keeps_the_method(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    customer = client.v1.customers.create({"email": "a@example.org"})
    params = regular(customer=customer.id, submit_type="donate")
    del params["customer_email"]
    paid = rehearsal.pay(client.v1.checkout.sessions.create(params).id, "mastercard")
    assert paid["customer"] == customer.id
    (subscription,) = client.v1.subscriptions.list({"customer": customer.id, "status": "all"}).data
    method = client.v1.payment_methods.retrieve(str(subscription.default_payment_method))
    assert method.customer == customer.id
    listed = client.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
    assert [row.id for row in listed] == [method.id]
    sessions = client.v1.checkout.sessions.list({"subscription": subscription.id}).data
    assert [row.id for row in sessions] == [paid["id"]]
    assert method.card is not None
    assert (method.card.brand, method.card.last4) == ("mastercard", "4444")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"payment_intent_data": {"metadata": {"a": "b"}}}, "payment_intent_data"),
        ({"customer_creation": "always"}, "customer_creation"),
        ({"line_items": [line(1000)]}, "recurring price"),
        ({"line_items": [monthly(1000), line(50)]}, "does not play one-time prices"),
        ({"line_items": [monthly(1000), monthly(50, "year")]}, "different billing intervals"),
        ({"line_items": [monthly(29)]}, "at least"),
        ({"line_items": [monthly(1000, "fortnight")]}, "must be one of"),
        ({"subscription_data": {"trial_period_days": 3}}, "does not play"),
        ({"subscription_data": {"colour": "red"}}, "unknown parameter"),
    ],
    ids=str,
)
def test_what_a_subscription_cannot_take_is_refused(
    client: stripe.StripeClient, changes: Any, words: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        client.v1.checkout.sessions.create(regular(**changes))


def test_five_levels_of_expansion_are_refused(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str
) -> None:
    paid = rehearsal.pay(session_id, "success")
    deep = "payments.data.payment.payment_intent"
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        client.v1.invoices.list({"expand": [f"data.{deep}"]})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.invoices.retrieve(str(paid["invoice"]), {"expand": ["subscription"]})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.list({"expand": ["data.invoice"]})
    (listed,) = client.v1.invoices.list({"expand": ["data.payments"]}).data
    assert listed.payments is not None
