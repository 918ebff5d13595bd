"""Disputes and payouts: what they do to the balance, what is told."""

import pytest
import stripe

from app.rehearsal.core import Rehearsal
from app.rehearsal.problems import ProblemError
from tests.rehearsal.setting import gift


@pytest.fixture
def paid(rehearsal: Rehearsal, client: stripe.StripeClient) -> str:
    session_id = client.v1.checkout.sessions.create(gift()).id
    rehearsal.pay(session_id, "success")
    return session_id


def types(rehearsal: Rehearsal) -> list[str]:
    return [event["type"] for event in rehearsal.objects("network", "event")]


def nets(rehearsal: Rehearsal) -> list[int]:
    return [row["net"] for row in rehearsal.objects("network", "balance_transaction")]


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_takes_the_money_until_it_is_won(
    rehearsal: Rehearsal, client: stripe.StripeClient, paid: str, *, won: bool
) -> None:
    made = rehearsal.dispute(paid, reason="product_not_received")
    shown = client.v1.disputes.retrieve(made["id"])
    assert (shown.status, shown.amount, shown.reason) == (
        "needs_response",
        1000,
        "product_not_received",
    )
    assert shown.evidence_details.due_by is not None
    assert [row.net for row in shown.balance_transactions] == [-3000]
    assert types(rehearsal)[-3:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.updated",
    ]
    assert rehearsal.objects("network", "charge")[0]["disputed"]
    rehearsal.close_dispute(made["id"], won=won)
    (shown,) = client.v1.disputes.list({"payment_intent": str(made["payment_intent"])}).data
    assert shown.status == ("won" if won else "lost")
    assert nets(rehearsal) == ([965, -3000, 1000] if won else [965, -3000])
    told = ["charge.dispute.funds_reinstated"] if won else []
    assert types(rehearsal)[-len(told) - 1 :] == [*told, "charge.dispute.closed"]
    with pytest.raises(ProblemError, match="already"):
        rehearsal.close_dispute(made["id"], won=won)
    with pytest.raises(ProblemError, match="only once"):
        rehearsal.dispute(paid)


def test_a_part_may_be_disputed(rehearsal: Rehearsal, paid: str) -> None:
    with pytest.raises(ValueError, match="no reason"):
        rehearsal.dispute(paid, reason="dislike")
    with pytest.raises(ProblemError, match="part of the charge"):
        rehearsal.dispute(paid, amount=1001)
    assert rehearsal.dispute(paid, amount=300)["amount"] == 300
    assert nets(rehearsal) == [965, -2300]


def test_what_is_available_is_paid_out(
    rehearsal: Rehearsal, client: stripe.StripeClient, paid: str
) -> None:
    with pytest.raises(ProblemError, match="takes some days"):
        rehearsal.pay_out("network")
    rehearsal.advance(days=3)
    rehearsal.refund(paid, amount=100)  # not available yet: it stays for the next time
    made = rehearsal.pay_out("network")
    assert (made["amount"], made["status"]) == (965, "paid")
    assert types(rehearsal)[-3:] == [
        "payout.created",
        "payout.paid",
        "payout.reconciliation_completed",
    ]
    rows = client.v1.balance_transactions.list({"payout": made["id"]}).data
    assert sorted((row.type, row.net) for row in rows) == [("charge", 965), ("payout", -965)]
    (payout,) = client.v1.payouts.list({"status": "paid"}).data
    assert payout.balance_transaction in {row.id for row in rows}
    assert client.v1.balance.retrieve().available[0].amount == 0
    with pytest.raises(ProblemError, match="takes some days"):
        rehearsal.pay_out("network")
    with pytest.raises(ValueError, match="no account"):
        rehearsal.pay_out("nobody")
