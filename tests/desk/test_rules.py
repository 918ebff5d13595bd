"""Which days Today compares, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from app.desk.rules import Days, Span, comparisons


def days(first: str, last: str) -> Days:
    """Days between two dates as they are written."""
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("today", "span", "now", "before"),
    [
        (
            "2026-11-22",
            Span.TODAY,
            days("2026-11-22", "2026-11-22"),
            days("2026-11-21", "2026-11-21"),
        ),
        (
            "2026-11-22",
            Span.WEEK,
            days("2026-11-16", "2026-11-22"),
            days("2026-11-09", "2026-11-15"),
        ),
        (
            "2026-11-23",
            Span.WEEK,
            days("2026-11-23", "2026-11-23"),
            days("2026-11-16", "2026-11-16"),
        ),
        (
            "2026-11-22",
            Span.MONTH,
            days("2026-11-01", "2026-11-22"),
            days("2026-10-01", "2026-10-22"),
        ),
        (
            "2026-03-31",
            Span.MONTH,
            days("2026-03-01", "2026-03-31"),
            days("2026-02-01", "2026-02-28"),
        ),
        (
            "2026-01-01",
            Span.TODAY,
            days("2026-01-01", "2026-01-01"),
            days("2025-12-31", "2025-12-31"),
        ),
        (
            "2026-01-01",
            Span.MONTH,
            days("2026-01-01", "2026-01-01"),
            days("2025-12-01", "2025-12-01"),
        ),
        (
            "2028-03-30",
            Span.MONTH,
            days("2028-03-01", "2028-03-30"),
            days("2028-02-01", "2028-02-29"),
        ),
    ],
)
def test_the_same_days_before(today: str, span: Span, now: Days, before: Days) -> None:
    found = next(each for each in comparisons(date.fromisoformat(today)) if each.span is span)
    assert (found.now, found.before) == (now, before)
