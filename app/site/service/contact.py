"""What visitors write to us: kept, answered by mail, put aside, forgotten.

Whoever writes learns nobody's address but the group's, and hers goes to those alone who answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.mail.service import outbox as mail
from app.site.errors.contact import MessageAnsweredError, NoAddressToAnswerError
from app.site.mails import contact as mails
from app.site.models.pages import ContactMessage
from app.site.queries import contact as reads
from app.site.rules import contact as rules
from app.site.rules.words import ContactAbout, ContactState


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What somebody says, and who she says she is."""

    group_id: int
    about: ContactAbout
    text: str
    name: str | None = None
    #: Normalised.
    email: str | None = None
    locale: str


def keep(
    letter: Letter, *, nonce: str, network: str | None = None, now: datetime, by: Actor
) -> ContactMessage:
    """Keep what somebody wrote, or said on the telephone; one form is one message."""
    known = reads.find_by_nonce(nonce)
    if known is not None:
        return known
    message = ContactMessage(
        public_id=ids.public_id(),
        state=ContactState.UNREAD,
        nonce=nonce,
        network=network,
        received_at=now,
        **vars(letter),
    )
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:
        # The same form, sent twice at the same moment.
        known = reads.find_by_nonce(nonce)
        if known is None:
            raise
        return known
    _record(message, "contact.received", now=now, by=by)
    return message


def answer(message_id: int, text: str, *, now: datetime, by: Actor) -> None:
    """Answer by mail; raises MessageAnsweredError or NoAddressToAnswerError."""
    message = _locked(message_id, ContactState.ANSWERED)
    if not message.email:
        raise NoAddressToAnswerError
    message.answer = text
    _end(message, ContactState.ANSWERED, "contact.answered", now=now, by=by)
    mails.answer(message, text, now=now)


def put_aside(message_id: int, *, now: datetime, by: Actor) -> None:
    """Say that there is nothing to answer by mail; raises MessageAnsweredError."""
    message = _locked(message_id, ContactState.DONE)
    _end(message, ContactState.DONE, "contact.put_aside", now=now, by=by)


def take_up(message_id: int, *, now: datetime, by: Actor) -> None:
    """Let a message that was put aside wait for an answer again; raises MessageAnsweredError."""
    message = _locked(message_id, ContactState.UNREAD)
    message.state, message.answered_at, message.answered_by_id = ContactState.UNREAD, None, None
    db.session.flush()
    _record(message, "contact.taken_up", now=now, by=by)


def pass_on(message_id: int, group_id: int, *, now: datetime, by: Actor) -> None:
    """Give a message to another group; raises MessageAnsweredError where it waits no more."""
    message = reads.lock_message(message_id)
    if message.state is not ContactState.UNREAD:
        raise MessageAnsweredError
    if message.group_id != group_id:
        _record(message, "contact.passed_on", now=now, by=by)
        message.group_id = group_id
        db.session.flush()


def purge(*, now: datetime, limit: int) -> int:
    """Forget what was answered long ago; returns how many messages were forgotten."""
    old = reads.list_old(now, limit=limit)
    for message in old:
        forget(message, now=now)
    return len(old)


def forget(message: ContactMessage, *, now: datetime) -> None:
    """Leave nothing of a message but that there was one."""
    message.name = message.email = message.text = message.answer = message.network = None
    message.purged_at = now
    if message.state is ContactState.UNREAD:
        message.state, message.answered_at = ContactState.DONE, now
    mail.forget([message.public_id], now=now)


def forget_networks(*, now: datetime) -> None:
    """Delete what stands for the networks of those who wrote."""
    db.session.execute(
        update(ContactMessage)
        .where(
            ContactMessage.network.is_not(None),
            ContactMessage.received_at < now - rules.NETWORK_KEPT,
        )
        .values(network=None)
        .execution_options(synchronize_session=False)
    )


def _locked(message_id: int, to: ContactState) -> ContactMessage:
    message = reads.lock_message(message_id)
    if message.purged_at is not None or not rules.may_move(message.state, to):
        raise MessageAnsweredError
    return message


def _end(
    message: ContactMessage, state: ContactState, action: str, *, now: datetime, by: Actor
) -> None:
    message.state, message.answered_at = state, now
    message.answered_by_id = by.account_id
    db.session.flush()
    _record(message, action, now=now, by=by)


def _record(message: ContactMessage, action: str, *, now: datetime, by: Actor) -> None:
    audit.record(by, action, f"contact_message:{message.id}", now=now, group_id=message.group_id)
