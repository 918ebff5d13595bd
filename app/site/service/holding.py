"""What the site keeps of somebody who wrote to us, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask_babel import gettext as _

from app.db.batches import in_batches
from app.lib.personal import Erased, Holding, Line, Purge
from app.lib.text import N_
from app.site.models.pages import ContactMessage
from app.site.queries import contact as reads
from app.site.rules.contact import KEPT
from app.site.service import contact

_BATCH: Final = 100


def _find(email: str) -> Sequence[Line]:
    return [_line(message) for message in reads.list_of(email)]


def _line(message: ContactMessage) -> Line:
    ended = message.answered_at
    return Line(
        title=_("What you wrote to us by the form"),
        facts={
            "name": message.name,
            "email": message.email,
            "text": message.text,
            "answer": message.answer,
            "locale": message.locale,
        },
        since=message.received_at,
        until=None if ended is None else ended + KEPT,
    )


def _erase(email: str, now: datetime) -> Erased:
    found = reads.list_of(email)
    for message in found:
        contact.forget(message, now=now)
    return Erased(gone=len(found))


def _purge(now: datetime) -> int:
    return in_batches(contact.purge, now=now, limit=_BATCH)


HOLDING = Holding(key="site", title=N_("What you wrote to us"), find=_find, erase=_erase)
PURGES = (
    Purge(
        key="site.messages",
        what=N_("Messages to us that were answered long ago"),
        count=reads.count_old,
        run=_purge,
    ),
)
