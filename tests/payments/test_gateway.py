"""How Stripe is spoken to, and how its errors are sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import stripe
from stripe.params.checkout import SessionCreateParams

from app.lib.money import Money
from app.payments.errors import (
    ForgedEventError,
    GatewayRefusedError,
    KeyReusedError,
    NoSuchAccountError,
    ObjectMissingError,
    PaymentsUnavailableError,
)
from app.payments.facts import SessionTerms
from app.payments.gateway import calls, client
from app.payments.gateway.convert import balance_txn, instant
from app.payments.gateway.session_params import ReturnAddresses, session_params
from app.payments.gateway.signed import read_event
from app.rehearsal.config import API_VERSION as REHEARSED

if TYPE_CHECKING:
    from flask import Flask

    from app.rehearsal.core import Rehearsal

ADDRESSES = ReturnAddresses(success_url="http://localhost/a", cancel_url="http://localhost/b")


def terms(**changes: Any) -> SessionTerms:
    """Ten pounds."""
    values: dict[str, Any] = {
        "order_key": "order-1",
        "attempt": "attempt-1",
        "amount_minor": 1000,
        "currency": "GBP",
        "product_name": "Help us get started",
        "fund_name": "First year",
        "email": "supporter@example.org",
        "locale": "en-GB",
        "statement_suffix": None,
        "expires_at": 1,
    }
    return SessionTerms(**(values | changes))


def test_nothing_is_asked_for_that_stripe_retired() -> None:
    params = session_params(terms(statement_suffix="START"), ADDRESSES)
    assert set(params) <= set(SessionCreateParams.__annotations__)
    assert "payment_method_types" not in SessionCreateParams.__annotations__
    assert not {"ui_mode", "payment_method_types"} & set(params)


@pytest.mark.parametrize(("currency", "minor"), [("GBP", 1000), ("JPY", 500), ("KWD", 1230)])
def test_amounts_go_as_stripe_counts_them(currency: str, minor: int) -> None:
    params = session_params(terms(currency=currency, amount_minor=minor), ADDRESSES)
    price = params["line_items"][0]["price_data"]
    assert (price["currency"], price["unit_amount"]) == (currency.lower(), minor)


def test_a_regular_gift_is_asked_for_as_a_subscription() -> None:
    regular = terms(
        statement_suffix="START", plan_key="plan-1", interval="year", covered_fee_minor=50
    )
    params = session_params(regular, ADDRESSES)
    assert set(params) <= set(SessionCreateParams.__annotations__)
    assert params["mode"] == "subscription"
    assert params["line_items"][0]["price_data"]["recurring"] == {"interval": "year"}
    names = params["subscription_data"]["metadata"]
    assert (names["muster_plan"], names["muster_covered_fee"]) == ("plan-1", "50")
    assert "payment_intent_data" not in params  # Stripe takes none, nor a statement suffix


def test_nobody_waits_long_for_a_page() -> None:
    tries = client.SHORT.retries + 1
    assert tries * sum(client.SHORT.timeout) <= 13
    with client.patiently():
        assert client._patience.get() is client.LONG
    assert client._patience.get() is client.SHORT


def test_no_identity_is_sent_along() -> None:
    assert stripe.enable_telemetry is False


@pytest.mark.one_database
def test_the_version_is_pinned_and_calls_are_repeated(app: Flask) -> None:
    made = client._new_client("sk_test_x", "http://127.0.0.1:9", client.SHORT)
    options = made._requestor._options
    assert options.stripe_version == client.API_VERSION == REHEARSED
    assert options.max_network_retries == client.SHORT.retries > 0
    assert options.base_addresses.get("api") == "http://127.0.0.1:9"


@pytest.mark.one_database
def test_each_account_has_its_key_and_no_other_is_known(app: Flask) -> None:
    assert client.keys_of("network").secret_key == "sk_test_network"
    with pytest.raises(NoSuchAccountError):
        client.keys_of("nobody")


def error(name: str, **values: Any) -> Exception:
    """An error of the SDK."""
    kind: Any = getattr(stripe, name)
    made: Exception = kind("What Stripe says", **values)
    return made


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (error("APIConnectionError"), PaymentsUnavailableError),
        (error("RateLimitError", http_status=429), PaymentsUnavailableError),
        (error("AuthenticationError", http_status=401), PaymentsUnavailableError),
        (error("APIError", http_status=409), PaymentsUnavailableError),
        (error("IdempotencyError", http_status=400), KeyReusedError),
        (error("InvalidRequestError", param="amount", http_status=400), GatewayRefusedError),
        (
            error("InvalidRequestError", param="id", code="resource_missing", http_status=404),
            ObjectMissingError,
        ),
        (
            error("InvalidRequestError", param=None, code="idempotency_key_in_use"),
            PaymentsUnavailableError,
        ),
        (error("CardError", param=None, code="card_declined"), GatewayRefusedError),
    ],
)
@pytest.mark.one_database
def test_errors_are_sorted_by_what_to_do(
    app: Flask, raised: Exception, kind: type[Exception]
) -> None:
    with pytest.raises(kind), client.calling("network"):
        raise raised


@pytest.mark.parametrize(("status", "is_final"), [(500, True), (502, True), (409, False)])
@pytest.mark.one_database
def test_a_failure_of_stripes_own_is_kept_under_its_key(
    app: Flask, status: int, is_final: bool
) -> None:
    with pytest.raises(PaymentsUnavailableError) as caught, client.calling("network"):
        raise error("APIError", http_status=status)
    assert caught.value.is_final is is_final


@pytest.mark.one_database
@pytest.mark.usefixtures("app")
def test_what_is_not_there_is_missing(rehearsal: Rehearsal) -> None:
    for look in (calls.fetch_session, calls.fetch_intent, calls.intent_of_charge,
                 calls.intent_of_refund, calls.expire_session):  # fmt: skip
        with pytest.raises(ObjectMissingError):
            look("network", "xx_404")


@pytest.mark.parametrize("seconds", [-1, 0, 10**18])
def test_impossible_instants_are_no_error(seconds: int) -> None:
    assert instant(seconds).tzinfo is not None


def test_an_unknown_movement_keeps_its_word() -> None:
    txn = stripe.BalanceTransaction.construct_from(
        {
            "id": "txn_1",
            "object": "balance_transaction",
            "type": "moon_fee",
            "amount": -5,
            "fee": 0,
            "net": -5,
            "currency": "gbp",
            "source": None,
            "created": 0,
            "description": None,
        },
        "sk_test_x",
    )
    read = balance_txn(txn)
    assert (read.kind, read.gross, read.source_id) == ("moon_fee", Money(-5, "GBP"), None)


def test_ids_and_words_of_any_length_are_cut() -> None:
    body = '{"id":"%s","type":"%s","livemode":false,"created":1,"data":{"object":{"object":"x"}}}'
    event = read_event(body % ("e" * 999, "t" * 999))
    assert (len(event.id), len(event.type), event.object_id) == (120, 120, "")
    with pytest.raises(ForgedEventError):
        read_event("no")
