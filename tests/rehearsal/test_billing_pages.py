"""The page of an invoice and the billing portal: plain forms, addresses, no cookie."""

from collections.abc import Iterator

import pytest
import stripe
from flask.testing import FlaskClient

from app.rehearsal.core import Rehearsal
from app.rehearsal.web import create_rehearsal
from tests.rehearsal.setting import gift, monthly, regular
from tests.rehearsal.test_pages import assert_sound


@pytest.fixture
def visitor(rehearsal: Rehearsal) -> Iterator[FlaskClient]:
    app = create_rehearsal(rehearsal.config, rehearsal)
    with app.test_client() as made:
        yield made


@pytest.fixture
def subscription(rehearsal: Rehearsal, client: stripe.StripeClient) -> stripe.Subscription:
    session = client.v1.checkout.sessions.create(regular()).id
    rehearsal.pay(session, "declined_later")
    return client.v1.subscriptions.list().data[0]


@pytest.fixture
def page(rehearsal: Rehearsal, subscription: stripe.Subscription) -> str:
    """The address of an invoice that waits for another card."""
    assert subscription.id
    rehearsal.advance(months=1, days=1)
    url = rehearsal.objects("network", "invoice")[-1]["hosted_invoice_url"]
    return str(url).removeprefix("http://pay.test")


@pytest.mark.parametrize(("interval", "words"), [("month", "per month"), ("year", "per year")])
def test_the_payment_page_tells_the_rhythm(
    visitor: FlaskClient, client: stripe.StripeClient, interval: str, words: str
) -> None:
    params = regular(line_items=[monthly(1000, interval)])
    session_id = client.v1.checkout.sessions.create(params).id
    page = visitor.get(f"/c/pay/{session_id}")
    assert_sound(page)
    assert f"Pay £10.00 {words}</button>" in page.text
    for card in ("declined_later", "bacs", "bacs_fails"):
        assert f'value="{card}"' in page.text
    visitor.post(f"/c/pay/{session_id}", data={"card": "declined"})
    again = visitor.get(f"/c/pay/{session_id}")
    assert "Your card was declined." in again.text
    challenge = visitor.post(f"/c/pay/{session_id}", data={"card": "three_d_secure"}).location
    assert_sound(visitor.get(challenge))
    answer = visitor.post(challenge, data={"answer": "complete"})
    assert answer.location.startswith("http://app.test/thanks")
    assert len(client.v1.subscriptions.list().data) == 1


def test_a_debit_is_told_to_be_on_its_way(
    visitor: FlaskClient, client: stripe.StripeClient
) -> None:
    session_id = client.v1.checkout.sessions.create(gift()).id
    answer = visitor.post(f"/c/pay/{session_id}", data={"card": "bacs"})
    assert answer.location.startswith("http://app.test/thanks")
    page = visitor.get(f"/c/pay/{session_id}")
    assert_sound(page)
    assert "On its way" in page.text


def test_a_page_without_debits_offers_and_takes_none(
    visitor: FlaskClient, client: stripe.StripeClient
) -> None:
    params = gift(excluded_payment_method_types=["bacs_debit"])
    session_id = client.v1.checkout.sessions.create(params).id
    assert "Bacs" not in visitor.get(f"/c/pay/{session_id}").text
    assert visitor.post(f"/c/pay/{session_id}", data={"card": "bacs"}).status_code == 422


def test_an_open_invoice_is_paid_on_its_page(
    visitor: FlaskClient,
    client: stripe.StripeClient,
    subscription: stripe.Subscription,
    page: str,
) -> None:
    shown = visitor.get(page)
    assert_sound(shown)
    assert "Pay £10.00</button>" in shown.text
    assert "Your card was declined." in shown.text
    assert visitor.post(page, data={"card": "gold"}).status_code == 422
    assert visitor.post(page, data={"card": "insufficient_funds"}).location == page
    assert "insufficient funds" in visitor.get(page).text
    assert visitor.post(page, data={"card": "mastercard"}).location == page
    paid = visitor.get(page)
    assert_sound(paid)
    assert "There is nothing to pay here." in paid.text
    after = client.v1.subscriptions.retrieve(
        subscription.id, {"expand": ["default_payment_method", "latest_invoice"]}
    )
    assert after.status == "active"
    assert after.default_payment_method.card.last4 == "4444"  # type: ignore[union-attr]
    assert after.latest_invoice.attempt_count == 3  # type: ignore[union-attr]
    assert visitor.post(page, data={"card": "success"}).location == page
    assert len(client.v1.charges.list({"limit": 100}).data) == 4


@pytest.mark.parametrize("outcome", ["complete", "fail"])
def test_the_bank_may_ask_at_an_invoice(visitor: FlaskClient, page: str, outcome: str) -> None:
    assert visitor.get(f"{page}/challenge").location == page
    challenge = visitor.post(page, data={"card": "three_d_secure"}).location
    assert challenge == f"{page}/challenge"
    assert_sound(visitor.get(challenge))
    assert visitor.post(challenge, data={"answer": outcome}).location == page
    shown = visitor.get(page).text
    assert ("nothing to pay" in shown) == (outcome == "complete")
    assert ("unable to authenticate" in shown) == (outcome == "fail")
    assert visitor.post(challenge, data={"answer": outcome}).location == page


def portal(client: stripe.StripeClient, subscription: stripe.Subscription, flow: str = "") -> str:
    params: dict[str, object] = {
        "customer": subscription.customer,
        "return_url": "http://app.test/giving",
    }
    if flow:
        params["flow_data"] = {"type": flow}
    made = client.v1.billing_portal.sessions.create(params)  # type: ignore[arg-type]
    return made.url.removeprefix("http://pay.test")


def test_the_card_is_changed_and_the_way_leads_back(
    visitor: FlaskClient, client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    address = portal(client, subscription, "payment_method_update")
    shown = visitor.get(address)
    assert_sound(shown)
    assert "Visa ending in 0341" in shown.text
    assert 'href="http://app.test/giving"' in shown.text
    assert "Cancel £10.00" not in shown.text
    assert "form-action 'self' http://app.test;" in shown.headers["Content-Security-Policy"]
    refused = visitor.post(address, data={"action": "card", "card": "declined"})
    assert refused.status_code == 422
    assert_sound(refused)
    assert "Your card was declined." in refused.text
    assert visitor.post(address, data={"action": "card"}).status_code == 422
    answer = visitor.post(address, data={"action": "card", "card": "mastercard"})
    assert (answer.status_code, answer.location) == (303, "http://app.test/giving")
    assert "Mastercard ending in 4444" in visitor.get(address).text


def test_a_subscription_ends_in_the_portal(
    visitor: FlaskClient, client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    address = portal(client, subscription)
    assert "Cancel £10.00 per month" in visitor.get(address).text
    wrong = visitor.post(address, data={"action": "cancel", "subscription": "sub_none"})
    assert wrong.status_code == 422
    answer = visitor.post(address, data={"action": "cancel", "subscription": subscription.id})
    assert answer.location == address
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    shown = visitor.get(address)
    assert_sound(shown)
    assert "You have none." in shown.text


def test_an_address_of_the_portal_works_for_an_hour(
    rehearsal: Rehearsal,
    visitor: FlaskClient,
    client: stripe.StripeClient,
    subscription: stripe.Subscription,
) -> None:
    address = portal(client, subscription)
    rehearsal.advance(3600)
    for answer in (visitor.get(address), visitor.post(address), visitor.get("/i/in_none")):
        assert answer.status_code == 404
        assert_sound(answer)
