"""A receipt is sent once more, because the donor asked for it."""

from __future__ import annotations

from datetime import datetime

from app.appeals.errors import NoAddressError
from app.appeals.mails import receipts as receipt_mails
from app.appeals.models.donations import Receipt
from app.audit import service as audit
from app.audit.facts import Actor


def send_receipt(receipt: Receipt, *, now: datetime, by: Actor) -> None:
    """Send a receipt again, at most once a minute; raises NoAddressError."""
    donation = receipt.donation
    if donation.email is None:
        raise NoAddressError
    settled_at = donation.settled_at or receipt.issued_at
    receipt_mails.receipt(receipt, settled_at=settled_at, now=now, again=f"desk:{now:%Y%m%d%H%M}")
    audit.record(
        by,
        "donation.receipt_sent",
        f"donation:{donation.id}",
        now=now,
        group_id=donation.appeal.group_id,
        detail={"number": receipt.number},
    )
