"""The mails that follow what an organiser did with a gift."""

from __future__ import annotations

from datetime import datetime

from app.appeals.mails import about
from app.appeals.models.donations import Donation, Receipt
from app.lib.text import Translated


def pay_link(donation: Donation, *, now: datetime) -> None:
    """Send somebody who wants to pay by card the link to do it; at most one in a minute."""
    key = f"pay_link:{donation.public_id}:{now:%Y%m%d%H%M}"
    about.put("appeals/pay_link", key, donation, {}, now=now)


def receipt_void(receipt: Receipt, *, now: datetime) -> None:
    """Tell a donor that her receipt was a mistake of ours."""
    values = {"receipt_number": receipt.number, "receipt_sum": receipt.amount}
    key = f"receipt_void:{receipt.payment_id}"
    about.put("appeals/receipt_void", key, receipt.donation, values, now=now)


def moved(
    donation: Donation, *, old_title: Translated, with_coming: bool, count: int, now: datetime
) -> None:
    """Tell a donor that her gift went to another appeal, and what it is for now."""
    values = {"old_title": old_title, "with_coming": with_coming}
    about.put("appeals/moved", f"moved:{donation.public_id}:{count}", donation, values, now=now)
