"""The addresses of billing: subscriptions, invoices and their payments, products, prices."""

from app.rehearsal import collecting, invoices, plan_changes, portal
from app.rehearsal.account import (
    INVOICE,
    INVOICE_PAYMENT,
    MANDATE,
    PORTAL,
    PRICE,
    PRODUCT,
    SUBSCRIPTION,
    Account,
)
from app.rehearsal.bodies import Body
from app.rehearsal.cards import NEEDS_CHECK
from app.rehearsal.listing import Listing
from app.rehearsal.methods import method_of
from app.rehearsal.problems import ProblemError
from app.rehearsal.route import Route, getter
from app.rehearsal.schema import (
    Address,
    Boolean,
    Choice,
    Fields,
    Integer,
    Many,
    Metadata,
    OrEmpty,
    Text,
)
from app.rehearsal.session_params import LOCALES, RECURRING
from app.rehearsal.subscriptions import subscription_id

CANCELLATION = Fields(
    {
        "comment": Text(may_be_empty=True),
        "feedback": Choice(
            ["customer_service", "low_quality", "missing_features", "other", "switched_service",
             "too_complex", "too_expensive", "unused"]
        ),
    }
)  # fmt: skip
PAUSE = Fields(
    {
        "behavior": Choice(["void"], unplayed=["keep_as_draft", "mark_uncollectible"]),
        "resumes_at": OrEmpty(Integer(least=0)),
    },
    required=["behavior"],
)
ITEM = Fields(
    {
        "deleted": Boolean(),
        "id": Text(),
        # No product_data: Stripe makes no product here, it takes one that there is.
        "price_data": Fields(
            {
                "currency": Text(3),
                "product": Text(),
                "recurring": RECURRING,
                "tax_behavior": Choice(["exclusive", "inclusive", "unspecified"]),
                "unit_amount": Integer(least=0),
            },
            required=["currency", "product", "recurring", "unit_amount"],
            unplayed=["unit_amount_decimal"],
        ),
        "quantity": Integer(least=1, most=999_999),
    },
    unplayed=[
        "billing_thresholds", "clear_usage", "current_trial", "discounts", "metadata", "plan",
        "price", "tax_rates",
    ],
)  # fmt: skip
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

UPDATE = Fields(
    {
        "cancel_at_period_end": Boolean(),
        "cancellation_details": CANCELLATION,
        "default_payment_method": Text(),
        "description": Text(500),
        "items": Many(ITEM, most=20),
        "metadata": Metadata(),
        "off_session": Boolean(),
        "pause_collection": OrEmpty(PAUSE),
        "payment_behavior": Choice(
            ["allow_incomplete", "error_if_incomplete"],
            unplayed=["default_incomplete", "pending_if_incomplete"],
        ),
        "proration_behavior": Choice(["always_invoice", "create_prorations", "none"]),
    },
    unplayed=[
        "add_invoice_items", "application_fee_percent", "automatic_tax", "billing_cycle_anchor",
        "billing_schedules", "billing_thresholds", "cancel_at", "collection_method",
        "days_until_due", "default_source", "default_tax_rates", "discounts", "invoice_settings",
        "on_behalf_of", "payment_settings", "pending_invoice_item_interval", "proration_date",
        "transfer_data", "trial_end", "trial_from_plan", "trial_settings",
    ],
)  # fmt: skip
CANCEL = Fields(
    {"cancellation_details": CANCELLATION, "invoice_now": Boolean(), "prorate": Boolean()}
)
PAY = Fields(
    {"off_session": Boolean(), "payment_method": Text()},
    unplayed=["forgive", "mandate", "paid_out_of_band", "source"],
)
PORTAL_CREATE = Fields(
    {
        "customer": Text(),
        "flow_data": Fields(
            {
                "after_completion": Fields(
                    {
                        "hosted_confirmation": Fields({"custom_message": Text()}),
                        "redirect": Fields({"return_url": Address()}, required=["return_url"]),
                        "type": Choice(["hosted_confirmation", "portal_homepage", "redirect"]),
                    },
                    required=["type"],
                ),
                "subscription_cancel": Fields(
                    {"subscription": Text()}, required=["subscription"], unplayed=["retention"]
                ),
                "type": Choice(
                    ["payment_method_update", "subscription_cancel"],
                    unplayed=[
                        "customer_update", "subscription_pause", "subscription_update",
                        "subscription_update_confirm",
                    ],
                ),
            },
            required=["type"],
            unplayed=["subscription_pause", "subscription_update", "subscription_update_confirm"],
        ),
        "locale": Choice([*LOCALES, "en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-SG"]),
        "return_url": Address(),
    },
    required=["customer"],
    unplayed=["after_expiration", "configuration", "customer_account", "on_behalf_of"],
)  # fmt: skip


def _pay(account: Account, params: Body, invoice_id: str) -> Body:
    invoice = collecting.demand_payable(account, invoice_id)
    method = None
    if "payment_method" in params:
        name = "payment_method"
        method = method_of(account, params[name], invoice["customer"], name)
    refusal = collecting.collect(account, invoice, method=method, is_planned=False)
    if refusal is NEEDS_CHECK:
        raise ProblemError(
            "This payment requires additional user action before it can be completed successfully.",
            status=402,
            kind="card_error",
            code="invoice_payment_intent_requires_action",
        )
    if refusal is not None:
        problem = ProblemError(refusal.message, status=402, kind="card_error", code=refusal.code)
        if refusal.decline_code is not None:
            problem.error["decline_code"] = refusal.decline_code
        raise problem
    return invoice


def _void(account: Account, _params: Body, invoice_id: str) -> Body:
    invoice = account.get(INVOICE, invoice_id)
    if invoice["status"] != "open":
        raise ProblemError("You can only pass in open invoices. This invoice isn't open.")
    if invoices.intent_of(account, invoice)["status"] == "processing":
        raise ProblemError("A payment of this invoice is being processed: it cannot be voided.")
    invoices.void(account, invoice)
    return invoice


ROUTES = (
    Route("GET", "/v1/subscriptions", SUBSCRIPTION, listing=SUBSCRIPTIONS),
    Route("GET", "/v1/subscriptions/{id}", SUBSCRIPTION, getter(SUBSCRIPTION)),
    Route("POST", "/v1/subscriptions/{id}", SUBSCRIPTION, plan_changes.update, params=UPDATE),
    Route("DELETE", "/v1/subscriptions/{id}", SUBSCRIPTION, plan_changes.cancel, params=CANCEL),
    Route("GET", "/v1/invoices", INVOICE, listing=INVOICES),
    Route("GET", "/v1/invoices/{id}", INVOICE, getter(INVOICE)),
    Route("POST", "/v1/invoices/{id}/pay", INVOICE, _pay, params=PAY),
    Route("POST", "/v1/invoices/{id}/void", INVOICE, _void),
    Route("GET", "/v1/invoice_payments", INVOICE_PAYMENT, listing=INVOICE_PAYMENTS),
    Route("GET", "/v1/invoice_payments/{id}", INVOICE_PAYMENT, getter(INVOICE_PAYMENT)),
    Route("GET", "/v1/mandates/{id}", MANDATE, getter(MANDATE)),
    Route("GET", "/v1/products/{id}", PRODUCT, getter(PRODUCT)),
    Route("GET", "/v1/prices/{id}", PRICE, getter(PRICE)),
    Route("POST", "/v1/billing_portal/sessions", PORTAL, portal.create, params=PORTAL_CREATE),
)
