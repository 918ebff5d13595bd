"""A mailing is sent, at once or at an hour; held, resumed and stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import insert, select, update

from app.appeals.models.appeals import Appeal
from app.appeals.queries import sources as source_reads
from app.appeals.rules.words import SourceKind
from app.appeals.service import sources
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.mail.render import sender_address
from app.mailings.errors.mailings import BadHourError, NobodyError, NotNowError, NotTestedError
from app.mailings.models.mailings import Mailing, MailingRecipient
from app.mailings.queries import audience as audience_reads
from app.mailings.queries import mailings as reads
from app.mailings.queries.audience import Reader
from app.mailings.rules.audience import from_json
from app.mailings.rules.mailings import FURTHEST, STARTABLE, STOPPABLE, is_overdue
from app.mailings.rules.words import MailingState, RecipientState, SkipReason
from app.mailings.service.writing import tell
from app.queue import service as queue

SEND = "mailings.send"
_AT_ONCE = 500


def send_now(mailing_id: int, *, now: datetime, by: Actor) -> int:
    """Write a row for everybody whom it is for, and let it go; returns how many.

    One that had begun before it became overdue goes on with who waits. Raises NotNowError,
    NotTestedError or NobodyError.
    """
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state not in STARTABLE:
        raise NotNowError
    _refuse_untested(mailing)
    mailing.send_at = mailing.send_at or now
    return _begin(mailing, now=now, by=by)


def schedule(mailing_id: int, at: datetime, *, now: datetime, by: Actor) -> None:
    """Let it go at an hour; who it is for is asked then. Raises BadHourError too."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state is not MailingState.DRAFT:
        raise NotNowError
    _refuse_untested(mailing)
    if not now < at <= now + FURTHEST:
        raise BadHourError
    mailing.state, mailing.send_at, mailing.updated_at = MailingState.SCHEDULED, at, now
    tell(mailing, "mailing.scheduled", now=now, by=by, at=at.isoformat())


def unschedule(mailing_id: int, *, now: datetime, by: Actor) -> None:
    """Make one that has not begun a draft again. Twice changes nothing."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.started_at is not None:
        raise NotNowError
    if mailing.state in {MailingState.SCHEDULED, MailingState.OVERDUE}:
        mailing.state, mailing.send_at, mailing.updated_at = MailingState.DRAFT, None, now
        tell(mailing, "mailing.unscheduled", now=now, by=by)


def begin_due(mailing_id: int, *, now: datetime) -> None:
    """Begin one whose hour has come, or let it wait for a person where that was long ago."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state is not MailingState.SCHEDULED or mailing.send_at is None:
        return
    if mailing.send_at > now:
        return
    if is_overdue(mailing.send_at, now):
        put_off(mailing, now=now)
        return
    try:
        _begin(mailing, now=now, by=Actor.system())
    except NobodyError:
        put_off(mailing, now=now)


def put_off(mailing: Mailing, *, now: datetime) -> None:
    """Let a mailing wait for a person: its hour passed while nobody could send it."""
    mailing.send_at = mailing.send_at or mailing.started_at or now
    mailing.state, mailing.updated_at = MailingState.OVERDUE, now
    tell(mailing, "mailing.overdue", now=now, by=Actor.system())


def pause(mailing_id: int, *, now: datetime, by: Actor) -> None:
    """Send nothing more of it for now; what a server is taking at this moment goes."""
    _move(mailing_id, MailingState.SENDING, MailingState.PAUSED, "mailing.paused", now=now, by=by)


def resume(mailing_id: int, *, now: datetime, by: Actor) -> None:
    """Go on with who waits."""
    mailing = _move(
        mailing_id, MailingState.PAUSED, MailingState.SENDING, "mailing.resumed", now=now, by=by
    )
    put_job(mailing, now=now)


def stop(mailing_id: int, *, now: datetime, by: Actor) -> int:
    """Send what is not yet out to nobody; returns to how many it does not go."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state not in STOPPABLE:
        raise NotNowError
    kept_back = db.session.execute(
        update(MailingRecipient)
        .where(
            MailingRecipient.mailing_id == mailing.id,
            MailingRecipient.state == RecipientState.WAITING,
        )
        .values(state=RecipientState.SKIPPED, skip_reason=SkipReason.STOPPED, finished_at=now)
        .returning(MailingRecipient.id)
        .execution_options(synchronize_session=False)
    )
    count = len(kept_back.all())
    mailing.state, mailing.finished_at, mailing.updated_at = MailingState.STOPPED, now, now
    tell(mailing, "mailing.stopped", now=now, by=by, kept_back=count)
    return count


def try_failed_again(mailing_id: int, *, now: datetime, by: Actor) -> int:
    """Send it to those whose servers did not take it for days; returns how many.

    Whom a server refused for good is not tried again.
    """
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state not in {MailingState.SENT, MailingState.SENDING, MailingState.PAUSED}:
        raise NotNowError
    again = db.session.execute(
        update(MailingRecipient)
        .where(
            MailingRecipient.mailing_id == mailing.id,
            MailingRecipient.state == RecipientState.FAILED,
        )
        .values(state=RecipientState.WAITING, tries=0, next_try_at=now, finished_at=None)
        .returning(MailingRecipient.id)
        .execution_options(synchronize_session=False)
    )
    count = len(again.all())
    if count and mailing.state is MailingState.SENT:
        mailing.state, mailing.finished_at = MailingState.SENDING, None
        put_job(mailing, now=now)
    mailing.updated_at = now
    tell(mailing, "mailing.tried_again", now=now, by=by, count=count)
    return count


def put_job(mailing: Mailing, *, now: datetime) -> None:
    """Give it a worker; several of them do no harm."""
    mailing.worked_at = now
    queue.put(SEND, {"id": mailing.id}, now=now)


def give_new_job(mailing_id: int, *, now: datetime) -> None:
    """Let somebody work at a mailing whose job was lost; one left for long waits for a person."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state is not MailingState.SENDING or mailing.worked_at is None:
        return
    if is_overdue(mailing.worked_at, now):
        put_off(mailing, now=now)
    else:
        put_job(mailing, now=now)


def wait_for_a_person(*, now: datetime) -> int:
    """After a backup was put back: nobody knows what of it went since. Returns how many wait."""
    found = (
        db.session.scalars(
            select(Mailing).where(Mailing.state.in_((MailingState.SCHEDULED, MailingState.SENDING)))
        )
        .unique()
        .all()
    )
    for mailing in found:
        put_off(mailing, now=now)
    return len(found)


def _move(
    mailing_id: int, before: MailingState, after: MailingState, action: str, *,
    now: datetime, by: Actor,
) -> Mailing:  # fmt: skip
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state is not before:
        raise NotNowError
    mailing.state, mailing.updated_at = after, now
    tell(mailing, action, now=now, by=by)
    return mailing


def _refuse_untested(mailing: Mailing) -> None:
    if mailing.tested_version != mailing.version:
        raise NotTestedError


def _begin(mailing: Mailing, *, now: datetime, by: Actor) -> int:
    """All rows in this one transaction, or none; a second time writes no second list."""
    count = 0
    if mailing.started_at is None:
        audience = from_json(mailing.audience)
        readers = audience_reads.list_readers(audience, mailing.group_id, mailing.purpose)
        if not readers:
            raise NobodyError
        _write_rows(mailing, readers, now)
        _count_gifts(mailing, now=now, by=by)
        mailing.started_at, count = now, len(readers)
    mailing.state, mailing.updated_at = MailingState.SENDING, now
    put_job(mailing, now=now)
    tell(mailing, "mailing.began", now=now, by=by, people=count)
    return count


def _write_rows(mailing: Mailing, readers: Sequence[Reader], now: datetime) -> None:
    domain = sender_address().rpartition("@")[2]
    rows: Iterator[dict[str, object]] = (
        {
            "public_id": ids.public_id(),
            "mailing_id": mailing.id,
            "supporter_id": reader.supporter_id,
            "locale": reader.locale,
            "state": RecipientState.WAITING,
            "tries": 0,
            "next_try_at": now,
            "message_id": f"<{ids.public_id()}@{domain}>",
        }
        for reader in readers
    )
    while chunk := list(islice(rows, _AT_ONCE)):
        db.session.execute(insert(MailingRecipient), chunk)


def _count_gifts(mailing: Mailing, *, now: datetime, by: Actor) -> None:
    """Let the appeal that it tells of count what its link brings: gifts, and nobody's name."""
    if mailing.appeal_id is None:
        return
    if source_reads.is_code_taken(mailing.appeal_id, mailing.source_word):
        return
    appeal = db.session.get_one(Appeal, mailing.appeal_id)
    label = mailing.subject.origin_text[:120]
    sources.make_source(
        appeal, code=mailing.source_word, kind=SourceKind.LINK, label=label, now=now, by=by
    )
