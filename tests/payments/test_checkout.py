"""One order, one page, at most one charge: whatever is clicked, lost or repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.db.session import transaction
from app.groups import queries as groups
from app.groups.rules import GroupKind
from app.ledger import queries as ledger
from app.ledger.errors import FundAccountError
from app.ledger.rules import FundKind
from app.lib.money import Money
from app.payments.errors import (
    CardsOffError,
    CheckoutRefusedError,
    PartnerFundError,
    PaymentsUnavailableError,
    UncollectableAmountError,
)
from app.payments.flows.checkout import send_to_checkout, withdraw_attempt
from app.payments.flows.sync import pull
from app.payments.gateway import calls
from app.payments.queries import orders as order_reads
from app.payments.rules.attempts import SESSION_LIFE, AttemptState
from app.payments.rules.orders import OrderState
from app.payments.service import attempts
from app.payments.service.attempts import open_attempt
from tests.factories.groups import make_group
from tests.factories.ledger import make_fund
from tests.factories.payments import CANCEL_URL, SUCCESS_URL, make_order, open_page
from tests.payments.conftest import NOW

if TYPE_CHECKING:
    from app.payments.facts import SessionSnapshot
    from app.rehearsal.core import Rehearsal
    from tests.payments.conftest import Clock

pytestmark = pytest.mark.usefixtures("house")


def begin(**changes: Any) -> int:
    """An attempt that nobody was sent to yet."""
    with transaction():
        return open_attempt(make_order(**changes), now=NOW).id


def send(attempt_id: int) -> str:
    """Send the donor to the page of an attempt."""
    return send_to_checkout(attempt_id, success_url=SUCCESS_URL, cancel_url=CANCEL_URL, now=NOW)


def sessions(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """Every page there is."""
    return rehearsal.objects("network", "checkout.session")


def test_the_page_asks_for_what_the_donor_decided(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    [session] = sessions(rehearsal)
    assert (session["amount_total"], session["currency"]) == (1000, "gbp")
    assert (session["submit_type"], session["locale"]) == ("donate", "en-GB")
    assert session["client_reference_id"] == "order-1"
    assert session["metadata"]["muster_order"] == "order-1"
    assert session["metadata"]["fund"] == "First year"
    assert (session["success_url"], session["cancel_url"]) == (SUCCESS_URL, CANCEL_URL)


def test_the_payment_carries_our_names_to_stripe(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    rehearsal.pay(sessions(rehearsal)[0]["id"], "success")
    [intent] = rehearsal.objects("network", "payment_intent")
    assert intent["metadata"]["muster_attempt"] == order_reads.list_attempts("order-1")[0].public_id
    assert intent["description"] == "Help us get started"
    assert intent["statement_descriptor_suffix"] == "START"


def test_a_double_click_gives_one_page(rehearsal: Rehearsal) -> None:
    assert open_page(make_order(), now=NOW) == open_page(make_order(), now=NOW)
    assert len(sessions(rehearsal)) == 1


def test_no_private_link_is_kept_with_the_attempt(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    kept = str(order_reads.list_attempts("order-1")[0].params)
    assert "thanks" not in kept
    assert "http" not in kept


@pytest.mark.parametrize("fault", ["error_before", "reset_before", "rate_limited", "in_use"])
def test_a_call_that_did_nothing_is_repeated(rehearsal: Rehearsal, fault: str) -> None:
    attempt_id = begin()
    rehearsal.fail_next(fault, times=10, method="POST")
    with pytest.raises(PaymentsUnavailableError):
        send(attempt_id)
    rehearsal.clear_faults()
    assert open_page(make_order(), now=NOW).startswith("http://pay.test/")
    assert len(sessions(rehearsal)) == 1


@pytest.mark.parametrize("fault", ["error_after", "gateway_after"])
def test_the_page_of_a_lost_answer_is_found(rehearsal: Rehearsal, fault: str) -> None:
    rehearsal.fail_next(fault, times=3, method="POST")
    address = open_page(make_order(), now=NOW)
    [session] = sessions(rehearsal)
    assert session["url"] == address
    assert len(order_reads.list_attempts("order-1")) == 1


def test_a_page_whose_answer_never_came_is_brought_by_the_same_call(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = calls.create_session

    def create_and_lose(*args: Any, **kwargs: Any) -> SessionSnapshot:
        create(*args, **kwargs)
        raise PaymentsUnavailableError

    attempt_id = begin()
    with monkeypatch.context() as patched:
        patched.setattr(calls, "create_session", create_and_lose)
        with pytest.raises(PaymentsUnavailableError):
            send(attempt_id)
    assert order_reads.get_attempt(attempt_id).state is AttemptState.CREATING
    address = open_page(make_order(), now=NOW)
    assert [session["url"] for session in sessions(rehearsal)] == [address]


def test_a_call_that_failed_for_good_and_made_nothing_is_followed_by_another(
    rehearsal: Rehearsal,
) -> None:
    attempt_id = begin()
    rehearsal.fail_next("error_before", times=3, method="POST")
    with pytest.raises(PaymentsUnavailableError):
        send(attempt_id)
    assert order_reads.get_attempt(attempt_id).state is AttemptState.EXPIRED
    open_page(make_order(), now=NOW)
    assert [each.n for each in order_reads.list_attempts("order-1")] == [1, 2]
    assert len(sessions(rehearsal)) == 1


class Crash(BaseException):
    """The process ends."""


@pytest.mark.parametrize("moment", ["before the call", "after the call", "before the commit"])
def test_a_crash_leads_to_the_same_page(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    create = calls.create_session

    def crash(*_: object, **__: object) -> SessionSnapshot:
        raise Crash

    def create_and_crash(*args: Any, **kwargs: Any) -> SessionSnapshot:
        create(*args, **kwargs)
        raise Crash

    attempt_id = begin()
    with monkeypatch.context() as patched:
        if moment == "before the commit":
            patched.setattr(attempts, "note_session", crash)
        else:
            broken = crash if moment == "before the call" else create_and_crash
            patched.setattr(calls, "create_session", broken)
        with pytest.raises(Crash):
            send(attempt_id)
    assert order_reads.get_attempt(attempt_id).state is AttemptState.CREATING
    address = open_page(make_order(), now=NOW)
    assert [session["url"] for session in sessions(rehearsal)] == [address]
    assert len(order_reads.list_attempts("order-1")) == 1


def test_another_amount_closes_the_first_page(rehearsal: Rehearsal) -> None:
    first = open_page(make_order(), now=NOW)
    second = open_page(make_order(amount=Money(2500, "GBP")), now=NOW)
    assert first != second
    assert [session["status"] for session in sessions(rehearsal)] == ["expired", "open"]
    assert [each.n for each in order_reads.list_attempts("order-1")] == [1, 2]


def test_another_amount_after_paying_is_too_late(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    rehearsal.pay(sessions(rehearsal)[0]["id"], "success")
    assert open_page(make_order(amount=Money(2500, "GBP")), now=NOW) == SUCCESS_URL
    status = order_reads.order_status("order-1")
    assert (status.state, status.received) == (OrderState.RECEIVED, Money(1000, "GBP"))
    assert len(sessions(rehearsal)) == 1


def test_while_the_first_page_may_be_open_there_is_no_second(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    rehearsal.fail_next("error_before", times=10, path="/v1/checkout/sessions/")
    with pytest.raises(PaymentsUnavailableError):
        open_page(make_order(amount=Money(2500, "GBP")), now=NOW)
    assert [session["status"] for session in sessions(rehearsal)] == ["open"]


def test_a_paid_order_is_not_paid_again(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    rehearsal.pay(sessions(rehearsal)[0]["id"], "success")
    pull("order-1", now=NOW)
    assert open_page(make_order(), now=NOW) == SUCCESS_URL
    assert len(order_reads.list_attempts("order-1")) == 1


def test_an_expired_page_is_followed_by_a_new_one(rehearsal: Rehearsal, clock: Clock) -> None:
    first = open_page(make_order(), now=NOW)
    clock.now += SESSION_LIFE + timedelta(minutes=1)
    second = open_page(make_order(), now=clock.now)
    assert first != second
    states = [each.state for each in order_reads.list_attempts("order-1")]
    assert states == [AttemptState.EXPIRED, AttemptState.OPEN]


def test_an_attempt_too_old_to_be_made_is_followed_by_a_new_one(
    rehearsal: Rehearsal, clock: Clock
) -> None:
    attempt_id = begin()
    clock.now += SESSION_LIFE - timedelta(minutes=10)
    send_to_checkout(attempt_id, success_url=SUCCESS_URL, cancel_url=CANCEL_URL, now=clock.now)
    assert [each.n for each in order_reads.list_attempts("order-1")] == [1, 2]
    assert [session["status"] for session in sessions(rehearsal)] == ["open"]


def test_a_page_made_for_other_return_addresses_is_not_used(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret was rotated between a crash and the repeat: the links in the addresses differ."""
    attempt_id = begin()
    with monkeypatch.context() as patched:
        patched.setattr(attempts, "note_session", lambda *_, **__: (_ for _ in ()).throw(Crash()))
        with pytest.raises(Crash):
            send(attempt_id)
    address = send_to_checkout(
        attempt_id, success_url=SUCCESS_URL + "2", cancel_url=CANCEL_URL, now=NOW
    )
    _, new = sessions(rehearsal)
    assert address == new["url"]
    states = [each.state for each in order_reads.list_attempts("order-1")]
    assert states == [AttemptState.ERROR, AttemptState.OPEN]


def test_a_page_withdrawn_while_it_was_made_is_closed(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tabs cross: the second asks for another sum while the first one's call is on its way."""
    attempt_id, create, crossed = begin(), calls.create_session, list[str]()

    def create_slowly(*args: Any, **kwargs: Any) -> SessionSnapshot:
        made = create(*args, **kwargs)
        if not crossed:
            crossed.append("once")
            crossed.append(open_page(make_order(amount=Money(2500, "GBP")), now=NOW))
        return made

    monkeypatch.setattr(calls, "create_session", create_slowly)
    assert send(attempt_id) == crossed[1]
    statuses = {session["amount_total"]: session["status"] for session in sessions(rehearsal)}
    assert statuses == {1000: "expired", 2500: "open"}


def test_what_stripe_refuses_is_said_and_not_repeated(rehearsal: Rehearsal) -> None:
    attempt_id = begin(email="not an address")
    with pytest.raises(CheckoutRefusedError):
        send(attempt_id)
    attempt = order_reads.get_attempt(attempt_id)
    assert attempt.state is AttemptState.ERROR
    assert "email" in (attempt.error or "")
    assert open_page(make_order(), now=NOW).startswith("http://pay.test/")


def test_a_withdrawn_page_cannot_be_paid(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    [attempt] = order_reads.list_attempts("order-1")
    assert withdraw_attempt(attempt.id, now=NOW) is AttemptState.EXPIRED
    assert withdraw_attempt(attempt.id, now=NOW) is AttemptState.EXPIRED
    assert sessions(rehearsal)[0]["status"] == "expired"
    assert not order_reads.order_status("order-1").checkout_url_open


def test_withdrawing_learns_of_a_payment(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    rehearsal.pay(sessions(rehearsal)[0]["id"], "success")
    [attempt] = order_reads.list_attempts("order-1")
    assert withdraw_attempt(attempt.id, now=NOW) is AttemptState.COMPLETE
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED


def test_a_page_that_stripe_forgot_is_over(rehearsal: Rehearsal) -> None:
    open_page(make_order(), now=NOW)
    rehearsal.reset()
    [attempt] = order_reads.list_attempts("order-1")
    assert withdraw_attempt(attempt.id, now=NOW) is AttemptState.EXPIRED
    assert open_page(make_order(), now=NOW).startswith("http://pay.test/")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"account_name": "charity"}, FundAccountError),
        ({"amount": Money(1000, "EUR")}, FundAccountError),
        ({"amount": Money(0, "GBP")}, UncollectableAmountError),
    ],
)
def test_an_order_is_refused(
    rehearsal: Rehearsal, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error), transaction():
        open_attempt(make_order(**changes), now=NOW)
    assert sessions(rehearsal) == []


def test_a_partner_fund_takes_nothing_here(rehearsal: Rehearsal) -> None:
    with transaction():
        partner = make_group(slug="long-road", kind=GroupKind.PARTNER)
        url = "https://example.org/give"
        make_fund(partner, None, slug="vans", kind=FundKind.PARTNER, partner_url=url)
    order = replace(make_order(), fund_id=ledger.get_fund("vans").id)
    with pytest.raises(PartnerFundError), transaction():
        open_attempt(order, now=NOW)


def test_an_account_that_rests_opens_no_page(rehearsal: Rehearsal) -> None:
    with transaction():
        groups.get_payment_account("network").cards_on = False
    with pytest.raises(CardsOffError), transaction():
        open_attempt(make_order(), now=NOW)


def test_no_call_is_made_inside_a_transaction(rehearsal: Rehearsal) -> None:
    attempt_id = begin()
    with pytest.raises(RuntimeError), transaction():
        calls.fetch_session("network", "cs_1")
    assert order_reads.get_attempt(attempt_id).state is AttemptState.CREATING


def test_each_body_is_called_with_its_own_key(rehearsal: Rehearsal) -> None:
    order = make_order(account_name="charity", fund_id=ledger.get_fund("winter-drop").id)
    open_page(order, now=NOW)
    assert len(rehearsal.objects("charity", "checkout.session")) == 1
    assert sessions(rehearsal) == []
