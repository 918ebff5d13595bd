"""The calendar of billing: a month or a year on, the day of the anchor kept where there is one."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

FIXED = {"day": timedelta(days=1), "week": timedelta(weeks=1)}
MONTHS = {"month": 1, "year": 12}


def later(anchor: int, interval: str, count: int) -> int:
    """The instant some intervals after an anchor; the 31st becomes a shorter month's last day."""
    start = datetime.fromtimestamp(anchor, UTC)
    if interval in FIXED:
        return int((start + count * FIXED[interval]).timestamp())
    years, month = divmod(start.month - 1 + count * MONTHS[interval], 12)
    year, month = start.year + years, month + 1
    day = min(start.day, monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())


def next_end(anchor: int, interval: str, every: int, start: int) -> int:
    """The first end of a period after an instant, counted from the anchor, never from the last."""
    count = every
    while later(anchor, interval, count) <= start:
        count += every
    return later(anchor, interval, count)


def date_text(moment: int) -> str:
    """A day as the rehearsal's pages show it, such as "5 March 2027"."""
    return f"{datetime.fromtimestamp(moment, UTC):%-d %B %Y}"
