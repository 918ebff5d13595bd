"""Watching from the web process whether the worker works and mails go out: the worker cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.lib import clock
from app.notices import queries
from app.queue import queries as queue
from app.settings import settings

log = structlog.get_logger(__name__)
#: Seconds between two lines in the log about the same silence.
SAY_EVERY = 300.0


@dataclass(frozen=True)
class Silence:
    """No worker gives a sign of life."""

    #: When one was last seen; None where none ever was.
    since: datetime | None


@dataclass
class _Said:
    """When the log was last told of something, on the monotonic clock."""

    next_at: float = 0.0

    def is_due(self) -> bool:
        """Whether to say it again."""
        now = clock.monotonic()
        if now < self.next_at:
            return False
        self.next_at = now + SAY_EVERY
        return True


_silence_said, _stuck_said = _Said(), _Said()


def worker_silence(now: datetime) -> Silence | None:
    """Whether the worker is silent for longer than the settings allow; says so in the log."""
    seen = queue.heartbeat(now)
    if seen is not None and now - seen <= timedelta(minutes=settings().worker_silent_minutes):
        return None
    if _silence_said.is_due():
        log.error("worker.silent", since=seen.isoformat() if seen else "ever")
    return Silence(seen)


def mail_stuck_since(now: datetime) -> datetime | None:
    """Since when every mail fails, where it is longer than the settings allow; says so, too."""
    patience = timedelta(minutes=settings().mail_stuck_minutes)
    since = queries.no_mail_since(now, patience=patience)
    if since is not None and _stuck_said.is_due():
        log.error("mail.stuck", since=since.isoformat())
    return since


def troubles(now: datetime) -> list[str]:
    """The same as lines for machines."""
    found = []
    silence, stuck = worker_silence(now), mail_stuck_since(now)
    if silence is not None:
        since = f"since {silence.since.isoformat()}" if silence.since else "ever"
        found.append(f"no worker was seen {since}: mails and messages from Stripe wait")
    if stuck is not None:
        found.append(f"every mail has failed since {stuck.isoformat()}")
    return found
