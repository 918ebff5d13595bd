"""Every object is held against the SDK's classes: known keys, present fields, right types."""

import builtins
import types as kinds
import typing
from decimal import Decimal
from typing import Any, get_args, get_origin

import pytest
import stripe
from stripe import StripeObject
from stripe.params import (
    CustomerCreateParams,
    InvoiceListParams,
    InvoicePaymentListParams,
    InvoicePayParams,
    RefundCreateParams,
    SubscriptionCancelParams,
    SubscriptionListParams,
    SubscriptionUpdateParams,
    SubscriptionUpdateParamsItem,
    SubscriptionUpdateParamsPauseCollection,
)
from stripe.params.billing_portal import SessionCreateParams as PortalCreateParams
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsSubscriptionData

from app.rehearsal import billing_routes, routes, session_params
from app.rehearsal.core import Rehearsal
from app.rehearsal.schema import Fields
from tests.rehearsal.sdk import sdk_client
from tests.rehearsal.setting import gift, regular

CLASSES: dict[str, type[StripeObject]] = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "balance_transaction": stripe.BalanceTransaction,
    "refund": stripe.Refund,
    "customer": stripe.Customer,
    "payment_method": stripe.PaymentMethod,
    "event": stripe.Event,
    "subscription": stripe.Subscription,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "product": stripe.Product,
    "price": stripe.Price,
    "billing_portal.session": stripe.billing_portal.Session,
    "mandate": stripe.Mandate,
    "dispute": stripe.Dispute,
    "payout": stripe.Payout,
}


class Unknown:
    """Stands for classes that nothing here is of."""


class Names(dict[str, Any]):
    """What the SDK's annotations name; its module loads them when asked."""

    def __missing__(self, name: str) -> Any:
        places = (stripe, stripe.checkout, typing)
        return next((getattr(place, name) for place in places if hasattr(place, name)), Unknown)


OPTIONS = {
    "api_key", "content_type", "expand", "headers", "idempotency_key", "max_network_retries",
    "stripe_account", "stripe_context", "stripe_version",
}  # fmt: skip


def hints(cls: type[Any]) -> dict[str, Any]:
    found = dict(cls.__annotations__)
    found.pop("OBJECT_NAME", None)
    return {name: resolve(hint) for name, hint in found.items()}


def resolve(hint: Any) -> Any:
    if isinstance(hint, typing.ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        return eval(hint, {"__builtins__": builtins}, Names())  # noqa: S307 - the SDK's own text
    return hint


def may_be_absent(hint: Any) -> bool:
    return get_origin(hint) is typing.Union and type(None) in get_args(hint)


def fits(value: Any, hint: Any, where: str) -> bool:
    """Whether a value has the type of a hint; descends into the SDK's classes."""
    hint = resolve(hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin in {typing.Union, kinds.UnionType}:
        return any(fits(value, arg, where) for arg in args)
    if origin is typing.Literal:
        return value in args
    if origin is list:
        return isinstance(value, list) and all(fits(each, args[0], where) for each in value)
    if origin is stripe.ListObject:
        assert value.keys() == {"object", "data", "has_more", "url"}, where
        return value["object"] == "list" and all(
            fits(each, args[0], where) for each in value["data"]
        )
    return is_one(value, origin or hint, where)


def is_one(value: Any, cls: Any, where: str) -> bool:
    """Whether a value is of one class."""
    if cls in {Any, Decimal}:
        return cls is Any or isinstance(value, str)
    if not issubclass(cls, StripeObject):
        return type(value) is cls
    name = name_of(cls)
    if not isinstance(value, dict) or (name and value.get("object", name) != name):
        return False
    walk(value, cls, where)
    return True


def name_of(cls: type[Any]) -> str | None:
    return getattr(cls, "OBJECT_NAME", None)


def walk(body: dict[str, Any], cls: type[Any], where: str) -> None:
    known = hints(cls)
    if not known:  # a class without fields of its own, such as a free mapping
        return
    assert not body.keys() - known.keys(), f"{where}: the SDK does not know these"
    needed = {name for name, hint in known.items() if not may_be_absent(hint)}
    assert not needed - body.keys(), f"{where}: always present at Stripe"
    for name, value in body.items():
        inner = f"{where}.{name}"
        assert fits(value, known[name], inner), f"{inner} = {value!r} is no {known[name]}"


CARDS = ("success", "declined_later", "bacs", "bacs_fails", "bacs_cancelled")


def tell_of_subscriptions(rehearsal: Rehearsal, client: stripe.StripeClient) -> None:
    """A history of subscriptions."""
    made = [client.v1.checkout.sessions.create(regular()).id for _ in CARDS]
    for session_id, card in zip(made, CARDS, strict=True):
        rehearsal.pay(session_id, card)
    first, declined, paused = (
        row["id"] for row in rehearsal.objects("network", "subscription")[:3]
    )
    rehearsal.fail_renewals(first, "requires_action")
    client.v1.subscriptions.update(paused, {"pause_collection": {"behavior": "void"}})
    client.v1.subscriptions.update(paused, {"cancel_at_period_end": True})
    rehearsal.advance(months=1, days=6)
    voided = client.v1.invoices.list({"subscription": declined, "status": "open"}).data[0]
    client.v1.invoices.void_invoice(voided.id)
    client.v1.subscriptions.cancel(first)
    customer = client.v1.customers.list().data[0].id
    flow: Any = {
        "after_completion": {"type": "redirect", "redirect": {"return_url": "http://a.test"}}
    }
    for kind in ("payment_method_update", "subscription_cancel"):
        asked: Any = {"type": kind, **flow}
        if kind == "subscription_cancel":
            asked["subscription_cancel"] = {"subscription": declined}
            customer = rehearsal.objects("network", "subscription")[1]["customer"]
        client.v1.billing_portal.sessions.create({"customer": customer, "flow_data": asked})
    client.v1.billing_portal.sessions.create({"customer": customer, "locale": "en-GB"})
    for session_id, end in ((made[2], rehearsal.late_fail), (made[0], rehearsal.dispute)):
        end(session_id)
    rehearsal.close_dispute(rehearsal.objects("network", "dispute")[0]["id"], won=True)
    rehearsal.pay_out("network")


@pytest.fixture
def told(rehearsal: Rehearsal) -> Rehearsal:
    """A history with every object in every state."""
    client = sdk_client(rehearsal)
    tell_of_subscriptions(rehearsal, client)
    customer = client.v1.customers.create({"email": "a@example.org", "name": "Amal"})
    creates: list[dict[str, Any]] = [
        {"customer_creation": "always", "locale": "en-GB", "submit_type": "donate"},
        {
            "customer": customer.id,
            "customer_email": None,
            "wallet_options": {"link": {"display": "never"}},
        },
        {
            "custom_text": {"submit": {"message": "Thank you"}},
            "adaptive_pricing": {"enabled": False},
        },
        {"payment_intent_data": {"statement_descriptor_suffix": "AID", "description": "A gift"}},
    ]
    made = [client.v1.checkout.sessions.create(gift(**change)).id for change in creates]
    rehearsal.pay(made[0], "declined")
    rehearsal.pay(made[0], "three_d_secure")
    rehearsal.answer_challenge(made[0], passed=False)
    rehearsal.pay(made[0], "three_d_secure")
    rehearsal.answer_challenge(made[0], passed=True)
    rehearsal.pay(made[1], "success")
    rehearsal.pay(made[2], "insufficient_funds")
    rehearsal.expire(made[2])
    rehearsal.pay(made[3], "success")
    rehearsal.refund(made[1], amount=100)
    rehearsal.fail_refund(rehearsal.refund(made[1], amount=200)["id"])
    rehearsal.settle_refund(rehearsal.refund(made[1], amount=300, is_waiting=True)["id"])
    rehearsal.refund(made[3], is_waiting=True)
    return rehearsal


@pytest.mark.parametrize("kind", CLASSES)
def test_objects_have_the_sdks_shape(told: Rehearsal, kind: str) -> None:
    bodies = told.objects("network", kind)
    assert bodies
    for body in bodies:
        walk(body, CLASSES[kind], kind)


def test_objects_inside_events_have_the_sdks_shape(told: Rehearsal) -> None:
    events = told.objects("network", "event")
    known = set(get_args(hints(stripe.Event)["type"]))
    for event in events:
        assert event["type"] in known
        inner = event["data"]["object"]
        walk(inner, CLASSES[inner["object"]], event["type"])
    assert len({event["type"] for event in events}) >= 40


def test_line_items_and_the_balance_have_the_sdks_shape(told: Rehearsal) -> None:
    client = sdk_client(told)
    session = client.v1.checkout.sessions.list({"expand": ["data.line_items"]}).data[0]
    assert session.line_items is not None
    walk(session.line_items.data[0].to_dict() | {"price": None}, stripe.LineItem, "item")
    price = told.accounts["network"].all("checkout.session")[0]["_items"][0]["price"]
    walk(price, stripe.Price, "price")
    walk(client.v1.balance.retrieve().to_dict(), stripe.Balance, "balance")


def test_the_walk_finds_wrong_objects(told: Rehearsal) -> None:
    refund = told.objects("network", "refund")[0]
    wrongs: list[dict[str, Any]] = [{"odd": 1}, {"amount": "100"}, {"metadata": []}]
    for wrong in wrongs:
        with pytest.raises(AssertionError):
            walk(refund | wrong, stripe.Refund, "refund")
    refund.pop("amount")
    with pytest.raises(AssertionError):
        walk(refund, stripe.Refund, "refund")


WHOLE = {
    SessionCreateParams,
    SessionCreateParamsSubscriptionData,
    SubscriptionUpdateParams,
    SubscriptionUpdateParamsItem,
    InvoicePayParams,
    PortalCreateParams,
}


@pytest.mark.parametrize(
    ("played", "cls"),
    [
        (session_params.CREATE, SessionCreateParams),
        (routes.CUSTOMER_PARAMS, CustomerCreateParams),
        (routes.REFUND_PARAMS, RefundCreateParams),
        (billing_routes.UPDATE, SubscriptionUpdateParams),
        (billing_routes.ITEM, SubscriptionUpdateParamsItem),
        (billing_routes.PAUSE, SubscriptionUpdateParamsPauseCollection),
        (billing_routes.CANCEL, SubscriptionCancelParams),
        (billing_routes.PAY, InvoicePayParams),
        (billing_routes.PORTAL_CREATE, PortalCreateParams),
        (billing_routes.SUBSCRIPTIONS.params, SubscriptionListParams),
        (billing_routes.INVOICES.params, InvoiceListParams),
        (billing_routes.INVOICE_PAYMENTS.params, InvoicePaymentListParams),
        (session_params.SUBSCRIPTION_DATA, SessionCreateParamsSubscriptionData),
    ],
)
def test_each_parameter_is_one_of_the_sdks(played: Fields, cls: Any) -> None:
    known = cls.__annotations__.keys() - OPTIONS
    for base in cls.__mro__[1:]:
        known |= getattr(base, "__annotations__", {}).keys() - OPTIONS
    assert not (played.known.keys() | set(played.unplayed)) - known
    if cls in WHOLE:
        assert played.known.keys() | set(played.unplayed) == known
