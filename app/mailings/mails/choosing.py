"""The mail with the link to all that somebody gets from us."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.lib.clock import day_in
from app.mail.service import outbox as mail
from app.mailings.models.mailings import MailingRecipient
from app.settings import settings
from app.supporters.rules.rights import PREFERENCES_LINK

TEMPLATE: Final = "mailings/preferences_link"


def put_link(row: MailingRecipient, *, now: datetime) -> None:
    """Put it for the reader of a mailing, once a day; an erased one has no address."""
    person = row.supporter
    if person.email is None:
        return
    mail.put(
        TEMPLATE,
        key=f"{person.public_id}:{day_in(settings().timezone, now)}",
        to=person.email,
        locale=person.locale,
        now=now,
        about=person.public_id,
        reply_to=row.mailing.group.contact_email,
        values={
            "links": {
                "page": {
                    "endpoint": "preferences.show",
                    "purpose": PREFERENCES_LINK,
                    "subject": person.public_id,
                }
            }
        },
    )
