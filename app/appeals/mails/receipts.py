"""The mails donors get: a receipt when money arrived, a note when some went back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.appeals.models.donations import Donation, Receipt
from app.appeals.rules import giving as giving_rules
from app.lib.money import Money
from app.mail import service as mail
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
        "amount": donation.amount,
        "covered_fee": donation.covered_fee,
    }
    key = f"receipt:{row.payment_id}:{again}" if again else f"receipt:{row.payment_id}"
    _put("appeals/receipt", key, donation, values, now=now)


def refund(donation: Donation, fact: PaymentMoved, *, now: datetime) -> None:
    """Tell a donor that money went back to her; each step of the sum is told once."""
    values = {
        "returned_at": fact.at,
        "returned_now": fact.returned,
        "returned_in_all": Money(donation.returned_minor, donation.currency),
        "kept": Money(max(donation.received_minor, 0), donation.currency),
    }
    key = f"refund:{fact.payment_id}:{donation.returned_minor}"
    _put("appeals/refund", key, donation, values, now=now)


def _put(
    template: str, key: str, donation: Donation, values: Mapping[str, Any], *, now: datetime
) -> None:
    """Put a mail about a gift; one whose donor was forgotten has nobody to go to."""
    if donation.email is None:
        return
    account = donation.fund.payment_account
    mail.put(
        template,
        key=key,
        to=donation.email,
        locale=donation.locale,
        now=now,
        about=donation.public_id,
        reply_to=donation.appeal.group.contact_email,
        sender_name=account.sender_name if account else None,
        values={**values, **_about_the_gift(donation), **_about_the_receiver(donation)},
    )


def _about_the_gift(donation: Donation) -> dict[str, Any]:
    return {
        "reference": donation.reference,
        "donor_name": donation.name or "",
        "appeal_title": donation.appeal.title,
        "fund_name": donation.fund.name,
        "fund_purpose": donation.fund.purpose,
        "is_restricted": donation.fund.is_restricted,
        "secondary_purpose": donation.secondary_purpose,
        "links": {
            "thanks": {
                "endpoint": "appeals.thanks",
                "purpose": "thanks",
                "subject": donation.public_id,
                "version": 1,
            },
            "refunds": {"endpoint": "site.refunds"},
        },
    }


def _about_the_receiver(donation: Donation) -> dict[str, Any]:
    group, account = donation.appeal.group, donation.fund.payment_account
    return {
        "group_name": group.name,
        "group_kind": group.kind.value,
        "legal_name": account.legal_name if account else group.legal_name,
        "legal_number": group.legal_number or "",
        "address_line": group.address_line or "",
        "contact_email": group.contact_email,
        "statement_line": (
            giving_rules.statement_line(account.statement_name, donation.appeal.slug)
            if account
            else ""
        ),
    }
