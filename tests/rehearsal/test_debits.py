"""Bacs Direct Debit: the session completes unpaid, the bank answers days later, or changes it."""

from typing import Any

import pytest
import stripe

from app.rehearsal.balance import debit_fee
from app.rehearsal.core import Rehearsal
from app.rehearsal.problems import ProblemError
from tests.rehearsal.setting import NOW, gift, line, regular

DAY = 86_400


def types(rehearsal: Rehearsal) -> list[str]:
    return [event["type"] for event in rehearsal.objects("network", "event")]


def only(rehearsal: Rehearsal, kind: str) -> dict[str, Any]:
    (made,) = rehearsal.objects("network", kind)
    return made


def pay(rehearsal: Rehearsal, client: stripe.StripeClient, params: Any, card: str = "bacs") -> str:
    session_id = client.v1.checkout.sessions.create(params).id
    rehearsal.pay(session_id, card)
    return session_id


def status(client: stripe.StripeClient, session_id: str) -> tuple[str | None, str]:
    session = client.v1.checkout.sessions.retrieve(session_id)
    return session.status, session.payment_status


def test_a_debit_is_on_its_way_for_some_days(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    session_id = pay(rehearsal, client, gift())
    assert status(client, session_id) == ("complete", "unpaid")
    intent, charge = only(rehearsal, "payment_intent"), only(rehearsal, "charge")
    assert (intent["status"], intent["amount_received"]) == ("processing", 0)
    assert (charge["status"], charge["paid"], charge["balance_transaction"]) == (
        "pending",
        False,
        None,
    )
    assert charge["payment_method_details"]["bacs_debit"]["last4"] == "2345"
    assert types(rehearsal) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
    ]
    with pytest.raises(ProblemError, match="no money"):
        rehearsal.refund(session_id)
    rehearsal.advance(days=4)
    assert status(client, session_id) == ("complete", "paid")
    assert types(rehearsal)[4:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
        "charge.updated",
    ]
    movement = only(rehearsal, "balance_transaction")
    assert (movement["type"], movement["reporting_category"]) == ("payment", "charge")
    assert (movement["amount"], movement["fee"], movement["net"]) == (1000, 20, 980)
    method = client.v1.payment_methods.retrieve(str(charge["payment_method"]))
    assert method.bacs_debit is not None
    assert (method.bacs_debit.last4, method.bacs_debit.sort_code) == ("2345", "108800")


@pytest.mark.parametrize(("amount", "fee"), [(300, 20), (3000, 30), (15_050, 151), (90_000, 200)])
def test_the_fee_of_a_debit_has_two_bounds(amount: int, fee: int) -> None:
    assert debit_fee(amount) == fee


@pytest.mark.parametrize(
    ("card", "code"),
    [("bacs_fails", "insufficient_funds"), ("bacs_cancelled", "debit_not_authorized")],
)
def test_a_bank_may_refuse(
    rehearsal: Rehearsal, client: stripe.StripeClient, card: str, code: str
) -> None:
    session_id = pay(rehearsal, client, gift(), card)
    rehearsal.advance(days=4)
    assert status(client, session_id) == ("complete", "unpaid")
    intent, charge = only(rehearsal, "payment_intent"), only(rehearsal, "charge")
    assert (charge["status"], charge["failure_code"]) == ("failed", code)
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["code"] == code
    assert intent["last_payment_error"]["payment_method"]["type"] == "bacs_debit"
    assert types(rehearsal)[4:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
        *(["mandate.updated"] if card == "bacs_cancelled" else []),
    ]
    assert not rehearsal.objects("network", "balance_transaction")
    with pytest.raises(ProblemError, match="waits for no bank"):
        rehearsal.settle(session_id)


def test_a_bank_is_told_what_to_answer(rehearsal: Rehearsal, client: stripe.StripeClient) -> None:
    first, second = (pay(rehearsal, client, gift()) for _ in range(2))
    assert rehearsal.settle(first)["status"] == "succeeded"
    assert rehearsal.fail(second, "bacs_cancelled")["failure_code"] == "debit_not_authorized"
    before = len(types(rehearsal))
    rehearsal.advance(days=30)
    assert len(types(rehearsal)) == before


def test_settled_money_may_go_back(rehearsal: Rehearsal, client: stripe.StripeClient) -> None:
    session_id = pay(rehearsal, client, gift())
    with pytest.raises(ProblemError, match="settled"):
        rehearsal.late_fail(session_id)
    rehearsal.advance(days=4)
    rehearsal.advance(days=10)
    failed = rehearsal.late_fail(session_id)
    assert (failed["status"], failed["paid"]) == ("failed", False)
    came, back = rehearsal.objects("network", "balance_transaction")
    assert (failed["balance_transaction"], failed["failure_balance_transaction"]) == (
        came["id"],
        back["id"],
    )
    assert (back["amount"], back["reporting_category"]) == (-1000, "charge_failure")
    assert types(rehearsal)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    expanded = client.v1.charges.retrieve(
        failed["id"], {"expand": ["failure_balance_transaction", "balance_transaction"]}
    )
    assert isinstance(expanded.failure_balance_transaction, stripe.BalanceTransaction)


def test_a_subscription_is_active_before_its_debit_settles(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    session_id = pay(rehearsal, client, regular())
    assert status(client, session_id) == ("complete", "unpaid")
    assert only(rehearsal, "subscription")["status"] == "active"
    invoice = only(rehearsal, "invoice")
    assert (invoice["status"], invoice["attempted"], invoice["next_payment_attempt"]) == (
        "open",
        True,
        None,
    )
    with pytest.raises(stripe.InvalidRequestError, match="already being processed"):
        client.v1.invoices.pay(invoice["id"])
    with pytest.raises(stripe.InvalidRequestError, match="cannot be voided"):
        client.v1.invoices.void_invoice(invoice["id"])
    rehearsal.advance(days=4)
    assert status(client, session_id) == ("complete", "paid")
    assert types(rehearsal)[-7:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "checkout.session.async_payment_succeeded",
        "charge.updated",
    ]
    rehearsal.advance(months=1, days=1)
    assert [row["status"] for row in rehearsal.objects("network", "invoice")] == ["paid", "paid"]


def test_a_subscription_whose_first_debit_fails_is_past_due(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    session_id = pay(rehearsal, client, regular(), "bacs_fails")
    rehearsal.advance(days=4)
    assert status(client, session_id) == ("complete", "unpaid")
    assert only(rehearsal, "subscription")["status"] == "past_due"
    assert types(rehearsal)[-5:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
        "checkout.session.async_payment_failed",
    ]
    assert only(rehearsal, "invoice")["next_payment_attempt"] == NOW + 7 * DAY
    rehearsal.advance(months=2)
    assert only(rehearsal, "subscription")["status"] == "canceled"
    assert rehearsal.objects("network", "invoice")[0]["attempt_count"] == 4


def test_a_revoked_mandate_is_debited_no_more(
    rehearsal: Rehearsal, client: stripe.StripeClient
) -> None:
    pay(rehearsal, client, regular(), "bacs_cancelled")
    details = only(rehearsal, "charge")["payment_method_details"]["bacs_debit"]
    assert client.v1.mandates.retrieve(details["mandate"]).status == "active"
    rehearsal.advance(days=4)
    assert "mandate.updated" in types(rehearsal)
    assert client.v1.mandates.retrieve(details["mandate"]).status == "inactive"
    rehearsal.advance(days=3)
    charges = rehearsal.objects("network", "charge")
    assert [row["status"] for row in charges] == ["failed", "failed"]
    assert types(rehearsal).count("checkout.session.async_payment_failed") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"allowed_payment_method_types": ["card"]},
        {"excluded_payment_method_types": ["bacs_debit"]},
        {"line_items": [line(1000, "eur")]},
    ],
    ids=str,
)
def test_a_debit_is_taken_only_where_it_is_offered(
    rehearsal: Rehearsal, client: stripe.StripeClient, changes: Any
) -> None:
    session = client.v1.checkout.sessions.create(gift(**changes))
    assert session.payment_method_types == ["card"]
    with pytest.raises(ProblemError, match="no Bacs"):
        rehearsal.pay(session.id, "bacs")


def test_a_settled_debit_is_refunded(rehearsal: Rehearsal, client: stripe.StripeClient) -> None:
    session_id = pay(rehearsal, client, gift())
    rehearsal.settle(session_id)
    made = rehearsal.refund(session_id, amount=400)
    assert made["status"] == "succeeded"
    movement = rehearsal.objects("network", "balance_transaction")[-1]
    assert (movement["type"], movement["reporting_category"]) == ("payment_refund", "refund")
    shown = client.v1.balance_transactions.retrieve(movement["id"], {"expand": ["source"]})
    assert isinstance(shown.source, stripe.Refund)
