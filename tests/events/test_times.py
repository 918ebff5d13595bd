"""Wall times and zones become instants: what is missing, what comes twice, what survives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events.errors.times import (
    EndsBeforeStartError,
    NoSuchTimeError,
    TimeOutOfReachError,
    TooLongError,
    TwiceTimeError,
    UnknownZoneError,
)
from app.events.rules import times

LONDON, DAMASCUS, SYDNEY = "Europe/London", "Asia/Damascus", "Australia/Sydney"
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """A wall time, as it is typed."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        (LONDON, "2026-03-28T14:00", "2026-03-28T14:00"),
        (LONDON, "2026-03-29T14:00", "2026-03-29T13:00"),
        (LONDON, "2026-10-24T14:00", "2026-10-24T13:00"),
        (LONDON, "2026-10-25T14:00", "2026-10-25T14:00"),
        # Syria gave summer time up in 2022 and stayed at +03.
        (DAMASCUS, "2021-12-01T14:00", "2021-12-01T12:00"),
        (DAMASCUS, "2022-07-01T14:00", "2022-07-01T11:00"),
        (DAMASCUS, "2022-10-27T14:00", "2022-10-27T11:00"),
        (DAMASCUS, "2022-10-28T14:00", "2022-10-28T11:00"),
        (DAMASCUS, "2022-12-01T14:00", "2022-12-01T11:00"),
        (DAMASCUS, "2026-12-01T14:00", "2026-12-01T11:00"),
        (DAMASCUS, "2027-07-01T14:00", "2027-07-01T11:00"),
        # Half the year is the other way round in the south.
        (SYDNEY, "2026-04-04T14:00", "2026-04-04T03:00"),
        (SYDNEY, "2026-04-05T14:00", "2026-04-05T04:00"),
        (SYDNEY, "2026-10-03T14:00", "2026-10-03T04:00"),
        (SYDNEY, "2026-10-04T14:00", "2026-10-04T03:00"),
        ("Asia/Kathmandu", "2026-05-01T14:00", "2026-05-01T08:15"),
        ("Europe/Warsaw", "2026-05-01T14:00", "2026-05-01T12:00"),
        ("Asia/Gaza", "2026-01-10T14:00", "2026-01-10T12:00"),
        ("UTC", "2026-05-01T14:00", "2026-05-01T14:00"),
    ],
)
def test_a_wall_time_is_one_instant_and_back(zone: str, local: str, instant: str) -> None:
    when = times.derive(at(local), at(local) + HOUR, zone)
    assert when.starts_at == utc(instant)
    assert times.wall(when.starts_at, zone) == at(local)
    assert when.ends_at - when.starts_at == HOUR
    assert not when.starts_fold


@pytest.mark.parametrize(
    ("zone", "missing", "following"),
    [
        (LONDON, "2026-03-29T01:30", "2026-03-29T02:00"),
        (LONDON, "2026-03-29T01:00", "2026-03-29T02:00"),
        (SYDNEY, "2026-10-04T02:15", "2026-10-04T03:00"),
        # The last spring in which Syria's clocks went forward, at midnight.
        (DAMASCUS, "2022-03-25T00:30", "2022-03-25T01:00"),
        # Half an hour only.
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-04T02:30"),
        # A whole day.
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00"),
    ],
)
def test_a_time_that_does_not_exist_is_refused_with_the_next_one(
    zone: str, missing: str, following: str
) -> None:
    with pytest.raises(NoSuchTimeError) as refused:
        times.derive(at(missing), None, zone)
    assert refused.value.next_valid == at(following)
    assert following.replace("T", " ") in str(refused.value)
    times.derive(at(following), None, zone)


@pytest.mark.parametrize(
    ("zone", "twice", "first", "second", "offsets"),
    [
        (LONDON, "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-25T01:30", ("+01:00", "+00:00")),
        (SYDNEY, "2026-04-05T02:30", "2026-04-04T15:30", "2026-04-04T16:30", ("+11:00", "+10:00")),
        (
            DAMASCUS,
            "2021-10-28T23:30",
            "2021-10-28T20:30",
            "2021-10-28T21:30",
            ("+03:00", "+02:00"),
        ),
    ],
)
def test_a_time_that_comes_twice_needs_a_choice(
    zone: str, twice: str, first: str, second: str, offsets: tuple[str, str]
) -> None:
    with pytest.raises(TwiceTimeError) as asked:
        times.derive(at(twice), None, zone)
    assert asked.value.offsets == offsets
    assert all(each in str(asked.value) for each in offsets)
    earlier = times.derive(at(twice), None, zone, starts_fold=False)
    later = times.derive(at(twice), None, zone, starts_fold=True)
    assert (earlier.starts_at, later.starts_at) == (utc(first), utc(second))
    assert (earlier.starts_fold, later.starts_fold) == (False, True)


def test_nothing_comes_twice_in_syria_any_more() -> None:
    for day in (date(2022, 10, 27) + timedelta(days=n) for n in range(3)):
        when = times.derive(at(f"{day}T23:30"), None, DAMASCUS)
        assert times.offset_text(when.starts_at, DAMASCUS) == "+03:00"


def test_a_fold_where_there_is_none_is_forgotten() -> None:
    when = times.derive(at("2026-07-01T14:00"), None, LONDON, starts_fold=True)
    assert not when.starts_fold


def test_an_end_that_comes_twice_is_chosen_where_only_one_is_after_the_start() -> None:
    when = times.derive(at("2026-10-25T01:10"), at("2026-10-25T01:40"), LONDON, starts_fold=True)
    assert when.ends_fold
    assert when.ends_at - when.starts_at == timedelta(minutes=30)
    with pytest.raises(TwiceTimeError) as asked:
        times.derive(at("2026-10-24T22:00"), at("2026-10-25T01:40"), LONDON)
    assert asked.value.part == "ends"


@pytest.mark.parametrize(
    ("ends", "error"),
    [
        ("2026-05-01T14:00", EndsBeforeStartError),
        ("2026-05-01T13:00", EndsBeforeStartError),
        ("2025-05-01T15:00", EndsBeforeStartError),
        ("2026-06-01T14:01", TooLongError),
        ("2027-05-01T15:00", TooLongError),
    ],
)
def test_an_end_must_come_after_the_start_and_soon(ends: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        times.derive(at("2026-05-01T14:00"), at(ends), LONDON)


def test_the_longest_event_lasts_thirty_one_days() -> None:
    when = times.derive(at("2026-05-01T14:00"), at("2026-06-01T14:00"), LONDON)
    assert when.ends_at - when.starts_at == timedelta(days=31)


@pytest.mark.parametrize("year", [1, 1999, 2201, 9999])
def test_a_year_out_of_reach_is_refused(year: int) -> None:
    with pytest.raises(TimeOutOfReachError):
        times.derive(at(f"{year:04d}-05-01T14:00"), None, LONDON)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Europe/Londn", LONDON),
        ("Asia/Damascas", DAMASCUS),
        ("Australia/Sidney", SYDNEY),
        ("", None),
        ("../../etc/passwd", None),
        ("\0", None),
        ("x" * 10_000, None),
        ("localtime", None),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest(typed: str, near: str | None) -> None:
    with pytest.raises(UnknownZoneError) as refused:
        times.find_zone(typed)
    assert refused.value.near == near
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("typed", ["europe/london", " Europe/London ", "America/new york"])
def test_a_zone_may_be_typed_as_people_type(typed: str) -> None:
    assert times.find_zone(typed) in times.zone_names()


def test_an_open_end_is_three_hours_on_by_the_clock_that_runs() -> None:
    when = times.derive(at("2026-10-24T23:30"), None, LONDON)
    assert when.is_end_open
    assert when.ends_at - when.starts_at == timedelta(hours=3)
    assert (when.ends_local, when.ends_fold) == (at("2026-10-25T01:30"), True)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (LONDON, date(2026, 3, 29), 23),
        (LONDON, date(2026, 10, 25), 25),
        (SYDNEY, date(2026, 4, 5), 25),
        # Its midnight does not exist.
        (DAMASCUS, date(2022, 3, 25), 23),
        (DAMASCUS, date(2026, 3, 27), 24),
    ],
)
def test_a_whole_day_is_as_long_as_the_day(zone: str, day: date, hours: int) -> None:
    when = times.derive_days(day, day, zone)
    assert when.is_all_day
    assert when.ends_at - when.starts_at == hours * HOUR


def test_several_days_end_after_the_last() -> None:
    when = times.derive_days(date(2026, 5, 1), date(2026, 5, 3), LONDON)
    assert (when.starts_local, when.ends_local) == (at("2026-05-01"), at("2026-05-04"))
    with pytest.raises(EndsBeforeStartError):
        times.derive_days(date(2026, 5, 3), date(2026, 5, 1), LONDON)
    with pytest.raises(TooLongError):
        times.derive_days(date(2026, 5, 1), date(2026, 6, 1), LONDON)


def test_new_zone_data_moves_the_instant_and_not_the_wall() -> None:
    # As kept by data that did not know yet of Syria's decision of October 2022.
    stood = times.derive(at("2022-12-01T14:00"), at("2022-12-01T16:00"), DAMASCUS)
    old = replace(stood, starts_at=stood.starts_at + HOUR, ends_at=stood.ends_at + HOUR)
    assert times.rederive(old) == stood


def test_a_kept_time_that_vanished_is_still_read() -> None:
    kept = times.When(
        at("2026-03-29T01:10"),
        at("2026-03-29T01:40"),
        LONDON,
        starts_fold=False,
        ends_fold=False,
        starts_at=utc("2026-03-29T01:10"),
        ends_at=utc("2026-03-29T01:40"),
    )
    again = times.rederive(kept)
    assert again.ends_at - again.starts_at == timedelta(minutes=30)


def test_the_next_time_of_a_series_keeps_its_hour() -> None:
    first = times.derive(at("2026-03-22T14:00"), at("2026-03-22T16:00"), LONDON)
    after = times.at_same_wall_time(first, date(2026, 3, 29))
    assert after.starts_local == at("2026-03-29T14:00")
    assert after.starts_at == utc("2026-03-29T13:00")
    night = times.derive(at("2026-03-22T01:30"), at("2026-03-22T01:50"), LONDON)
    moved = times.at_same_wall_time(night, date(2026, 3, 29))
    assert moved.starts_local == at("2026-03-29T02:00")
    assert moved.ends_at > moved.starts_at


ZONES = st.sampled_from([LONDON, DAMASCUS, SYDNEY, "Asia/Kathmandu", "Asia/Gaza", "Africa/Cairo"])
WALLS = st.datetimes(at("2001-01-01"), at("2100-01-01")).map(
    lambda each: each.replace(second=0, microsecond=0, fold=0)
)


@given(ZONES, WALLS, st.booleans())
def test_whatever_is_taken_reads_the_same_on_the_wall(
    zone: str, local: datetime, is_second: bool
) -> None:
    if not times.exists(local, zone):
        following = times.next_valid(local, zone)
        assert following > local
        assert times.exists(following, zone)
        return
    when = times.derive(local, None, zone, starts_fold=is_second)
    assert times.wall(when.starts_at, zone) == local
    assert when.ends_local > when.starts_local
    assert times.rederive(when) == when


@given(ZONES, WALLS, st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_another_day_is_never_refused(zone: str, local: datetime, day: date) -> None:
    try:
        when = times.derive(local, local + HOUR, zone, starts_fold=False, ends_fold=False)
    except (NoSuchTimeError, EndsBeforeStartError):
        return
    moved = times.at_same_wall_time(when, day)
    assert moved.ends_at > moved.starts_at
    assert moved.ends_local > moved.starts_local
