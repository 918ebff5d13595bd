"""Hours as people type them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

#: An end before the start is meant on the next day where the night explains it.
PAST_MIDNIGHT: Final = timedelta(hours=12)
#: "13:00" with a sign that somebody leaned on.
_TIME_LENGTH = 8


def read_time(text: str | None) -> time | None:
    """A time as people type it: 13:00, 13.00, 1300 or 13; None where it is none."""
    typed = (text or "").strip().replace(".", ":").replace("٫", ":")
    plain_digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed)
    hour, _sign, minute = plain_digits.partition(":")
    if not _sign and len(hour) in {3, 4}:
        hour, minute = hour[:-2], hour[-2:]
    if not hour.isdecimal() or (minute and not minute.isdecimal()) or len(typed) > _TIME_LENGTH:
        return None
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        return None


def end_of(begins: datetime, over: datetime) -> datetime:
    """When it is over, where both were typed for one day; past midnight it is the next one's."""
    past = over + timedelta(days=1)
    return past if over <= begins and past - begins <= PAST_MIDNIGHT else over
