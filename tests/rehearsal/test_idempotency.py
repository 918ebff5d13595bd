"""Idempotency keys as API v1 keeps them, and faults before and after the effect."""

import threading
from typing import Any

import pytest
import stripe

from app.rehearsal.core import Rehearsal
from app.rehearsal.server import Running
from tests.rehearsal.conftest import Clock, wire_client
from tests.rehearsal.sdk import sdk_client
from tests.rehearsal.setting import gift, line, until

KEY: Any = {"idempotency_key": "muster:test:attempt:1"}
PATH = "/v1/checkout/sessions"


def sessions(client: stripe.StripeClient) -> list[str]:
    return [row.id for row in client.v1.checkout.sessions.list().data]


def test_the_same_key_gives_the_same_answer(client: stripe.StripeClient) -> None:
    first = client.v1.checkout.sessions.create(gift(), KEY)
    again = client.v1.checkout.sessions.create(gift(), KEY)
    assert first.id == again.id
    assert sessions(client) == [first.id]
    assert first.last_response is not None
    assert again.last_response is not None
    assert first.last_response.body == again.last_response.body
    assert "idempotent-replayed" not in first.last_response.headers
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert again.last_response.headers["original-request"] == first.last_response.request_id


def test_the_answer_replayed_is_the_first_one_even_after_the_object_changed(
    client: stripe.StripeClient, rehearsal: Rehearsal
) -> None:
    first = client.v1.checkout.sessions.create(gift(), KEY)
    rehearsal.pay(first.id, "success")
    assert client.v1.checkout.sessions.create(gift(), KEY).status == "open"


def test_other_parameters_under_a_key_are_refused(client: stripe.StripeClient) -> None:
    client.v1.checkout.sessions.create(gift(), KEY)
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        client.v1.checkout.sessions.create(gift(line_items=[line(2000)]), KEY)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.customers.create({}, KEY)
    assert len(sessions(client)) == 1


def test_keys_are_forgotten_after_a_day(client: stripe.StripeClient, clock: Clock) -> None:
    first = client.v1.checkout.sessions.create(gift(), KEY)
    clock.now += 24 * 3600 - 1
    assert client.v1.checkout.sessions.create(gift(), KEY).id == first.id
    clock.now += 1
    assert client.v1.checkout.sessions.create(gift(), KEY).id != first.id


def test_a_refusal_of_parameters_is_not_kept(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(gift(locale="ar"), KEY)
    assert client.v1.checkout.sessions.create(gift(), KEY).status == "open"


def test_a_refusal_after_the_call_began_is_kept(
    client: stripe.StripeClient, rehearsal: Rehearsal
) -> None:
    session = client.v1.checkout.sessions.create(gift())
    intent = str(rehearsal.pay(session.id, "declined")["payment_intent"])
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent}, KEY)
    rehearsal.pay(session.id, "success")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent}, KEY)


def test_a_key_is_no_longer_than_255_signs(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.IdempotencyError, match="255"):
        client.v1.customers.create({}, {"idempotency_key": "k" * 256})


BEFORE = [
    ("error_before", stripe.APIError),
    ("reset_before", stripe.APIConnectionError),
    ("rate_limited", stripe.RateLimitError),
    ("in_use", stripe.APIError),
]


@pytest.mark.parametrize(("fault", "error"), BEFORE)
def test_a_fault_before_the_effect_leaves_nothing(
    client: stripe.StripeClient,
    rehearsal: Rehearsal,
    fault: str,
    error: type[stripe.StripeError],
) -> None:
    rehearsal.fail_next(fault, method="POST", path=PATH)
    with pytest.raises(error):
        client.v1.checkout.sessions.create(gift(), KEY)
    assert not sessions(client)
    made = client.v1.checkout.sessions.create(gift(), KEY)
    assert sessions(client) == [made.id]


@pytest.mark.parametrize(
    ("fault", "error"),
    [("gateway_after", stripe.APIError), ("reset_after", stripe.APIConnectionError)],
)
def test_after_a_lost_answer_the_key_brings_the_object(
    client: stripe.StripeClient,
    rehearsal: Rehearsal,
    fault: str,
    error: type[stripe.StripeError],
) -> None:
    rehearsal.fail_next(fault, path=PATH)
    with pytest.raises(error):
        client.v1.checkout.sessions.create(gift(), KEY)
    (made,) = sessions(client)
    assert client.v1.checkout.sessions.create(gift(), KEY).id == made
    assert sessions(client) == [made]


def test_a_server_error_after_the_effect_is_replayed(
    client: stripe.StripeClient, rehearsal: Rehearsal
) -> None:
    rehearsal.fail_next("error_after", path=PATH)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.checkout.sessions.create(gift(), KEY)
        assert caught.value.http_status == 500
    assert len(sessions(client)) == 1


@pytest.mark.parametrize("fault", ["error_before", "in_use", "reset_after", "gateway_after"])
def test_the_retries_of_the_sdk_reach_one_object(rehearsal: Rehearsal, fault: str) -> None:
    client = sdk_client(rehearsal, retries=2)
    rehearsal.fail_next(fault, path=PATH)
    made = client.v1.checkout.sessions.create(gift())
    assert sessions(client) == [made.id]


def test_a_fault_hits_as_often_as_planned_and_only_what_fits(
    client: stripe.StripeClient, rehearsal: Rehearsal
) -> None:
    rehearsal.fail_next("error_before", times=2, method="GET", path="/v1/events")
    client.v1.charges.list()
    client.v1.customers.create({})
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            client.v1.events.list()
    client.v1.events.list()
    rehearsal.fail_next("rate_limited")
    rehearsal.clear_faults()
    client.v1.events.list()


def test_a_second_call_under_a_key_in_use_gets_409(server: Running) -> None:
    server.rehearsal.fail_next("slow", seconds=1, path=PATH)
    made: list[str] = []
    slow = wire_client(server)
    thread = threading.Thread(
        target=lambda: made.append(slow.v1.checkout.sessions.create(gift(), KEY).id)
    )
    thread.start()
    other = wire_client(server)
    store = server.rehearsal.accounts["network"].world.store
    until(lambda: store.keys("network", "idempotency"))
    with pytest.raises(stripe.StripeError) as caught:
        other.v1.checkout.sessions.create(gift(), KEY)
    assert caught.value.http_status == 409
    assert caught.value.error is not None
    assert caught.value.error.code == "idempotency_key_in_use"
    thread.join()
    assert other.v1.checkout.sessions.create(gift(), KEY).id == made[0]


def test_a_broken_connection_is_one_over_the_wire(server: Running) -> None:
    client = wire_client(server)
    server.rehearsal.fail_next("reset_after", path=PATH)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(gift(), KEY)
    (made,) = sessions(client)
    assert client.v1.checkout.sessions.create(gift(), KEY).id == made
