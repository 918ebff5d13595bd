"""Putting mails into the outbox and moving them through it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.lib.bounces import BounceKind
from app.lib.emails import mask_email
from app.mail.models.outbox import OutboxMail
from app.mail.queries import outbox as queries
from app.mail.rules.outbox import (
    KEEP_BODY,
    STALE_AFTER,
    MailState,
    check_header,
    check_template,
    next_delay,
    to_plain,
)
from app.queue import service as queue
from app.settings import settings

DELIVER = "mail.deliver"


def put(
    template: str,
    *,
    key: str,
    to: str,
    locale: str,
    values: Mapping[str, Any],
    now: datetime,
    reply_to: str | None = None,
    sender_name: str | None = None,
    about: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """Put a mail into the open transaction; the same template and key are put only once.

    Values are plain JSON, money, instants and translated texts. `links` in them maps names to
    {"endpoint", "purpose", "subject", "version"}: a private address, made when it is rendered.
    `about` is the public id of what the mail is about; it goes `not_before` an instant.
    Raises MailHeaderError, TypeError for a value that cannot be kept.
    """
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {
        "template": check_template(template),
        "key": key,
        "about": about,
        "to": check_header(to),
        "locale": locale,
        "values": to_plain(values),
        "reply_to": check_header(reply_to) if reply_to else None,
        "sender_name": check_header(sender_name) if sender_name else None,
        "message_id": f"<{ids.public_id()}@{_domain()}>",
        "bounce_key": ids.public_id() if settings().bounce_address else None,
        "state": MailState.WAITING,
        "tries": 0,
        "created_at": now,
        "next_try_at": not_before or now,
    }
    inserted = db.session.execute(
        dialect.insert(OutboxMail).values(row).on_conflict_do_nothing().returning(OutboxMail.id)
    ).first()
    if inserted is not None:
        key = f"mail:{inserted.id}"
        queue.put(DELIVER, {"id": inserted.id}, now=now, key=key, run_at=not_before)


def take(mail_id: int, *, now: datetime) -> bool:
    """Take a mail in hand; False when it is done or another worker has it."""
    free = or_(
        OutboxMail.state == MailState.WAITING,
        and_(OutboxMail.state == MailState.SENDING, OutboxMail.taken_at < now - STALE_AFTER),
    )
    taken = db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail_id, free)
        .values(state=MailState.SENDING, taken_at=now, tries=OutboxMail.tries + 1)
        .returning(OutboxMail.id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def mark_sent(mail: OutboxMail, *, now: datetime) -> None:
    """The server took it."""
    mail.state, mail.finished_at, mail.last_error = MailState.SENT, now, None


def mark_failed(
    mail: OutboxMail, error: str, *, now: datetime, bounce: BounceKind | None = None
) -> None:
    """The server will never take it; `bounce` says why, where it is not our own fault."""
    if bounce is not None:
        mail.bounced_at, mail.bounce_reason = now, bounce.value
    if mail.state is not MailState.WITHDRAWN:
        mail.state, mail.finished_at, mail.last_error = MailState.FAILED, now, error[:300]


def mark_bounced(message_id: str, kind: BounceKind, *, now: datetime) -> bool:
    """A server took it and could not deliver it, as a report says that returns its Message-ID.

    Returns whether anything changed: a report about a mail that is not ours changes nothing, nor
    one about a mail that went out with a signed address to come back to.
    """
    mail = queries.lock_mail_by_message_id(message_id)
    if mail is None or (mail.bounce_key is not None and settings().bounce_address):
        return False
    return note_bounce(mail, kind, now=now)


def note_bounce(mail: OutboxMail, kind: BounceKind, *, now: datetime) -> bool:
    """A report says that a mail came back; the first one counts. Returns whether it was this."""
    if mail.state not in {MailState.SENDING, MailState.SENT} or mail.bounced_at is not None:
        return False
    mail.bounced_at, mail.bounce_reason = now, kind.value
    return True


def put_aside(mail: OutboxMail, *, by: Actor, now: datetime, group_id: int | None = None) -> None:
    """Note that somebody knows of a mail that came back; it waits for nobody any more."""
    if mail.bounced_at is None or mail.bounce_seen_at is not None:
        return
    mail.bounce_seen_at = now
    audit.record(by, "mail.bounce_put_aside", f"mail:{mail.id}", now=now, group_id=group_id)


def postpone(mail: OutboxMail, error: str, *, now: datetime) -> timedelta | None:
    """Try again later; returns when, or None when the mail was given up or taken back."""
    if mail.state is MailState.WITHDRAWN:
        return None
    delay = next_delay(mail.tries, now - mail.created_at)
    if delay is None:
        mark_failed(mail, error, now=now)
        return None
    mail.state, mail.next_try_at, mail.last_error = MailState.WAITING, now + delay, error[:300]
    return delay


def wait_for_room(mail: OutboxMail, wait: timedelta, *, now: datetime) -> None:
    """The hour is full: the mail waits for the next one, and this was no try."""
    mail.state, mail.next_try_at, mail.taken_at = MailState.WAITING, now + wait, None
    mail.tries -= 1


def withdraw(about: Collection[str], to: str, *, now: datetime) -> bool:
    """Take back what was not sent yet of the mails about some things to an address.

    One that a worker has in hand goes if the server takes it now, and is not tried again. Returns
    whether mail reaches the address, as far as the mails about these things tell.
    """
    mails = queries.list_mails_about(about, to)
    for mail in mails:
        if mail.state is not MailState.SENT:
            mail.state, mail.finished_at = MailState.WITHDRAWN, now
    return not any(mail.bounced_at for mail in mails)


def amend(template: str, key: str, values: Mapping[str, Any]) -> bool:
    """Let a mail that waits to be sent say something else; False where it is too late for that."""
    mail = queries.lock_waiting(template, key)
    if mail is None:
        return False
    mail.values = {**mail.values, **to_plain(values)}
    return True


def send_again(mail: OutboxMail, *, by: Actor, now: datetime) -> None:
    """Try a failed mail once more, as if it were new; a purged one has nothing to say."""
    if mail.state is not MailState.FAILED or mail.purged_at is not None:
        return
    mail.state, mail.tries, mail.created_at, mail.next_try_at = MailState.WAITING, 0, now, now
    mail.finished_at = mail.bounced_at = mail.bounce_reason = None
    # Somebody decided so: it goes also to an address from which mail came back.
    payload = {"id": mail.id, "even_if_suppressed": True}
    queue.put(DELIVER, payload, now=now, key=f"mail:{mail.id}:{now.isoformat()}")
    audit.record(by, "mail.sent_again", f"mail:{mail.id}", now=now)


def let_go(mail: OutboxMail, *, by: Actor, now: datetime) -> None:
    """Send a failed mail no more: what it said, and to whom, is forgotten at once."""
    if mail.state is not MailState.FAILED or mail.purged_at is not None:
        return
    mail.values, mail.to, mail.purged_at = {}, mask_email(mail.to), now
    audit.record(by, "mail.let_go", f"mail:{mail.id}", now=now)


def forget(about: Collection[str], *, now: datetime) -> None:
    """Forget what was written about some things, and to whom; what was not sent yet is not sent."""
    for mail in queries.list_all_about(about):
        if mail.state in {MailState.WAITING, MailState.SENDING}:
            mail.state, mail.finished_at = MailState.WITHDRAWN, now
        if mail.purged_at is None:
            mail.values, mail.to, mail.purged_at = {}, mask_email(mail.to), now


def sweep(*, now: datetime) -> int:
    """Put another job for each mail that lost its own; returns how many."""
    overdue = queries.list_overdue_ids(now)
    for mail_id in overdue:
        queue.put(DELIVER, {"id": mail_id}, now=now, key=f"mail:{mail_id}:{now.isoformat()}")
    return len(overdue)


def purge(*, now: datetime, limit: int = 500) -> int:
    """Forget what old mails said and to whom they went; returns how many were purged."""
    old = queries.list_unpurged(before=now - KEEP_BODY, limit=limit)
    for mail in old:
        mail.values, mail.to, mail.purged_at = {}, mask_email(mail.to), now
    return len(old)


def _domain() -> str:
    return settings().mail_from.rpartition("@")[2].strip("> ") or settings().host.partition(":")[0]
