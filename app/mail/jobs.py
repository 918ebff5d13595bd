"""Delivering the outbox: take the row, commit, speak to the server, note what it said.

A worker that dies between the server's answer and the note sends the mail once more, under the same
Message-ID.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from app.db.session import transaction
from app.lib import clock
from app.lib.bounces import BounceKind
from app.mail import gateway, render
from app.mail.errors import (
    MailHeaderError,
    MailServerAwayError,
    PermanentMailError,
    TemporaryMailError,
)
from app.mail.queries import outbox as queries
from app.mail.rules.addresses import purpose_of
from app.mail.rules.outbox import REFUSED_BEFORE, MailState
from app.mail.service import bounces, health, pacing, receiving, suppression
from app.mail.service import outbox as service
from app.queue.facts import Handler, RetryLater, Schedule

log = structlog.get_logger(__name__)
_IN_HAND = timedelta(minutes=1)
#: Seconds in which nobody knocks again at a server that did not answer: each knock may hang, and
#: the worker has payments to apply.
AWAY = 60.0


@dataclass
class _Door:
    """Until when the mail server is taken to be away, on the monotonic clock."""

    closed_until: float = 0.0


door = _Door()


def deliver(payload: Mapping[str, Any]) -> None:
    """Send one mail; raises RetryLater when the server would not take it now."""
    mail_id: int = payload["id"]
    if not _take(mail_id, even_if_suppressed=bool(payload.get("even_if_suppressed"))):
        if queries.get_mail(mail_id).state is MailState.SENDING:
            raise RetryLater(_IN_HAND)
        return
    try:
        _send(mail_id)
    except (PermanentMailError, MailHeaderError) as error:
        _fail(mail_id, error)
    except TemporaryMailError as error:
        _postpone(mail_id, str(error), slows=error.slows)
    except Exception as error:  # noqa: BLE001 - a template that is wrong today may be mended
        log.error("mail.not_rendered", mail=mail_id, error=type(error).__name__)  # noqa: TRY400
        _postpone(mail_id, f"cannot be rendered: {type(error).__name__}")
    else:
        with transaction():
            now, mail = clock.utcnow(), queries.get_mail(mail_id)
            service.mark_sent(mail, now=now)
            health.note_taken(mail.to, now=now)
            pacing.speed_up(now=now)


def _take(mail_id: int, *, even_if_suppressed: bool) -> bool:
    """Take a mail in hand if it may go out now; raises RetryLater where the hour is full."""
    with transaction():
        now = clock.utcnow()
        if not service.take(mail_id, now=now):
            return False
        mail = queries.get_mail(mail_id)
        purpose = purpose_of(mail.template)
        if not even_if_suppressed and suppression.is_suppressed(mail.to, for_=purpose):
            # Whoever looks after what came back sees it, and corrects the address.
            gone = BounceKind.NO_SUCH_ADDRESS
            service.mark_failed(mail, REFUSED_BEFORE, now=now, bounce=gone)
            return False
        allowance = pacing.may_send(purpose, now=now)
        if not allowance.is_allowed:
            service.wait_for_room(mail, allowance.wait or _IN_HAND, now=now)
    if allowance.is_allowed:
        return True
    raise RetryLater(allowance.wait or _IN_HAND)


def _fail(mail_id: int, error: PermanentMailError | MailHeaderError) -> None:
    bounce = error.bounce if isinstance(error, PermanentMailError) else None
    with transaction():
        now, mail = clock.utcnow(), queries.get_mail(mail_id)
        service.mark_failed(mail, str(error), now=now, bounce=bounce)
        if bounce is not None:
            health.note_refused(mail.to, bounce, now=now)
    log.warning("mail.failed", mail=mail_id, error=str(error))


def _send(mail_id: int) -> None:
    if clock.monotonic() < door.closed_until:
        raise TemporaryMailError("the mail server is away")
    mail = queries.get_mail(mail_id)
    message = render.build_message(mail)
    try:
        gateway.send(message, sender=bounces.return_path(mail.bounce_key), to=mail.to)
    except MailServerAwayError:
        door.closed_until = clock.monotonic() + AWAY
        raise


def _postpone(mail_id: int, error: str, *, slows: bool = False) -> None:
    with transaction():
        now = clock.utcnow()
        delay = service.postpone(queries.get_mail(mail_id), error, now=now)
        if slows:
            pacing.slow_down(now=now)
    if delay is not None:
        raise RetryLater(delay)
    log.warning("mail.given_up", mail=mail_id, error=error)


def sweep(_payload: Mapping[str, Any]) -> None:
    """Find mails whose job was lost."""
    with transaction():
        service.sweep(now=clock.utcnow())


def purge(_payload: Mapping[str, Any]) -> None:
    """Forget what old mails said, and what is known of addresses that mail reaches again."""
    while _purge_some():
        pass
    while _purge_received():
        pass
    with transaction():
        health.purge(now=clock.utcnow())
        pacing.purge(now=clock.utcnow())


def _purge_some() -> int:
    with transaction():
        return service.purge(now=clock.utcnow())


def _purge_received() -> int:
    with transaction():
        return receiving.purge(now=clock.utcnow())


HANDLERS: Mapping[str, Handler] = {
    service.DELIVER: deliver,
    "mail.sweep": sweep,
    "mail.purge": purge,
}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule("mail.sweep", timedelta(minutes=10)),
    Schedule("mail.purge", timedelta(days=1)),
)
