"""When a mail of a mailing that was not taken is tried again."""

from datetime import datetime, timedelta

from app.mail.rules.outbox import next_delay

#: So many rows that must not be sent are looked at in one transaction.
LOOKED_AT = 50


#: Noted where nobody knows whether it went.
LEFT_BEHIND = "the worker did not come back"


def next_try(tries: int, began_at: datetime, now: datetime) -> datetime | None:
    """When to try the next time; None to give up, as with any other mail after some days."""
    delay = next_delay(max(tries, 1), now - began_at)
    return None if delay is None else now + delay


def error_text(error: str) -> str:
    """What a server said, as much of it as is kept."""
    return error[:300]


#: How long a worker sleeps at most before it looks at a mailing again.
LONGEST_NAP = timedelta(minutes=5)
