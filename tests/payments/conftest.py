"""A rehearsal instead of Stripe, and two bodies that collect."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.ledger import service as ledger
from app.payments.facts import PaymentMoved
from app.payments.queries import checks as payment_checks
from app.payments.service import listeners
from tests.factories.payments import make_house, make_rehearsal, wired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from app.rehearsal.core import Rehearsal

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return int(self.now.timestamp())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rehearsal(clock: Clock) -> Iterator[Rehearsal]:
    """Stripe's part of the play, behind the real SDK."""
    with wired(make_rehearsal(clock)) as made:
        yield made


@pytest.fixture
def told(app: Flask) -> Iterator[list[PaymentMoved]]:
    """What listeners heard."""
    heard: list[PaymentMoved] = []
    before = listeners.use(listeners.Listeners(payments=(heard.append,)))
    yield heard
    listeners.use(before)


@pytest.fixture
def house(app: Flask, told: list[PaymentMoved], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bodies with a payment account and a fund each; nobody above them keeps books."""
    monkeypatch.setattr(ledger, "_checks", payment_checks.CHECKS)
    make_house()
