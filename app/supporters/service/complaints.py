"""Complaints: received with a day by which they are answered, looked into, answered, forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.groups.queries import get_group_by_id
from app.lib import ids
from app.lib.errors import StaleError
from app.mail.service import outbox as mail
from app.supporters.errors.rights import ComplaintMovedError, FormUsedError, NoAddressError
from app.supporters.mails import rights as mails
from app.supporters.models.rights import Complaint, ComplaintNote
from app.supporters.queries import rights as reads
from app.supporters.rules.rights import (
    ANSWER_WITHIN,
    COMPLAINT_KEPT,
    ComplaintContent,
    may_move,
)
from app.supporters.rules.words import AskedBy, ComplaintState


def receive(
    content: ComplaintContent,
    *,
    locale: str,
    source: AskedBy,
    nonce: str | None,
    now: datetime,
    by: Actor,
    received_at: datetime | None = None,
) -> Complaint:
    """Keep a complaint, and tell her that it arrived; one form, sent twice, is one complaint.

    The days count from when it reached us, which an organiser may enter later. Raises
    FormUsedError where the form was sent before with other words.
    """
    known = _of_form(nonce)
    if known is not None:
        if known.text != content.text:
            raise FormUsedError
        return known
    since = received_at or now
    complaint = Complaint(
        public_id=ids.public_id(),
        group_id=content.group_id,
        kind=content.kind,
        state=ComplaintState.RECEIVED,
        name=content.name,
        email=content.email,
        text=content.text,
        locale=locale,
        source=source,
        nonce=nonce,
        received_at=since,
        due_at=since + ANSWER_WITHIN,
    )
    if (twin := _add_once(complaint, nonce)) is not None:
        return twin
    _note(complaint, "complaint.received", now=now, by=by)
    if content.email is not None:
        mails.complaint_received(complaint, now=now)
        complaint.acknowledged_at = now
    return complaint


def _add_once(complaint: Complaint, nonce: str | None) -> Complaint | None:
    """Add it, or return what the same form made that was sent at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add(complaint)
    except IntegrityError:
        if (twin := _of_form(nonce)) is None:
            raise
        return twin
    return None


def _of_form(nonce: str | None) -> Complaint | None:
    if nonce is None:
        return None
    return db.session.scalar(select(Complaint).where(Complaint.nonce == nonce))


def add_note(
    public_id: str, text: str, *, seen_version: int, now: datetime, by: Actor
) -> Complaint:
    """Write down a step for those who work on it; who has it in hand has acknowledged it.

    Raises NotFoundError, StaleError.
    """
    complaint = _lock(public_id, seen_version)
    _add(complaint, text, is_mailed=False, now=now, by=by)
    if complaint.state is ComplaintState.RECEIVED:
        complaint.state = ComplaintState.ACKNOWLEDGED
    complaint.acknowledged_at = complaint.acknowledged_at or now
    _note(complaint, "complaint.noted", now=now, by=by)
    return complaint


def write(public_id: str, text: str, *, seen_version: int, now: datetime, by: Actor) -> Complaint:
    """Write to her by mail without closing it; raises NotFoundError, StaleError, NoAddressError."""
    complaint = _lock(public_id, seen_version)
    _mail(complaint, text, now=now, by=by)
    if complaint.state is ComplaintState.RECEIVED:
        complaint.state = ComplaintState.ACKNOWLEDGED
    complaint.acknowledged_at = complaint.acknowledged_at or now
    _note(complaint, "complaint.written", now=now, by=by)
    return complaint


def answer(
    public_id: str,
    text: str,
    *,
    outcome: str,
    is_mailed: bool,
    seen_version: int,
    now: datetime,
    by: Actor,
) -> Complaint:
    """Close it with what was found and done, and tell her, by mail or as the note says.

    Raises NotFoundError, StaleError, NoAddressError, ComplaintMovedError.
    """
    complaint = _lock(public_id, seen_version)
    _move(complaint, ComplaintState.ANSWERED)
    if is_mailed:
        _mail(complaint, text, now=now, by=by)
    else:
        _add(complaint, text, is_mailed=False, now=now, by=by)
    complaint.outcome, complaint.answered_at = outcome, now
    complaint.acknowledged_at = complaint.acknowledged_at or now
    _note(complaint, "complaint.answered", now=now, by=by)
    return complaint


def set_aside(
    public_id: str, why: str, *, seen_version: int, now: datetime, by: Actor
) -> Complaint:
    """Close what is none, or was sent twice; a note says which. It can be taken up again."""
    complaint = _lock(public_id, seen_version)
    _move(complaint, ComplaintState.SET_ASIDE)
    _add(complaint, why, is_mailed=False, now=now, by=by)
    complaint.answered_at = now
    _note(complaint, "complaint.set_aside", now=now, by=by)
    return complaint


def take_up_again(public_id: str, *, seen_version: int, now: datetime, by: Actor) -> Complaint:
    """Let a complaint that was set aside wait again; its day stays what it was."""
    complaint = _lock(public_id, seen_version)
    _move(complaint, ComplaintState.RECEIVED)
    complaint.answered_at = None
    _note(complaint, "complaint.taken_up_again", now=now, by=by)
    return complaint


def forget_old(*, now: datetime, limit: int) -> int:
    """Forget who complained two years after it was answered; that somebody did stays."""
    old = db.session.scalars(
        select(Complaint)
        .where(reads.old_complaints(now - COMPLAINT_KEPT))
        .order_by(Complaint.id)
        .limit(limit)
    ).all()
    for complaint in old:
        forget(complaint, now=now)
    return len(old)


def forget(complaint: Complaint, *, now: datetime) -> None:
    """Take everything out of a complaint that says who complained, and of what."""
    mail.forget([complaint.public_id], now=now)
    complaint.name = complaint.email = complaint.text = complaint.outcome = None
    complaint.purged_at = now
    db.session.execute(
        update(ComplaintNote).where(ComplaintNote.complaint_id == complaint.id).values(text="")
    )
    db.session.expire(complaint, ["notes"])


def _lock(public_id: str, seen_version: int) -> Complaint:
    complaint = reads.lock_complaint(public_id)
    if complaint.version != seen_version or complaint.purged_at is not None:
        raise StaleError
    complaint.version += 1
    return complaint


def _move(complaint: Complaint, after: ComplaintState) -> None:
    if not may_move(complaint.state, after):
        raise ComplaintMovedError
    complaint.state = after


def _mail(complaint: Complaint, text: str, *, now: datetime, by: Actor) -> None:
    if complaint.email is None:
        raise NoAddressError
    note = _add(complaint, text, is_mailed=True, now=now, by=by)
    group = get_group_by_id(complaint.group_id) if complaint.group_id is not None else None
    reply_to = group.contact_email if group is not None else None
    mails.complaint_answer(complaint, note, reply_to=reply_to, now=now)


def _add(
    complaint: Complaint, text: str, *, is_mailed: bool, now: datetime, by: Actor
) -> ComplaintNote:
    note = ComplaintNote(
        complaint=complaint, text=text, is_mailed=is_mailed, by_id=by.account_id, created_at=now
    )
    db.session.add(note)
    db.session.flush()
    return note


def _note(complaint: Complaint, action: str, *, now: datetime, by: Actor) -> None:
    subject = f"complaint:{complaint.id}"
    audit.record(by, action, subject, now=now, group_id=complaint.group_id)
