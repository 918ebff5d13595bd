"""Webhooks: signed as the SDK verifies, lost, repeated, late, shuffled, tried again."""

from dataclasses import replace

import pytest
import stripe

from app.rehearsal.core import Rehearsal
from app.rehearsal.problems import ProblemError
from app.rehearsal.server import Running
from tests.rehearsal.conftest import Clock
from tests.rehearsal.inbox import Inbox
from tests.rehearsal.sdk import sdk_client
from tests.rehearsal.setting import NOW, config, gift, until

ALL = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "charge.updated",
]


def pay(client: stripe.StripeClient, rehearsal: Rehearsal) -> str:
    session = client.v1.checkout.sessions.create(gift())
    rehearsal.pay(session.id, "success")
    return session.id


def undelivered(client: stripe.StripeClient) -> list[str]:
    listed = client.v1.events.list({"delivery_success": False, "limit": 100})
    return [str(event.type) for event in reversed(listed.data)]


def test_events_come_signed_and_in_order(
    wire: stripe.StripeClient, server: Running, inbox: Inbox
) -> None:
    session_id = pay(wire, server.rehearsal)
    assert server.courier.flush()
    assert inbox.types() == ALL
    completed = inbox.events()[3]
    assert completed.data.object["id"] == session_id
    assert completed.pending_webhooks == 1
    assert {account for account, _, _ in inbox.came} == {"network"}
    assert not undelivered(wire)
    assert len(wire.v1.events.list({"delivery_success": True}).data) == 5


def test_a_signature_of_another_secret_is_no_signature(rehearsal: Rehearsal) -> None:
    client = sdk_client(rehearsal)
    pay(client, rehearsal)
    delivery = rehearsal.pending_deliveries()[0]
    header = delivery.headers["Stripe-Signature"]
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(delivery.body, header, "whsec_other", tolerance=2**31)
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(delivery.body + b" ", header, "whsec_network", tolerance=2**31)
    client.construct_event(delivery.body, header, "whsec_network", tolerance=2**31)


def test_webhooks_are_signed_by_the_time_outside(rehearsal: Rehearsal) -> None:
    rehearsal.set_clock(NOW - 86_400 * 365)
    pay(sdk_client(rehearsal), rehearsal)
    for delivery in rehearsal.pending_deliveries():
        assert delivery.headers["Stripe-Signature"].startswith(f"t={NOW},v1=")


def test_an_endpoint_that_fails_is_tried_again(
    rehearsal: Rehearsal, client: stripe.StripeClient, clock: Clock
) -> None:
    pay(client, rehearsal)
    first = rehearsal.pending_deliveries()[0]
    waits = []
    for status in (500, None, 400):
        rehearsal.mark_delivered(first.id, status)
        assert first.id not in {delivery.id for delivery in rehearsal.pending_deliveries()}
        began = clock.now
        while first.id not in {delivery.id for delivery in rehearsal.pending_deliveries()}:
            clock.now += 1
        waits.append(clock.now - began)
    assert waits == [1, 5, 30]
    assert first.event_type in undelivered(client)
    rehearsal.mark_delivered(first.id, 204)
    assert first.event_type not in undelivered(client)


def test_tries_end_and_the_event_stays_listed(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    pay(client, rehearsal)
    first = rehearsal.pending_deliveries()[0]
    for _ in range(7):
        rehearsal.mark_delivered(first.id, 500)
    assert first.id not in {
        delivery.id for delivery in rehearsal.pending_deliveries(even_later=True)
    }
    assert first.event_type in undelivered(client)
    assert rehearsal.deliver_all_now() == 5
    assert first.id in {delivery.id for delivery in rehearsal.pending_deliveries()}


def test_lost_webhooks_are_listed_until_delivered(
    wire: stripe.StripeClient, server: Running, inbox: Inbox
) -> None:
    server.rehearsal.set_webhooks("lose")
    pay(wire, server.rehearsal)
    server.courier.flush()
    assert not inbox.came
    assert undelivered(wire) == ALL
    some = ["checkout.session.completed", "charge.updated"]
    listed = wire.v1.events.list({"delivery_success": False, "types": some}).data
    assert [event.type for event in listed][::-1] == some
    assert server.rehearsal.deliver_all_now() == 0
    assert server.rehearsal.deliver_all_now(include_lost=True) == 5
    server.courier.flush()
    assert inbox.types() == ALL
    assert not undelivered(wire)


def test_swallowed_webhooks_are_not_even_listed(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    rehearsal.set_webhooks("swallow")
    pay(client, rehearsal)
    assert not rehearsal.pending_deliveries(even_later=True)
    assert not undelivered(client)
    event = client.v1.events.list().data[0]
    rehearsal.resend(event.id)
    assert [delivery.event_id for delivery in rehearsal.pending_deliveries()] == [event.id]


def test_repeated_webhooks_carry_one_event(
    wire: stripe.StripeClient, server: Running, inbox: Inbox
) -> None:
    server.rehearsal.set_webhooks("repeat", times=3)
    pay(wire, server.rehearsal)
    server.courier.flush()
    assert len(inbox.ids()) == 15
    assert len(set(inbox.ids())) == 5


def test_late_webhooks_wait(
    rehearsal: Rehearsal, client: stripe.StripeClient, clock: Clock
) -> None:
    rehearsal.set_webhooks("delay", seconds=60)
    pay(client, rehearsal)
    assert not rehearsal.pending_deliveries()
    assert len(rehearsal.pending_deliveries(even_later=True)) == 5
    clock.now += 60
    assert [delivery.event_type for delivery in rehearsal.pending_deliveries()] == ALL


def test_shuffled_webhooks_are_held_until_released(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    rehearsal.set_webhooks("reorder")
    pay(client, rehearsal)
    assert not rehearsal.pending_deliveries(even_later=True)
    assert rehearsal.release_webhooks(seed=2) == 5
    order = [delivery.event_type for delivery in rehearsal.pending_deliveries()]
    assert sorted(order) == sorted(ALL)
    assert order != ALL


def test_a_dropped_webhook_stays_undelivered(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    pay(client, rehearsal)
    for delivery in rehearsal.pending_deliveries():
        rehearsal.lose_delivery(delivery.id)
    assert undelivered(client) == ALL
    with pytest.raises(KeyError):
        rehearsal.lose_delivery("whd_none")
    with pytest.raises(KeyError):
        rehearsal.mark_delivered("whd_none", 200)


def test_an_endpoint_gets_the_types_that_it_asked_for() -> None:
    base = config()
    asked = frozenset({"checkout.session.completed"})
    accounts = {
        name: replace(account, enabled_events=asked) for name, account in base.accounts.items()
    }
    rehearsal = Rehearsal(replace(base, accounts=accounts), clock=lambda: NOW)
    client = sdk_client(rehearsal)
    pay(client, rehearsal)
    assert [one.event_type for one in rehearsal.pending_deliveries()] == [*asked]
    assert undelivered(client) == [*asked]


def test_an_account_without_an_address_has_no_webhooks() -> None:
    rehearsal = Rehearsal(config(webhook_url=None), clock=lambda: NOW)
    client = sdk_client(rehearsal)
    pay(client, rehearsal)
    assert not rehearsal.pending_deliveries(even_later=True)
    assert not undelivered(client)
    with pytest.raises(ProblemError, match="no address"):
        rehearsal.resend(client.v1.events.list().data[0].id)


def test_events_are_shown_for_thirty_days(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    pay(client, rehearsal)
    event = client.v1.events.list().data[0]
    rehearsal.advance(30 * 86_400)
    assert not client.v1.events.list().data
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.retrieve(event.id)


def test_the_courier_tries_again_by_itself(
    wire: stripe.StripeClient, server: Running, inbox: Inbox
) -> None:
    inbox.answers[:] = [500]
    wire.v1.customers.create({})
    server.courier.flush()
    assert undelivered(wire) == ["customer.created"]
    server.rehearsal.advance(1)
    server.courier.flush()
    assert inbox.types() == ["customer.created"] * 2
    assert not undelivered(wire)


def test_an_endpoint_that_is_not_there_is_no_trouble(
    wire: stripe.StripeClient, server: Running
) -> None:
    gone = replace(server.rehearsal.accounts["network"].config, webhook_url="http://127.0.0.1:9/x")
    server.rehearsal.config.accounts["network"] = gone  # type: ignore[index]
    wire.v1.customers.create({})
    assert server.courier.flush()
    assert undelivered(wire) == ["customer.created"]


def test_the_courier_outlives_a_reset(
    wire: stripe.StripeClient, server: Running, inbox: Inbox
) -> None:
    inbox.on_arrival = server.rehearsal.reset
    wire.v1.customers.create({})
    until(lambda: inbox.came)
    inbox.on_arrival = None
    assert server.courier.flush()
    wire.v1.customers.create({})
    until(lambda: len(inbox.came) == 2)
