"""A pretend Stripe in this process, and an open appeal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from app.db.session import transaction
from app.payments.gateway import client as gateway
from app.rehearsal.config import AccountConfig, RehearsalConfig
from app.rehearsal.core import Rehearsal
from tests.appeals.donors import Donor, LocalStripe
from tests.factories.appeals import make_appeal

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from app.appeals.models.appeals import Appeal

PAYMENT_PAGE = "http://127.0.0.1:9"


@pytest.fixture
def stripe() -> Iterator[Rehearsal]:
    """Stripe as the app sees it; its webhooks go nowhere."""
    accounts = {
        name: AccountConfig(
            secret_key=f"sk_test_{name}", webhook_secret=f"whsec_{name}", legal_name=name
        )
        for name in ("network", "charity")
    }
    made = Rehearsal(RehearsalConfig(accounts=accounts, public_url=PAYMENT_PAGE))
    gateway.use_http_client(LocalStripe(made))
    yield made
    gateway.use_http_client(None)
    made.close()


@pytest.fixture
def appeal(app: Flask) -> Appeal:
    """An open appeal at /appeals/get-started."""
    with transaction():
        return make_appeal()


@pytest.fixture
def donor(client: FlaskClient, appeal: Appeal, stripe: Rehearsal) -> Donor:
    """Somebody at the form of the open appeal."""
    return Donor(client)
