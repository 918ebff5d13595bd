"""What mailings know of the person behind an address, how it is erased, and when it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import delete

from app.db.session import db, transaction
from app.lib.personal import Erased, Holding, Line, Purge
from app.lib.text import N_
from app.mailings.mails.news import UNSUBSCRIBE
from app.mailings.models.mailings import MailingRecipient
from app.mailings.queries import mailings as mailing_reads
from app.mailings.queries import recipients as reads
from app.mailings.render.desk import ROW_NAMES
from app.mailings.rules.mailings import KEEP_ROWS
from app.web.filters import plain

_AT_ONCE: Final = 20


def find(email: str) -> Sequence[Line]:
    """Which mailings went to an address, and what became of them."""
    return [_line(row) for row in reads.list_of_person(email)]


def _line(row: MailingRecipient) -> Line:
    mailing = row.mailing
    facts = {
        "state": row.state.value,
        "language": row.locale,
        "sent_at": row.finished_at.isoformat() if row.finished_at else None,
        "came_back_at": row.bounced_at.isoformat() if row.bounced_at else None,
        "ended_by_it_at": row.unsubscribed_at.isoformat() if row.unsubscribed_at else None,
    }
    return Line(
        title=_("The mailing “%(subject)s”", subject=plain(mailing.subject)),
        facts=facts,
        since=mailing.started_at or mailing.created_at,
        until=(mailing.finished_at or row.next_try_at) + KEEP_ROWS,
        said={"state": str(ROW_NAMES[row.state])},
        link={
            "endpoint": "mailings.ask_unsubscribe",
            "purpose": UNSUBSCRIBE,
            "subject": row.public_id,
        },
    )


def erase(email: str, _now: datetime) -> Erased:
    """Take her off every list; nothing of it has to stay."""
    rows = [row.id for row in reads.list_of_person(email)]
    db.session.execute(
        delete(MailingRecipient)
        .where(MailingRecipient.id.in_(rows))
        .execution_options(synchronize_session=False)
    )
    return Erased(gone=len(rows))


HOLDING = Holding(key="mailings", title=N_("Mailings to you"), find=find, erase=erase)


def count_old(now: datetime) -> int:
    """How many rows are over their time."""
    return reads.count_old(now - KEEP_ROWS)


def forget_old(now: datetime) -> int:
    """Keep the numbers of old mailings and forget who got them; returns how many rows went."""
    gone = 0
    while True:
        with transaction():
            found = reads.list_old(now - KEEP_ROWS, _AT_ONCE)
            gone += sum(_forget(mailing_id) for mailing_id in found)
        if not found:
            return gone


def _forget(mailing_id: int) -> int:
    mailing = mailing_reads.lock_mailing(mailing_id)
    states = mailing_reads.count_states([mailing_id])[mailing_id]
    mailing.totals = {
        **{state.value: count for state, count in states.items()},
        "bounced": mailing_reads.count_bounced(mailing_id),
        "unsubscribed": mailing_reads.count_unsubscribed(mailing_id),
    }
    gone = db.session.execute(
        delete(MailingRecipient)
        .where(MailingRecipient.mailing_id == mailing_id)
        .returning(MailingRecipient.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


PURGES: tuple[Purge, ...] = (
    Purge(
        key="mailings",
        what=N_("Who got mailings that are a year old"),
        count=count_old,
        run=forget_old,
    ),
)
