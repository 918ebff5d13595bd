"""Cards, challenges, refunds and fees; their objects, events and movements."""

from typing import Any

import pytest
import stripe

from app.rehearsal.balance import fee
from app.rehearsal.core import HELD, Rehearsal
from app.rehearsal.problems import ProblemError
from tests.rehearsal.conftest import Clock
from tests.rehearsal.sdk import sdk_client
from tests.rehearsal.setting import NOW, config, gift

PAID = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
REFUSED = ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


@pytest.fixture
def session_id(client: stripe.StripeClient) -> str:
    return client.v1.checkout.sessions.create(gift()).id


def types(rehearsal: Rehearsal) -> list[str]:
    return [event["type"] for event in rehearsal.objects("network", "event")]


def only(rehearsal: Rehearsal, kind: str) -> dict[str, Any]:
    (made,) = rehearsal.objects("network", kind)
    return made


def net(rehearsal: Rehearsal) -> int:
    return sum(row["net"] for row in rehearsal.objects("network", "balance_transaction"))


def test_a_payment_tells_its_story_in_stripes_order(rehearsal: Rehearsal, session_id: str) -> None:
    paid = rehearsal.pay(session_id, "success")
    assert types(rehearsal) == ["payment_intent.created", *PAID, "charge.updated"]
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
    charge = only(rehearsal, "charge")
    assert charge["calculated_statement_descriptor"] == "THE NETWORK"
    events = rehearsal.objects("network", "event")
    assert events[1]["data"]["object"]["balance_transaction"] is None
    assert events[-1]["data"]["object"]["balance_transaction"] == charge["balance_transaction"]
    assert events[-1]["data"]["previous_attributes"]["balance_transaction"] is None
    assert all(event["api_version"] == "2026-10-28.endive" for event in events)
    assert not any(event["livemode"] for event in events)


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("declined", "card_declined", "generic_decline"),
        ("insufficient_funds", "card_declined", "insufficient_funds"),
        ("processing_error", "processing_error", "processing_error"),
    ],
)
def test_after_a_decline_the_same_intent_can_succeed(
    rehearsal: Rehearsal, session_id: str, card: str, code: str, decline: str
) -> None:
    session = rehearsal.pay(session_id, card)
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    intent = only(rehearsal, "payment_intent")
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["code"] == code
    assert intent["last_payment_error"]["decline_code"] == decline
    assert types(rehearsal) == REFUSED
    assert net(rehearsal) == 0
    paid = rehearsal.pay(session_id, "success")
    assert paid["payment_intent"] == intent["id"]
    assert only(rehearsal, "payment_intent")["last_payment_error"] is None
    assert types(rehearsal) == [*REFUSED, *PAID, "charge.updated"]
    charges = rehearsal.objects("network", "charge")
    assert [charge["status"] for charge in charges] == ["failed", "succeeded"]


@pytest.mark.parametrize("passed", [True, False])
def test_a_challenge_decides(rehearsal: Rehearsal, session_id: str, *, passed: bool) -> None:
    rehearsal.pay(session_id, "three_d_secure")
    intent = only(rehearsal, "payment_intent")
    assert intent["status"] == "requires_action"
    assert session_id in intent["next_action"]["redirect_to_url"]["url"]
    assert not rehearsal.objects("network", "charge")
    session = rehearsal.answer_challenge(session_id, passed=passed)
    intent = only(rehearsal, "payment_intent")
    if passed:
        assert (session["status"], intent["status"]) == ("complete", "succeeded")
        card = only(rehearsal, "charge")["payment_method_details"]["card"]
        assert card["three_d_secure"]["result"] == "authenticated"
    else:
        assert (session["status"], intent["status"]) == ("open", "requires_payment_method")
        error = intent["last_payment_error"]
        assert error["code"] == "payment_intent_authentication_failure"
        assert not rehearsal.objects("network", "charge")
    with pytest.raises(ProblemError):
        rehearsal.answer_challenge(session_id, passed=True)


def test_a_paid_or_expired_session_takes_no_money(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str
) -> None:
    rehearsal.pay(session_id, "success")
    with pytest.raises(ProblemError, match="complete"):
        rehearsal.pay(session_id, "success")
    assert len(rehearsal.objects("network", "charge")) == 1
    other = client.v1.checkout.sessions.create(gift()).id
    rehearsal.expire(other)
    with pytest.raises(ProblemError, match="expired"):
        rehearsal.pay(other, "success")
    with pytest.raises(ProblemError, match="No such"):
        rehearsal.pay("cs_test_none", "success")


def test_a_session_expires_by_the_own_clock(
    rehearsal: Rehearsal, client: stripe.StripeClient, clock: Clock, session_id: str
) -> None:
    rehearsal.pay(session_id, "declined")
    clock.now += 24 * 3600 - 1
    assert client.v1.checkout.sessions.retrieve(session_id).status == "open"
    rehearsal.advance(1)
    shown = client.v1.checkout.sessions.retrieve(session_id)
    assert (shown.status, shown.url) == ("expired", None)
    assert only(rehearsal, "payment_intent")["status"] == "canceled"
    assert types(rehearsal)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_who_knows_only_the_time_outside_gets_a_session_too(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    rehearsal.advance(months=2)
    made = client.v1.checkout.sessions.create(gift(expires_at=NOW + 3600)).id
    rehearsal.advance(3599)
    assert client.v1.checkout.sessions.retrieve(made).status == "open"
    rehearsal.advance(1)
    assert client.v1.checkout.sessions.retrieve(made).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="at least 30 minutes"):
        client.v1.checkout.sessions.create(gift(expires_at=NOW + 60))


@pytest.mark.parametrize(
    ("amount", "cost"), [(30, 20), (1000, 35), (1033, 35), (1034, 36), (99_999_999, 1_500_020)]
)
def test_the_fee_is_a_share_and_a_fixed_sum(amount: int, cost: int) -> None:
    assert fee(amount) == cost


def test_a_balance_transaction_may_come_late(
    rehearsal: Rehearsal, session_id: str, clock: Clock
) -> None:
    rehearsal.set_late_balance(600)
    rehearsal.pay(session_id, "success")
    assert only(rehearsal, "charge")["balance_transaction"] is None
    assert types(rehearsal)[-1] == "checkout.session.completed"
    clock.now += 600
    rehearsal.tick()
    assert only(rehearsal, "charge")["balance_transaction"] is not None
    assert types(rehearsal)[-1] == "charge.updated"


def test_a_refund_waits_for_a_late_charge(rehearsal: Rehearsal, session_id: str) -> None:
    rehearsal.set_late_balance(HELD)
    rehearsal.pay(session_id, "success")
    made = rehearsal.refund(session_id)
    assert (made["status"], made["pending_reason"]) == ("pending", "charge_pending")
    with pytest.raises(ProblemError):
        rehearsal.settle_refund(made["id"])
    assert rehearsal.book_held() == 1
    assert only(rehearsal, "refund")["status"] == "succeeded"
    assert net(rehearsal) == 965 - 1000
    assert types(rehearsal)[-2:] == ["charge.updated", "refund.updated"]


def test_refunds_in_part_and_whole(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str
) -> None:
    intent = str(rehearsal.pay(session_id, "success")["payment_intent"])
    first = client.v1.refunds.create(
        {"payment_intent": intent, "amount": 300, "reason": "requested_by_customer"}
    )
    assert (first.amount, first.status, first.reason) == (300, "succeeded", "requested_by_customer")
    assert types(rehearsal)[-2:] == ["refund.created", "charge.refunded"]
    charge = only(rehearsal, "charge")
    assert (charge["amount_refunded"], charge["refunded"]) == (300, False)
    with pytest.raises(stripe.InvalidRequestError, match=r"£7\.01.*£7\.00"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 701})
    assert client.v1.refunds.create({"charge": charge["id"]}).amount == 700
    assert only(rehearsal, "charge")["refunded"]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge["id"]})
    assert caught.value.code == "charge_already_refunded"
    assert net(rehearsal) == -35


@pytest.mark.parametrize(
    "params",
    [{}, {"charge": "ch_1", "payment_intent": "pi_1"}, {"charge": "ch_none"}, {"amount": 0}],
    ids=str,
)
def test_refunds_of_nothing_are_refused(client: stripe.StripeClient, params: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create(params)


def test_a_failed_charge_cannot_be_refunded(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str
) -> None:
    intent = str(rehearsal.pay(session_id, "declined")["payment_intent"])
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(ProblemError, match="no money"):
        rehearsal.refund(only(rehearsal, "charge")["id"])


def test_a_refund_fails_and_the_money_is_back(rehearsal: Rehearsal, session_id: str) -> None:
    rehearsal.pay(session_id, "success")
    made = rehearsal.refund(session_id, amount=400)
    failed = rehearsal.fail_refund(made["id"])
    assert failed["status"] == "failed"
    assert failed["failure_reason"] == "expired_or_canceled_card"
    back = rehearsal.objects("network", "balance_transaction")[-1]
    assert failed["failure_balance_transaction"] == back["id"]
    assert (back["amount"], back["type"], back["source"]) == (400, "refund_failure", made["id"])
    assert types(rehearsal)[-2:] == ["refund.updated", "refund.failed"]
    charge = only(rehearsal, "charge")
    assert (charge["amount_refunded"], charge["refunded"]) == (0, False)
    assert net(rehearsal) == 965
    with pytest.raises(ProblemError):
        rehearsal.fail_refund(made["id"])


@pytest.mark.parametrize("outcome", ["settles", "fails"])
def test_a_refund_may_wait(
    rehearsal: Rehearsal, client: stripe.StripeClient, session_id: str, outcome: str
) -> None:
    intent = str(rehearsal.pay(session_id, "success")["payment_intent"])
    rehearsal.set_refunds_waiting(wait=True)
    made = client.v1.refunds.create({"payment_intent": intent})
    assert (made.status, made.balance_transaction) == ("pending", None)
    assert made.pending_reason == "insufficient_funds"
    if outcome == "settles":
        assert rehearsal.settle_refund(made.id)["status"] == "succeeded"
        assert net(rehearsal) == -35
    else:
        assert rehearsal.fail_refund(made.id)["status"] == "failed"
        assert net(rehearsal) == 965
        assert "failure_balance_transaction" not in only(rehearsal, "refund")


def test_the_same_seed_makes_the_same_history() -> None:
    def history() -> list[Any]:
        rehearsal = Rehearsal(config(), clock=lambda: NOW, seed=3)
        session = sdk_client(rehearsal).v1.checkout.sessions.create(
            gift(customer_creation="always"), {"idempotency_key": "k"}
        )
        rehearsal.pay(session.id, "declined")
        rehearsal.pay(session.id, "success")
        kinds = ("checkout.session", "payment_intent", "charge", "customer", "event")
        return [rehearsal.objects("network", kind) for kind in kinds]

    assert history() == history()


def test_without_a_seed_ids_cannot_be_guessed() -> None:
    made = {sdk_client(Rehearsal(config())).v1.customers.create({}).id for _ in range(2)}
    assert len(made) == 2


def test_a_reset_forgets_everything(rehearsal: Rehearsal, session_id: str) -> None:
    rehearsal.set_clock(NOW + 5)
    rehearsal.fail_next("error_before")
    rehearsal.reset()
    assert not rehearsal.objects("network", "checkout.session")
    assert rehearsal.find_session(session_id) is None
    assert rehearsal.now() == NOW
    assert not rehearsal.faults.all()
