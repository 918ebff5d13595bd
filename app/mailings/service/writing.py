"""Organisers write a mailing, change it, and send it to themselves first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.accounts.models import User
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.groups.models import Group
from app.lib import ids
from app.mailings.errors.mailings import (
    BadSourceError,
    LanguagesDifferError,
    NoAppealError,
    NotNowError,
    StaleMailingError,
)
from app.mailings.mails import news
from app.mailings.models.mailings import Mailing
from app.mailings.queries import mailings as reads
from app.mailings.rules.audience import to_json
from app.mailings.rules.mailings import SOURCE, WRITABLE, MailingContent, languages
from app.mailings.rules.words import MailingKind


def create(
    group: Group, content: MailingContent, *, now: datetime, by: Actor, writer: User | None = None
) -> Mailing:
    """Begin a mailing as a draft; raises what `edit` raises about the words."""
    mailing = Mailing(
        public_id=ids.public_id(), group=group, created_by=writer, created_at=now, version=1
    )
    _write(mailing, content, now)
    db.session.add(mailing)
    db.session.flush()
    tell(mailing, "mailing.written", now=now, by=by)
    return mailing


def edit(
    mailing_id: int, content: MailingContent, *, seen_version: int, now: datetime, by: Actor
) -> None:
    """Save a changed draft; it has to be tested anew.

    Raises StaleMailingError, NotNowError where it is no draft any more, LanguagesDifferError,
    NoAppealError or BadSourceError.
    """
    mailing = reads.lock_mailing(mailing_id)
    if mailing.version != seen_version:
        raise StaleMailingError
    if mailing.state not in WRITABLE:
        raise NotNowError
    _write(mailing, content, now)
    mailing.version += 1
    tell(mailing, "mailing.changed", now=now, by=by)


def discard(mailing_id: int, *, now: datetime, by: Actor) -> None:
    """Throw a draft away; raises NotNowError where it is no draft: what went out stays known."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state not in WRITABLE:
        raise NotNowError
    tell(mailing, "mailing.discarded", now=now, by=by)
    db.session.delete(mailing)


def _write(mailing: Mailing, content: MailingContent, now: datetime) -> None:
    if set(content.subject.texts) != set(content.body.texts):
        raise LanguagesDifferError
    if (content.kind is MailingKind.APPEAL) != (content.appeal_id is not None):
        raise NoAppealError
    if not SOURCE.fullmatch(content.source_word):
        raise BadSourceError
    mailing.kind, mailing.purpose = content.kind, content.purpose
    mailing.appeal_id = content.appeal_id
    mailing.subject, mailing.body = content.subject, content.body
    mailing.audience = to_json(content.audience)
    mailing.source_word, mailing.updated_at = content.source_word, now


def send_test(mailing_id: int, reader: User, *, now: datetime, by: Actor) -> Sequence[str]:
    """Mail it to the organiser herself, once in each language it has; returns the languages."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state not in WRITABLE:
        raise NotNowError
    written = languages(mailing.subject, mailing.body)
    for locale in written:
        news.put_test(mailing, reader.email, locale, now=now)
    mailing.tested_version = mailing.version
    tell(mailing, "mailing.tested", now=now, by=by)
    return written


def tell(mailing: Mailing, action: str, *, now: datetime, by: Actor, **detail: object) -> None:
    """Note what was done with a mailing."""
    subject = f"mailing:{mailing.public_id}"
    audit.record(by, action, subject, now=now, group_id=mailing.group_id, detail=detail or None)
