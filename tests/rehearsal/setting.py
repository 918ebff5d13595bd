"""What the tests of the rehearsal share: two accounts, a gift of ten pounds."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from app.rehearsal.config import AccountConfig, RehearsalConfig

NOW = 1_795_000_000
SECRETS = {"network": "whsec_network", "charity": "whsec_charity"}


def config(
    *,
    webhook_url: str | None = "http://app.test/stripe/webhook",
    state_path: Path | None = None,
    **changes: Any,
) -> RehearsalConfig:
    """A rehearsal of two accounts."""
    accounts = {
        name: AccountConfig(
            secret_key=f"sk_test_{name}",
            webhook_secret=secret,
            webhook_url=webhook_url and f"{webhook_url}/{name}",
            legal_name=f"The {name}",
        )
        for name, secret in SECRETS.items()
    }
    values: dict[str, Any] = {
        "accounts": accounts,
        "public_url": "",
        "state_path": state_path,
        "redirect_wait": 2.0,
    }
    return RehearsalConfig(**{**values, **changes})


def gift(**changes: Any) -> Any:
    """The parameters of a session for ten pounds."""
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [line(1000)],
        "success_url": "http://app.test/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://app.test/back",
        "customer_email": "a@example.org",
        "client_reference_id": "gift-1",
        "metadata": {"order_key": "gift-1"},
        "payment_intent_data": {"metadata": {"order_key": "gift-1"}},
    }
    return {**params, **changes}


def line(amount: int, currency: str = "gbp", quantity: int = 1) -> dict[str, Any]:
    """One line of a session."""
    data = {"currency": currency, "unit_amount": amount, "product_data": {"name": "A gift"}}
    return {"price_data": data, "quantity": quantity}


def monthly(amount: int, interval: str = "month", **more: Any) -> dict[str, Any]:
    """One line of a session that begins a subscription."""
    made = line(amount)
    made["price_data"] |= {"recurring": {"interval": interval}, **more}
    return made


def regular(**changes: Any) -> Any:
    """The parameters of a session for ten pounds each month."""
    params = gift(
        mode="subscription",
        line_items=[monthly(1000)],
        metadata={"plan_key": "plan-1"},
        subscription_data={"metadata": {"plan_key": "plan-1", "order_key": "gift-1"}},
    )
    del params["payment_intent_data"]
    return {**params, **changes}


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something is true; fails when it takes too long."""
    for _ in range(int(seconds * 100)):
        if condition():
            return
        Event().wait(0.01)
    raise AssertionError("It took too long.")
