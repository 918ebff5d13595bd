"""Mail that comes in: reports change what they are about, the rest is kept for a person.

Nothing is thrown away unread: what there is no room for stays where it came from.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from app.db.session import db
from app.lib import bounces as reports
from app.lib import cipher, ids
from app.lib.bounces import BounceKind, Report
from app.lib.letters import Letter, read_letter
from app.mail.models.addresses import ReceivedMail
from app.mail.queries import received as queries
from app.mail.rules.addresses import KEEP_RECEIVED, LARGEST_KEPT, MOST_UNREAD, ReceivedState
from app.mail.service import bounces
from app.settings import settings

#: Understood or not, a person looks at these: the mailbox may be of use another day, somebody may
#: have written more than that she is away.
_FOR_A_PERSON = frozenset({BounceKind.MAILBOX_FULL, BounceKind.AUTO_REPLY, BounceKind.NOT_A_REPORT})


class Outcome(StrEnum):
    """What became of a mail that came in."""

    #: It changed what we know of a mail or an address.
    MARKED = "marked"
    #: A person is to read it.
    KEPT = "kept"
    #: It was not for us, or nothing of it was new.
    IGNORED = "ignored"
    #: Too many wait to be read: it must stay where it is.
    NO_ROOM = "no_room"


def take_in(
    data: bytes, *, recipients: Collection[str] = (), is_for_bounces: bool = False, now: datetime
) -> Outcome:
    """Take one mail in, in the open transaction.

    `recipients` are those of its envelope, where they are known; `is_for_bounces` says that it lay
    in the mailbox for bounces.
    """
    report = reports.read(data)
    is_marked = bounces.take_in(report, *recipients, now=now)
    is_done = is_marked and report.kind not in _FOR_A_PERSON
    if is_done or not (is_for_bounces or _is_for_us(report, recipients)):
        return Outcome.MARKED if is_marked else Outcome.IGNORED
    digest = hashlib.sha256(data).hexdigest()
    if queries.is_known(digest):
        return Outcome.IGNORED
    if queries.count_unread() >= MOST_UNREAD:
        return Outcome.NO_ROOM
    _keep(data, digest, report.kind, now)
    return Outcome.KEPT


def _is_for_us(report: Report, recipients: Collection[str]) -> bool:
    """Whether it came to the address for bounces, or cannot be read so far that one could tell."""
    is_unreadable = not report.recipients and not recipients
    return bool(settings().bounce_address) and (
        is_unreadable or bounces.is_ours(report, *recipients)
    )


def _keep(data: bytes, digest: str, kind: BounceKind, now: datetime) -> None:
    beginning = data[:LARGEST_KEPT].decode("latin-1")
    row = ReceivedMail(
        public_id=ids.public_id(),
        digest=digest,
        kind=kind,
        state=ReceivedState.UNREAD,
        data=cipher.encrypt(settings().secret_key, beginning).encode(),
        received_at=now,
    )
    db.session.add(row)
    db.session.flush()


def open_letter(mail: ReceivedMail) -> Letter:
    """What a kept mail says; one that was closed with a secret now gone says so by being empty."""
    if mail.data is None:
        return Letter("", "", "")
    try:
        opened = cipher.decrypt(settings().secrets, mail.data.decode())
    except cipher.CipherError:
        return Letter("", "", "")
    return read_letter(opened.encode("latin-1"))


def mark_seen(mail: ReceivedMail, *, now: datetime) -> None:
    """Somebody looked at it; after a while it goes."""
    if mail.state is ReceivedState.UNREAD:
        mail.state, mail.seen_at = ReceivedState.SEEN, now


def count_old(now: datetime) -> int:
    """How many kept mails would be forgotten now."""
    return queries.count_purgeable(before=now - KEEP_RECEIVED)


def purge(*, now: datetime, limit: int = 200) -> int:
    """Forget what kept mails said, some time after they were read; returns how many."""
    old = queries.list_purgeable(before=now - KEEP_RECEIVED, limit=limit)
    for mail in old:
        mail.data, mail.purged_at = None, now
    return len(old)
