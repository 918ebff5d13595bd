"""Sending a mailing: some mails at a time, so that receipts and links never stand behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from app.db.session import end_read, retry_deadlocks, transaction
from app.lib import clock
from app.mail import gateway
from app.mail.errors import (
    MailHeaderError,
    MailServerAwayError,
    PermanentMailError,
    TemporaryMailError,
)
from app.mail.facts import Allowance
from app.mailings.mails.news import Composer
from app.mailings.queries import mailings as reads
from app.mailings.queries import recipients as row_reads
from app.mailings.rules.trying import LONGEST_NAP
from app.mailings.service import sending, starting
from app.mailings.service.sending import Pause, Taken
from app.queue.facts import RetryLater

log = structlog.get_logger(__name__)
#: Mails, and seconds, until other jobs have their turn.
SLICE: Final = 50
SLICE_SECONDS: Final = 5.0
#: So long nobody knocks at a server that is away.
AWAY: Final = timedelta(minutes=1)
_SOON: Final = timedelta(seconds=1)


def run(mailing_id: int) -> None:
    """Send some of a mailing; raises RetryLater while somebody waits for it."""
    with transaction():
        has_work = sending.look_at(mailing_id, now=clock.utcnow())
    if not has_work:
        return
    pause = _send_some(mailing_id)
    with transaction():
        is_over = sending.finish(mailing_id, now=clock.utcnow())
    if not is_over:
        raise RetryLater(pause)


def _send_some(mailing_id: int) -> timedelta:
    """Send until the slice is over or nobody may be sent to; returns when to go on."""
    composer = Composer(reads.get_by_id(mailing_id))
    until = clock.monotonic() + SLICE_SECONDS
    with gateway.session() as session:
        for _ in range(SLICE):
            if clock.monotonic() >= until:
                break
            taken = retry_deadlocks(lambda: _take(mailing_id))
            if taken is Pause.GO_ON:
                continue
            if not isinstance(taken, Taken):
                return _nap(mailing_id, taken)
            if not _send(taken, composer, session):
                return AWAY
    return timedelta(0)


def _take(mailing_id: int) -> Taken | Allowance | Pause:
    with transaction():
        return sending.take(mailing_id, now=clock.utcnow())


def _nap(mailing_id: int, pause: Allowance | Pause) -> timedelta:
    """How long a worker sleeps; never so long that the mailing seems to be left behind."""
    if isinstance(pause, Allowance):
        return min(pause.wait or _SOON, LONGEST_NAP)
    now = clock.utcnow()
    due = row_reads.next_try(mailing_id)
    end_read()
    return LONGEST_NAP if due is None else min(max(due - now, _SOON), LONGEST_NAP)


def _send(taken: Taken, composer: Composer, session: gateway.Session) -> bool:
    """Send one and note what the server said; whether the server is there at all."""
    try:
        message, return_path = composer.compose(
            to=taken.email,
            locale=taken.locale,
            key=taken.public_id,
            message_id=taken.message_id,
        )
        session.send(message, sender=return_path, to=taken.email)
    except MailServerAwayError:
        retry_deadlocks(lambda: _note_away(taken))
        return False
    except TemporaryMailError as error:
        text, slows = str(error), error.slows
        retry_deadlocks(lambda: _note_later(taken, text, slows=slows))
    except PermanentMailError as error:
        refusal = error
        retry_deadlocks(lambda: _note_refused(taken, refusal))
    except MailHeaderError as error:
        unfit = str(error)
        retry_deadlocks(lambda: _note_unfit(taken, unfit))
    except Exception as error:  # noqa: BLE001 - a mail that cannot be made must not hold the others
        log.error("mailing.not_rendered", row=taken.recipient_id, error=type(error).__name__)  # noqa: TRY400
        problem = f"cannot be rendered: {type(error).__name__}"
        retry_deadlocks(lambda: _note_later(taken, problem, slows=False))
    else:
        retry_deadlocks(lambda: _note_sent(taken))
    return True


def _note_sent(taken: Taken) -> None:
    with transaction():
        sending.note_sent(taken, now=clock.utcnow())


def _note_away(taken: Taken) -> None:
    with transaction():
        sending.put_back(taken, now=clock.utcnow())


def _note_later(taken: Taken, error: str, *, slows: bool) -> None:
    with transaction():
        sending.note_later(taken, error, slows=slows, now=clock.utcnow())


def _note_refused(taken: Taken, error: PermanentMailError) -> None:
    """Where the server refuses the sender, which is us, nothing is said of the address."""
    with transaction():
        if error.bounce is None:
            sending.note_later(taken, str(error), slows=True, now=clock.utcnow())
        else:
            sending.note_refused(taken, str(error), error.bounce, now=clock.utcnow())


def _note_unfit(taken: Taken, error: str) -> None:
    with transaction():
        sending.note_refused(taken, error, None, now=clock.utcnow())


# --- beginning ------------------------------------------------------------------------------------


def look(now: datetime) -> None:
    """Begin what is due, and give a new job to what lost its own."""
    due, lost = reads.list_due(now), reads.list_lost(now)
    for mailing_id in due:
        with transaction():
            starting.begin_due(mailing_id, now=now)
    with transaction():
        sending.settle_stopped(now=now)
    for mailing_id in lost:
        with transaction():
            starting.give_new_job(mailing_id, now=now)
