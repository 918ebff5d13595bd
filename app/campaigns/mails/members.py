"""The mails to members.

The address was typed by somebody, perhaps not by whoever reads the mail: the first mail only asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.campaigns.models.members import Member, WelcomeText
from app.campaigns.rules.members import JOIN_LINK, MEMBER_LINK
from app.mail.service import outbox as mail


def page_link(member: Member) -> dict[str, Any]:
    """The link to a member's own page, as a mail keeps it."""
    return _link(member, "members.show", MEMBER_LINK)


def confirm(member: Member, *, now: datetime) -> None:
    """Ask whoever reads a mailbox whether she wants to join; at most once in ten minutes."""
    key = f"{member.public_id}:{int(now.timestamp() // 600)}"
    links = {"page": _link(member, "joining.ask_proof", JOIN_LINK)}
    _put("campaigns/join_confirm", key, member, {}, links, to=member.email, now=now)


def welcome(member: Member, text: WelcomeText | None, *, is_entered: bool, now: datetime) -> None:
    """Welcome her, in the group's own words too; once for each time that she joins."""
    key = f"{member.public_id}:{member.version}"
    name = member.supporter.name if member.supporter else None
    values = {
        "is_entered": is_entered,
        "member_name": name or "",
        "welcome_text": text.text if text else None,
    }
    _put("campaigns/welcome", key, member, values, {"page": page_link(member)}, now=now)


def offer_again(member: Member, *, now: datetime) -> None:
    """Ask whether what she offered long ago still holds."""
    key = f"{member.public_id}:{now.date().isoformat()}"
    _put("campaigns/offer_again", key, member, {}, {"page": page_link(member)}, now=now)


def links(members: Sequence[Member], *, to: str, locale: str, key: str, now: datetime) -> None:
    """Send somebody the links to her pages as a member."""
    if not members:
        return
    first = members[0]
    mail.put(
        "campaigns/member_links",
        key=key,
        to=to,
        locale=locale,
        now=now,
        about=first.public_id,
        reply_to=first.group.contact_email,
        values={
            "memberships": [
                {"link": f"page_{place}", "name": each.group.name}
                for place, each in enumerate(members)
            ],
            "links": {f"page_{place}": page_link(each) for place, each in enumerate(members)},
        },
    )


def _put(
    template: str,
    key: str,
    member: Member,
    values: Mapping[str, Any],
    made: Mapping[str, Any],
    *,
    now: datetime,
    to: str | None = None,
) -> None:
    address = to or (member.supporter.email if member.supporter else None)
    if address is None:
        return
    group = member.group
    mail.put(
        template,
        key=key,
        to=address,
        locale=member.locale,
        now=now,
        about=member.public_id,
        reply_to=group.contact_email,
        values={
            "group_name": group.name,
            "contact_email": group.contact_email,
            **values,
            "links": {
                "group": {"endpoint": "groups.group", "values": {"slug": group.slug}},
                **made,
            },
        },
    )


def _link(member: Member, endpoint: str, purpose: str) -> dict[str, Any]:
    return {
        "endpoint": endpoint,
        "purpose": purpose,
        "subject": member.public_id,
        "version": member.link_version,
    }
