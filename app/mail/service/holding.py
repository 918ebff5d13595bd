"""What the outbox keeps of somebody, and what keeps mail from her."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.db.session import db, transaction
from app.lib.personal import Erased, Holding, Line, Purge, Stayed
from app.lib.text import N_
from app.mail.models.addresses import ReceivedMail
from app.mail.models.outbox import OutboxMail
from app.mail.queries import addresses as address_reads
from app.mail.render import KIND_NAMES, REASON_NAMES, STATE_NAMES
from app.mail.rules.addresses import ReceivedState
from app.mail.rules.outbox import KEEP_BODY, MailState
from app.mail.service import outbox, receiving
from app.mail.service.receiving import open_letter

#: Stands in a row whose reader was erased; nobody can have it (RFC 2606).
ERASED_ADDRESS = "erased@erased.invalid"


def _mails(email: str) -> Sequence[OutboxMail]:
    found = select(OutboxMail).where(OutboxMail.to == email).order_by(OutboxMail.id)
    return db.session.scalars(found).all()


def _find(email: str) -> Sequence[Line]:
    sent = [_line(each) for each in _mails(email)]
    return [
        *sent,
        *(
            Line(
                title=_("No mail may go to your address"),
                facts={"reason": each.reason.value},
                since=each.since,
                said={"reason": str(REASON_NAMES[each.reason])},
            )
            for each in address_reads.list_live(email)
        ),
    ]


def _line(mail: OutboxMail) -> Line:
    return Line(
        title=str(KIND_NAMES.get(mail.template, mail.template)),
        facts={
            "state": mail.state.value,
            "came_back": mail.bounced_at.isoformat() if mail.bounced_at else None,
        },
        since=mail.created_at,
        until=(mail.finished_at or mail.created_at) + KEEP_BODY,
        said={"state": str(STATE_NAMES[mail.state])},
    )


def _erase(email: str, now: datetime) -> Erased:
    mails = _mails(email)
    for mail in mails:
        if mail.state in {MailState.WAITING, MailState.SENDING}:
            mail.state, mail.finished_at = MailState.WITHDRAWN, now
        mail.values, mail.to, mail.purged_at = {}, ERASED_ADDRESS, now
    read = _forget_received(email, now=now)
    kept = address_reads.list_live(email)
    stayed = Stayed(
        what=N_("A code made from your address, if no more mail may go to it, and why"),
        why=N_("So that nobody writes to you again by mistake, also after you were erased."),
        count=len(kept),
    )
    return Erased(gone=len(mails) + read, stayed=(stayed,))


def _forget_received(email: str, *, now: datetime) -> int:
    """Empty what came in and speaks of her: such mails are few, and none is found without."""
    kept = db.session.scalars(select(ReceivedMail).where(ReceivedMail.data.is_not(None))).all()
    hers = [each for each in kept if email in _text(each)]
    for each in hers:
        each.data, each.purged_at = None, now
        each.state, each.seen_at = ReceivedState.SEEN, each.seen_at or now
    return len(hers)


def _text(mail: ReceivedMail) -> str:
    return str(open_letter(mail)).lower()


def _count_old(now: datetime) -> int:
    found = select(func.count(OutboxMail.id)).where(
        OutboxMail.finished_at < now - KEEP_BODY, OutboxMail.purged_at.is_(None)
    )
    return db.session.scalar(found) or 0


def _purge_old(now: datetime) -> int:
    total, done = 0, 1
    while done:
        with transaction():
            done = outbox.purge(now=now)
        total += done
    return total


def _purge_received(now: datetime) -> int:
    total, done = 0, 1
    while done:
        with transaction():
            done = receiving.purge(now=now)
        total += done
    return total


HOLDING = Holding(key="mail", title=N_("Mails to you"), find=_find, erase=_erase)
PURGES = (
    Purge(
        key="mail.texts",
        what=N_("Texts and addresses of mails of more than ninety days ago"),
        count=_count_old,
        run=_purge_old,
    ),
    Purge(
        key="mail.received",
        what=N_("Mail that came back and was read a month ago"),
        count=receiving.count_old,
        run=_purge_received,
    ),
)
