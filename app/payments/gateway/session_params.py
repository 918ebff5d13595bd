"""What Stripe is asked for when a payment page is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from app.payments.facts import ATTEMPT_KEY, FEE_KEY, ORDER_KEY, PLAN_KEY, SessionTerms
from app.payments.rules.plans import Interval

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

METADATA_LIMIT: Final = 480
NAME_LIMIT: Final = 250


@dataclass(frozen=True, kw_only=True)
class ReturnAddresses:
    """Where Checkout sends the donor; the same for every repeat of a call."""

    success_url: str
    cancel_url: str


def session_params(terms: SessionTerms, addresses: ReturnAddresses) -> SessionCreateParams:
    """What Stripe is asked for. The hosted page and the methods of the account's own settings."""
    params = _common_params(terms, addresses)
    if terms.interval is None:
        return cast("SessionCreateParams", params | _once(terms))
    return cast("SessionCreateParams", params | _regularly(terms, Interval(terms.interval)))


def _common_params(terms: SessionTerms, addresses: ReturnAddresses) -> dict[str, object]:
    return {
        "submit_type": "donate",
        "client_reference_id": terms.order_key,
        "customer_email": terms.email,
        # The donor agreed to a sum in the currency of the appeal; it is not to change on the way.
        "adaptive_pricing": {"enabled": False},
        "metadata": _metadata(terms),
        "expires_at": terms.expires_at,
        "success_url": addresses.success_url,
        "cancel_url": addresses.cancel_url,
        "locale": terms.locale,
    }


def _metadata(terms: SessionTerms) -> dict[str, str]:
    names = {
        ORDER_KEY: terms.order_key,
        ATTEMPT_KEY: terms.attempt,
        "fund": terms.fund_name[:METADATA_LIMIT],
        "for": terms.product_name[:METADATA_LIMIT],
    }
    if terms.plan_key is not None:
        names |= {PLAN_KEY: terms.plan_key, FEE_KEY: str(terms.covered_fee_minor)}
    return names


def _price(terms: SessionTerms) -> dict[str, object]:
    return {
        "currency": terms.currency.lower(),
        "unit_amount": terms.amount_minor,
        "product_data": {"name": terms.product_name[:NAME_LIMIT]},
    }


def _once(terms: SessionTerms) -> dict[str, object]:
    intent: dict[str, object] = {
        "metadata": _metadata(terms),
        "description": terms.product_name[:METADATA_LIMIT],
    }
    if terms.statement_suffix:
        intent["statement_descriptor_suffix"] = terms.statement_suffix
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": _price(terms)}],
        "payment_intent_data": intent,
    }


def _regularly(terms: SessionTerms, interval: Interval) -> dict[str, object]:
    """A subscription. Its intents take no data and no statement suffix of ours."""
    price = _price(terms) | {"recurring": {"interval": interval.value}}
    return {
        "mode": "subscription",
        "line_items": [{"quantity": 1, "price_data": price}],
        "subscription_data": {
            "metadata": _metadata(terms),
            "description": terms.product_name[:METADATA_LIMIT],
        },
    }
