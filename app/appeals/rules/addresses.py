"""When a donor may correct the address that she typed."""

from __future__ import annotations

from datetime import datetime, timedelta

#: How long the page after the payment shows the whole address and lets the donor correct it.
CORRECT_WITHIN = timedelta(hours=24)
#: The same correction, sent again within this time, is a second click and no second correction.
SENT_TWICE_WITHIN = timedelta(minutes=15)


def is_fresh(created_at: datetime, now: datetime) -> bool:
    """Whether a gift is so young that whoever opens its page may be taken for the giver."""
    return now - created_at < CORRECT_WITHIN


def may_correct(*, created_at: datetime, corrected_at: datetime | None, now: datetime) -> bool:
    """Whether the giver herself can correct the address: once, within a day."""
    return corrected_at is None and is_fresh(created_at, now)


def is_sent_twice(*, corrected_at: datetime | None, now: datetime) -> bool:
    """Whether a correction came so lately that the same one is a second click."""
    return corrected_at is not None and now - corrected_at < SENT_TWICE_WITHIN
