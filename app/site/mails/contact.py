"""The answer to what a visitor wrote by the form."""

from __future__ import annotations

from datetime import datetime

from app.mail.service import outbox as mail
from app.site.models.pages import ContactMessage


def answer(message: ContactMessage, text: str, *, now: datetime) -> None:
    """Send somebody the answer to what she wrote, with her own words below it."""
    mail.put(
        "site/contact_answer",
        key=message.public_id,
        to=message.email or "",
        locale=message.locale,
        now=now,
        about=message.public_id,
        reply_to=message.group.contact_email,
        values={
            "group_name": message.group.name,
            "message_text": text,
            "question": message.text or "",
            "received_at": message.received_at,
            "contact_email": message.group.contact_email,
        },
    )
