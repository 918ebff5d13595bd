"""The mails about a donor's own page: her links, and a word to an address given by mistake."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.mail.service import outbox as mail

#: What the private links to a donor's own page are signed for.
GIVING = "giving"
LINKS_MAIL = "appeals/giving_links"


def giving_link(gift: Donation | RegularDonation) -> dict[str, Any]:
    """The link to the donor's own page of a gift, as a mail keeps it."""
    return {
        "endpoint": "donor.show",
        "purpose": GIVING,
        "subject": gift.public_id,
        "version": gift.link_version,
    }


def mistaken(gift: Donation | RegularDonation, old: str, *, now: datetime) -> None:
    """Tell an address that was given by mistake that it gets nothing more: no name and no sum."""
    account = gift.fund.payment_account
    mail.put(
        "appeals/address_mistaken",
        key=f"mistaken:{gift.public_id}:{gift.link_version}",
        to=old,
        locale=gift.locale,
        now=now,
        reply_to=gift.appeal.group.contact_email,
        sender_name=account.sender_name if account else None,
        values={
            "group_name": gift.appeal.group.name,
            "contact_email": gift.appeal.group.contact_email,
        },
    )


def giving_links(
    gifts: Sequence[Donation | RegularDonation],
    *,
    to: str,
    locale: str,
    about: str,
    now: datetime,
    window: int,
) -> None:
    """Send somebody the links to all her gifts, by the body that each went to."""
    links = {f"gift_{place}": giving_link(gift) for place, gift in enumerate(gifts)}
    bodies: dict[int, dict[str, Any]] = {}
    for place, gift in enumerate(gifts):
        group = gift.appeal.group
        body = bodies.setdefault(group.id, {"name": group.name, "gifts": []})
        body["gifts"].append(
            {
                "link": f"gift_{place}",
                "appeal_title": gift.appeal.title,
                "given_at": gift.created_at,
                "is_regular": isinstance(gift, RegularDonation),
            }
        )
    mail.put(
        LINKS_MAIL,
        key=f"links:{about}:{window}",
        to=to,
        locale=locale,
        now=now,
        about=about,
        values={"bodies": list(bodies.values()), "links": links},
    )
