"""A rehearsal instead of Stripe, and two bodies that collect."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from app.ledger import service as ledger
from app.payments.facts import InvoiceFailed, PaymentMoved, PlanChanged, PlanMoved
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


@dataclass
class Heard:
    """What listeners heard, each kind in its order."""

    payments: list[PaymentMoved] = field(default_factory=list)
    plans: list[PlanMoved] = field(default_factory=list)
    invoices: list[InvoiceFailed] = field(default_factory=list)
    changes: list[PlanChanged] = field(default_factory=list)

    def everything(self) -> tuple[list[Any], ...]:
        """All of it until now."""
        return list(self.payments), list(self.plans), list(self.invoices), list(self.changes)


@pytest.fixture
def heard(app: Flask) -> Iterator[Heard]:
    """What listeners hear."""
    kept = Heard()
    before = listeners.use(
        listeners.Listeners(
            payments=(kept.payments.append,),
            plans=(kept.plans.append,),
            invoices=(kept.invoices.append,),
            changes=(kept.changes.append,),
        )
    )
    yield kept
    listeners.use(before)


@pytest.fixture
def told(heard: Heard) -> list[PaymentMoved]:
    """What listeners heard of money."""
    return heard.payments


@pytest.fixture
def house(app: Flask, told: list[PaymentMoved], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bodies with a payment account and a fund each; nobody above them keeps books."""
    monkeypatch.setattr(ledger, "_checks", payment_checks.CHECKS)
    make_house()
