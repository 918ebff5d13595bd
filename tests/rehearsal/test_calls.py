"""Each call of the API over a real socket, by the real SDK."""

import pytest
import stripe

from app.rehearsal.server import Running
from tests.rehearsal.conftest import wire_client
from tests.rehearsal.setting import gift, line


def test_a_session_is_made_as_asked(wire: stripe.StripeClient, server: Running) -> None:
    made = wire.v1.checkout.sessions.create(
        gift(
            submit_type="donate",
            locale="en-GB",
            custom_text={"submit": {"message": "شكرا"}},
            line_items=[line(1000), line(15, quantity=2)],
        )
    )
    assert made.id.startswith("cs_test_")
    assert made.url == f"{server.url}/c/pay/{made.id}"
    assert (made.status, made.payment_status, made.payment_intent) == ("open", "unpaid", None)
    assert (made.amount_total, made.currency, made.livemode) == (1030, "gbp", False)
    assert made.metadata is not None
    assert made.metadata["order_key"] == "gift-1"
    assert (made.client_reference_id, made.customer_email) == ("gift-1", "a@example.org")
    assert (made.submit_type, made.locale) == ("donate", "en-GB")
    assert made.custom_text.submit is not None
    assert made.custom_text.submit.message == "شكرا"
    assert made.expires_at - made.created == 24 * 3600
    assert "{CHECKOUT_SESSION_ID}" in str(made.success_url)
    assert "line_items" not in made


def test_a_paid_session_shows_everything_expanded(
    wire: stripe.StripeClient, server: Running
) -> None:
    made = wire.v1.checkout.sessions.create(gift(customer_creation="always"))
    server.rehearsal.pay(made.id, "success")
    shown = wire.v1.checkout.sessions.retrieve(
        made.id,
        {
            "expand": [
                "payment_intent.latest_charge.balance_transaction",
                "line_items",
                "customer",
                "subscription",
                "invoice",
            ]
        },
    )
    intent = shown.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    movement = charge.balance_transaction
    assert isinstance(movement, stripe.BalanceTransaction)
    assert (shown.status, shown.payment_status, shown.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received) == ("succeeded", 1000)
    assert intent.metadata["order_key"] == charge.metadata["order_key"] == "gift-1"
    assert (movement.amount, movement.fee, movement.net) == (1000, 35, 965)
    assert isinstance(shown.customer, stripe.Customer)
    assert shown.customer.email == "a@example.org"
    assert shown.line_items is not None
    assert [item.description for item in shown.line_items.data] == ["A gift"]
    assert shown.subscription is None


def test_lists_are_newest_first_filtered_and_paged(
    wire: stripe.StripeClient, server: Running
) -> None:
    made = [wire.v1.checkout.sessions.create(gift()).id for _ in range(5)]
    server.rehearsal.pay(made[1], "success")
    sessions = wire.v1.checkout.sessions
    assert [row.id for row in sessions.list({"limit": 2}).data] == [made[4], made[3]]
    assert [row.id for row in sessions.list({"limit": 2}).auto_paging_iter()] == made[::-1]
    assert [row.id for row in sessions.list({"status": "complete"}).data] == [made[1]]
    before = sessions.list({"ending_before": made[0], "limit": 2})
    assert [row.id for row in before.data] == [made[2], made[1]]
    assert before.has_more
    future = server.rehearsal.now() + 100
    assert not sessions.list({"created": {"gt": future}}).data
    assert len(sessions.list({"created": {"lte": future}}).data) == 5
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sessions.list({"starting_after": "cs_test_none"})
    assert caught.value.code == "resource_missing"


def test_every_object_of_a_payment_can_be_fetched_and_listed(
    wire: stripe.StripeClient, server: Running
) -> None:
    session = wire.v1.checkout.sessions.create(gift())
    intent_id = str(server.rehearsal.pay(session.id, "success")["payment_intent"])
    intent = wire.v1.payment_intents.retrieve(intent_id)
    assert wire.v1.payment_intents.list().data[0].id == intent_id
    charge = wire.v1.charges.list({"payment_intent": intent_id}).data[0]
    assert intent.latest_charge == charge.id == wire.v1.charges.retrieve(charge.id).id
    movement = wire.v1.balance_transactions.list({"source": charge.id}).data[0]
    assert wire.v1.balance_transactions.retrieve(movement.id).source == charge.id
    expanded = wire.v1.balance_transactions.list({"expand": ["data.source"], "type": "charge"})
    assert isinstance(expanded.data[0].source, stripe.Charge)
    made = wire.v1.refunds.create({"charge": charge.id, "amount": 250, "metadata": {"why": "x"}})
    assert wire.v1.refunds.retrieve(made.id).amount == 250
    assert [row.id for row in wire.v1.refunds.list({"charge": charge.id}).data] == [made.id]
    by_intent = wire.v1.refunds.list({"payment_intent": intent_id, "expand": ["data.charge"]})
    assert isinstance(by_intent.data[0].charge, stripe.Charge)
    method = wire.v1.payment_methods.retrieve(str(intent.payment_method))
    assert method.card is not None
    assert method.card.last4 == "4242"
    event = wire.v1.events.list({"type": "charge.succeeded"}).data[0]
    assert wire.v1.events.retrieve(event.id).data.object["id"] == charge.id
    shown = wire.v1.charges.retrieve(charge.id, {"expand": ["refunds.data.balance_transaction"]})
    assert shown.refunds is not None
    taken = shown.refunds.data[0].balance_transaction
    assert isinstance(taken, stripe.BalanceTransaction)
    assert (taken.net, taken.reporting_category) == (-250, "refund")


def test_the_balance_is_the_sum_of_its_movements(
    wire: stripe.StripeClient, server: Running
) -> None:
    session = wire.v1.checkout.sessions.create(gift())
    server.rehearsal.pay(session.id, "success")
    server.rehearsal.refund(session.id, amount=400)
    pending = wire.v1.balance.retrieve().pending
    assert [(row.amount, row.currency) for row in pending] == [(565, "gbp")]
    server.rehearsal.advance(4 * 86_400)
    balance = wire.v1.balance.retrieve()
    assert [row.amount for row in balance.available] == [565]
    assert wire.v1.balance_transactions.list().data[0].status == "available"


def test_customers_are_kept(wire: stripe.StripeClient) -> None:
    made = wire.v1.customers.create({"email": "a@example.org", "metadata": {"a": "1", "b": "2"}})
    changed = wire.v1.customers.update(made.id, {"name": "Amal", "metadata": {"a": ""}})
    assert changed.name == "Amal"
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"b": "2"}
    (event,) = wire.v1.events.list({"type": "customer.updated"}).data
    assert event.data.previous_attributes is not None
    assert event.data.previous_attributes["name"] is None
    assert [row.id for row in wire.v1.customers.list({"email": "a@example.org"}).data] == [made.id]
    assert not wire.v1.customers.list({"email": "b@example.org"}).data
    session = wire.v1.checkout.sessions.create(gift(customer=made.id, customer_email=None))
    assert session.customer == made.id


def test_an_account_never_sees_what_belongs_to_another(
    wire: stripe.StripeClient, server: Running
) -> None:
    other = wire_client(server, "charity")
    session = wire.v1.checkout.sessions.create(gift(), {"idempotency_key": "same"})
    paid = server.rehearsal.pay(session.id, "success")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        other.v1.checkout.sessions.retrieve(session.id)
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError):
        other.v1.refunds.create({"payment_intent": paid["payment_intent"]})
    assert not other.v1.events.list().data
    assert not other.v1.balance_transactions.list().data
    assert other.v1.checkout.sessions.create(gift(), {"idempotency_key": "same"}).id != session.id


def test_metadata_of_a_session_can_be_changed(wire: stripe.StripeClient) -> None:
    made = wire.v1.checkout.sessions.create(gift())
    changed = wire.v1.checkout.sessions.update(made.id, {"metadata": {"more": "1"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"order_key": "gift-1", "more": "1"}
    assert not wire.v1.events.list().data


def test_a_session_can_be_expired_once(wire: stripe.StripeClient, server: Running) -> None:
    session = wire.v1.checkout.sessions.create(gift())
    assert wire.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        wire.v1.checkout.sessions.expire(session.id)
    assert [event.type for event in wire.v1.events.list().data] == ["checkout.session.expired"]
