"""How much mail leaves within an hour, and how long everything rests when a server asks for it."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from app.mail.rules.addresses import Purpose
from app.mail.rules.outbox import SWEEP_AFTER

WINDOW = timedelta(hours=1)
#: What was sent is counted by minutes; a minute leaves the window when all of it is an hour old.
SPAN = timedelta(minutes=1)
KEEP_SPANS = timedelta(days=2)
#: Of the limit, these shares are kept for others: a mailing leaves room for receipts, and all
#: that goes out by itself leaves room for the link that somebody waits for.
KEPT_FREE: Mapping[Purpose, float] = {
    Purpose.MAILING: 0.1,
    Purpose.SERVICE: 0.05,
    Purpose.ASKED_FOR: 0.0,
}
#: A mailing waits for mails of the outbox that became due this recently. Longer than it takes until
#: one that lost its job is found again: what is older still is stuck.
YIELDS_TO = SWEEP_AFTER + timedelta(minutes=15)
YIELDS_FOR = timedelta(seconds=2)

FIRST_REST = 60
LONGEST_REST = 3600

_ABOUT_HER = re.compile(r"(?<![0-9.])4\.[126]\.[0-9]{1,3}(?![0-9.])|gr[ae]y-?list", re.IGNORECASE)
_TOO_MUCH = re.compile(r"too many|too fast|rate|limit|throttl|4\.7\.", re.IGNORECASE)
#: Providers answer so for good where we have sent too much; tomorrow they take it.
_OUR_LIMIT = re.compile(
    r"(?<![0-9.])5\.4\.5(?![0-9.])|\brate[- ]limit|\brate exceeded|\bthrottl"
    r"|\b(?:sending|submission|outgoing|outbound|daily|hourly)\b(?![^.\n]{0,40}\bsize\b)[^.\n]{0,40}"
    r"\b(?:quota|limits?|rate)\b"
    r"|\b(?:quota|limits?|rate|messages|mails|e-?mails)\b[^.\n]{0,20}\bper (?:minute|hour|day)\b"
    r"|too many (?:messages|mails|e-?mails|connections)\b",
    re.IGNORECASE,
)
#: One mailbox takes no more for now, whoever sends it.
_HER_LIMIT = re.compile(r"(?<![0-9.])5\.2\.12[0-9](?![0-9.])|receive|receiving", re.IGNORECASE)
#: Answers repeat the address, which may hold any word.
_ADDRESS = re.compile(r"[^\s@]{1,64}@\S{1,255}")


def span_of(now: datetime) -> datetime:
    """The beginning of the minute that an instant lies in."""
    return now.replace(second=0, microsecond=0)


def room_for(purpose: Purpose, limit: int) -> int:
    """After how many mails within the hour those of a purpose wait."""
    return limit - math.ceil(limit * KEPT_FREE[purpose]) if limit > 1 else limit


def wait_for_room(spans: Sequence[datetime], now: datetime) -> timedelta:
    """How long until the oldest counted minute leaves the window."""
    oldest = min(spans, default=span_of(now))
    return max(oldest + WINDOW + SPAN - now, timedelta(seconds=1))


def asks_for_patience(code: int, words: str) -> bool:
    """Whether a server's answer is about how much we send, and not about one mailbox."""
    if code // 100 == 5:
        said = _ADDRESS.sub("", words)
        return bool(_OUR_LIMIT.search(said)) and not _HER_LIMIT.search(said)
    if code // 100 != 4:
        return False
    return bool(_TOO_MUCH.search(words)) or not _ABOUT_HER.search(words)


def next_rest(last: int) -> int:
    """Seconds of the next rest: each is twice the last one, up to an hour."""
    return min(max(last * 2, FIRST_REST), LONGEST_REST)


def eased(last: int) -> int:
    """Seconds that count as the last rest after a server took a mail again."""
    return last // 2 if last // 2 >= FIRST_REST // 2 else 0
