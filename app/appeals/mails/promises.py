"""The mails about paying another way, and about going on to the payment page.

The address was typed by somebody, perhaps not by whoever reads the mail. So the link that proves a
mailbox comes with nothing that was typed: no name, no message, no sum.
"""

from datetime import datetime
from typing import Any

from app.appeals.models.donations import Donation
from app.mail.service import outbox as mail

#: What the private links of these mails are for.
GO_ON, PROMISE = "go-on", "promise"


def promised(donation: Donation, *, now: datetime, not_before: datetime) -> None:
    """Tell a donor what she needs to pay the way she chose, with her reference."""
    account = donation.fund.payment_account
    values = {
        "reference": donation.reference,
        "amount": donation.total,
        "frequency": donation.frequency.value,
        "paying_by": donation.paying_by.value,
        "ways": account.ways if account else {},
        "links": _links(donation, promise=("appeals.promised", PROMISE)),
    }
    key = f"{donation.public_id}:{donation.paying_by}"
    _put("appeals/promise", key, donation, values, now=now, not_before=not_before)


def cards_back(donation: Donation, *, now: datetime) -> None:
    """Tell somebody who waits for it that cards are taken again; once for a promise."""
    values = {
        "reference": donation.reference,
        "amount": donation.total,
        "links": _links(donation, go_on=("appeals.go_on", GO_ON)),
    }
    _put("appeals/cards_back", donation.public_id, donation, values, now=now)


def proof(donation: Donation, *, now: datetime, not_before: datetime) -> None:
    """Send the link that leads on to the payment page, to show that the mailbox is somebody's."""
    values = {"links": _links(donation, go_on=("appeals.go_on", GO_ON))}
    key = f"{donation.public_id}:{now:%Y%m%d%H%M}"
    _put("appeals/proof", key, donation, values, now=now, not_before=not_before)


def _links(donation: Donation, **wanted: tuple[str, str]) -> dict[str, Any]:
    return {
        name: {
            "endpoint": endpoint,
            "purpose": purpose,
            "subject": donation.public_id,
            "version": donation.link_version,
        }
        for name, (endpoint, purpose) in wanted.items()
    }


def _put(
    template: str,
    key: str,
    donation: Donation,
    values: dict[str, Any],
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    if donation.email is None:
        return
    account = donation.fund.payment_account
    mail.put(
        template,
        key=key,
        to=donation.email,
        locale=donation.locale,
        now=now,
        not_before=not_before,
        about=donation.public_id,
        reply_to=donation.appeal.group.contact_email,
        sender_name=account.sender_name if account else None,
        values={
            "appeal_title": donation.appeal.title,
            "group_name": donation.appeal.group.name,
            "legal_name": account.legal_name if account else donation.appeal.group.legal_name,
            "contact_email": donation.appeal.group.contact_email,
            **values,
        },
    )
