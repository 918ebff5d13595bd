"""When is when, and what a filter asks of the index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.events.rules.filters import (
    EventFilter,
    Span,
    Window,
    coming,
    coming_months,
    month_window,
    named_window,
    past,
)
from app.events.rules.words import EventKind, Way

ZONE = "Europe/London"
#: A Sunday, noon in London.
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
#: Early in the night in which clocks go forward, British time from 01:00 on.
SPRING = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)


def at(day: int, hour: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "now", "since", "before"),
    [
        (Span.TODAY, SUNDAY, SUNDAY, at(23)),
        (Span.WEEKEND, SUNDAY, SUNDAY, at(23)),
        (Span.WEEKEND, SATURDAY, SATURDAY, at(30)),
        (Span.WEEKEND, MONDAY, at(28), at(30)),
        (Span.WEEK, MONDAY, MONDAY, at(30)),
        (Span.THIRTY_DAYS, MONDAY, MONDAY, at(23, month=12)),
        (Span.TODAY, SPRING, SPRING, at(28, 23, month=3, year=2027)),
    ],
)
def test_names_of_days(span: Span, now: datetime, since: datetime, before: datetime) -> None:
    assert named_window(span, ZONE, now) == Window(starts_from=since, starts_before=before)


def test_everything_that_comes_and_everything_that_is_over() -> None:
    assert named_window(Span.COMING, ZONE, SUNDAY) == coming(SUNDAY)
    assert named_window(Span.PAST, ZONE, SUNDAY) == past(SUNDAY)
    assert past(SUNDAY).is_past
    assert not coming(SUNDAY).is_past


@pytest.mark.parametrize(
    ("typed", "since", "before"),
    [
        ("2026-12", at(1, month=12), at(1, month=1, year=2027)),
        # What is over of this month is not asked for.
        ("2026-11", SUNDAY, at(1, month=12)),
        # A month that is over is shown as it was.
        ("2026-10", at(30, 23, month=9), at(1, month=11)),
    ],
)
def test_months(typed: str, since: datetime, before: datetime) -> None:
    assert month_window(typed, ZONE, SUNDAY) == Window(starts_from=since, starts_before=before)


@pytest.mark.parametrize(
    "typed", ["", "2026", "2026-13", "1999-01", "2026-1", "2026-11-22", "x" * 99]
)
def test_what_is_no_month_is_none(typed: str) -> None:
    assert month_window(typed, ZONE, SUNDAY) is None


def test_the_months_that_come() -> None:
    months = [f"{each:%Y-%m}" for each in coming_months(ZONE, SUNDAY)]
    assert (len(months), months[0], months[2], months[-1]) == (6, "2026-11", "2027-01", "2027-04")


def test_a_filter_asks_for_facets() -> None:
    window = coming(SUNDAY)
    assert EventFilter(window=window).facets() == ()
    asked = EventFilter(
        window=window, kind=EventKind.MARCH, way=Way.ONLINE, group_id=3, is_accessible=True
    )
    assert asked.facets() == (("kind:march",), ("group:3",), ("way:online",), ("accessible",))
