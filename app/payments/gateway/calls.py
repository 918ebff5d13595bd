"""The calls: payment pages, what became of the money, the movements of a balance."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice
from typing import Final

import stripe

from app.payments.errors import GatewayRefusedError, ObjectMissingError
from app.payments.facts import (
    ATTEMPT_KEY,
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
from app.payments.gateway.session_params import ReturnAddresses, session_params
from app.payments.gateway.signed import read_event

PAGE: Final = 100
TYPES_AT_ONCE: Final = 20
#: How many recent payment pages are looked through for a lost one.
SEARCHED: Final = 500


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
    """Events that Stripe could not deliver (yet), the oldest first.

    At most `limit` of each `TYPES_AT_ONCE` types: Stripe takes no longer list of them.
    """
    found: list[EventSnapshot] = []
    names = sorted(types)
    for start in range(0, len(names), TYPES_AT_ONCE):
        some = names[start : start + TYPES_AT_ONCE]
        found += _list_undelivered(account_name, some, since, limit)
    return sorted(found, key=lambda event: event.created_at)


def _list_undelivered(
    account_name: str, types: list[str], since: datetime, limit: int
) -> list[EventSnapshot]:
    with calling(account_name) as client:
        listed = client.v1.events.list(
            {
                "delivery_success": False,
                "types": types,
                "created": {"gte": int(since.timestamp())},
                "limit": PAGE,
            }
        )
        newest = islice(listed.auto_paging_iter(), limit)
        return [read_event(json.dumps(each.to_dict(), default=str)) for each in newest][::-1]
