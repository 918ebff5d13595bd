"""Mail that came to the address for bounces and needs a person's eyes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import undefer

from app.db.session import db
from app.lib.errors import NotFoundError
from app.mail.models.addresses import ReceivedMail
from app.mail.rules.addresses import ReceivedState


def list_received(*, before_id: int | None = None, limit: int) -> Sequence[ReceivedMail]:
    """What came in and is still kept, the latest first, to page through by id."""
    wanted = select(ReceivedMail).where(ReceivedMail.purged_at.is_(None))
    if before_id is not None:
        wanted = wanted.where(ReceivedMail.id < before_id)
    wanted = wanted.order_by(ReceivedMail.id.desc()).limit(limit)
    return db.session.scalars(wanted.options(undefer(ReceivedMail.data))).all()


def get_received(public_id: str) -> ReceivedMail:
    """One mail that came in and is still kept; raises NotFoundError."""
    wanted = select(ReceivedMail).where(
        ReceivedMail.public_id == public_id, ReceivedMail.purged_at.is_(None)
    )
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFoundError
    return found


def is_known(digest: str) -> bool:
    """Whether the very same mail came in before."""
    wanted = select(ReceivedMail.id).where(ReceivedMail.digest == digest)
    return db.session.scalar(wanted) is not None


def count_unread() -> int:
    """How many mails nobody looked at yet."""
    wanted = select(func.count()).select_from(ReceivedMail)
    return db.session.scalar(wanted.where(ReceivedMail.state == ReceivedState.UNREAD)) or 0


def list_unread() -> list[tuple[str, datetime]]:
    """The mails that nobody looked at yet, and when each came."""
    wanted = select(ReceivedMail.public_id, ReceivedMail.received_at)
    unread = wanted.where(ReceivedMail.state == ReceivedState.UNREAD)
    return [(row.public_id, row.received_at) for row in db.session.execute(unread)]


def _is_purgeable(before: datetime) -> ColumnElement[bool]:
    return and_(
        ReceivedMail.state == ReceivedState.SEEN,
        ReceivedMail.seen_at < before,
        ReceivedMail.purged_at.is_(None),
    )


def count_purgeable(*, before: datetime) -> int:
    """How many mails somebody looked at before an instant that are still kept."""
    wanted = select(func.count()).select_from(ReceivedMail).where(_is_purgeable(before))
    return db.session.scalar(wanted) or 0


def list_purgeable(*, before: datetime, limit: int) -> Sequence[ReceivedMail]:
    """Mails that somebody looked at before an instant and that are still kept."""
    wanted = select(ReceivedMail).where(_is_purgeable(before))
    return db.session.scalars(wanted.order_by(ReceivedMail.id).limit(limit)).all()
