"""Any object, in any order, twice or late: the books say what Stripe shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.db.session import db, transaction
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.errors import FundHasMoneyError
from app.ledger.models import Fund
from app.ledger.rules import EntryKind
from app.lib.money import Money
from app.payments.errors import PaymentsUnavailableError, StaleSnapshotError
from app.payments.facts import (
    BalanceTxn,
    ChargeSnapshot,
    DisputeSnapshot,
    EventSnapshot,
    IntentSnapshot,
)
from app.payments.flows import sync
from app.payments.flows.mirror import sync_intent
from app.payments.flows.sync import look, pull
from app.payments.gateway import calls
from app.payments.queries import events as event_reads
from app.payments.queries import orders as order_reads
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import PaymentState, RefundState
from app.payments.rules.events import DEFERRALS, Doorbell, EventState
from app.payments.rules.orders import OrderState
from app.payments.service import inbox, listeners, reducer
from app.payments.service.listeners import Listeners
from app.rehearsal.core import HELD
from app.settings import StripeKeys, settings
from tests.factories.groups import BY, make_payment_account
from tests.factories.payments import account_named, make_order, open_page
from tests.payments.conftest import NOW

if TYPE_CHECKING:
    from app.payments.facts import PaymentMoved
    from app.payments.models.collecting import Payment
    from app.rehearsal.core import Rehearsal

pytestmark = pytest.mark.usefixtures("house")


def pay(rehearsal: Rehearsal, card: str = "success", key: str = "order-1") -> str:
    """Open a page and try a card; the intent's id."""
    open_page(make_order(key), now=NOW)
    session_id = order_reads.list_attempts(key)[-1].session_id
    assert session_id
    return str(rehearsal.pay(session_id, card)["payment_intent"])


def only_payment() -> Payment:
    """The payment of the order."""
    [payment] = order_reads.list_payments("order-1")
    return payment


def lines(kind: EntryKind) -> list[tuple[str, int]]:
    """The lines of the order's entries of a kind."""
    return [
        (line.category or "held", line.minor)
        for entry in ledger.list_entries("order-1")
        if entry.kind is kind
        for line in entry.lines
    ]


def sums(told: list[PaymentMoved]) -> tuple[int, int, int]:
    """What listeners have added up."""
    return (
        sum(each.received.minor for each in told),
        sum(each.on_its_way.minor for each in told),
        sum(each.returned.minor for each in told),
    )


def test_a_payment_that_came_is_in_the_books(
    rehearsal: Rehearsal, told: list[PaymentMoved]
) -> None:
    pay(rehearsal)
    status = pull("order-1", now=NOW)
    assert (status.state, status.received) == (OrderState.RECEIVED, Money(1000, "GBP"))
    assert lines(EntryKind.CHARGE) == [("held", 965), ("fees", 35), ("income", -1000)]
    payment = only_payment()
    assert (payment.state, payment.method) == (PaymentState.SUCCEEDED, "card")
    assert [each.is_first_settlement for each in told] == [True]
    assert order_reads.list_attempts("order-1")[0].state is AttemptState.COMPLETE


def test_asking_again_changes_nothing(rehearsal: Rehearsal, told: list[PaymentMoved]) -> None:
    intent_id = pay(rehearsal)
    for _ in range(3):
        sync_intent(account_named(), intent_id, now=NOW)
        pull("order-1", now=NOW)
    assert sums(told) == (1000, 0, 0)
    assert len(ledger.list_entries("order-1")) == 1
    assert len(told) == 1


def test_a_settled_order_costs_no_call(rehearsal: Rehearsal) -> None:
    pay(rehearsal)
    pull("order-1", now=NOW)
    rehearsal.fail_next("error_before", times=9)
    assert pull("order-1", now=NOW).state is OrderState.RECEIVED


def test_without_an_answer_what_is_known_stays(rehearsal: Rehearsal) -> None:
    pay(rehearsal)
    rehearsal.fail_next("error_before", times=9)
    with pytest.raises(PaymentsUnavailableError):
        pull("order-1", now=NOW)
    assert order_reads.order_status("order-1").state is OrderState.OPEN


def test_a_mistake_of_ours_is_not_told_as_a_failed_payment(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(rehearsal)
    monkeypatch.setattr(reducer, "_post", lambda *_: 1 // 0)
    with pytest.raises(PaymentsUnavailableError):
        pull("order-1", now=NOW)


def test_a_declined_card_can_be_followed_by_another(
    rehearsal: Rehearsal, told: list[PaymentMoved]
) -> None:
    intent_id = pay(rehearsal, "declined")
    sync_intent(account_named(), intent_id, now=NOW)
    assert (only_payment().state, only_payment().failure_code) == (
        PaymentState.FAILED,
        "generic_decline",
    )
    assert order_reads.order_status("order-1").state is OrderState.OPEN
    rehearsal.pay(str(order_reads.list_attempts("order-1")[0].session_id), "success")
    assert pull("order-1", now=NOW).state is OrderState.RECEIVED
    assert only_payment().failure_code is None
    assert sums(told) == (1000, 0, 0)


def test_a_challenge_waits_for_the_donor(rehearsal: Rehearsal) -> None:
    intent_id = pay(rehearsal, "three_d_secure")
    sync_intent(account_named(), intent_id, now=NOW)
    assert only_payment().state is PaymentState.PENDING
    session_id = str(order_reads.list_attempts("order-1")[0].session_id)
    rehearsal.answer_challenge(session_id, passed=True)
    assert pull("order-1", now=NOW).state is OrderState.RECEIVED


def test_money_is_on_its_way_until_its_movement_is_there(
    rehearsal: Rehearsal, told: list[PaymentMoved]
) -> None:
    rehearsal.set_late_balance(HELD)
    intent_id = pay(rehearsal)
    status = pull("order-1", now=NOW)
    assert (status.state, status.on_its_way) == (OrderState.PROCESSING, Money(1000, "GBP"))
    assert ledger.list_entries("order-1") == []
    rehearsal.book_held()
    sync_intent(account_named(), intent_id, now=NOW)
    assert sums(told) == (1000, 0, 0)
    assert [each.is_first_settlement for each in told] == [False, True]


def test_a_fund_keeps_its_account_once_a_payment_names_it(rehearsal: Rehearsal) -> None:
    intent_id = pay(rehearsal, "declined")
    sync_intent(account_named(), intent_id, now=NOW)
    fund = ledger.get_fund("first-year")
    with transaction():
        other = make_payment_account(fund.group, name="second")
    with pytest.raises(FundHasMoneyError), transaction():
        ledger_service.move_fund(fund, other, now=NOW, by=BY)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            update(Fund).where(Fund.id == fund.id).values(payment_account_id=other.id)
        )


def test_a_renamed_account_books_nothing_twice(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent_id = pay(rehearsal)
    sync_intent(account_named(), intent_id, now=NOW)
    with transaction():
        account_named().name = "charity_2"
    keys = {"charity_2": StripeKeys(secret_key="sk_test_network", webhook_secrets=("whsec_x",))}
    renamed = settings().model_copy(update={"stripe_accounts": keys})
    monkeypatch.setattr("app.payments.gateway.client.settings", lambda: renamed)
    sync_intent(account_named("charity_2"), intent_id, now=NOW)
    assert len(ledger.list_entries("order-1")) == 1
    assert ledger_service.check_books() == []


# --- refunds --------------------------------------------------------------------------------------


def test_a_refund_seen_before_the_payment_brings_both(
    rehearsal: Rehearsal, told: list[PaymentMoved]
) -> None:
    refund = rehearsal.refund(pay(rehearsal), amount=300)
    seen = look(account_named(), Doorbell.REFUND, refund["id"], now=NOW)
    assert seen.order_key == "order-1"
    status = order_reads.order_status("order-1")
    assert (status.state, status.received.minor) == (OrderState.PART_REFUNDED, 700)
    assert sums(told) == (700, 0, 300)
    assert lines(EntryKind.REFUND) == [("held", -300), ("income", 300)]


def test_two_equal_refunds_are_two(rehearsal: Rehearsal) -> None:
    intent_id = pay(rehearsal)
    rehearsal.refund(intent_id, amount=300)
    rehearsal.refund(intent_id, amount=300)
    sync_intent(account_named(), intent_id, now=NOW)
    assert only_payment().refunded_minor == 600
    assert len(only_payment().refunds) == 2


def test_a_whole_refund(rehearsal: Rehearsal) -> None:
    intent_id = pay(rehearsal)
    sync_intent(account_named(), intent_id, now=NOW)
    rehearsal.refund(intent_id)
    sync_intent(account_named(), intent_id, now=NOW)
    status = order_reads.order_status("order-1")
    assert (status.state, status.received.minor, status.returned.minor) == (
        OrderState.REFUNDED,
        0,
        1000,
    )
    assert only_payment().state is PaymentState.SUCCEEDED


def test_a_waiting_refund_takes_nothing_yet(rehearsal: Rehearsal) -> None:
    intent_id = pay(rehearsal)
    refund = rehearsal.refund(intent_id, is_waiting=True)
    sync_intent(account_named(), intent_id, now=NOW)
    assert only_payment().refunds[0].state is RefundState.PENDING
    assert order_reads.order_status("order-1").received.minor == 1000
    rehearsal.settle_refund(refund["id"])
    sync_intent(account_named(), intent_id, now=NOW)
    assert order_reads.order_status("order-1").received.minor == 0


def test_a_refund_that_the_bank_returns_counts_again(
    rehearsal: Rehearsal, told: list[PaymentMoved]
) -> None:
    intent_id = pay(rehearsal)
    refund = rehearsal.refund(intent_id, amount=300)
    sync_intent(account_named(), intent_id, now=NOW)
    rehearsal.fail_refund(refund["id"])
    sync_intent(account_named(), intent_id, now=NOW)
    assert sums(told) == (1000, 0, 0)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    assert only_payment().refunds[0].state is RefundState.FAILED
    assert lines(EntryKind.REFUND_FAILURE) == [("held", 300), ("income", -300)]
    assert ledger_service.check_books() == []


# --- snapshots that are not the newest ------------------------------------------------------------


def fetched(intent_id: str) -> IntentSnapshot:
    """What Stripe shows now."""
    return calls.fetch_intent("network", intent_id)


def apply(intent: IntentSnapshot, stamp: int | None) -> Payment | None:
    """Write down a snapshot."""
    with transaction():
        return reducer.apply_intent(account_named(), intent, stamp=stamp, now=NOW)


def test_a_snapshot_older_than_the_row_is_refused(rehearsal: Rehearsal) -> None:
    intent_id = pay(rehearsal, "declined")
    old = fetched(intent_id)
    sync_intent(account_named(), intent_id, now=NOW)
    with pytest.raises(StaleSnapshotError):
        apply(old, None)
    with pytest.raises(StaleSnapshotError):
        apply(old, 0)


def test_a_snapshot_never_takes_money_out_of_the_books(rehearsal: Rehearsal) -> None:
    """Were a stale one to pass for new: states do not go back, and the entry is there."""
    intent_id = pay(rehearsal, "declined")
    declined = fetched(intent_id)
    rehearsal.pay(str(order_reads.list_attempts("order-1")[0].session_id), "success")
    sync_intent(account_named(), intent_id, now=NOW)
    apply(declined, only_payment().sync_stamp)
    assert only_payment().state is PaymentState.SUCCEEDED
    assert order_reads.order_status("order-1").received.minor == 1000
    [finding] = ledger.list_open_findings()
    assert finding.kind == "impossible_move"


def test_whoever_comes_second_looks_again(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch, told: list[PaymentMoved]
) -> None:
    intent_id, fetch, crossed = pay(rehearsal), calls.fetch_intent, list[bool]()

    def fetch_slowly(name: str, wanted: str) -> IntentSnapshot:
        shown = fetch(name, wanted)
        if not crossed:
            crossed.append(True)
            rehearsal.refund(intent_id, amount=300)
            sync_intent(account_named(), intent_id, now=NOW)
        return shown

    monkeypatch.setattr(calls, "fetch_intent", fetch_slowly)
    sync_intent(account_named(), intent_id, now=NOW)
    assert sums(told) == (700, 0, 300)
    assert sum(each.is_first_settlement for each in told) == 1


def test_a_row_that_never_rests_ends_in_an_error(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent_id = pay(rehearsal)
    monkeypatch.setattr(order_reads, "sync_stamp", lambda *_: 99)
    with pytest.raises(StaleSnapshotError):
        sync_intent(account_named(), intent_id, now=NOW)


# --- what the rehearsal does not play: snapshots made by hand -------------------------------------


def txn(ref: str, minor: int, charged: int = 0, **changes: Any) -> BalanceTxn:
    """A movement of the balance."""
    values: dict[str, Any] = {
        "id": ref,
        "kind": "charge",
        "gross": Money(minor, "GBP"),
        "fee": Money(charged, "GBP"),
        "net": Money(minor - charged, "GBP"),
        "source_id": "ch_1",
        "created_at": NOW,
    }
    return BalanceTxn(**(values | changes))


def made(**changes: Any) -> IntentSnapshot:
    """An intent of the order's attempt, paid by bank debit."""
    open_page(make_order(), now=NOW)
    values: dict[str, Any] = {
        "id": "pi_1",
        "status": "succeeded",
        "amount": Money(1000, "GBP"),
        "error_code": None,
        "created_at": NOW,
        "metadata": {"muster_attempt": order_reads.list_attempts("order-1")[0].public_id},
        "charge": charge(txn("txn_1", 1000, 20)),
    }
    return IntentSnapshot(**(values | changes))


def charge(came: BalanceTxn | None, went: BalanceTxn | None = None) -> ChargeSnapshot:
    """A bank debit's charge."""
    return ChargeSnapshot(
        id="py_1",
        intent_id="pi_1",
        status="succeeded",
        created_at=NOW,
        method="bacs_debit",
        failure_code=None,
        txn=came,
        failure_txn=went,
    )


def test_a_bank_debit_that_fails_late_is_returned(
    rehearsal: Rehearsal, told: list[PaymentMoved]
) -> None:
    apply(made(), None)
    late = charge(txn("txn_1", 1000, 20), txn("txn_2", -1000, -20))
    apply(made(charge=late), 1)
    status = order_reads.order_status("order-1")
    assert (status.state, status.received.minor, status.returned.minor) == (
        OrderState.RETURNED,
        0,
        1000,
    )
    assert sums(told) == (0, 0, 1000)
    assert ledger_service.check_books() == []


def dispute(*movements: BalanceTxn, status: str = "needs_response") -> DisputeSnapshot:
    """A dispute of the whole sum."""
    return DisputeSnapshot(
        id="du_1",
        status=status,
        reason="fraudulent",
        amount=Money(1000, "GBP"),
        due_by=NOW + timedelta(days=7),
        created_at=NOW,
        txns=movements,
    )


def test_a_dispute_takes_money_and_its_fee_and_a_won_one_brings_it_back(
    rehearsal: Rehearsal, told: list[PaymentMoved]
) -> None:
    apply(made(), None)
    taken = txn("txn_2", -1000, 2000, kind="adjustment")
    apply(made(disputes=(dispute(taken),)), 1)
    assert order_reads.order_status("order-1").state is OrderState.DISPUTED
    assert sums(told) == (0, 0, 1000)
    assert lines(EntryKind.DISPUTE) == [("held", -3000), ("fees", 2000), ("disputes", 1000)]
    back = txn("txn_3", 1000, kind="adjustment")
    apply(made(disputes=(dispute(taken, back, status="some_new_word"),)), 2)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    assert sums(told) == (1000, 0, 0)
    [mirror] = only_payment().disputes
    assert (mirror.status, mirror.taken_minor) == ("some_new_word", 0)
    assert ledger_service.check_books() == []
    [balance] = ledger.list_balances(only_payment().fund_id)
    assert (balance.received_minor, balance.fees_minor, balance.disputed_minor) == (1000, 2020, 0)


def test_nothing_goes_before_it_came(rehearsal: Rehearsal) -> None:
    early = dispute(txn("txn_2", -1000))
    payment = apply(made(charge=charge(None), disputes=(early,)), None)
    assert payment is not None
    assert payment.state is PaymentState.PROCESSING
    assert ledger.list_entries("order-1") == []


def test_another_sum_or_currency_than_asked_for_is_told_to_a_person(rehearsal: Rehearsal) -> None:
    euros = txn("txn_1", 0, gross=Money(1150, "EUR"), fee=Money(0, "EUR"), net=Money(1150, "EUR"))
    apply(made(amount=Money(990, "GBP"), charge=charge(euros)), None)
    kinds = {finding.kind for finding in ledger.list_open_findings()}
    assert kinds == {"amount_differs", "other_currency"}
    assert {each.kind for each in ledger_service.check_books()} == {"order_sums"}


def test_a_second_payment_of_an_order_is_told_to_a_person(rehearsal: Rehearsal) -> None:
    first = made()
    apply(first, None)
    second = replace(first, id="pi_2", charge=charge(txn("txn_9", 1000)))
    apply(second, None)
    assert [each.kind for each in ledger.list_open_findings()] == ["paid_twice"]
    assert order_reads.order_status("order-1").received.minor == 2000
    assert ledger_service.check_books() == []


# --- events ---------------------------------------------------------------------------------------


def keep(rehearsal: Rehearsal, kind: str) -> int:
    """Keep the rehearsal's event of a type; its row's id."""
    body = next(each for each in rehearsal.objects("network", "event") if each["type"] == kind)
    with transaction():
        row = inbox.receive(account_named(), event_of(body), now=NOW)
        assert row is not None
        return row.id


def event_of(body: dict[str, Any]) -> EventSnapshot:
    """An event of the rehearsal as the webhook reads it."""
    thing = body["data"]["object"]
    return EventSnapshot(
        id=body["id"],
        type=body["type"],
        object_id=thing["id"],
        object_type=thing["object"],
        is_live=False,
        api_version=None,
        created_at=NOW,
        body="{}",
    )


@pytest.mark.parametrize(
    "kind", ["checkout.session.completed", "payment_intent.succeeded", "charge.updated"]
)
def test_any_one_event_is_enough(rehearsal: Rehearsal, kind: str) -> None:
    rehearsal.set_late_balance(HELD)
    pay(rehearsal)
    rehearsal.book_held()
    row_id = keep(rehearsal, kind)
    assert sync.apply_event(row_id, now=NOW) is None
    assert sync.apply_event(row_id, now=NOW) is None
    event = event_reads.get_event(row_id)
    assert (event.state, event.order_key) == (EventState.DONE, "order-1")
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    assert event_reads.list_events("order-1") == [event]


def test_a_type_that_is_no_longer_heard_is_let_go(rehearsal: Rehearsal) -> None:
    pay(rehearsal)
    row_id = keep(rehearsal, "payment_intent.succeeded")
    with transaction():
        event_reads.get_event(row_id).type = "payment_intent.dreamt"
    assert sync.apply_event(row_id, now=NOW) is None
    assert event_reads.get_event(row_id).state is EventState.IGNORED


def test_a_failing_reducer_keeps_the_event_and_says_why(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(rehearsal)
    row_id = keep(rehearsal, "payment_intent.succeeded")

    def fail(_moved: PaymentMoved) -> None:
        raise ZeroDivisionError("a listener broke")

    with monkeypatch.context() as patched:
        patched.setattr(listeners, "_listening", [Listeners(payments=(fail,))])
        with pytest.raises(ZeroDivisionError):
            sync.apply_event(row_id, now=NOW)
    [event] = event_reads.list_unapplied_events()
    assert event.state is EventState.FAILED
    assert "a listener broke" in (event.error or "")
    assert order_reads.list_payments("order-1") == []
    assert ledger.list_entries("order-1") == []
    sync.apply_event(row_id, now=NOW)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    assert event_reads.list_unapplied_events() == []


def test_when_stripe_is_away_the_event_waits(rehearsal: Rehearsal) -> None:
    pay(rehearsal)
    row_id = keep(rehearsal, "payment_intent.succeeded")
    rehearsal.fail_next("reset_before", times=9)
    with pytest.raises(PaymentsUnavailableError):
        sync.apply_event(row_id, now=NOW)
    assert event_reads.get_event(row_id).state is EventState.FAILED


def test_an_event_whose_order_nobody_knows_waits_and_becomes_a_finding(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another installation shares the account, or a backup was restored."""
    pay(rehearsal)
    row_id = keep(rehearsal, "payment_intent.succeeded")
    monkeypatch.setattr(order_reads, "find_attempt", lambda *_, **__: None)
    waits = [sync.apply_event(row_id, now=NOW) for _ in range(5)]
    assert waits == [*DEFERRALS, None]
    assert event_reads.get_event(row_id).state is EventState.IGNORED
    [finding] = ledger.list_open_findings()
    assert finding.kind == "unmatched_event"


def test_an_event_about_something_stripe_forgot_waits(rehearsal: Rehearsal) -> None:
    pay(rehearsal)
    row_id = keep(rehearsal, "payment_intent.succeeded")
    rehearsal.reset()
    assert sync.apply_event(row_id, now=NOW) == DEFERRALS[0]
    assert "does not know" in (event_reads.get_event(row_id).error or "")
