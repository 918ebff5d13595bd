"""The addresses of billing: subscriptions, invoices and their payments, products, prices."""

from app.rehearsal.account import (
    INVOICE,
    INVOICE_PAYMENT,
    PRICE,
    PRODUCT,
    SUBSCRIPTION,
    Account,
)
from app.rehearsal.bodies import Body
from app.rehearsal.listing import Listing
from app.rehearsal.route import Route, getter
from app.rehearsal.schema import Choice, Fields, Text
from app.rehearsal.subscriptions import subscription_id

STATUSES = (
    "active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due",
    "paused", "trialing", "unpaid",
)  # fmt: skip


def _keep_subscription(_account: Account, body: Body, params: Body) -> bool:
    """Without ``status`` Stripe lists those that have not ended."""
    status = params.get("status")
    if status is None:
        return bool(body["status"] != "canceled")
    if status == "ended":
        return body["status"] in {"canceled", "incomplete_expired"}
    return bool(status in {"all", body["status"]})


def _keep_invoice(_account: Account, body: Body, params: Body) -> bool:
    asked = params.get("subscription")
    return asked is None or subscription_id(body) == asked


def _keep_payment(_account: Account, body: Body, params: Body) -> bool:
    asked = params.get("payment", {}).get("payment_intent")
    return asked is None or body["payment"]["payment_intent"] == asked


SUBSCRIPTIONS = Listing(
    SUBSCRIPTION,
    equal=["customer"],
    more={"status": Choice(STATUSES)},
    keep=_keep_subscription,
)
INVOICES = Listing(
    INVOICE,
    equal=["collection_method", "customer"],
    more={
        "status": Choice(["draft", "open", "paid", "uncollectible", "void"]),
        "subscription": Text(),
    },
    keep=lambda account, body, params: (
        _keep_invoice(account, body, params)
        and params.get("status", body["status"]) == body["status"]
    ),
)
INVOICE_PAYMENTS = Listing(
    INVOICE_PAYMENT,
    equal=["invoice"],
    more={
        "payment": Fields(
            {
                "payment_intent": Text(),
                "type": Choice(["payment_intent"], unplayed=["charge", "payment_record"]),
            },
            required=["type"],
            unplayed=["payment_record"],
        ),
        "status": Choice(["canceled", "open", "paid"]),
    },
    keep=lambda account, body, params: (
        _keep_payment(account, body, params)
        and params.get("status", body["status"]) == body["status"]
    ),
)

ROUTES = (
    Route("GET", "/v1/subscriptions", SUBSCRIPTION, listing=SUBSCRIPTIONS),
    Route("GET", "/v1/subscriptions/{id}", SUBSCRIPTION, getter(SUBSCRIPTION)),
    Route("GET", "/v1/invoices", INVOICE, listing=INVOICES),
    Route("GET", "/v1/invoices/{id}", INVOICE, getter(INVOICE)),
    Route("GET", "/v1/invoice_payments", INVOICE_PAYMENT, listing=INVOICE_PAYMENTS),
    Route("GET", "/v1/invoice_payments/{id}", INVOICE_PAYMENT, getter(INVOICE_PAYMENT)),
    Route("GET", "/v1/products/{id}", PRODUCT, getter(PRODUCT)),
    Route("GET", "/v1/prices/{id}", PRICE, getter(PRICE)),
)
