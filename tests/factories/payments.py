"""A rehearsal in this process, and orders to be paid at it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.db.session import transaction
from app.groups import queries as groups
from app.ledger import queries as ledger
from app.lib.money import Money
from app.payments.flows.checkout import send_to_checkout
from app.payments.gateway.client import use_http_client
from app.payments.rules.events import EVENT_TYPES
from app.payments.rules.orders import CheckoutOrder
from app.payments.service.attempts import open_attempt
from app.rehearsal.config import AccountConfig, RehearsalConfig
from app.rehearsal.core import Rehearsal
from tests.factories.groups import make_group, make_payment_account
from tests.factories.ledger import make_fund
from tests.rehearsal.sdk import InProcessHTTPClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

SUCCESS_URL = "http://localhost/thanks/x"
CANCEL_URL = "http://localhost/appeals/x/give"


class Wire(InProcessHTTPClient):
    """Calls of the SDK to whatever address, answered by a rehearsal in this process."""

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return super().request(method, path, headers, post_data)


def make_rehearsal(clock: Callable[[], int], **changes: Any) -> Rehearsal:
    """A rehearsal of the accounts that test settings name."""
    accounts = {
        name: AccountConfig(
            secret_key=f"sk_test_{name}",
            webhook_secret=f"whsec_{name}",
            webhook_url=f"http://localhost/stripe/webhook/{name}",
            statement_prefix="LEA VALLEY",
            enabled_events=frozenset(EVENT_TYPES),
        )
        for name in ("network", "charity")
    }
    config = RehearsalConfig(accounts=accounts, public_url="http://pay.test", **changes)
    return Rehearsal(config, clock=clock, seed=7)


@contextmanager
def wired(rehearsal: Rehearsal) -> Iterator[Rehearsal]:
    """Let the gateway speak to a rehearsal in this process."""
    use_http_client(Wire(rehearsal))
    try:
        yield rehearsal
    finally:
        use_http_client(None)
        rehearsal.close()


def make_house() -> None:
    """Two bodies with a fund each."""
    with transaction():
        group = make_group()
        make_fund(group, make_payment_account(group))
        other = make_group(slug="open-hands")
        account = make_payment_account(other, name="charity", statement_name="OPEN HANDS")
        make_fund(other, account, slug="winter-drop", is_restricted=True)


def make_order(key: str = "order-1", **changes: Any) -> CheckoutOrder:
    """Ten pounds for the first fund."""
    values: dict[str, Any] = {
        "order_key": key,
        "account_name": "network",
        "fund_id": ledger.get_fund("first-year").id,
        "amount": Money(1000, "GBP"),
        "covered_fee": Money(0, "GBP"),
        "product_name": "Help us get started",
        "email": "supporter@example.org",
        "locale": "en",
        "statement_suffix": "START",
    }
    return CheckoutOrder(**(values | changes))


def open_page(order: CheckoutOrder, *, now: datetime) -> str:
    """Open an attempt and its page, as a give form does; returns the page's address."""
    with transaction():
        attempt_id = open_attempt(order, now=now).id
    return send_to_checkout(attempt_id, success_url=SUCCESS_URL, cancel_url=CANCEL_URL, now=now)


def account_named(name: str = "network") -> Any:
    """A payment account by name."""
    return groups.get_payment_account(name)
