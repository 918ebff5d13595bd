"""The mails about somebody's own data and about complaints.

An address may have been typed by somebody else: a mail with a link only opens a page, and says
nothing of what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.mail.service import outbox as mail
from app.supporters.models.rights import Complaint, ComplaintNote, DataLink
from app.supporters.rules.rights import PURPOSES
from app.supporters.rules.words import DataLinkKind

#: Which mail brings which link, and the page it opens.
_MAILS: Final[Mapping[DataLinkKind, tuple[str, str]]] = {
    DataLinkKind.SEE: ("supporters/data_link", "your_data.show"),
    DataLinkKind.ERASE: ("supporters/data_erase", "erasing.ask_once_more"),
    DataLinkKind.MOVE: ("supporters/data_mailbox", "your_data.ask_move"),
    DataLinkKind.LIFT: ("supporters/mail_again", "preferences.ask_lift"),
}


def link(asked: DataLink, *, now: datetime) -> None:
    """Bring somebody the link that she asked for."""
    template, endpoint = _MAILS[asked.kind]
    mail.put(
        template,
        key=asked.public_id,
        to=asked.new_email or asked.email,
        locale=asked.locale,
        about=asked.public_id,
        now=now,
        values={"links": {"page": _page(asked, endpoint)}},
    )


def _page(asked: DataLink, endpoint: str) -> dict[str, Any]:
    purpose, subject = PURPOSES[asked.kind], asked.public_id
    return {"endpoint": endpoint, "purpose": purpose, "subject": subject, "version": 1}


def complaint_received(complaint: Complaint, *, now: datetime) -> None:
    """Say that a complaint arrived, and by when it is answered."""
    _tell(complaint, "complaint_received", "received", {"due_at": complaint.due_at}, now=now)


def complaint_answer(
    complaint: Complaint, note: ComplaintNote, *, reply_to: str | None, now: datetime
) -> None:
    """Send what an organiser wrote to somebody who complained."""
    values = {"text": note.text}
    key = f"note:{note.id}"
    _tell(complaint, "complaint_answer", key, values, now=now, reply_to=reply_to)


def _tell(
    complaint: Complaint,
    name: str,
    key: str,
    values: Mapping[str, Any],
    *,
    now: datetime,
    reply_to: str | None = None,
) -> None:
    if complaint.email is None:
        return
    mail.put(
        f"supporters/{name}",
        key=f"{complaint.public_id}:{key}",
        to=complaint.email,
        locale=complaint.locale,
        about=complaint.public_id,
        now=now,
        reply_to=reply_to,
        values={"reference": complaint.public_id, "received_at": complaint.received_at, **values},
    )
