"""A subscription's own state: its fields, its period, its end."""

from app.rehearsal.account import INVOICE, SUBSCRIPTION, Account
from app.rehearsal.bodies import Body


def subscription_id(invoice: Body) -> str:
    """The subscription that an invoice is of."""
    return str(invoice["parent"]["subscription_details"]["subscription"])


def of_invoice(account: Account, invoice: Body) -> Body:
    """The subscription that an invoice is of."""
    return account.get(SUBSCRIPTION, subscription_id(invoice))


def period_end(subscription: Body) -> int:
    """When the next collection is due."""
    return int(subscription["items"]["data"][0]["current_period_end"])


def change(account: Account, subscription: Body, **values: object) -> None:
    """Set some fields and tell what they were; nothing is told when nothing changed."""
    previous = {key: subscription[key] for key in values if subscription[key] != values[key]}
    subscription.update(values)
    account.put(subscription)
    if previous:
        account.emit("customer.subscription.updated", subscription, previous)


def end(account: Account, subscription: Body, reason: str, details: Body | None = None) -> None:
    """End a subscription; its open invoices are not tried again."""
    for invoice in account.live(INVOICE):
        if subscription_id(invoice) == subscription["id"]:
            invoice.update(auto_advance=False, next_payment_attempt=None)
            invoice["automatically_finalizes_at"] = None
            account.put(invoice)
    subscription["cancellation_details"].update(details or {}, reason=reason)
    subscription.update(status="canceled", ended_at=account.now)
    if subscription["canceled_at"] is None:
        subscription["canceled_at"] = account.now
    account.put(subscription)
    account.emit("customer.subscription.deleted", subscription)
