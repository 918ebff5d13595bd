"""Numbers to ring: what is one, and when somebody should try it again."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from app.events.rules.words import EventKind

#: A number that nobody rang for so long may be somebody else's by now.
STALE_AFTER: Final = timedelta(days=90)
NAME_LIMIT: Final = 120
PHONE_LIMIT: Final = 40
NOTE_LIMIT: Final = 300
#: At these the group's own numbers stand on the page; others name theirs where they need any.
GROUP_NUMBERS_AT: Final = frozenset(
    {EventKind.STATIC_PROTEST, EventKind.MARCH, EventKind.VIGIL, EventKind.STALL}
)
_NUMBER: Final = re.compile(r"\+?[0-9()][0-9 ()./-]*")


def is_number(text: str) -> bool:
    """Whether it can be rung: digits enough, and nothing but what stands between them."""
    digits = sum(char.isdigit() for char in text)
    return len(text) <= PHONE_LIMIT and 3 <= digits <= 15 and _NUMBER.fullmatch(text) is not None


def is_stale(checked_on: date, today: date) -> bool:
    """Whether somebody should ring it again."""
    return checked_on < stale_since(today)


def stale_since(today: date) -> date:
    """What was checked before this day should be rung again."""
    return today - STALE_AFTER


def stale_from(checked_on: date) -> date:
    """From which day on somebody should ring it again."""
    return checked_on + STALE_AFTER + timedelta(days=1)


def dialled(phone: str) -> str:
    """The number as a telephone takes it."""
    return re.sub(r"[^0-9+]", "", phone)
