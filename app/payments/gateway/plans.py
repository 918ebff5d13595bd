"""The calls about subscriptions and invoices."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.payments.facts import (
    FEE_KEY,
    InvoiceSnapshot,
    SubscriptionSnapshot,
)
from app.payments.gateway.client import calling
from app.payments.gateway.convert import id_of
from app.payments.gateway.plan_shapes import invoice_snapshot, subscription_snapshot
from app.payments.models.plans import Plan

PAGE: Final = 100
SUBSCRIPTION_PARTS: Final = [
    "default_payment_method",
    "customer.invoice_settings.default_payment_method",
]
#: Four levels are the most that Stripe unfolds.
INVOICE_PARTS: Final = ["payments.data.payment.payment_intent"]


def fetch_subscription(account_name: str, subscription_id: str) -> SubscriptionSnapshot:
    """A subscription as it is now; raises PaymentsUnavailableError or ObjectMissingError."""
    with calling(account_name) as client:
        return subscription_snapshot(
            client.v1.subscriptions.retrieve(subscription_id, {"expand": SUBSCRIPTION_PARTS})
        )


def fetch_invoice(account_name: str, invoice_id: str) -> InvoiceSnapshot:
    """An invoice as it is now, with its intents; raises as `fetch_subscription`."""
    with calling(account_name) as client:
        return invoice_snapshot(client.v1.invoices.retrieve(invoice_id, {"expand": INVOICE_PARTS}))


def list_invoices(account_name: str, subscription_id: str) -> list[InvoiceSnapshot]:
    """The newest invoices of a subscription, the newest first; without their intents."""
    with calling(account_name) as client:
        found = client.v1.invoices.list({"subscription": subscription_id, "limit": PAGE})
        return [invoice_snapshot(each) for each in found.data]


def invoice_of_intent(account_name: str, intent_id: str) -> str | None:
    """The invoice that an intent pays, if any: the intent itself does not say."""
    with calling(account_name) as client:
        found = client.v1.invoice_payments.list(
            {"payment": {"type": "payment_intent", "payment_intent": intent_id}, "limit": 1}
        )
        return id_of(found.data[0].invoice) if found.data else None


def customer_of_mandate(account_name: str, mandate_id: str) -> str | None:
    """Whose permission to debit it is, if it is anybody's; raises as `fetch_subscription`."""
    with calling(account_name) as client:
        mandate = client.v1.mandates.retrieve(mandate_id, {"expand": ["payment_method"]})
        return id_of(getattr(mandate.payment_method, "customer", None))


# --- changes --------------------------------------------------------------------------------------


def cancel(plan: Plan, *, key: str) -> None:
    """End a subscription at once; raises as `change_amount`."""
    account_name, subscription_id = plan.payment_account.name, plan.subscription_id
    with calling(account_name) as client:
        client.v1.subscriptions.cancel(subscription_id, {}, {"idempotency_key": key})


def void_invoice(account_name: str, invoice_id: str, *, key: str) -> None:
    """Take a demand back; raises as `change_amount`."""
    with calling(account_name) as client:
        client.v1.invoices.void_invoice(invoice_id, {}, {"idempotency_key": key})


def change_amount(plan: Plan, *, amount_minor: int, covered_fee_minor: int, key: str) -> None:
    """Collect another sum from the next time on; nothing is settled for the time before.

    Raises PaymentsUnavailableError, KeyReusedError or GatewayRefusedError.
    """
    account_name, subscription_id = plan.payment_account.name, plan.subscription_id
    item_id, product_id = plan.item_id, plan.product_id or ""
    currency, interval = plan.currency.lower(), plan.interval.value
    with calling(account_name) as client:
        client.v1.subscriptions.update(
            subscription_id,
            {
                "items": [
                    {
                        "id": item_id,
                        "price_data": {
                            "currency": currency,
                            "product": product_id,
                            "recurring": {"interval": interval},
                            "unit_amount": amount_minor,
                        },
                    }
                ],
                "metadata": {FEE_KEY: str(covered_fee_minor)},
                "proration_behavior": "none",
            },
            {"idempotency_key": key},
        )


def use_method(account_name: str, subscription_id: str, method_id: str) -> None:
    """Collect with another card or bank account; raises as `change_amount`."""
    with calling(account_name) as client:
        client.v1.subscriptions.update(
            subscription_id,
            {"default_payment_method": method_id},
            {"idempotency_key": f"muster:method:{subscription_id}:{method_id}"},
        )


def pause(plan: Plan, *, until: datetime, key: str) -> None:
    """Take back every demand until an instant; raises as `change_amount`."""
    account_name, subscription_id = plan.payment_account.name, plan.subscription_id
    with calling(account_name) as client:
        client.v1.subscriptions.update(
            subscription_id,
            {"pause_collection": {"behavior": "void", "resumes_at": int(until.timestamp())}},
            {"idempotency_key": key},
        )


def resume(plan: Plan, *, key: str) -> None:
    """Collect again; raises as `change_amount`."""
    account_name, subscription_id = plan.payment_account.name, plan.subscription_id
    with calling(account_name) as client:
        client.v1.subscriptions.update(
            subscription_id, {"pause_collection": ""}, {"idempotency_key": key}
        )


def change_contact(plan: Plan, *, email: str, key: str) -> None:
    """Write to another address; raises as `change_amount`."""
    account_name, customer_id = plan.payment_account.name, plan.customer_id
    with calling(account_name) as client:
        client.v1.customers.update(customer_id, {"email": email}, {"idempotency_key": key})


def open_portal(plan: Plan, *, return_url: str) -> str:
    """The address of Stripe's page for another card or bank account.

    Whoever has the address can use it, so it is made anew each time and never kept.
    """
    account_name, customer_id = plan.payment_account.name, plan.customer_id
    with calling(account_name) as client:
        session = client.v1.billing_portal.sessions.create(
            {
                "customer": customer_id,
                "return_url": return_url,
                "flow_data": {
                    "type": "payment_method_update",
                    "after_completion": {
                        "type": "redirect",
                        "redirect": {"return_url": return_url},
                    },
                },
            }
        )
        return session.url
