"""The mail that asks a host of an earlier round whether she does it again."""

from __future__ import annotations

from datetime import datetime

from app.aid.models.drops import HostInvite
from app.aid.rules.again import AGAIN_LINK
from app.mail.service import outbox as mail


def ask(invite: HostInvite, *, locale: str, key: str, now: datetime) -> None:
    """Ask once, with one link; where her point was stands on the page behind it."""
    if invite.email is None:
        return
    drop = invite.drop
    link = {
        "endpoint": "again.show",
        "purpose": AGAIN_LINK,
        "subject": invite.public_id,
        "version": invite.link_version,
    }
    mail.put(
        "aid/host_again",
        key=f"{invite.public_id}:{key}",
        to=invite.email,
        locale=locale,
        now=now,
        about=invite.public_id,
        reply_to=drop.group.contact_email,
        values={
            "drop_title": drop.title,
            "group_name": drop.group.name,
            "contact_email": drop.group.contact_email,
            "first_on": drop.opens_on,
            "last_on": drop.closes_on,
            "links": {"again": link},
        },
    )
