"""What is asked of a plan: written down, done once, repeated while Stripe is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.db.session import db, transaction
from app.ledger import queries as ledger
from app.lib import clock as wall
from app.lib.errors import NotFoundError
from app.lib.money import Money
from app.payments import jobs
from app.payments.errors import PaymentsUnavailableError, PlanEndedError, UncollectableAmountError
from app.payments.flows import changing, plans
from app.payments.gateway import plans as plan_calls
from app.payments.models.plans import PlanChange
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import InvoiceState, PlanChangeState, PlanState
from app.payments.service import changes
from app.queue.jobs import run_due
from tests.payments.test_plans import NOW, arrive, begin, later, look, newest_invoice

if TYPE_CHECKING:
    from app.rehearsal.core import Rehearsal
    from tests.payments.conftest import Heard

pytestmark = pytest.mark.usefixtures("house")
DONE, WAITS = PlanChangeState.DONE, PlanChangeState.REQUESTED


@pytest.fixture
def subscription(rehearsal: Rehearsal, house: None) -> str:
    """A monthly gift that runs."""
    made = begin(rehearsal, amount=1050, fee=50)
    arrive()
    return made


def give_more(amount: int = 2100, fee: int = 100) -> PlanChangeState:
    return plans.change_amount(
        "plan-1",
        amount=Money(amount, "GBP"),
        covered_fee=Money(fee, "GBP"),
        asked_by="donor",
        now=NOW,
    )


def stop() -> PlanChangeState:
    return plans.stop("plan-1", asked_by="donor", now=NOW)


def shown(rehearsal: Rehearsal) -> dict[str, Any]:
    return rehearsal.objects("network", "subscription")[0]


def change() -> PlanChange:
    return plan_reads.get_change(db.session.query(PlanChange.id).scalar())


@pytest.mark.usefixtures("subscription")
def test_another_sum_is_collected_from_the_next_time_on(rehearsal: Rehearsal, heard: Heard) -> None:
    assert give_more() is DONE
    plan = plan_reads.get_plan("plan-1")
    assert (plan.amount, plan.covered_fee) == (Money(2100, "GBP"), Money(100, "GBP"))
    assert len(rehearsal.objects("network", "invoice")) == 1
    assert heard.plans[-1].amount == Money(2100, "GBP")
    [told] = heard.changes
    assert told.params == {"amount_minor": 2100, "covered_fee_minor": 100}
    look(rehearsal, later(rehearsal, months=1, days=1))
    newest, first = plan_reads.list_invoices("plan-1")
    assert (newest.amount_due_minor, newest.covered_fee_minor) == (2100, 100)
    assert (first.amount_due_minor, first.covered_fee_minor) == (1050, 50)


@pytest.mark.usefixtures("subscription")
def test_a_demand_keeps_the_fee_of_its_own_time(rehearsal: Rehearsal) -> None:
    """A renewal is drafted, then the donor gives more, and only then it is collected."""
    later(rehearsal, months=1)
    give_more()
    look(rehearsal, later(rehearsal, days=1))
    assert plan_reads.list_invoices("plan-1")[0].covered_fee_minor == 50


@pytest.mark.usefixtures("subscription")
def test_who_stops_is_neither_charged_nor_asked_again(rehearsal: Rehearsal, heard: Heard) -> None:
    rehearsal.fail_renewals(shown(rehearsal)["id"], "card_declined", times=9)
    now = later(rehearsal, months=1, days=1)
    look(rehearsal, now)
    assert plans.stop("plan-1", asked_by="donor", reason="phoned", now=now) is DONE
    plan, invoice = plan_reads.get_plan("plan-1"), plan_reads.list_invoices("plan-1")[0]
    assert (plan.state, plan.next_at) == (PlanState.CANCELED, None)
    assert invoice.state is InvoiceState.VOID
    look(rehearsal, later(rehearsal, days=20))
    assert len(heard.invoices) == 1
    assert plans.settle_url("plan-1", now=now) is None
    with pytest.raises(PlanEndedError):
        stop()
    with pytest.raises(PlanEndedError):
        plans.portal_url("plan-1", return_url="http://localhost/x", now=now)


@pytest.mark.usefixtures("subscription")
def test_a_month_is_left_out(rehearsal: Rehearsal, heard: Heard) -> None:
    until = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
    assert plans.pause("plan-1", until=until, asked_by="donor", now=NOW) is DONE
    plan = plan_reads.get_plan("plan-1")
    assert (plan.is_paused, plan.paused_until) == (True, until)
    assert plan.next_at == datetime(2027, 1, 22, 12, 0, tzinfo=UTC) == heard.plans[-1].next_at
    now = later(rehearsal, months=1, days=2)
    plans.pull_plan("plan-1", now=now)
    assert plan_reads.list_invoices("plan-1")[0].state is InvoiceState.VOID
    assert not plan_reads.get_plan("plan-1").is_paused
    assert len(heard.payments) == 1
    look(rehearsal, later(rehearsal, months=1))
    assert len(heard.payments) == 2


@pytest.mark.usefixtures("subscription")
def test_a_pause_is_ended_early_and_an_address_is_handed_on(rehearsal: Rehearsal) -> None:
    plans.pause("plan-1", until=NOW + timedelta(days=90), asked_by="account:7", now=NOW)
    assert plans.resume("plan-1", asked_by="donor", now=NOW) is DONE
    assert not plan_reads.get_plan("plan-1").is_paused
    done = plans.change_contact("plan-1", email="new@example.org", asked_by="account:7", now=NOW)
    assert done is DONE
    [customer] = rehearsal.objects("network", "customer")
    assert customer["email"] == "new@example.org"
    assert all("email" not in each.params for each in db.session.query(PlanChange))


@pytest.mark.usefixtures("subscription")
def test_while_stripe_is_away_it_is_noted_and_done_later(
    rehearsal: Rehearsal, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsal.fail_next("reset_before", times=99)
    assert give_more() is WAITS
    assert give_more() is WAITS  # the same wish, not a second one
    assert [each.kind for each in plan_reads.list_pending_changes("plan-1")] == ["amount"]
    assert heard.changes == []
    rehearsal.clear_faults()
    monkeypatch.setattr(wall, "utcnow", lambda: NOW + timedelta(minutes=2))
    run_due(jobs.HANDLERS)
    assert plan_reads.list_pending_changes("plan-1") == []
    assert plan_reads.get_plan("plan-1").amount == Money(2100, "GBP")
    assert len(heard.changes) == 1
    run_due(jobs.HANDLERS)
    assert len(heard.changes) == 1


@pytest.mark.usefixtures("subscription")
@pytest.mark.parametrize("fault", ["error_after", "reset_after", "gateway_after", "in_use"])
def test_a_lost_answer_makes_no_second_change(
    rehearsal: Rehearsal, heard: Heard, fault: str
) -> None:
    rehearsal.fail_next(fault, method="POST", times=9)
    give_more()
    rehearsal.clear_faults()
    changing.carry_out(change().id, now=NOW)
    assert change().state is DONE
    assert len(rehearsal.objects("network", "price")) == 2
    assert len(heard.changes) == 1


@pytest.mark.usefixtures("subscription")
@pytest.mark.parametrize("fault", ["error_after", "reset_after"])
def test_a_stop_whose_answer_was_lost_still_takes_demands_back(
    rehearsal: Rehearsal, fault: str
) -> None:
    rehearsal.fail_renewals(shown(rehearsal)["id"], "card_declined", times=9)
    look(rehearsal, later(rehearsal, months=1, days=1))
    rehearsal.fail_next(fault, method="DELETE", times=9)
    stop()
    rehearsal.clear_faults()
    changing.carry_out(change().id, now=NOW)
    assert change().state is DONE
    assert plan_reads.list_invoices("plan-1")[0].state is InvoiceState.VOID


@pytest.mark.usefixtures("subscription")
def test_wishes_are_done_in_the_order_in_which_they_were_asked(rehearsal: Rehearsal) -> None:
    rehearsal.fail_next("reset_before", method="POST", times=99)
    assert give_more(3000, 0) is WAITS
    assert give_more(500, 0) is WAITS
    rehearsal.clear_faults()
    last = plan_reads.list_pending_changes("plan-1")[-1].id
    assert changing.carry_out(last, now=NOW) is DONE
    assert shown(rehearsal)["items"]["data"][0]["price"]["unit_amount"] == 500


@pytest.mark.usefixtures("subscription")
def test_what_stripe_refuses_is_kept_with_its_sentence(rehearsal: Rehearsal, heard: Heard) -> None:
    state = plans.pause("plan-1", until=NOW - timedelta(days=1), asked_by="donor", now=NOW)
    assert state is PlanChangeState.REFUSED
    assert "future" in (change().error or "")
    assert [each.state for each in heard.changes] == [PlanChangeState.REFUSED]


@pytest.mark.usefixtures("subscription")
def test_after_a_stop_that_waits_nothing_else_can_be_asked(rehearsal: Rehearsal) -> None:
    rehearsal.fail_next("reset_before", times=99)
    assert stop() is WAITS
    assert stop() is WAITS
    with pytest.raises(PlanEndedError):
        give_more()


@pytest.mark.usefixtures("subscription")
def test_a_wish_that_waits_for_a_day_is_told_to_a_person(rehearsal: Rehearsal) -> None:
    rehearsal.fail_next("reset_before", times=999)
    give_more()
    changing.carry_out(change().id, now=NOW + timedelta(days=2))
    assert [each.kind for each in ledger.list_open_findings()] == ["plan_change_waits"]
    rehearsal.clear_faults()
    changing.carry_out(change().id, now=NOW + timedelta(days=2))
    assert ledger.list_open_findings() == []


@pytest.mark.usefixtures("subscription")
def test_a_sum_that_cannot_be_collected_is_refused_at_once() -> None:
    for amount, fee in ((0, 0), (500, 500)):
        with pytest.raises(UncollectableAmountError):
            give_more(amount, fee)
    with pytest.raises(NotFoundError):
        plans.stop("plan-9", asked_by="donor", now=NOW)


@pytest.mark.usefixtures("subscription")
def test_pages_of_stripe_s_are_made_anew_each_time(rehearsal: Rehearsal) -> None:
    one = plans.portal_url("plan-1", return_url="http://localhost/x", now=NOW)
    assert one != plans.portal_url("plan-1", return_url="http://localhost/x", now=NOW)
    assert plans.settle_url("plan-1", now=NOW) is None
    rehearsal.fail_renewals(shown(rehearsal)["id"], "card_declined")
    look(rehearsal, later(rehearsal, months=1, days=1))
    assert newest_invoice(rehearsal) in (plans.settle_url("plan-1", now=NOW) or "")
    rehearsal.fail_next("reset_before", times=9)
    with pytest.raises(PaymentsUnavailableError):
        plans.portal_url("plan-1", return_url="http://localhost/x", now=NOW)


@pytest.mark.usefixtures("subscription")
def test_done_is_told_once(heard: Heard) -> None:
    give_more()
    with transaction():
        assert changes.finish(change().id, now=NOW) is DONE
    assert len(heard.changes) == 1


@pytest.mark.usefixtures("subscription")
def test_a_card_chosen_in_the_portal_is_handed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stripe's portal sets the customer's card; the subscription of a page has one of its own."""
    fetch, used = plan_calls.fetch_subscription, list[tuple[str, ...]]()

    def with_choice(*names: str) -> Any:
        found = fetch(*names)
        return type(found)(**{**vars(found), "chosen_method_id": None if used else "pm_new"})

    monkeypatch.setattr(plan_calls, "fetch_subscription", with_choice)
    monkeypatch.setattr(plan_calls, "use_method", lambda *names: used.append(names))
    plan_id = plan_reads.get_plan("plan-1").subscription_id
    plans.pull_plan("plan-1", now=NOW)
    assert used == [("network", plan_id, "pm_new")]
