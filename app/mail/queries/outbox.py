"""Looking into the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from app.db.session import db
from app.lib.errors import NotFoundError
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import STALE_AFTER, SWEEP_AFTER, MailState


def get_mail(mail_id: int) -> OutboxMail:
    """One mail; raises NotFoundError."""
    mail = db.session.get(OutboxMail, mail_id)
    if mail is None:
        raise NotFoundError
    return mail


def find_mail(template: str, key: str) -> OutboxMail | None:
    """The mail about something, if it was put."""
    wanted = select(OutboxMail).where(OutboxMail.template == template, OutboxMail.key == key)
    return db.session.scalar(wanted)


def lock_mail_by_message_id(message_id: str) -> OutboxMail | None:
    """The mail with a Message-ID, held against other writers, or nothing."""
    wanted = select(OutboxMail).where(OutboxMail.message_id == message_id)
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def lock_mail_by_bounce_key(key: str) -> OutboxMail | None:
    """The mail whose signed address a report came to, held against other writers, or nothing."""
    wanted = select(OutboxMail).where(OutboxMail.bounce_key == key)
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def find_last_mail(template: str, about: str) -> OutboxMail | None:
    """The last mail of a kind about something, if one was put."""
    wanted = select(OutboxMail).where(OutboxMail.template == template, OutboxMail.about == about)
    return db.session.scalar(wanted.order_by(OutboxMail.id.desc()).limit(1))


def list_about(about: Collection[str]) -> Sequence[OutboxMail]:
    """The mails about any of some things, in the order they were put."""
    wanted = select(OutboxMail).where(OutboxMail.about.in_(about))
    return db.session.scalars(wanted.order_by(OutboxMail.id)).all()


def list_mails_about(about: Collection[str], to: str) -> Sequence[OutboxMail]:
    """Mails to an address about any of some things, held against the worker that sends them."""
    wanted = select(OutboxMail).where(OutboxMail.about.in_(about), OutboxMail.to == to)
    return db.session.scalars(wanted.order_by(OutboxMail.id).with_for_update()).all()


def list_all_about(about: Collection[str]) -> Sequence[OutboxMail]:
    """Mails about any of some things, to whomever, held against the worker that sends them."""
    wanted = select(OutboxMail).where(OutboxMail.about.in_(about))
    return db.session.scalars(wanted.order_by(OutboxMail.id).with_for_update()).all()


def lock_waiting(template: str, key: str) -> OutboxMail | None:
    """The mail put for this, while nobody has it in hand, held against the worker; or nothing."""
    return db.session.scalar(
        select(OutboxMail)
        .where(
            OutboxMail.template == template,
            OutboxMail.key == key,
            OutboxMail.state == MailState.WAITING,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def list_mails(
    *, state: MailState | None = None, before_id: int | None = None, limit: int = 50
) -> Sequence[OutboxMail]:
    """Mails, newest first, to page through by id."""
    wanted = select(OutboxMail)
    if state is not None:
        wanted = wanted.where(OutboxMail.state == state)
    if before_id is not None:
        wanted = wanted.where(OutboxMail.id < before_id)
    return db.session.scalars(wanted.order_by(OutboxMail.id.desc()).limit(limit)).all()


def count_mails(state: MailState) -> int:
    """How many mails are in a state."""
    wanted = select(func.count()).select_from(OutboxMail).where(OutboxMail.state == state)
    return db.session.scalar(wanted) or 0


def list_overdue_ids(now: datetime, *, limit: int = 500) -> Sequence[int]:
    """Mails that should have been tried and were not: their job was lost."""
    overdue = or_(
        and_(OutboxMail.state == MailState.WAITING, OutboxMail.next_try_at < now - SWEEP_AFTER),
        and_(
            OutboxMail.state == MailState.SENDING,
            OutboxMail.taken_at < now - SWEEP_AFTER - STALE_AFTER,
        ),
    )
    return db.session.scalars(select(OutboxMail.id).where(overdue).limit(limit)).all()


def list_unpurged(*, before: datetime, limit: int) -> Sequence[OutboxMail]:
    """Mails ended before an instant whose text is still kept."""
    wanted = select(OutboxMail).where(
        OutboxMail.purged_at.is_(None), OutboxMail.finished_at < before
    )
    return db.session.scalars(wanted.order_by(OutboxMail.id).limit(limit)).all()
