"""Which days Today compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Span(StrEnum):
    """A stretch of days that ends today."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Days:
    """Days from the first to the last, both counted."""

    first: date
    last: date


@dataclass(frozen=True)
class Comparison:
    """A stretch of days up to today, and the same days before it."""

    span: Span
    now: Days
    before: Days


def comparisons(today: date) -> list[Comparison]:
    """Today, this week and this month so far, each beside the same days before.

    Weeks begin on Monday. Where last month was shorter, its last day stands for the missing ones.
    """
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    last_month_ends = first - timedelta(days=1)
    yesterday, week = today - timedelta(days=1), timedelta(days=7)
    return [
        Comparison(Span.TODAY, Days(today, today), Days(yesterday, yesterday)),
        Comparison(Span.WEEK, Days(monday, today), Days(monday - week, today - week)),
        Comparison(
            Span.MONTH,
            Days(first, today),
            Days(
                last_month_ends.replace(day=1),
                last_month_ends.replace(day=min(today.day, last_month_ends.day)),
            ),
        ),
    ]


#: A worker that gave no sign of life for this long is missed: mails and receipts wait for it.
QUIET_WORKER = timedelta(minutes=3)
#: Messages from Stripe that wait longer than this are shown; younger ones are on their way.
EVENT_PATIENCE = timedelta(minutes=5)
