"""From the SDK's subscriptions and invoices to our own.

Since 2025-03-31.basil the period of a subscription stands in its item, an invoice names its
subscription in `parent`, and its intents hang in `payments`, which must be asked for.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.payments.facts import InvoiceSnapshot, SubscriptionSnapshot
from app.payments.gateway.convert import id_of, instant, metadata_of, money

if TYPE_CHECKING:
    import stripe


def _maybe(seconds: int | None) -> datetime | None:
    return None if seconds is None else instant(seconds)


def subscription_snapshot(subscription: stripe.Subscription) -> SubscriptionSnapshot:
    """A subscription; ours have one line."""
    # `items` alone is the field since SDK 15, but the class still has a method of that name.
    item = subscription["items"].data[0]
    price, pause = item.price, subscription.pause_collection
    method, last4 = _method(subscription)
    ends_at = _maybe(subscription.cancel_at)
    if ends_at is None and subscription.cancel_at_period_end:
        ends_at = instant(item.current_period_end)
    return SubscriptionSnapshot(
        id=subscription.id,
        customer_id=id_of(subscription.customer) or "",
        item_id=item.id,
        product_id=id_of(price.product),
        status=str(subscription.status),
        amount=money((price.unit_amount or 0) * (item.quantity or 1), subscription.currency),
        interval=price.recurring.interval if price.recurring else None,
        period_start=instant(item.current_period_start),
        period_end=instant(item.current_period_end),
        is_paused=pause is not None,
        paused_until=_maybe(pause.resumes_at) if pause else None,
        method=method,
        method_last4=last4,
        started_at=instant(subscription.start_date),
        ends_at=ends_at,
        ended_at=_maybe(subscription.ended_at),
        metadata=metadata_of(subscription.metadata),
        chosen_method_id=_chosen(subscription),
    )


def _own_method(subscription: stripe.Subscription) -> Any:  # noqa: ANN401 - where asked for
    return subscription.default_payment_method


def _customers_method(subscription: stripe.Subscription) -> Any:  # noqa: ANN401 - where asked for
    settings = getattr(subscription.customer, "invoice_settings", None)
    return settings.default_payment_method if settings else None


def _method(subscription: stripe.Subscription) -> tuple[str | None, str | None]:
    """What it is collected with, and the last digits of it, where they were asked for."""
    method = _own_method(subscription) or _customers_method(subscription)
    if method is None or isinstance(method, str):
        return None, None
    details = getattr(method, method.type, None)
    return str(method.type), getattr(details, "last4", None)


def _chosen(subscription: stripe.Subscription) -> str | None:
    """What the donor chose in the portal.

    The portal sets the customer's method. A subscription that Checkout made has one of its own,
    which goes before it: without us the old card would be charged for ever.
    """
    own, chosen = _own_method(subscription), _customers_method(subscription)
    if own is None or chosen is None or isinstance(own, str) or isinstance(chosen, str):
        return None
    is_newer = chosen.id != own.id and chosen.created > own.created
    return str(chosen.id) if is_newer else None


def invoice_snapshot(invoice: stripe.Invoice) -> InvoiceSnapshot:
    """An invoice with its intents, where they were asked for."""
    details = invoice.parent.subscription_details if invoice.parent else None
    intents = _intents(invoice)
    newest = intents[0] if intents else None
    # The invoice's own period is the one before; that of its line is what is paid for.
    line = invoice.lines.data[0].period if invoice.lines.data else invoice
    return InvoiceSnapshot(
        id=invoice.id,
        subscription_id=id_of(details.subscription) if details else None,
        status=invoice.status,
        is_first=invoice.billing_reason == "subscription_create",
        amount_due=money(invoice.amount_due, invoice.currency),
        attempt_count=invoice.attempt_count,
        next_try_at=_maybe(invoice.next_payment_attempt),
        hosted_url=invoice.hosted_invoice_url,
        period_start=_start(line),
        period_end=_end(line),
        created_at=instant(invoice.created),
        intent_ids=tuple(id_of(intent) or "" for intent in intents),
        intent_status=getattr(newest, "status", None),
        needs_action=_needs_action(newest),
        metadata=metadata_of(details.metadata) if details else {},
    )


def _start(period: Any) -> datetime:  # noqa: ANN401 - of a line, or of the invoice itself
    return instant(period.start if hasattr(period, "start") else period.period_start)


def _end(period: Any) -> datetime:  # noqa: ANN401 - of a line, or of the invoice itself
    return instant(period.end if hasattr(period, "end") else period.period_end)


def _intents(invoice: stripe.Invoice) -> list[Any]:
    """The intents that pay it, or are to, the newest first; given up ones last."""
    payments = getattr(invoice, "payments", None)
    listed: list[Any] = list(payments.data) if payments else []
    listed.sort(key=lambda each: (each.status == "canceled", -each.created))
    intents = [getattr(each.payment, "payment_intent", None) for each in listed]
    return [intent for intent in intents if intent]


def _needs_action(intent: Any) -> bool:  # noqa: ANN401 - an intent, its id or nothing
    if intent is None or isinstance(intent, str):
        return False
    error = intent.last_payment_error
    is_unproved = getattr(error, "code", None) == "authentication_required"
    return intent.status == "requires_action" or is_unproved
