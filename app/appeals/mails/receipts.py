"""The mails donors get: a receipt when money arrived, a note when some went back."""

from datetime import datetime
from typing import Any

from app.appeals.mails import about
from app.appeals.models.donations import Donation, Receipt
from app.appeals.queries import regular as regular_reads
from app.appeals.rules.regular import GOES_ON, next_due
from app.appeals.rules.words import RegularState
from app.lib.money import Money
from app.payments.facts import PaymentMoved


def receipt(row: Receipt, *, settled_at: datetime, now: datetime, again: str = "") -> None:
    """Tell a donor what arrived, when and for which fund, under a number she can quote.

    `again` names the occasion on which the same receipt is sent once more.
    """
    donation = row.donation
    values = {
        "receipt_number": row.number,
        "received_at": settled_at,
        "total": row.amount,
        **_about_the_round(donation, settled_at),
    }
    key = f"receipt:{row.payment_id}:{again}" if again else f"receipt:{row.payment_id}"
    about.put("appeals/receipt", key, donation, values, now=now)


def _about_the_round(donation: Donation, settled_at: datetime) -> dict[str, Any]:
    """Which collection of a regular gift it was, and when the next one is due."""
    regular = donation.regular
    if regular is None:
        return {"round": 0, "next_at": None, "is_stopped": False}
    next_at = regular.next_at
    if next_at is None or next_at <= settled_at:
        # The payment was heard of before the plan: counted as Stripe counts.
        began = regular.started_at or settled_at
        next_at = next_due(began, regular.frequency, after=settled_at)
    return {
        "round": regular_reads.number_of_collection(regular.id, donation.id),
        "next_at": next_at if regular.state in GOES_ON else None,
        "is_stopped": regular.state is RegularState.STOPPED,
    }


def on_its_way(donation: Donation, fact: PaymentMoved, *, now: datetime) -> None:
    """Tell a donor that her bank was asked and that the receipt comes when the money has come."""
    values = {"total": fact.on_its_way, **_about_the_round(donation, now)}
    about.put("appeals/on_its_way", f"on_its_way:{fact.payment_id}", donation, values, now=now)


def refused(donation: Donation, fact: PaymentMoved, *, now: datetime) -> None:
    """Tell a donor that her bank did not send the money, and where she can try again."""
    key = f"refused:{fact.payment_id}:{fact.at.isoformat()}"
    values = {"total": -fact.on_its_way}
    about.put("appeals/debit_refused", key, donation, values, now=now)


def refund(donation: Donation, fact: PaymentMoved, *, now: datetime) -> None:
    """Tell a donor that money went back to her; each step of the sum is told once."""
    values = {
        "returned_at": fact.at,
        "returned_now": fact.returned,
        "returned_in_all": Money(donation.returned_minor, donation.currency),
        "kept": Money(max(donation.received_minor, 0), donation.currency),
    }
    key = f"refund:{fact.payment_id}:{donation.returned_minor}"
    about.put("appeals/refund", key, donation, values, now=now)
