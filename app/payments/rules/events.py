"""What an event of Stripe's asks us to look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class EventState(StrEnum):
    """What became of an event that Stripe sent."""

    RECEIVED = "received"
    DONE = "done"
    IGNORED = "ignored"
    DEFERRED = "deferred"
    FAILED = "failed"


UNAPPLIED_EVENTS = frozenset({EventState.RECEIVED, EventState.DEFERRED, EventState.FAILED})

#: How long an event waits whose order we do not know (yet); after the last it becomes a finding.
DEFERRALS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=6),
)
#: How long Stripe's messages, and whom a page was opened for, are kept.
PERSONAL_LIFE = timedelta(days=90)
#: Stripe dates its signatures; older or younger ones are replays or broken clocks.
SIGNATURE_LIFE = timedelta(seconds=300)


class Doorbell(StrEnum):
    """Which object an event asks us to look at."""

    SESSION = "session"
    INTENT = "intent"
    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"
    SUBSCRIPTION = "subscription"
    INVOICE = "invoice"
    MANDATE = "mandate"
    CUSTOMER = "customer"


#: The events we act on; anything else is stored and ignored.
EVENT_TYPES: Mapping[str, Doorbell] = {
    "checkout.session.completed": Doorbell.SESSION,
    "checkout.session.async_payment_succeeded": Doorbell.SESSION,
    "checkout.session.async_payment_failed": Doorbell.SESSION,
    "checkout.session.expired": Doorbell.SESSION,
    "payment_intent.succeeded": Doorbell.INTENT,
    "payment_intent.processing": Doorbell.INTENT,
    "payment_intent.payment_failed": Doorbell.INTENT,
    "payment_intent.canceled": Doorbell.INTENT,
    "charge.updated": Doorbell.CHARGE,
    "charge.failed": Doorbell.CHARGE,
    "charge.refunded": Doorbell.CHARGE,
    "refund.created": Doorbell.REFUND,
    "refund.updated": Doorbell.REFUND,
    "refund.failed": Doorbell.REFUND,
    "charge.dispute.created": Doorbell.DISPUTE,
    "charge.dispute.updated": Doorbell.DISPUTE,
    "charge.dispute.closed": Doorbell.DISPUTE,
    "charge.dispute.funds_withdrawn": Doorbell.DISPUTE,
    "charge.dispute.funds_reinstated": Doorbell.DISPUTE,
    "customer.subscription.created": Doorbell.SUBSCRIPTION,
    "customer.subscription.updated": Doorbell.SUBSCRIPTION,
    "customer.subscription.deleted": Doorbell.SUBSCRIPTION,
    "customer.subscription.paused": Doorbell.SUBSCRIPTION,
    "customer.subscription.resumed": Doorbell.SUBSCRIPTION,
    "invoice.paid": Doorbell.INVOICE,
    "invoice.payment_failed": Doorbell.INVOICE,
    "invoice.payment_action_required": Doorbell.INVOICE,
    "invoice.voided": Doorbell.INVOICE,
    "invoice.marked_uncollectible": Doorbell.INVOICE,
    "mandate.updated": Doorbell.MANDATE,
    "customer.updated": Doorbell.CUSTOMER,
}

#: What the id of a balance transaction's source says about where its money came from. Payment
#: methods other than cards use the second of each pair.
SOURCES: Mapping[str, Doorbell] = {
    "ch": Doorbell.CHARGE,
    "py": Doorbell.CHARGE,
    "re": Doorbell.REFUND,
    "pyr": Doorbell.REFUND,
    "dp": Doorbell.DISPUTE,
    "du": Doorbell.DISPUTE,
}


def source_of(object_id: str | None) -> Doorbell | None:
    """What kind of object an id names, where its money can belong to an order."""
    return SOURCES.get((object_id or "").partition("_")[0])
