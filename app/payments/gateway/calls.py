"""The calls: payment pages, what became of the money, the movements of a balance."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import stripe

from app.payments.errors import GatewayRefusedError, ObjectMissingError
from app.payments.facts import (
    ATTEMPT_KEY,
    ORDER_KEY,
    BalanceTxn,
    DisputeSnapshot,
    EventSnapshot,
    IntentSnapshot,
    RefundSnapshot,
    SessionSnapshot,
    SessionTerms,
)
from app.payments.gateway.client import calling
from app.payments.gateway.convert import (
    balance_txn,
    dispute_snapshot,
    id_of,
    intent_snapshot,
    refund_snapshot,
    session_snapshot,
)
from app.payments.gateway.signed import read_event

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

PAGE: Final = 100
#: How many recent payment pages are looked through for a lost one.
SEARCHED: Final = 500
METADATA_LIMIT: Final = 480


@dataclass(frozen=True, kw_only=True)
class ReturnAddresses:
    """Where Checkout sends the donor; the same for every repeat of a call."""

    success_url: str
    cancel_url: str


def create_session(
    account_name: str, terms: SessionTerms, addresses: ReturnAddresses, *, key: str
) -> SessionSnapshot:
    """Make a payment page, or find the one that the same key made before.

    Raises PaymentsUnavailableError, KeyReusedError or GatewayRefusedError.
    """
    params = session_params(terms, addresses)
    with calling(account_name) as client:
        return session_snapshot(
            client.v1.checkout.sessions.create(params, {"idempotency_key": key})
        )


def session_params(terms: SessionTerms, addresses: ReturnAddresses) -> SessionCreateParams:
    """What Stripe is asked for. The hosted page and the methods of the account's own settings."""
    metadata = {
        ORDER_KEY: terms.order_key,
        ATTEMPT_KEY: terms.attempt,
        "fund": terms.fund_name[:METADATA_LIMIT],
        "for": terms.product_name[:METADATA_LIMIT],
    }
    params: SessionCreateParams = {
        "mode": "payment",
        "submit_type": "donate",
        "client_reference_id": terms.order_key,
        "customer_email": terms.email,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": terms.currency.lower(),
                    "unit_amount": terms.amount_minor,
                    "product_data": {"name": terms.product_name[:250]},
                },
            }
        ],
        # The donor agreed to a sum in the currency of the appeal; it is not to change on the way.
        "adaptive_pricing": {"enabled": False},
        "metadata": metadata,
        "payment_intent_data": {
            "metadata": metadata,
            "description": terms.product_name[:METADATA_LIMIT],
        },
        "expires_at": terms.expires_at,
        "success_url": addresses.success_url,
        "cancel_url": addresses.cancel_url,
    }
    params["locale"] = terms.locale
    if terms.statement_suffix:
        params["payment_intent_data"]["statement_descriptor_suffix"] = terms.statement_suffix
    return params


def find_session(account_name: str, attempt: str, *, since: datetime) -> SessionSnapshot | None:
    """The payment page that an attempt's lost call made, if it made one; raises as `fetch_session`.

    Stripe cannot be asked for it by our own name, so the pages made since are looked through.
    """
    with calling(account_name) as client:
        made = client.v1.checkout.sessions.list(
            {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
        )
        for place, session in enumerate(made.auto_paging_iter()):
            if place == SEARCHED:
                return None
            found = session_snapshot(session)
            if found.metadata.get(ATTEMPT_KEY) == attempt:
                return found
    return None


def fetch_session(account_name: str, session_id: str) -> SessionSnapshot:
    """A payment page as it is now; raises PaymentsUnavailableError or ObjectMissingError."""
    with calling(account_name) as client:
        return session_snapshot(client.v1.checkout.sessions.retrieve(session_id))


def expire_session(account_name: str, session_id: str) -> SessionSnapshot:
    """Close a payment page, unless it was completed or closed already; what it is then.

    Raises PaymentsUnavailableError or ObjectMissingError.
    """
    try:
        with calling(account_name) as client:
            return session_snapshot(client.v1.checkout.sessions.expire(session_id))
    except ObjectMissingError:
        raise
    except GatewayRefusedError:  # only an open one can be closed
        return fetch_session(account_name, session_id)


# --- money ----------------------------------------------------------------------------------------


def fetch_intent(account_name: str, intent_id: str) -> IntentSnapshot:
    """All that Stripe knows about one collection of money now.

    Raises PaymentsUnavailableError or ObjectMissingError.
    """
    expand = ["latest_charge.balance_transaction", "latest_charge.failure_balance_transaction"]
    with calling(account_name) as client:
        intent = client.v1.payment_intents.retrieve(intent_id, {"expand": expand})
        charge = intent.latest_charge
        # An intent that never charged anything has no refunds and no disputes.
        if charge is None or isinstance(charge, str) or not charge.paid:
            return intent_snapshot(intent, (), ())
        refunds = tuple(_list_refunds(client, intent_id))
        disputes = tuple(_list_disputes(client, intent_id)) if charge.disputed else ()
        return intent_snapshot(intent, refunds, disputes)


def _list_refunds(client: stripe.StripeClient, intent_id: str) -> Iterator[RefundSnapshot]:
    found = client.v1.refunds.list(
        {
            "payment_intent": intent_id,
            "limit": PAGE,
            "expand": ["data.balance_transaction", "data.failure_balance_transaction"],
        }
    )
    return map(refund_snapshot, found.auto_paging_iter())


def _list_disputes(client: stripe.StripeClient, intent_id: str) -> Iterator[DisputeSnapshot]:
    found = client.v1.disputes.list({"payment_intent": intent_id, "limit": PAGE})
    return map(dispute_snapshot, found.auto_paging_iter())


def intent_of_charge(account_name: str, charge_id: str) -> str | None:
    """The intent that a charge belongs to, if any; raises as `fetch_intent`."""
    with calling(account_name) as client:
        return id_of(client.v1.charges.retrieve(charge_id).payment_intent)


def intent_of_refund(account_name: str, refund_id: str) -> str | None:
    """The intent that a refund gives back from, if any; raises as `fetch_intent`."""
    with calling(account_name) as client:
        return id_of(client.v1.refunds.retrieve(refund_id).payment_intent)


def intent_of_dispute(account_name: str, dispute_id: str) -> str | None:
    """The intent that a dispute is about, if any; raises as `fetch_intent`."""
    with calling(account_name) as client:
        return id_of(client.v1.disputes.retrieve(dispute_id).payment_intent)


def list_txns(account_name: str, *, since: datetime) -> list[BalanceTxn]:
    """The movements of a balance since an instant, the oldest first."""
    with calling(account_name) as client:
        found = client.v1.balance_transactions.list(
            {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
        )
        return [balance_txn(each) for each in found.auto_paging_iter()][::-1]


# --- events ---------------------------------------------------------------------------------------


def list_undelivered_events(
    account_name: str, types: Collection[str], *, since: datetime, limit: int
) -> list[EventSnapshot]:
    """Events that Stripe could not deliver (yet), the oldest first; at most `limit` of them."""
    found: list[EventSnapshot] = []
    with calling(account_name) as client:
        listed = client.v1.events.list(
            {
                "delivery_success": False,
                "types": list(types),
                "created": {"gte": int(since.timestamp())},
                "limit": PAGE,
            }
        )
        for event in listed.auto_paging_iter():
            if len(found) == limit:
                break
            found.append(read_event(json.dumps(event.to_dict(), default=str)))
    return found[::-1]
