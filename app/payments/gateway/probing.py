"""Asking whether Stripe answers at all."""

from __future__ import annotations

from app.payments.errors import GatewayRefusedError, PaymentsUnavailableError
from app.payments.gateway.client import calling


def answers(account_name: str) -> bool:
    """Whether Stripe answers for an account, whatever it says."""
    try:
        with calling(account_name) as client:
            client.v1.checkout.sessions.list({"limit": 1})
    except GatewayRefusedError:
        return True
    except PaymentsUnavailableError:
        return False
    return True
