"""The wall clock has one reader."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from app.lib import clock

LONDON = "Europe/London"


def test_now_is_aware_and_in_utc() -> None:
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False):
        assert clock.utcnow() == datetime(2026, 7, 1, 12, tzinfo=UTC)
        assert clock.utcnow().tzinfo is UTC
        assert clock.timestamp() == 1782907200


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        (LONDON, datetime(2026, 1, 1, 23, 30, tzinfo=UTC), date(2026, 1, 1)),
        (LONDON, datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2)),
        ("Asia/Gaza", datetime(2026, 1, 1, 22, tzinfo=UTC), date(2026, 1, 2)),
    ],
)
def test_a_day_is_where_one_is(zone: str, at: datetime, day: date) -> None:
    assert clock.day_in(zone, at) == day
    assert clock.start_of_day(zone, day) <= at


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        (LONDON, date(2026, 1, 15), datetime(2026, 1, 15, tzinfo=UTC)),
        (LONDON, date(2026, 3, 29), datetime(2026, 3, 29, tzinfo=UTC)),
        (LONDON, date(2026, 7, 1), datetime(2026, 6, 30, 23, tzinfo=UTC)),
        # Beirut begins its summer by skipping midnight.
        ("Asia/Beirut", date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_own_midnight(zone: str, day: date, start: datetime) -> None:
    assert clock.start_of_day(zone, day) == start


def test_a_naive_instant_has_no_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        clock.day_in(LONDON, datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))


def test_the_other_clock_only_goes_forward() -> None:
    before = clock.monotonic()
    clock.sleep(0.001)
    assert clock.monotonic() > before
