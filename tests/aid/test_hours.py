"""When a place is open: exceptions, bank holidays, nights, both clock changes, the year's end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from app.aid.rules import hours as rules
from app.aid.rules.bank_holidays import is_bank_holiday, nation_of
from app.aid.rules.hours import Hours, HoursRow, Source
from app.aid.rules.hours_check import ROWS_MOST, ProblemKind, problems
from app.aid.rules.words import HoursKind
from app.events.rules.words import Nation

LONDON = "Europe/London"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
#: Two years of them: four clock changes, two ends of a year, twenty bank holidays.
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def clock(text: str) -> time:
    return time.fromisoformat(text)


def row(on: int | str | None, times: str = "", **values: object) -> HoursRow:
    """A row: weekday, date as text, or None for bank holidays; "09:00-17:00" or "" for closed."""
    opens, _, closes = times.partition("-")
    kind = HoursKind.OPEN if times else HoursKind.CLOSED
    return HoursRow(
        weekday=on if isinstance(on, int) else None,
        day=date.fromisoformat(on) if isinstance(on, str) else None,
        is_bank_holiday=on is None,
        opens=clock(opens) if times else None,
        closes=clock(closes) if times else None,
        **{"kind": kind, **values},  # type: ignore[arg-type]
    )


def week(times: str, days: range = range(7)) -> list[HoursRow]:
    """The same hours on several weekdays; several stretches are joined by a comma."""
    return [row(day, each) for day in days for each in times.split(",")]


def made(*rows: HoursRow, **values: object) -> Hours:
    settled = {"zone": LONDON, "nation": Nation.ENGLAND_WALES, **values}
    return Hours(rows=rows, **settled)  # type: ignore[arg-type]


def wall(text: str, zone: str = LONDON, *, fold: int = 0) -> datetime:
    """The instant of a wall time."""
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return at.astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- the table ----------------------------------------------------------------------------------

SHOP = made(
    *week("09:00-12:30,13:30-17:30", range(5)),
    row(5, "22:00-02:00"),
    row("2026-12-24", "09:00-12:00"),
    row("2026-12-26", "10:00-11:00"),
    row("2026-11-30", ""),
    row(None, "18:00-20:00"),
)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23T08:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T12:29", True),
        ("2026-11-23T12:30", False),  # the lunch gap
        ("2026-11-23T13:30", True),
        ("2026-11-23T17:30", False),
        ("2026-11-28T22:00", True),
        ("2026-11-29T01:59", True),  # the night belongs to Saturday
        ("2026-11-29T02:00", False),
        ("2026-11-30T10:00", False),  # closed on that date
        ("2026-12-24T11:00", True),  # shorter on that date
        ("2026-12-24T14:00", False),
        ("2026-12-25T10:00", False),  # a bank holiday with hours of its own
        ("2026-12-25T18:30", True),
        ("2026-12-26T10:30", True),  # a date beats the bank holiday
        ("2026-12-26T18:30", False),
        ("2026-12-28T18:30", True),  # Boxing Day fell on a Saturday
        ("2026-12-28T10:00", False),
    ],
)
def test_a_place_is_open_or_not(at: str, is_open: bool) -> None:
    assert rules.is_open(SHOP, wall(at)) is is_open


@pytest.mark.parametrize(
    ("at", "closes", "opens"),
    [
        ("2026-11-23T10:00", "2026-11-23T12:30", "2026-11-23T13:30"),
        ("2026-11-23T12:45", None, "2026-11-23T13:30"),
        ("2026-11-27T18:00", None, "2026-11-28T22:00"),
        ("2026-11-28T23:00", "2026-11-29T02:00", "2026-12-01T09:00"),  # over a closed Monday
        ("2026-12-24T12:00", None, "2026-12-25T18:00"),
        ("2026-12-31T17:00", "2026-12-31T17:30", "2027-01-01T18:00"),
    ],
)
def test_the_next_change_is_known(at: str, closes: str | None, opens: str) -> None:
    moment = wall(at)
    assert rules.closes_next(SHOP, moment) == (wall(closes) if closes else None)
    assert rules.opens_next(SHOP, moment) == wall(opens)
    assert rules.next_change(SHOP, moment) == wall(closes or opens)


def test_a_bank_holiday_without_a_word_is_as_usual_and_uncertain() -> None:
    plain = made(*week("09:00-17:00"), row("2026-12-25", "09:00-17:00"))
    boxing_day = rules.on(plain, date(2026, 12, 26))
    assert boxing_day.is_uncertain
    assert rules.is_open(plain, wall("2026-12-26T12:00"))
    assert not rules.on(plain, date(2026, 12, 25)).is_uncertain  # the host said so
    assert not rules.on(plain, date(2026, 12, 23)).is_uncertain
    assert not rules.on(SHOP, date(2026, 12, 28)).is_uncertain


@pytest.mark.parametrize(
    ("nation", "day", "expected"),
    [
        (Nation.ENGLAND_WALES, "2026-12-28", True),  # instead of Saturday's Boxing Day
        (Nation.ENGLAND_WALES, "2026-04-06", True),
        (Nation.SCOTLAND, "2026-04-06", False),  # no Easter Monday
        (Nation.SCOTLAND, "2026-11-30", True),
        (Nation.ENGLAND_WALES, "2026-11-30", False),
        (Nation.SCOTLAND, "2026-01-02", True),
        (Nation.NORTHERN_IRELAND, "2026-07-13", True),
        (Nation.NORTHERN_IRELAND, "2026-03-17", True),
        (Nation.ENGLAND_WALES, "2026-03-17", False),
        (Nation.ELSEWHERE, "2026-12-25", False),
    ],
)
def test_each_nation_has_its_own_bank_holidays(nation: Nation, day: str, expected: bool) -> None:
    assert is_bank_holiday(nation, date.fromisoformat(day)) is expected
    place = made(*week("09:00-17:00"), row(None, ""), nation=nation)
    assert rules.is_open(place, wall(f"{day}T12:00")) is not expected


@pytest.mark.parametrize(
    ("country", "postcode", "nation"),
    [
        ("GB", "E17 4PP", Nation.ENGLAND_WALES),
        ("GB", "CF10", Nation.ENGLAND_WALES),
        ("GB", "G1 1AA", Nation.SCOTLAND),
        ("GB", "GL1 1AA", Nation.ENGLAND_WALES),
        ("GB", "TD15 1AA", Nation.ENGLAND_WALES),
        ("GB", "TD1", Nation.SCOTLAND),
        ("GB", "BT7 1NN", Nation.NORTHERN_IRELAND),
        ("GB", None, Nation.ENGLAND_WALES),
        ("GB", "nonsense", Nation.ENGLAND_WALES),
        ("IE", "D02", Nation.ELSEWHERE),
        ("IM", "IM1 1AA", Nation.ELSEWHERE),
    ],
)
def test_the_postcode_tells_the_nation(country: str, postcode: str | None, nation: Nation) -> None:
    assert nation_of(country, postcode) is nation


def test_nothing_is_open_before_the_first_and_after_the_last_day() -> None:
    night = made(
        *week("20:00-02:00"),
        row("2026-12-05", "09:00-10:00"),
        first_day=date(2026, 11, 24),
        last_day=date(2026, 11, 26),
    )
    assert not rules.is_open(night, wall("2026-11-24T01:00"))  # Monday's night is not ours
    assert rules.is_open(night, wall("2026-11-24T20:00"))
    assert rules.is_open(night, wall("2026-11-27T01:59"))  # the last night goes on to its end
    assert not rules.is_open(night, wall("2026-11-27T20:00"))
    assert not rules.is_open(night, wall("2026-12-05T09:30"))
    assert rules.on(night, date(2026, 12, 5)).source is Source.OUTSIDE
    assert rules.opens_next(night, wall("2026-11-01T12:00")) == wall("2026-11-24T20:00")
    assert rules.opens_next(night, wall("2026-11-27T12:00")) is None
    assert rules.next_change(night, wall("2026-11-27T01:00")) == wall("2026-11-27T02:00")


def test_rows_hold_in_their_season_alone() -> None:
    seasonal = made(
        row(0, "09:00-12:00", valid_to=date(2026, 11, 29)),
        row(0, "14:00-18:00", valid_from=date(2026, 11, 30), valid_to=date(2026, 12, 20)),
    )
    assert rules.is_open(seasonal, wall("2026-11-23T10:00"))
    assert not rules.is_open(seasonal, wall("2026-11-30T10:00"))
    assert rules.is_open(seasonal, wall("2026-11-30T15:00"))
    assert rules.opens_next(seasonal, wall("2026-12-14T18:00")) is None


def test_by_appointment_is_told_and_is_not_open() -> None:
    asked = made(row(0, "09:00-12:00"), row(1, "", kind=HoursKind.BY_APPOINTMENT))
    assert rules.on(asked, date(2026, 11, 24)).is_by_appointment
    assert not rules.is_open(asked, wall("2026-11-24T10:00"))
    assert not rules.on(asked, date(2026, 11, 23)).is_by_appointment


def test_day_and_night_never_closes() -> None:
    always = made(*week("00:00-00:00"))
    assert rules.is_always_open(always, wall("2026-03-29T01:30"))
    assert rules.next_change(always, wall("2026-03-29T01:30")) is None
    until = made(*week("00:00-00:00"), last_day=date(2026, 3, 30))
    assert rules.closes_next(until, wall("2026-03-28T12:00")) == wall("2026-03-31T00:00")


def test_what_touches_is_one_stretch() -> None:
    both = made(row(0, "09:00-12:00"), row(0, "12:00-17:00"), row(0, "18:00-19:00"))
    first, second = rules.spans(both, date(2026, 11, 23))
    assert (first.starts, first.ends) == (utc("2026-11-23T09:00"), utc("2026-11-23T17:00"))
    assert second.starts == utc("2026-11-23T18:00")


@pytest.mark.parametrize(
    ("times", "day", "starts", "ends"),
    [
        # The hour from one to two is missing on 29 March, and comes twice on 25 October.
        ("00:00-04:00", "2026-03-29", "2026-03-29T00:00", "2026-03-29T03:00"),
        ("00:00-04:00", "2026-10-25", "2026-10-24T23:00", "2026-10-25T04:00"),
        ("01:30-09:00", "2026-03-29", "2026-03-29T01:00", "2026-03-29T08:00"),
        ("20:00-01:30", "2026-03-28", "2026-03-28T20:00", "2026-03-29T01:00"),
        # Of two, the first: by then nobody has waited for the second.
        ("20:00-01:30", "2026-10-24", "2026-10-24T19:00", "2026-10-25T00:30"),
        ("01:30-09:00", "2026-10-25", "2026-10-25T00:30", "2026-10-25T09:00"),
        ("09:00-17:00", "2026-07-01", "2026-07-01T08:00", "2026-07-01T16:00"),
        ("09:00-17:00", "2026-12-01", "2026-12-01T09:00", "2026-12-01T17:00"),
        ("22:00-03:00", "2026-12-31", "2026-12-31T22:00", "2027-01-01T03:00"),
    ],
)
def test_hours_are_those_of_the_wall(times: str, day: str, starts: str, ends: str) -> None:
    (span,) = rules.spans(made(row(day, times)), date.fromisoformat(day))
    assert (span.starts, span.ends) == (utc(starts), utc(ends))


def test_a_stretch_that_the_clocks_skip_does_not_open() -> None:
    assert rules.spans(made(row(6, "01:15-01:45")), date(2026, 3, 29)) == []
    assert len(rules.spans(made(row(6, "01:15-01:45")), date(2026, 10, 25))) == 1


# --- what cannot be right -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (week("09:00-12:00,13:00-17:00"), []),
        ([row(0, "09:00-12:00"), row(0, "12:00-17:00")], []),  # it touches
        ([row(0, "09:00-13:00"), row(0, "12:00-17:00")], [(ProblemKind.OVERLAP, 1)]),
        ([row(0, "20:00-03:00"), row(1, "02:00-05:00")], [(ProblemKind.OVERLAP, 1)]),
        ([row(6, "20:00-03:00"), row(0, "02:00-05:00")], [(ProblemKind.OVERLAP, 1)]),  # the week
        ([row(0, "02:00-05:00"), row(6, "20:00-03:00")], [(ProblemKind.OVERLAP, 1)]),
        ([row(0, "09:00-12:00"), row(0, "09:00-12:00")], [(ProblemKind.OVERLAP, 1)]),
        ([row(0, "00:00-00:00"), row(1, "00:00-00:00")], []),
        ([row(0, "09:00-12:00"), row("2026-11-23", "09:00-12:00")], []),  # it stands instead
        ([row(0, "09:00-12:00"), row(0, "")], [(ProblemKind.OPEN_AND_CLOSED, 1)]),
        ([row(None, "09:00-12:00"), row(None, "")], [(ProblemKind.OPEN_AND_CLOSED, 1)]),
        (
            [
                row(0, "09:00-13:00", valid_to=date(2026, 11, 29)),
                row(0, "12:00-17:00", valid_from=date(2026, 11, 30)),
            ],
            [],
        ),
        ([HoursRow(weekday=0, opens=time(9))], [(ProblemKind.TIME_MISSING, 0)]),
        ([HoursRow(weekday=0)], [(ProblemKind.TIME_MISSING, 0)]),
        ([HoursRow(weekday=0, kind=HoursKind.BY_APPOINTMENT)], []),
        ([], [(ProblemKind.NEVER_OPENS, None)]),
        ([row(0, "")], [(ProblemKind.NEVER_OPENS, None)]),
        ([row("2026-11-24", "09:00-12:00"), row("2026-11-24", "11:00-13:00")],
         [(ProblemKind.OVERLAP, 1)]),
        ([row(0, "09:00-12:00"), row("2027-11-24", "")], [(ProblemKind.OUTSIDE, 1)]),
        ([row(0, "09:00-12:00", valid_to=date(2026, 1, 1))], [(ProblemKind.OUTSIDE, 0)]),
        ([row(0, "09:00-12:00", valid_from=date(2026, 12, 2), valid_to=date(2026, 12, 1))],
         [(ProblemKind.ENDS_BEFORE_IT_BEGINS, 0)]),
        ([row(0, "09:00-09:01")] * (ROWS_MOST + 1), [(ProblemKind.TOO_MANY, None)]),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_found(
    rows: list[HoursRow], expected: list[tuple[ProblemKind, int | None]]
) -> None:
    planned = made(*rows, first_day=date(2026, 11, 20), last_day=date(2026, 12, 20))
    assert [(each.kind, each.row) for each in problems(planned)] == expected


def test_a_round_too_short_for_its_weekdays_never_opens() -> None:
    planned = made(row(0, "09:00-12:00"), first_day=date(2026, 11, 24), last_day=date(2026, 11, 25))
    assert [each.kind for each in problems(planned)] == [ProblemKind.NEVER_OPENS]
    assert problems(made(row(0, "09:00-12:00", valid_from=date(2030, 1, 1)))) == []


# --- another library, and every minute ----------------------------------------------------------

PLACES = {
    "office": made(*week("09:00-12:30,13:30-17:30", range(5))),
    "pub": made(*week("17:00-01:00", range(4)), *week("12:00-02:30", range(4, 7))),
    "night shelter": made(*week("21:00-07:00")),
    "always": made(*week("00:00-00:00")),
    "exceptions": made(
        *week("09:00-17:00"),
        row("2026-03-29", "00:30-03:30"),
        row("2026-10-25", "00:00-00:00"),
        row("2026-12-31", "22:00-03:00"),
        row("2027-01-01", ""),
        row("2027-03-28", "01:00-02:00"),
    ),
    "bank holidays": made(*week("18:00-00:30"), row(None, "11:00-15:00"), row(None, "23:00-03:00")),
    "closed on bank holidays": made(*week("22:00-04:00"), row(None, "")),
    "Scottish": made(*week("10:00-19:00"), row(None, ""), nation=Nation.SCOTLAND),
    "Northern Irish": made(*week("10:00-19:00"), row(None, ""), nation=Nation.NORTHERN_IRELAND),
}


def oracle(place: Hours) -> OpeningHours:
    """The same hours in the grammar of OpenStreetMap.

    There a rule for a date takes the rest of the night before with it; here the night belongs to
    the day on which it began, so that it is written out. Bank holidays are dates: the library knows
    no nations.
    """
    codes = {Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}
    years = [FIRST.year, LAST.year]
    of_holidays = [r for r in place.rows if r.is_bank_holiday]
    calendar = country_holidays("GB", subdiv=codes.get(place.nation, "ENG"), years=years)
    dated = dict.fromkeys(calendar, of_holidays) if of_holidays else {}
    dated |= {each: list(rows) for each, rows in place.by_day.items()}
    weekly = {n: [r for r in place.rows if r.weekday == n and not r.day] for n in range(7)}
    usual = (f"{OSM_DAYS[n]} {','.join(map(stretch, rows))}" for n, rows in weekly.items() if rows)
    parts = [", ".join(usual)]  # by commas they add to each other, nights too
    for day in sorted({*dated, *(each + DAY for each in dated)}):
        before, rows = (dated.get(each, weekly[each.weekday()]) for each in (day - DAY, day))
        rests = [f"00:00-{r.closes:%H:%M}" for r in before if is_night(r)]
        opened = [*rests, *(stretch(r) for r in rows if r.opens)]
        parts.append(f"{day:%Y %b %d} {','.join(opened) or 'off'}")
    return OpeningHours("; ".join(parts), max_interval_days=366)


def is_night(each: HoursRow) -> bool:
    return each.opens is not None and each.closes is not None and time() < each.closes <= each.opens


def stretch(each: HoursRow) -> str:
    return f"{each.opens:%H:%M}-{each.closes:%H:%M}".replace("-00:00", "-24:00")


def days() -> Iterator[date]:
    return (FIRST + n * DAY for n in range((LAST - FIRST).days + 1))


def samples(place: Hours, other: OpeningHours) -> Iterator[datetime]:
    """The minutes around every edge that either knows, and around every change of clocks."""
    for day in days():
        for span in rules.spans(place, day):
            yield from around(span.starts)
            yield from around(span.ends)
    at = datetime.combine(FIRST, time())
    while (following := other.next_change(at)) is not None and following.date() <= LAST:
        at = following
        yield from around(at.replace(tzinfo=ZoneInfo(LONDON)).astimezone(UTC))
    for change in ("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2027-01-01"):
        begins = utc(f"{change}T00:00") - 2 * timedelta(hours=1)
        yield from (begins + n * 5 * MINUTE for n in range(72))


def around(at: datetime) -> Iterator[datetime]:
    return iter((at - MINUTE, at, at + MINUTE))


@pytest.mark.parametrize("name", PLACES)
def test_another_library_says_the_same_over_two_years(name: str) -> None:
    place = PLACES[name]
    other = oracle(place)
    wrong, count = [], 0
    for at in set(samples(place, other)):
        local = at.astimezone(ZoneInfo(LONDON)).replace(tzinfo=None, fold=0)
        if not FIRST < local.date() <= LAST:
            continue
        count += 1
        if rules.is_open(place, at) is not other.is_open(local):
            wrong.append(at)
    assert count > 300
    assert not sorted(wrong)


TIMES = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45, 59)))
ROWS = st.lists(
    st.builds(
        lambda on, opens, closes, is_closed: HoursRow(
            weekday=on if isinstance(on, int) else None,
            day=on if isinstance(on, date) else None,
            is_bank_holiday=on is None,
            opens=None if is_closed else opens,
            closes=None if is_closed else closes,
            kind=HoursKind.CLOSED if is_closed else HoursKind.OPEN,
        ),
        st.one_of(
            st.integers(0, 6),
            st.none(),
            st.sampled_from(
                [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25),
                 date(2026, 12, 31), date(2027, 1, 1)]
            ),
        ),
        TIMES,
        TIMES,
        st.integers(0, 5).map(lambda n: n == 0),
    ),
    max_size=14,
)  # fmt: skip
WINDOWS = st.sampled_from([date(2026, 3, 28), date(2026, 10, 24), date(2026, 12, 31)])


def watched(place: Hours, first: date) -> Iterator[tuple[datetime, bool]]:
    """Every minute of three days, as somebody sees it who looks at the clock on the wall.

    She opens when it first shows the time of a row of that day, and closes when it first shows the
    other time after that; a time that it skips has come when it shows a later one.
    """
    zone = ZoneInfo(place.zone)
    at = datetime.combine(first - DAY, time(), tzinfo=zone).astimezone(UTC)
    running: list[datetime] = []
    seen = datetime.combine(first - DAY, time()) - MINUTE
    for _ in range(4 * 1440):
        local = at.astimezone(zone).replace(tzinfo=None, fold=0)
        if local > seen:  # a wall time that it showed before opens and closes nothing
            running += opened(place, seen, local)
            running = [end for end in running if end > local]
            seen = local
        if local.date() >= first:
            yield at, bool(running)
        at += MINUTE


def opened(place: Hours, seen: datetime, local: datetime) -> list[datetime]:
    """When those close that opened after one wall time and until another."""
    ends = []
    for day in {seen.date(), local.date()}:
        for each in rules.on(place, day).open_rows:
            assert each.opens is not None
            assert each.closes is not None
            if seen < datetime.combine(day, each.opens) <= local:
                late = day + DAY if each.closes <= each.opens else day
                ends.append(datetime.combine(late, each.closes))
    return ends


@settings(max_examples=12, deadline=None)
@given(ROWS, WINDOWS)
def test_every_minute_is_as_the_clock_on_the_wall_shows_it(
    rows: list[HoursRow], first: date
) -> None:
    place = made(*rows)
    wrong = [at for at, is_open in watched(place, first) if rules.is_open(place, at) is not is_open]
    assert not wrong


@settings(max_examples=40, deadline=None)
@given(ROWS, st.datetimes(datetime(2026, 3, 27), datetime(2027, 1, 3)))  # noqa: DTZ001
def test_the_next_change_is_where_it_changes(rows: list[HoursRow], local: datetime) -> None:
    place, at = made(*rows), local.replace(second=0, microsecond=0, tzinfo=UTC)
    change = rules.next_change(place, at)
    if change is None:
        return
    was = rules.is_open(place, at)
    assert rules.is_open(place, change) is not was
    steps = min(200, int((change - at) / MINUTE))
    for number in range(steps):
        assert rules.is_open(place, at + number * (change - at) / max(steps, 1)) is was
