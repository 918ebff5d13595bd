"""When a mail of a mailing that was not taken is tried again."""

from datetime import datetime, timedelta

from app.mail.rules.outbox import next_delay

#: So many rows that must not be sent are looked at in one transaction.
LOOKED_AT = 50
_NONE = timedelta(0)


#: Noted where nobody knows whether it went.
LEFT_BEHIND = "the worker did not come back"


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try the next time; None to give up, as with any other mail after some days.

    What counts is how long she was tried for: her turn may have come days after the first one's.
    """
    waited = sum((next_delay(each, timedelta(0)) or _NONE for each in range(1, tries)), _NONE)
    delay = next_delay(max(tries, 1), waited)
    return None if delay is None else now + delay


def error_text(error: str) -> str:
    """What a server said, as much of it as is kept."""
    return error[:300]


#: How long a worker sleeps at most before it looks at a mailing again.
LONGEST_NAP = timedelta(minutes=5)
