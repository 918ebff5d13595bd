"""Links to somebody's own data: mailed to the mailbox they are about, used once, forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from app.db.session import db
from app.lib import ids
from app.lib.links import BadLinkError, SignedLink
from app.supporters.errors.rights import DataLinkEndedError
from app.supporters.mails import rights as mails
from app.supporters.models.rights import DataLink
from app.supporters.queries import rights as reads
from app.supporters.rules.rights import ASKED_EVERY, LINK_KEPT, LINK_LIFE
from app.supporters.rules.words import DataLinkKind


def ask(
    kind: DataLinkKind,
    email: str,
    *,
    locale: str,
    now: datetime,
    new_email: str | None = None,
) -> None:
    """Mail the link that opens one page about an address, whether or not we know anything of it.

    To the address itself, or to the new one that is to be proven; the same mail goes once in a
    while.
    """
    recent = reads.find_recent_link(email, kind, since=now - ASKED_EVERY)
    if recent is not None and recent.new_email == new_email:
        return
    link = DataLink(
        public_id=ids.public_id(),
        kind=kind,
        email=email,
        new_email=new_email,
        locale=locale,
        created_at=now,
        expires_at=now + LINK_LIFE,
    )
    db.session.add(link)
    db.session.flush()
    mails.link(link, now=now)


def open_link(signed: SignedLink, kind: DataLinkKind, *, now: datetime) -> DataLink:
    """Return the link behind a token; raises BadLinkError, or DataLinkEndedError."""
    return _checked(reads.find_link(signed.subject), signed, kind, now=now)


def use_link(signed: SignedLink, kind: DataLinkKind, *, now: datetime) -> DataLink:
    """Use up a link that does something once; raises what `open_link` raises."""
    link = _checked(reads.lock_link(signed.subject), signed, kind, now=now)
    link.used_at = now
    return link


def _checked(
    link: DataLink | None, signed: SignedLink, kind: DataLinkKind, *, now: datetime
) -> DataLink:
    # What is not there any more was ours: its signature was right.
    if link is None:
        raise DataLinkEndedError
    if link.kind is not kind or signed.version != 1:
        raise BadLinkError
    if link.used_at is not None or link.expires_at <= now:
        raise DataLinkEndedError
    return link


def count_old(now: datetime) -> int:
    """Count the links that are forgotten now."""
    found = select(func.count(DataLink.id)).where(DataLink.created_at < now - LINK_KEPT)
    return db.session.scalar(found) or 0


def forget_old(*, now: datetime) -> int:
    """Forget that somebody asked, some days later; returns how many rows went."""
    gone = db.session.execute(
        delete(DataLink).where(DataLink.created_at < now - LINK_KEPT).returning(DataLink.id)
    )
    return len(gone.all())
