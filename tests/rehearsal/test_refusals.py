"""What Stripe refuses, the rehearsal refuses, in Stripe's shape."""

import json
from typing import Any

import pytest
import stripe

from app.rehearsal.core import Rehearsal
from app.rehearsal.encoding import parse_form
from app.rehearsal.problems import ProblemError
from tests.rehearsal.sdk import InProcessHTTPClient
from tests.rehearsal.setting import NOW, gift, line, monthly

AUTH = {"Authorization": "Bearer sk_test_network"}
NOT_WHOLE = "parameter_invalid_integer"
SUFFIX = "payment_intent_data[statement_descriptor_suffix]"
PRICE = "line_items[0][price_data]"


def suffix(text: str) -> dict[str, Any]:
    return {"payment_intent_data": {"statement_descriptor_suffix": text}}


REFUSED = [
    ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
    ({"nonsense": "1"}, "nonsense", "parameter_unknown"),
    ({"payment_intent_data": {"odd": "1"}}, "payment_intent_data[odd]", "parameter_unknown"),
    ({"ui_mode": "hosted"}, "ui_mode", None),
    ({"ui_mode": "embedded"}, "ui_mode", None),
    ({"ui_mode": "form"}, "ui_mode", "rehearsal_not_modelled"),
    ({"mode": "setup"}, "mode", "rehearsal_not_modelled"),
    ({"mode": "subscription"}, "payment_intent_data", None),
    ({"subscription_data": {"metadata": {"a": "b"}}}, "subscription_data", None),
    ({"line_items": [monthly(1000)]}, "mode", None),
    ({"discounts": [{"coupon": "x"}]}, "discounts", "rehearsal_not_modelled"),
    ({"mode": "gift"}, "mode", None),
    ({"locale": "ar"}, "locale", None),
    ({"submit_type": "give"}, "submit_type", None),
    ({"submit_type": "subscribe"}, "submit_type", None),
    ({"line_items": [line(29)]}, "line_items", "amount_too_small"),
    ({"line_items": [line(100_000_000)]}, "line_items", "amount_too_large"),
    ({"line_items": [line(50_000_000, quantity=2)]}, "line_items", "amount_too_large"),
    ({"line_items": [line(-5)]}, f"{PRICE}[unit_amount]", NOT_WHOLE),
    ({"line_items": [line("1e9")]}, f"{PRICE}[unit_amount]", NOT_WHOLE),  # type: ignore[arg-type]
    ({"line_items": [line(1000, "xyz")]}, f"{PRICE}[currency]", None),
    ({"line_items": [line(1005, "kwd")]}, f"{PRICE}[unit_amount]", None),
    ({"line_items": [line(1000), line(1000, "eur")]}, "line_items", None),
    ({"line_items": [line(1000, quantity=0)]}, "line_items[0][quantity]", NOT_WHOLE),
    ({"line_items": None}, "line_items", "parameter_missing"),
    ({"success_url": None}, "success_url", "parameter_missing"),
    ({"mode": None}, "mode", "parameter_missing"),
    ({"success_url": ""}, "success_url", "parameter_invalid_empty"),
    ({"success_url": "/thanks"}, "success_url", "url_invalid"),
    ({"cancel_url": "javascript:alert(1)"}, "cancel_url", "url_invalid"),
    ({"customer_email": "nobody"}, "customer_email", "email_invalid"),
    ({"customer": "cus_1"}, "customer", None),
    ({"client_reference_id": "x" * 201}, "client_reference_id", None),
    ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]", None),
    ({"metadata": {"k": "v" * 501}}, "metadata[k]", None),
    ({"metadata": {f"k{number}": "v" for number in range(51)}}, "metadata", None),
    ({"expires_at": NOW + 29 * 60}, "expires_at", None),
    ({"expires_at": NOW + 25 * 3600}, "expires_at", None),
    ({"custom_text": {"submit": {"message": "x" * 1201}}}, "custom_text[submit][message]", None),
    (suffix("X" * 23), SUFFIX, None),
    (suffix("WINTER*AID"), SUFFIX, "invalid_characters"),
    (suffix("مساعدة"), SUFFIX, "invalid_characters"),
    (suffix("2026"), SUFFIX, None),
    (
        {"payment_intent_data": {"statement_descriptor": "LEA"}},
        "payment_intent_data[statement_descriptor]",
        None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "param", "code"), REFUSED, ids=lambda value: str(value)[:50])
def test_a_wrong_session_is_refused(
    client: stripe.StripeClient, change: dict[str, Any], param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(gift(**change))
    assert (caught.value.http_status, caught.value.param, caught.value.code) == (400, param, code)
    assert not client.v1.checkout.sessions.list().data


@pytest.mark.parametrize(
    "change",
    [
        {"line_items": [line(30)]},
        {"line_items": [line(99_999_999)]},
        {"line_items": [line(500, "jpy")]},
        {"expires_at": NOW + 30 * 60},
        {"expires_at": NOW + 24 * 3600},
        suffix("WINTER AID 2026"),
        suffix("X" * 22),
        {"allowed_payment_method_types": ["card"]},
    ],
    ids=str,
)
def test_the_edges_are_taken(client: stripe.StripeClient, change: dict[str, Any]) -> None:
    assert client.v1.checkout.sessions.create(gift(**change)).status == "open"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("sk_test_other", "Invalid API Key provided: sk_test_"),
        ("sk_" + "live_network", "takes no live key"),
    ],
)
def test_a_wrong_key_is_refused(rehearsal: Rehearsal, key: str, message: str) -> None:
    client = stripe.StripeClient(key, http_client=InProcessHTTPClient(rehearsal))
    with pytest.raises(stripe.AuthenticationError, match=message) as caught:
        client.v1.events.list()
    assert caught.value.http_status == 401


@pytest.mark.parametrize(
    ("call", "headers", "body", "status"),
    [
        ("GET /v1/events", {}, b"", 401),
        ("GET /v1/nonsense", AUTH, b"", 404),
        ("DELETE /v1/events/evt_1", AUTH, b"", 404),
        ("GET /v1/charges/ch_no", AUTH, b"", 404),
        ("GET /v1/charges?limit=101", AUTH, b"", 400),
        ("GET /v1/charges?limit=0", AUTH, b"", 400),
        ("GET /v1/charges?odd=1", AUTH, b"", 400),
        ("GET /v1/events?type=a&types[]=b", AUTH, b"", 400),
        ("GET /v1/charges", {"Authorization": "Basic c2tfdGVzdF9uZXR3b3JrOg=="}, b"", 200),
        ("GET /v1/charges", {"Authorization": "Basic !"}, b"", 401),
        (
            "POST /v1/customers",
            {**AUTH, "Content-Type": "application/json"},
            b"{}",
            400,
        ),
        ("POST /v1/customers", AUTH, b"\xff\xfe=1", 400),
        ("POST /v1/customers", AUTH, b"a[=1", 400),
        (
            "GET /v1/charges",
            {**AUTH, "Stripe-Version": "2020-08-27"},
            b"",
            400,
        ),
    ],
)  # fmt: skip
def test_odd_calls_get_errors_in_stripes_shape(
    rehearsal: Rehearsal, call: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    method, path = call.split(" ")
    answered, told, raw = rehearsal.handle(method, path, headers, body)
    assert answered == status
    assert told["Request-Id"].startswith("req_")
    if status != 200:
        error = json.loads(raw)["error"]
        assert error["type"] == "invalid_request_error"
        assert error["message"]


@pytest.mark.parametrize(
    "path",
    [
        "payment_intent.latest_charge.balance_transaction.source.customer",
        "status",
        "payment_intent.amount",
        "data.payment_intent",
    ],
)
def test_a_wrong_expansion_is_refused(client: stripe.StripeClient, path: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="expand"):
        client.v1.checkout.sessions.create(gift(expand=[path]))
    assert not client.v1.checkout.sessions.list().data


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a=1&b[c]=2&b[d][0]=3&b[d][1]=4", {"a": "1", "b": {"c": "2", "d": {"0": "3", "1": "4"}}}),
        ("a[]=1&a[]=2", {"a": {"0": "1", "1": "2"}}),
        ("a=&b=%D8%B4", {"a": "", "b": "ش"}),
        ("", {}),
    ],
)
def test_forms_are_read(text: str, form: dict[str, Any]) -> None:
    assert parse_form(text.encode()) == form


@pytest.mark.parametrize(
    "text", ["a=1&a[b]=2", "a[b]=2&a=1", "a]=1", "[a]=1", "&".join(["a=1"] * 1001)]
)
def test_broken_forms_are_refused(text: str) -> None:
    with pytest.raises(ProblemError):
        parse_form(text)
