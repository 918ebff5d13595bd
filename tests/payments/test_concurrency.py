"""Many at once, with real threads and real commits: the sums are exact on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.lib import clock as wall
from app.payments.flows import mirror
from app.payments.models.inbox import StripeEvent
from app.payments.queries import checks as payment_checks
from app.payments.queries import orders as order_reads
from app.payments.rules.attempts import AttemptState
from app.payments.rules.orders import OrderState
from app.payments.service import attempts, listeners
from app.payments.service.listeners import Listeners
from tests.factories.payments import (
    account_named,
    make_house,
    make_order,
    make_rehearsal,
    open_page,
    wired,
)
from tests.payments.conftest import NOW, Clock
from tests.payments.simulation import keep_in_audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from app.rehearsal.core import Rehearsal

THREADS = 6


@pytest.fixture
def rehearsal(disk_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """Stripe's part, an application with a database of its own, and a listener."""
    monkeypatch.setattr(listeners, "_listening", [Listeners(payments=(keep_in_audit,))])
    monkeypatch.setattr(wall, "utcnow", lambda: NOW)
    monkeypatch.setattr(ledger_service, "_checks", payment_checks.CHECKS)
    with wired(make_rehearsal(Clock())) as made:
        with disk_app.app_context():
            make_house()
        yield made


def at_once(app: Flask, work: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same time, each in a thread with a context of its own."""
    start = threading.Barrier(len(work))

    def run(one: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(run, one) for one in work]]


def pay(app: Flask, rehearsal: Rehearsal, key: str) -> str:
    """An order paid at Stripe, of which we know nothing yet; its intent's id."""
    with app.app_context():
        open_page(make_order(key), now=NOW)
        session_id = str(order_reads.list_attempts(key)[-1].session_id)
    return str(rehearsal.pay(session_id, "success")["payment_intent"])


def told(app: Flask) -> tuple[int, int]:
    """What a listener added up, and how often it heard of a first settlement."""
    with app.app_context():
        details = db.session.scalars(
            select(AuditEntry.detail).where(AuditEntry.action == "moved")
        ).all()
    heard = [detail or {} for detail in details]
    return sum(each["received"] for each in heard), sum(each["first"] for each in heard)


def test_one_payment_seen_by_many_is_booked_once(disk_app: Flask, rehearsal: Rehearsal) -> None:
    intent_id = pay(disk_app, rehearsal, "order-1")

    def look() -> None:
        mirror.sync_intent(account_named(), intent_id, now=NOW)

    at_once(disk_app, [look] * THREADS)
    with disk_app.app_context():
        assert len(ledger.list_entries("order-1")) == 1
        assert order_reads.order_status("order-1").received.minor == 1000
        assert ledger_service.check_books() == []
    assert told(disk_app) == (1000, 1)


def test_many_payments_into_one_fund_lose_no_penny(disk_app: Flask, rehearsal: Rehearsal) -> None:
    keys = [f"order-{number}" for number in range(THREADS)]
    intents = [pay(disk_app, rehearsal, key) for key in keys]

    def look(intent_id: str) -> Callable[[], object]:
        return lambda: mirror.sync_intent(account_named(), intent_id, now=NOW)

    at_once(disk_app, [look(intent_id) for intent_id in intents])
    with disk_app.app_context():
        [balance] = ledger.list_balances(ledger.get_fund("first-year").id)
        assert balance.received_minor == 1000 * THREADS
        assert ledger_service.check_books() == []
    assert told(disk_app) == (1000 * THREADS, THREADS)


def test_one_event_delivered_by_many_is_one_row(disk_app: Flask, rehearsal: Rehearsal) -> None:
    pay(disk_app, rehearsal, "order-1")
    delivery = rehearsal.pending_deliveries()[0]

    def ring() -> int:
        client = disk_app.test_client()
        return client.post(delivery.url, data=delivery.body, headers=delivery.headers).status_code

    start = threading.Barrier(THREADS)

    def together() -> int:
        start.wait()
        return ring()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [done.result() for done in [pool.submit(together) for _ in range(THREADS)]]
    assert answers == [200] * THREADS
    with disk_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(StripeEvent)) == 1


def test_one_form_sent_by_many_is_one_page(disk_app: Flask, rehearsal: Rehearsal) -> None:
    addresses = at_once(disk_app, [lambda: open_page(make_order(), now=NOW)] * THREADS)
    assert len(set(addresses)) == 1
    open_ones = [
        each
        for each in rehearsal.objects("network", "checkout.session")
        if each["status"] == "open"
    ]
    assert [each["url"] for each in open_ones] == [addresses[0]]
    with disk_app.app_context():
        states = [each.state for each in order_reads.list_attempts("order-1")]
        assert states == [AttemptState.OPEN]


def test_a_refund_and_its_payment_seen_at_once(disk_app: Flask, rehearsal: Rehearsal) -> None:
    intent_id = pay(disk_app, rehearsal, "order-1")

    def look() -> None:
        mirror.sync_intent(account_named(), intent_id, now=NOW)

    def give_back() -> None:
        rehearsal.refund(intent_id, amount=300)
        look()

    at_once(disk_app, [look, give_back, look, look])
    with disk_app.app_context():
        status = order_reads.order_status("order-1")
        assert (status.state, status.received.minor) == (OrderState.PART_REFUNDED, 700)
        assert ledger_service.check_books() == []
    assert told(disk_app) == (700, 1)


def test_many_who_come_back_after_the_page_closed_get_one_new_attempt(
    disk_app: Flask, rehearsal: Rehearsal
) -> None:
    with disk_app.app_context():
        open_page(make_order(), now=NOW)
        attempt_id = order_reads.list_attempts("order-1")[0].id
        with transaction():
            attempts.forget_session(attempt_id, "gone", now=NOW)

    def renew() -> int:
        with transaction():
            return attempts.renew_attempt(attempt_id, now=NOW).n

    assert at_once(disk_app, [renew] * THREADS) == [2] * THREADS
    with disk_app.app_context():
        states = [each.state for each in order_reads.list_attempts("order-1")]
        assert states == [AttemptState.EXPIRED, AttemptState.CREATING]
