"""A rehearsal in this process, and one that listens on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from app.rehearsal.core import Rehearsal
from app.rehearsal.server import Running, running
from tests.rehearsal.inbox import Inbox, listening
from tests.rehearsal.sdk import sdk_client
from tests.rehearsal.setting import NOW, config


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rehearsal(clock: Clock) -> Iterator[Rehearsal]:
    made = Rehearsal(config(public_url="http://pay.test", redirect_wait=0), clock=clock, seed=7)
    yield made
    made.close()


@pytest.fixture
def client(rehearsal: Rehearsal) -> stripe.StripeClient:
    return sdk_client(rehearsal)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening() as made:
        yield made


@pytest.fixture
def server(inbox: Inbox, tmp_path: Path) -> Iterator[Running]:
    with running(config(webhook_url=inbox.url, state_path=tmp_path / "state.sqlite")) as made:
        yield made


@pytest.fixture
def wire(server: Running) -> stripe.StripeClient:
    """The real SDK over a real socket."""
    return wire_client(server)


def wire_client(server: Running, account: str = "network", retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        server.rehearsal.config.accounts[account].secret_key,
        base_addresses={"api": server.url},
        http_client=stripe.RequestsClient(timeout=(3, 10)),
        max_network_retries=retries,
    )
