"""What every mail about a gift says, a single or a regular one, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.appeals.mails.donor import giving_link
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.rules import giving as giving_rules
from app.appeals.rules.words import PayingBy
from app.mail.service import outbox as mail


def put(
    template: str,
    key: str,
    gift: Donation | RegularDonation,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Put a mail about a gift; one whose donor was forgotten has nobody to go to."""
    if gift.email is None:
        return
    account = gift.fund.payment_account
    mail.put(
        template,
        key=key,
        to=gift.email,
        locale=gift.locale,
        now=now,
        about=gift.public_id,
        reply_to=gift.appeal.group.contact_email,
        sender_name=account.sender_name if account else None,
        values={**_about_the_gift(gift), **_about_the_receiver(gift), **values},
    )


def _about_the_gift(gift: Donation | RegularDonation) -> dict[str, Any]:
    page = (gift.regular or gift) if isinstance(gift, Donation) else gift
    return {
        "reference": gift.reference,
        "donor_name": gift.name or "",
        "frequency": gift.frequency.value,
        "amount": gift.amount,
        "covered_fee": gift.covered_fee,
        "total": gift.total,
        "appeal_title": gift.appeal.title,
        "fund_name": gift.fund.name,
        "fund_purpose": gift.fund.purpose,
        "is_restricted": gift.fund.is_restricted,
        "secondary_purpose": gift.secondary_purpose,
        "links": {
            "giving": giving_link(page),
            "refunds": {"endpoint": "site.refunds"},
            "appeal": {"endpoint": "appeals.show", "values": {"slug": gift.appeal.slug}},
        },
    }


def _about_the_receiver(gift: Donation | RegularDonation) -> dict[str, Any]:
    group, account = gift.appeal.group, gift.fund.payment_account
    return {
        "group_name": group.name,
        "group_kind": group.kind.value,
        "legal_name": account.legal_name if account else group.legal_name,
        "legal_number": group.legal_number or "",
        "address_line": group.address_line or "",
        "contact_email": group.contact_email,
        "statement_line": statement_line(gift),
    }


def statement_line(gift: Donation | RegularDonation) -> str:
    """What stands on the donor's bank statement; nothing of ours where no card was charged."""
    account = gift.fund.payment_account
    is_by_card = isinstance(gift, RegularDonation) or gift.paying_by is PayingBy.CARD
    if account is None or not is_by_card:
        return ""
    return giving_rules.statement_line(account.statement_name, gift.appeal.slug)
