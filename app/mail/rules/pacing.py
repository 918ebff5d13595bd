"""How much mail leaves within an hour, and how long everything rests when a server asks for it."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
#: What was sent is counted by minutes; a minute leaves the window when all of it is an hour old.
SPAN = timedelta(minutes=1)
KEEP_SPANS = timedelta(days=2)
#: Of the limit, this share is kept for mails that somebody waits for.
KEPT_FREE = 0.1
#: A mailing waits for mails of the outbox that became due this recently; older ones are stuck.
YIELDS_TO = timedelta(minutes=2)
YIELDS_FOR = timedelta(seconds=2)

FIRST_REST = 60
LONGEST_REST = 3600

_ABOUT_HER = re.compile(r"(?<![0-9.])4\.[126]\.[0-9]{1,3}(?![0-9.])|gr[ae]y-?list", re.IGNORECASE)
_TOO_MUCH = re.compile(r"too many|too fast|rate|limit|throttl|4\.7\.", re.IGNORECASE)


def span_of(now: datetime) -> datetime:
    """The beginning of the minute that an instant lies in."""
    return now.replace(second=0, microsecond=0)


def room_for_mailings(limit: int) -> int:
    """How many of an hour's mails may be written to many."""
    return limit - max(1, round(limit * KEPT_FREE)) if limit > 1 else limit


def wait_for_room(spans: Sequence[datetime], now: datetime) -> timedelta:
    """How long until the oldest counted minute leaves the window."""
    oldest = min(spans, default=span_of(now))
    return max(oldest + WINDOW + SPAN - now, timedelta(seconds=1))


def asks_for_patience(code: int, words: str) -> bool:
    """Whether a server's answer is about how much we send, and not about one mailbox."""
    if code // 100 != 4:
        return False
    return bool(_TOO_MUCH.search(words)) or not _ABOUT_HER.search(words)


def next_rest(last: int) -> int:
    """Seconds of the next rest: each is twice the last one, up to an hour."""
    return min(max(last * 2, FIRST_REST), LONGEST_REST)


def eased(last: int) -> int:
    """Seconds that count as the last rest after a server took a mail again."""
    return last // 2 if last // 2 >= FIRST_REST // 2 else 0
