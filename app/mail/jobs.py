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
from app.mail import gateway, render
from app.mail.errors import (
    MailHeaderError,
    MailServerAwayError,
    PermanentMailError,
    TemporaryMailError,
)
from app.mail.models import addresses  # noqa: F401 - its tables belong to the schema
from app.mail.queries import outbox as queries
from app.mail.rules.outbox import MailState
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
    with transaction():
        is_mine = service.take(mail_id, now=clock.utcnow())
    if not is_mine:
        if queries.get_mail(mail_id).state is MailState.SENDING:
            raise RetryLater(_IN_HAND)
        return
    try:
        _send(mail_id)
    except (PermanentMailError, MailHeaderError) as error:
        bounce = error.bounce if isinstance(error, PermanentMailError) else None
        with transaction():
            mail = queries.get_mail(mail_id)
            service.mark_failed(mail, str(error), now=clock.utcnow(), bounce=bounce)
        log.warning("mail.failed", mail=mail_id, error=str(error))
    except TemporaryMailError as error:
        _postpone(mail_id, str(error))
    except Exception as error:  # noqa: BLE001 - a template that is wrong today may be mended
        log.error("mail.not_rendered", mail=mail_id, error=type(error).__name__)  # noqa: TRY400
        _postpone(mail_id, f"cannot be rendered: {type(error).__name__}")
    else:
        with transaction():
            service.mark_sent(queries.get_mail(mail_id), now=clock.utcnow())


def _send(mail_id: int) -> None:
    if clock.monotonic() < door.closed_until:
        raise TemporaryMailError("the mail server is away")
    mail = queries.get_mail(mail_id)
    message = render.build_message(mail)
    try:
        gateway.send(message, sender=render.sender_address(), to=mail.to)
    except MailServerAwayError:
        door.closed_until = clock.monotonic() + AWAY
        raise


def _postpone(mail_id: int, error: str) -> None:
    with transaction():
        delay = service.postpone(queries.get_mail(mail_id), error, now=clock.utcnow())
    if delay is not None:
        raise RetryLater(delay)
    log.warning("mail.given_up", mail=mail_id, error=error)


def sweep(_payload: Mapping[str, Any]) -> None:
    """Find mails whose job was lost."""
    with transaction():
        service.sweep(now=clock.utcnow())


def purge(_payload: Mapping[str, Any]) -> None:
    """Forget what old mails said."""
    while _purge_some():
        pass


def _purge_some() -> int:
    with transaction():
        return service.purge(now=clock.utcnow())


HANDLERS: Mapping[str, Handler] = {
    service.DELIVER: deliver,
    "mail.sweep": sweep,
    "mail.purge": purge,
}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule("mail.sweep", timedelta(minutes=10)),
    Schedule("mail.purge", timedelta(days=1)),
)
