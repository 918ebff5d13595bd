"""With webhooks off the site is right as well, only later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.db.session import db, transaction
from app.groups import queries as groups
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.rules import Category, EntryKind, NewEntry, movement_lines
from app.lib import clock as wall
from app.lib.errors import NotFoundError
from app.lib.money import Money
from app.payments import jobs
from app.payments.flows import sync
from app.payments.flows.sweep import sweep
from app.payments.flows.sync import pull
from app.payments.gateway import calls
from app.payments.models.collecting import CheckoutAttempt
from app.payments.models.inbox import StripeEvent
from app.payments.queries import events as event_reads
from app.payments.queries import orders as order_reads
from app.payments.queries import sweeps as sweep_reads
from app.payments.rules.attempts import AttemptState
from app.payments.rules.events import PERSONAL_LIFE, EventState
from app.payments.rules.orders import OrderState
from app.payments.service import inbox, reducer
from app.payments.service.attempts import open_attempt
from app.queue.facts import RetryLater
from app.rehearsal.core import HELD
from tests.factories.payments import account_named, make_order, open_page
from tests.payments.conftest import NOW

if TYPE_CHECKING:
    from app.payments.facts import BalanceTxn, PaymentMoved
    from app.rehearsal.core import Rehearsal
    from tests.payments.conftest import Clock

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Our clock is the test's."""
    monkeypatch.setattr(wall, "utcnow", lambda: clock.now)


def pay(rehearsal: Rehearsal, key: str = "order-1", card: str = "success") -> str:
    """Open a page and try a card; no webhook comes."""
    rehearsal.set_webhooks("swallow")
    open_page(make_order(key), now=NOW)
    session_id = order_reads.list_attempts(key)[-1].session_id
    assert session_id
    return str(rehearsal.pay(session_id, card)["payment_intent"])


def later(clock: Clock, minutes: int = 10) -> None:
    """Let time pass and sweep; everything could be looked at."""
    clock.now += timedelta(minutes=minutes)
    assert sweep(now=clock.now).problems == ()


def test_a_payment_is_found(rehearsal: Rehearsal, clock: Clock, told: list[PaymentMoved]) -> None:
    pay(rehearsal)
    later(clock)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    later(clock)
    assert len(told) == 1
    assert ledger_service.check_books() == []


def test_a_fresh_attempt_is_left_to_the_webhooks(rehearsal: Rehearsal, clock: Clock) -> None:
    pay(rehearsal)
    assert sweep(now=NOW + timedelta(minutes=1)).attempts == 0


def test_refunds_and_their_failures_are_found(rehearsal: Rehearsal, clock: Clock) -> None:
    refund = rehearsal.refund(pay(rehearsal), amount=300)
    later(clock)
    assert order_reads.order_status("order-1").state is OrderState.PART_REFUNDED
    rehearsal.fail_refund(refund["id"])
    later(clock)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED


def test_late_movements_are_found(rehearsal: Rehearsal, clock: Clock) -> None:
    rehearsal.set_late_balance(HELD)
    pay(rehearsal)
    later(clock)
    assert order_reads.order_status("order-1").state is OrderState.PROCESSING
    rehearsal.book_held()
    later(clock)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED


def test_a_payment_under_way_is_asked_about_though_no_movement_is_listed(
    rehearsal: Rehearsal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page is done with, and the list of movements may come late or begin after it."""
    rehearsal.set_late_balance(HELD)
    pay(rehearsal)
    later(clock)
    rehearsal.book_held()
    monkeypatch.setattr(calls, "list_txns", lambda *_args, **_options: [])
    later(clock)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED


def test_expired_pages_and_lost_attempts_are_closed(rehearsal: Rehearsal, clock: Clock) -> None:
    open_page(make_order(), now=NOW)
    with transaction():
        open_attempt(make_order("order-2"), now=NOW)
    later(clock, 240)
    for key in ("order-1", "order-2"):
        [attempt] = order_reads.list_attempts(key)
        assert attempt.state is AttemptState.EXPIRED


def test_undelivered_events_are_fetched(rehearsal: Rehearsal, clock: Clock) -> None:
    rehearsal.set_webhooks("lose")
    open_page(make_order(), now=NOW)
    rehearsal.pay(str(order_reads.list_attempts("order-1")[0].session_id), "success")
    report = sweep(now=NOW)
    assert report.events > 0
    kinds = {event.type for event in event_reads.list_events("order-1")}
    assert "checkout.session.completed" in kinds
    assert event_reads.list_unapplied_events() == []


def test_events_that_could_not_be_applied_are_applied(
    rehearsal: Rehearsal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_undelivered_events_are_fetched(rehearsal, clock)
    with transaction():
        for event in event_reads.list_events("order-1"):
            event.state, event.error = EventState.FAILED, "it broke"
    assert len(event_reads.list_unapplied_events()) > 1
    later(clock, 1)
    assert event_reads.list_unapplied_events() == []


def test_events_that_wait_are_left_to_their_job_for_a_day(
    rehearsal: Rehearsal, clock: Clock
) -> None:
    test_undelivered_events_are_fetched(rehearsal, clock)
    with transaction():
        for event in event_reads.list_events("order-1"):
            event.state = EventState.DEFERRED
    later(clock, 60)
    assert event_reads.list_unapplied_events()
    later(clock, 24 * 60)
    assert event_reads.list_unapplied_events() == []


def test_one_that_cannot_be_read_keeps_no_other_from_being_found(
    rehearsal: Rehearsal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = pay(rehearsal, "order-1")
    pay(rehearsal, "order-2")
    fetch = calls.fetch_intent

    def fetch_but_one(name: str, intent_id: str) -> Any:
        if intent_id == broken:
            raise ZeroDivisionError
        return fetch(name, intent_id)

    clock.now += timedelta(minutes=10)
    with monkeypatch.context() as patched:
        patched.setattr(calls, "fetch_intent", fetch_but_one)
        report = sweep(now=clock.now)
    assert "ZeroDivisionError" in "".join(report.problems)
    assert order_reads.order_status("order-2").state is OrderState.RECEIVED
    assert sweep_reads.find_cursor(account_named().id) is None
    later(clock)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED


def test_a_part_that_fails_keeps_no_other_and_no_other_account_from_being_swept(
    rehearsal: Rehearsal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsal.set_webhooks("lose")
    open_page(make_order(), now=NOW)
    rehearsal.pay(str(order_reads.list_attempts("order-1")[-1].session_id), "success")
    other = make_order("order-2", account_name="charity", fund_id=ledger.get_fund("winter-drop").id)
    open_page(other, now=NOW)
    rehearsal.pay(str(order_reads.list_attempts("order-2")[-1].session_id), "success")
    clock.now += timedelta(minutes=10)
    with monkeypatch.context() as patched:
        patched.setattr(calls, "list_txns", lambda *_args, **_options: 1 // 0)
        report = sweep(now=clock.now)
    assert [line.split(":")[:2] for line in report.problems] == [
        ["network", " movements"],
        ["charity", " movements"],
    ]
    assert report.events > 0
    assert order_reads.order_status("order-2").state is OrderState.RECEIVED


def test_what_a_database_says_of_a_row_is_told_to_nobody() -> None:
    error = IntegrityError("INSERT", {}, Exception("Key (email)=(salma@example.org) exists"))
    assert "salma" not in inbox.described(error)
    assert inbox.described(error).startswith("IntegrityError")


def test_when_stripe_is_away_the_report_says_so(rehearsal: Rehearsal, clock: Clock) -> None:
    pay(rehearsal)
    rehearsal.fail_next("reset_before", times=99)
    report = sweep(now=NOW + timedelta(minutes=10))
    assert "does not answer" in report.problems[0]
    rehearsal.clear_faults()
    later(clock)


def test_an_account_without_keys_is_told(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(rehearsal)
    with transaction():
        groups.get_payment_account("network").name = "renamed"
    report = sweep(now=NOW + timedelta(minutes=10), account_name="renamed")
    assert "no keys" in report.problems[0]


def test_movements_that_are_no_orders_become_findings(
    rehearsal: Rehearsal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(rehearsal)
    later(clock)
    known = calls.list_txns("network", since=NOW - timedelta(days=1))
    strange = [replaced(known[0], id="txn_po", kind="payout", source_id="po_1")]
    monkeypatch.setattr(calls, "list_txns", lambda *_, **__: known + strange)
    later(clock)
    later(clock)
    [finding] = ledger.list_open_findings()
    assert (finding.kind, finding.subject) == ("unbooked_movement", "network:txn_po")
    assert "payout" in finding.detail


def replaced(txn: BalanceTxn, **changes: Any) -> BalanceTxn:
    """A movement like another."""
    return type(txn)(**({name: getattr(txn, name) for name in txn.__dataclass_fields__} | changes))


def test_foreign_money_changes_nothing(
    rehearsal: Rehearsal, clock: Clock, told: list[PaymentMoved]
) -> None:
    pay(rehearsal)
    later(clock)
    intents = rehearsal.objects("network", "payment_intent")
    open_page(make_order("order-2"), now=NOW)
    attempt = order_reads.list_attempts("order-2")[0]
    rehearsal.handle(
        "POST",
        f"/v1/checkout/sessions/{attempt.session_id}",
        {"Authorization": "Bearer sk_test_network"},
        "metadata[muster_attempt]=&metadata[muster_order]=",
    )
    assert len(intents) == 1
    assert len(told) == 1
    later(clock)
    assert ledger.list_open_findings() == []


def test_the_deep_sweep_tells_of_entries_that_stripe_does_not_show(
    rehearsal: Rehearsal, clock: Clock
) -> None:
    pay(rehearsal)
    later(clock)
    account, fund = account_named(), ledger.get_fund("first-year")
    with transaction():
        balance = ledger_service.stripe_balance(account, "GBP", now=NOW)
        lines = movement_lines(
            money_account_id=balance.id,
            fund_id=fund.id,
            category=Category.INCOME,
            gross=Money(5, "GBP"),
            fee=Money(0, "GBP"),
        )
        entry = NewEntry(
            source=reducer.source_name(account),
            ref="txn_invented",
            kind=EntryKind.CHARGE,
            lines=lines,
            posted_at=NOW,
        )
        ledger_service.post(entry, now=NOW)
    assert sweep(now=clock.now, is_deep=True).problems == ()
    assert [each.subject for each in ledger.list_open_findings()] == ["network:txn_invented"]


def test_the_sweep_goes_on_from_where_it_was(rehearsal: Rehearsal, clock: Clock) -> None:
    pay(rehearsal)
    later(clock)
    cursor = sweep_reads.find_cursor(account_named().id)
    assert cursor is not None
    assert cursor.swept_until == clock.now
    later(clock, 600)
    db.session.refresh(cursor)
    assert cursor.swept_until == clock.now


# --- jobs ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("set_clock")
def test_the_jobs_do_the_same(rehearsal: Rehearsal, clock: Clock) -> None:
    pay(rehearsal)
    clock.now += timedelta(minutes=10)
    jobs.HANDLERS["payments.sweep"]({})
    jobs.HANDLERS["payments.sweep_deep"]({"is_deep": True})
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    with transaction():
        order_reads.list_payments("order-1")[0].refunded_minor = 5
    jobs.HANDLERS["payments.check_books"]({})
    assert [each.kind for each in ledger.list_open_findings()] == ["recount.order_sums"]
    rehearsal.fail_next("reset_before", times=99)
    jobs.HANDLERS["payments.sweep"]({})
    assert [each.kind for each in ledger.list_open_findings()][1:] == ["sweep"]
    rehearsal.clear_faults()
    jobs.HANDLERS["payments.sweep"]({})
    assert len(ledger.list_open_findings()) == 1


@pytest.mark.usefixtures("set_clock")
def test_an_event_that_must_wait_asks_the_worker_to_come_back(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "apply_event", lambda *_, **__: timedelta(minutes=5))
    with pytest.raises(RetryLater) as asked:
        jobs.HANDLERS[inbox.APPLY_JOB]({"event": 1})
    assert asked.value.after == timedelta(minutes=5)


@pytest.mark.usefixtures("set_clock")
def test_what_speaks_of_people_is_emptied_after_ninety_days(
    rehearsal: Rehearsal, clock: Clock
) -> None:
    test_undelivered_events_are_fetched(rehearsal, clock)
    clock.now += PERSONAL_LIFE - timedelta(minutes=1)
    jobs.HANDLERS["payments.purge"]({})
    assert all(row.body for row in db.session.query(StripeEvent))
    clock.now += timedelta(minutes=2)
    jobs.HANDLERS["payments.purge"]({})
    db.session.expire_all()
    assert not any(row.body for row in db.session.query(StripeEvent))
    assert [attempt.params for attempt in db.session.query(CheckoutAttempt)] == [{}]
    assert pull("order-1", now=clock.now).state is OrderState.RECEIVED


def test_an_account_that_is_not_there_is_not_swept(rehearsal: Rehearsal) -> None:
    with pytest.raises(NotFoundError):
        sweep(now=NOW, account_name="nobody")


def test_every_schedule_has_its_handler() -> None:
    assert {schedule.kind for schedule in jobs.SCHEDULES} <= set(jobs.HANDLERS)
