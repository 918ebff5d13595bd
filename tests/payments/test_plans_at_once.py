"""Many workers at one renewal, and many wishes at once: each once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.db.session import db
from app.ledger import service as ledger_service
from app.lib import clock as wall
from app.payments.errors import PlanEndedError
from app.payments.flows import mirror, plans
from app.payments.flows.changing import carry_out
from app.payments.models.plans import Invoice, PlanChange
from app.payments.queries import checks as payment_checks
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import PlanChangeState
from app.payments.service import listeners
from tests.factories.payments import account_named, make_house, make_rehearsal, wired
from tests.payments.conftest import Clock
from tests.payments.plan_simulation import LISTENERS
from tests.payments.test_concurrency import THREADS, at_once, told
from tests.payments.test_plans import NOW, arrive, begin, later, newest_invoice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from app.rehearsal.core import Rehearsal


@pytest.fixture
def rehearsal(disk_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """A monthly gift that began, in a database of its own."""
    monkeypatch.setattr(listeners, "_listening", [LISTENERS])
    monkeypatch.setattr(wall, "utcnow", lambda: NOW)
    monkeypatch.setattr(ledger_service, "_checks", payment_checks.CHECKS)
    with wired(make_rehearsal(Clock())) as made:
        with disk_app.app_context():
            make_house()
            begin(made)
            arrive()
        yield made


def test_one_renewal_seen_by_many_is_collected_once(disk_app: Flask, rehearsal: Rehearsal) -> None:
    """A job that was started twice once charged hundreds of donors twice."""
    later(rehearsal, months=1, days=1)
    now = datetime.fromtimestamp(rehearsal.now(), UTC)
    invoice = newest_invoice(rehearsal)
    intent = str(rehearsal.objects("network", "payment_intent")[-1]["id"])

    def by_invoice() -> None:
        mirror.sync_invoice(account_named(), invoice, now=now)

    def by_intent() -> None:
        mirror.sync_intent(account_named(), intent, now=now)

    at_once(disk_app, [by_invoice, by_intent] * (THREADS // 2))
    with disk_app.app_context():
        assert db.session.query(Invoice).count() == 2
        assert len({each.order_key for each in plan_reads.list_invoices("plan-1")}) == 2
        assert ledger_service.check_books() == []
    assert told(disk_app) == (2000, 2)


def test_many_who_stop_at_once_stop_once(disk_app: Flask, rehearsal: Rehearsal) -> None:
    def stop() -> PlanChangeState:
        try:
            return plans.stop("plan-1", asked_by="donor", now=NOW)
        except PlanEndedError:  # another was done before this one asked
            return PlanChangeState.DONE

    answers = at_once(disk_app, [stop] * 3)
    assert set(answers) <= set(PlanChangeState)
    with disk_app.app_context():
        plan = plan_reads.get_plan("plan-1")
        for change in db.session.query(PlanChange).all():
            carry_out(change.id, now=NOW)
        assert db.session.query(PlanChange).count() == 1
        assert plan_reads.get_plan(plan.plan_key).is_ended
    assert rehearsal.objects("network", "subscription")[0]["status"] == "canceled"
