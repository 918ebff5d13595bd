"""States of a job, how long a lease lasts, and when a failed job runs again."""

import json
from datetime import datetime, timedelta
from enum import StrEnum

from app.queue.facts import Schedule


class JobState(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


#: How long a job stays a worker's own without a sign of life.
LEASE = timedelta(minutes=5)
#: A job that failed this often stays, visibly, until somebody retries it.
MAX_TRIES = 12
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=2)
#: Done jobs are kept this long: their keys keep the same work from being put again.
KEEP_DONE = timedelta(days=30)


def backoff(tries: int, spread: float) -> timedelta:
    """How long to wait after the given number of tries; spread (0 to 1) keeps jobs apart."""
    doubled = FIRST_DELAY.total_seconds() * 2.0 ** (tries - 1)
    return min(timedelta(seconds=doubled), LONGEST_DELAY) * (0.8 + 0.4 * spread)


def period_key(schedule: Schedule, now: datetime) -> str:
    """The key of a schedule's job in the present period."""
    period = int(now.timestamp() // schedule.every.total_seconds())
    payload = json.dumps(schedule.payload, sort_keys=True) if schedule.payload else ""
    return f"schedule:{schedule.kind}:{payload}:{period}"
