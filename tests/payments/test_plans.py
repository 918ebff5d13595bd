"""Regular gifts: begun, renewed, failed, mended, ended; and what listeners hear of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from app.db.session import transaction
from app.groups import queries as groups
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.lib.money import Money
from app.payments.flows import mirror, sync
from app.payments.gateway import plans as plan_calls
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import PaymentState
from app.payments.rules.orders import OrderState
from app.payments.rules.plans import Interval, InvoiceState, PlanState
from app.payments.service import plans as plan_service
from app.payments.service.attempts import open_attempt
from tests.factories.payments import make_order, open_page

if TYPE_CHECKING:
    from app.rehearsal.core import Rehearsal
    from tests.payments.conftest import Heard

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("house")


def begin(
    rehearsal: Rehearsal, card: str = "success", *, amount: int = 1000, fee: int = 0, **changes: Any
) -> str:
    """Begin a monthly gift at Stripe; returns the subscription. Nobody was told yet."""
    values: dict[str, Any] = {
        "plan_key": "plan-1",
        "interval": Interval.MONTH,
        "amount": Money(amount, "GBP"),
        "covered_fee": Money(fee, "GBP"),
    }
    open_page(make_order(**(values | changes)), now=NOW)
    session = rehearsal.objects("network", "checkout.session")[-1]
    return str(rehearsal.pay(session["id"], card)["subscription"])


def arrive(now: datetime = NOW) -> None:
    """The donor comes back to the thank-you page."""
    sync.pull("order-1", now=now)


def later(rehearsal: Rehearsal, **span: int) -> datetime:
    """Let time pass, here and at Stripe."""
    rehearsal.advance(**span)
    return datetime.fromtimestamp(rehearsal.now(), UTC)


def newest_invoice(rehearsal: Rehearsal) -> str:
    return str(rehearsal.objects("network", "invoice")[-1]["id"])


def look(rehearsal: Rehearsal, now: datetime) -> None:
    """Look at the newest demand."""
    mirror.sync_invoice(groups.get_payment_account("network"), newest_invoice(rehearsal), now=now)


def test_the_first_collection_is_the_order_that_was_given(
    rehearsal: Rehearsal, heard: Heard
) -> None:
    subscription = begin(rehearsal, amount=1050, fee=50)
    arrive()
    plan = plan_reads.get_plan("plan-1")
    assert (plan.subscription_id, plan.state) == (subscription, PlanState.ACTIVE)
    assert (plan.amount, plan.covered_fee) == (Money(1050, "GBP"), Money(50, "GBP"))
    assert (plan.interval, plan.method, plan.method_last4) == (Interval.MONTH, "card", "4242")
    assert plan.next_at == datetime(2026, 12, 22, 12, 0, tzinfo=UTC)
    [invoice] = plan_reads.list_invoices("plan-1")
    assert (invoice.order_key, invoice.state) == ("order-1", InvoiceState.PAID)
    [payment] = order_reads.list_payments("order-1")
    assert (payment.invoice_id, payment.state) == (invoice.id, PaymentState.SUCCEEDED)
    assert (payment.amount, payment.covered_fee_minor) == (Money(1050, "GBP"), 50)
    assert order_reads.list_attempts("order-1")[0].state is AttemptState.COMPLETE
    assert ledger_service.check_books() == []
    [moved] = heard.payments
    assert (moved.plan_key, moved.order_key, moved.is_first_settlement) == (
        "plan-1",
        "order-1",
        True,
    )
    [began] = heard.plans
    assert (began.state, began.next_at) == (PlanState.ACTIVE, plan.next_at)


def test_nothing_is_told_or_written_twice(rehearsal: Rehearsal, heard: Heard) -> None:
    begin(rehearsal)
    arrive()
    first = heard.everything()
    arrive()
    look(rehearsal, NOW)
    mirror.sync_plan(
        groups.get_payment_account("network"),
        plan_reads.get_plan("plan-1").subscription_id,
        now=NOW,
    )
    assert heard.everything() == first


def test_each_renewal_is_an_order_of_its_own(rehearsal: Rehearsal, heard: Heard) -> None:
    begin(rehearsal, amount=1050, fee=50)
    arrive()
    now = later(rehearsal, months=1, days=1)
    look(rehearsal, now)
    second, first = plan_reads.list_invoices("plan-1")
    assert first.order_key == "order-1" != second.order_key
    [payment] = order_reads.list_payments(second.order_key)
    assert (payment.covered_fee_minor, payment.attempt_id) == (50, first.plan.attempt_id)
    moved = heard.payments[-1]
    assert (moved.plan_key, moved.order_key, moved.is_first_settlement) == (
        "plan-1", second.order_key, True,
    )  # fmt: skip
    assert plan_reads.get_plan("plan-1").next_at == datetime(2027, 1, 22, 12, 0, tzinfo=UTC)
    assert [each.order_key for each in order_reads.list_plan_payments("plan-1")] == [
        second.order_key, "order-1",
    ]  # fmt: skip
    assert ledger_service.check_books() == []


def test_an_intent_alone_leads_to_its_plan(rehearsal: Rehearsal, heard: Heard) -> None:
    """A subscription's intent names nothing of ours; its invoice leads on."""
    begin(rehearsal)
    [intent] = rehearsal.objects("network", "payment_intent")
    assert intent["metadata"] == {}
    seen = mirror.sync_intent(groups.get_payment_account("network"), intent["id"], now=NOW)
    assert seen.order_key == "order-1"
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    assert [each.plan_key for each in heard.plans] == ["plan-1"]


def test_a_renewal_whose_first_demand_was_never_heard_of(rehearsal: Rehearsal) -> None:
    begin(rehearsal)
    now = later(rehearsal, months=1, days=1)
    look(rehearsal, now)
    [second] = plan_reads.list_invoices("plan-1")
    assert second.order_key != "order-1"
    arrive(now)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    assert ledger_service.check_books() == []


def test_a_failed_renewal_is_told_once_for_each_try(rehearsal: Rehearsal, heard: Heard) -> None:
    subscription = begin(rehearsal)
    arrive()
    rehearsal.fail_renewals(subscription, "insufficient_funds", times=2)
    now = later(rehearsal, months=1, days=1)
    look(rehearsal, now)
    look(rehearsal, now)
    [failed] = heard.invoices
    assert (failed.plan_key, failed.attempt_count) == ("plan-1", 1)
    assert not failed.needs_action
    assert failed.next_try_at is not None
    assert plan_reads.get_plan("plan-1").state is PlanState.PAST_DUE
    assert len(heard.payments) == 1
    [invoice, _] = plan_reads.list_invoices("plan-1")
    assert order_reads.order_status(invoice.order_key).state is OrderState.FAILED
    now = later(rehearsal, days=3)
    look(rehearsal, now)
    assert [each.attempt_count for each in heard.invoices] == [1, 2]
    rehearsal.pay_invoice(newest_invoice(rehearsal), "mastercard")
    look(rehearsal, now)
    assert len(heard.invoices) == 2
    assert heard.payments[-1].order_key == invoice.order_key
    assert plan_reads.get_plan("plan-1").state is PlanState.ACTIVE
    assert ledger_service.check_books() == []


def test_a_bank_that_wants_her_to_agree_once_more(rehearsal: Rehearsal, heard: Heard) -> None:
    subscription = begin(rehearsal)
    arrive()
    rehearsal.fail_renewals(subscription, "requires_action")
    now = later(rehearsal, months=1, days=1)
    look(rehearsal, now)
    [failed] = heard.invoices
    assert failed.needs_action
    rehearsal.answer_invoice(newest_invoice(rehearsal), passed=True)
    look(rehearsal, now)
    assert heard.payments[-1].is_first_settlement
    assert not plan_reads.list_invoices("plan-1")[0].needs_action


def test_a_debit_begins_a_plan_before_its_money_comes(rehearsal: Rehearsal, heard: Heard) -> None:
    begin(rehearsal, "bacs")
    arrive()
    assert plan_reads.get_plan("plan-1").state is PlanState.ACTIVE
    assert order_reads.order_status("order-1").state is OrderState.PROCESSING
    [moved] = heard.payments
    assert (moved.received.minor, moved.on_its_way.minor) == (0, 1000)
    assert ledger.list_entries("order-1") == []
    now = later(rehearsal, days=8)
    look(rehearsal, now)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    assert [each.is_first_settlement for each in heard.payments] == [False, True]
    assert heard.invoices == []


def test_a_first_debit_that_the_bank_refuses(rehearsal: Rehearsal, heard: Heard) -> None:
    begin(rehearsal, "bacs_fails")
    arrive()
    now = later(rehearsal, days=4)
    look(rehearsal, now)
    refused = heard.payments[-1]
    assert (refused.on_its_way.minor, refused.received.minor, refused.returned.minor) == (
        -1000,
        0,
        0,
    )
    assert order_reads.order_status("order-1").received == Money(0, "GBP")
    with transaction():
        again = open_attempt(regular_order(), now=now)
        assert again.id == plan_reads.get_plan("plan-1").attempt_id  # no second subscription


def regular_order() -> Any:
    return make_order(plan_key="plan-1", interval=Interval.MONTH)


def test_a_plan_that_dunning_ends(rehearsal: Rehearsal, heard: Heard) -> None:
    subscription = begin(rehearsal)
    arrive()
    rehearsal.fail_renewals(subscription, "card_declined", times=9)
    now = later(rehearsal, months=1, days=20)
    look(rehearsal, now)
    plan = plan_reads.get_plan("plan-1")
    assert (plan.state, plan.next_at) == (PlanState.CANCELED, None)
    assert plan.ended_at is not None
    assert heard.plans[-1].ended_at == plan.ended_at


def test_what_is_not_ours_changes_nothing(rehearsal: Rehearsal, heard: Heard) -> None:
    form = (
        "mode=subscription&success_url=http://other.test/&line_items[0][quantity]=1"
        "&line_items[0][price_data][currency]=gbp&line_items[0][price_data][unit_amount]=777"
        "&line_items[0][price_data][recurring][interval]=month"
        "&line_items[0][price_data][product_data][name]=Members"
    )
    rehearsal.handle(
        "POST", "/v1/checkout/sessions", {"Authorization": "Bearer sk_test_network"}, form
    )
    rehearsal.pay(rehearsal.objects("network", "checkout.session")[0]["id"], "success")
    account = groups.get_payment_account("network")
    [subscription] = rehearsal.objects("network", "subscription")
    [intent] = rehearsal.objects("network", "payment_intent")
    assert mirror.sync_plan(account, subscription["id"], now=NOW) == mirror.FOREIGN
    assert mirror.sync_invoice(account, newest_invoice(rehearsal), now=NOW) == mirror.FOREIGN
    assert mirror.sync_intent(account, intent["id"], now=NOW) == mirror.FOREIGN
    assert heard.everything() == ([], [], [], [])
    assert ledger.list_open_findings() == []


def test_a_second_subscription_of_one_gift_is_told_to_a_person(
    rehearsal: Rehearsal, heard: Heard
) -> None:
    """Somebody copied it at Stripe, names and all."""
    begin(rehearsal)
    arrive()
    plan = plan_reads.get_plan("plan-1")
    account = groups.get_payment_account("network")
    shown = plan_calls.fetch_subscription("network", plan.subscription_id)
    copied = type(shown)(**{**vars(shown), "id": "sub_copy"})
    with transaction():
        assert plan_service.apply_subscription(account, copied, stamp=None, now=NOW) is None
    assert [finding.kind for finding in ledger.list_open_findings()] == ["second_plan"]
    assert plan_reads.get_plan("plan-1").subscription_id == plan.subscription_id
    assert len(heard.plans) == 1


def test_money_that_comes_after_the_end_is_told_to_a_person(rehearsal: Rehearsal) -> None:
    """Whichever is heard first: that it ended, or that it collected."""
    subscription = begin(rehearsal)
    arrive()
    rehearsal.fail_renewals(subscription, "card_declined", times=9)
    now = later(rehearsal, months=1, days=1)
    look(rehearsal, now)
    account = groups.get_payment_account("network")
    rehearsal.handle(
        "DELETE",
        f"/v1/subscriptions/{subscription}",
        {"Authorization": "Bearer sk_test_network"},
    )
    now = later(rehearsal, days=1)
    rehearsal.pay_invoice(newest_invoice(rehearsal), "mastercard")
    look(rehearsal, now)
    mirror.sync_plan(account, subscription, now=now)
    assert [finding.kind for finding in ledger.list_open_findings()] == ["collected_after_end"]
    assert ledger_service.check_books() == []


def test_a_late_refund_and_a_dispute_belong_to_the_renewal(rehearsal: Rehearsal) -> None:
    begin(rehearsal)
    arrive()
    now = later(rehearsal, months=1, days=1)
    look(rehearsal, now)
    renewal = plan_reads.list_invoices("plan-1")[0].order_key
    rehearsal.refund(newest_invoice(rehearsal), amount=300)
    [payment] = order_reads.list_payments(renewal)
    assert payment.intent_id is not None
    mirror.sync_intent(groups.get_payment_account("network"), payment.intent_id, now=now)
    assert order_reads.order_status(renewal).state is OrderState.PART_REFUNDED
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
