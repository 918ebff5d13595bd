"""When a place is open: rows of wall times, bank holidays, exceptions by date, both clock changes.

A row says what holds on a weekday, on bank holidays or on one date. Rows of a date beat those of
bank holidays, which beat those of the weekday. What begins on a day belongs to that day, also where
it goes on past midnight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from app.aid.rules.bank_holidays import is_bank_holiday
from app.aid.rules.words import HoursKind
from app.events.rules import times
from app.events.rules.words import Nation
from app.lib.clock import day_in

DAY: Final = timedelta(days=1)
#: Whatever does not close within this is open day and night.
ALWAYS: Final = timedelta(days=8)
#: So far ahead the next opening is looked for.
LOOKED_AHEAD: Final = timedelta(days=400)


class Source(StrEnum):
    """Which rows decided about a day."""

    USUAL = "usual"
    BANK_HOLIDAY = "bank_holiday"
    DATED = "dated"
    #: The place does not take part on that day.
    OUTSIDE = "outside"


@dataclass(frozen=True, kw_only=True)
class HoursRow:
    """One line of somebody's opening hours: of a weekday, of one date, or of bank holidays."""

    #: 0 is Monday.
    weekday: int | None = None
    day: date | None = None
    is_bank_holiday: bool = False
    kind: HoursKind = HoursKind.OPEN
    opens: time | None = None
    #: The next day's, where it is no later than `opens`.
    closes: time | None = None
    #: The first and the last day on which the row holds.
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def is_timed(self) -> bool:
        """Whether it says from when to when."""
        return self.opens is not None and self.closes is not None

    def holds_on(self, day: date) -> bool:
        """Whether a day lies within what the row is about."""
        since, until = self.valid_from or date.min, self.valid_to or date.max
        return since <= day <= until


@dataclass(frozen=True)
class Span:
    """A stretch of time in which a place is open, in UTC."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class DayHours:
    """What holds on one day, and why."""

    day: date
    rows: tuple[HoursRow, ...]
    source: Source
    is_bank_holiday: bool

    @property
    def is_uncertain(self) -> bool:
        """Whether it is a bank holiday about which nobody said anything."""
        return self.is_bank_holiday and self.source is Source.USUAL and bool(self.open_rows)

    @property
    def is_by_appointment(self) -> bool:
        """Whether people may come when they agreed on it."""
        return any(row.kind is HoursKind.BY_APPOINTMENT for row in self.rows)

    @property
    def open_rows(self) -> tuple[HoursRow, ...]:
        """The stretches in which it is open, the first first; none where the day is closed."""
        if any(row.kind is HoursKind.CLOSED for row in self.rows):
            return ()
        timed = (row for row in self.rows if row.kind is HoursKind.OPEN and row.is_timed)
        return tuple(sorted(timed, key=lambda row: (row.opens or time(), row.closes or time())))


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When a place is open."""

    rows: tuple[HoursRow, ...]
    zone: str
    nation: Nation = Nation.ELSEWHERE
    #: The days on which the place takes part at all.
    first_day: date | None = None
    last_day: date | None = None

    @cached_property
    def by_day(self) -> Mapping[date, tuple[HoursRow, ...]]:
        """The rows of one date each."""
        found: dict[date, list[HoursRow]] = defaultdict(list)
        for row in self.rows:
            if row.day is not None:
                found[row.day].append(row)
        return {day: tuple(rows) for day, rows in found.items()}

    @cached_property
    def of_bank_holidays(self) -> tuple[HoursRow, ...]:
        """The rows of bank holidays."""
        return tuple(row for row in self.rows if row.is_bank_holiday and row.day is None)

    @cached_property
    def by_weekday(self) -> Mapping[int, tuple[HoursRow, ...]]:
        """The rows of each weekday."""
        return {
            number: tuple(row for row in self.rows if row.weekday == number and row.day is None)
            for number in range(7)
        }

    def takes_part(self, day: date) -> bool:
        """Whether a day lies between the first and the last."""
        return (self.first_day or date.min) <= day <= (self.last_day or date.max)

    def today(self, at: datetime) -> date:
        """The day on the wall there."""
        return day_in(self.zone, at)


# --- one day ------------------------------------------------------------------------------------


def on(hours: Hours, day: date) -> DayHours:
    """What holds on a day: what was said of the date, else of bank holidays, else the usual."""
    is_holiday = is_bank_holiday(hours.nation, day)
    if not hours.takes_part(day):
        return DayHours(day, (), Source.OUTSIDE, is_holiday)
    if day in hours.by_day:
        return DayHours(day, hours.by_day[day], Source.DATED, is_holiday)
    if is_holiday:
        rows = tuple(row for row in hours.of_bank_holidays if row.holds_on(day))
        if rows:
            return DayHours(day, rows, Source.BANK_HOLIDAY, is_holiday)
    rows = tuple(row for row in hours.by_weekday[day.weekday()] if row.holds_on(day))
    return DayHours(day, rows, Source.USUAL, is_holiday)


def spans(hours: Hours, day: date) -> list[Span]:
    """The stretches that begin on a day, in order, those that touch as one."""
    found: list[Span] = []
    for row in on(hours, day).open_rows:
        span = _span(row, day, hours.zone)
        if span.starts >= span.ends:
            continue  # the clocks went forward over all of it
        if found and span.starts <= found[-1].ends:
            found[-1] = Span(found[-1].starts, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return found


def _span(row: HoursRow, day: date, zone: str) -> Span:
    opens, closes = row.opens or time(), row.closes or time()
    last = day + DAY if closes <= opens else day
    return Span(_instant(day, opens, zone), _instant(last, closes, zone))


def _instant(day: date, at: time, zone: str) -> datetime:
    """When the wall first shows a time on a day; where it never does, as soon after as is."""
    local = datetime.combine(day, at)
    if not times.exists(local, zone):
        local = times.next_valid(local, zone)
    return times.instant(local, zone)


# --- a moment -----------------------------------------------------------------------------------


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether the place is open at a moment."""
    return any(span.starts <= at < span.ends for span in _around(hours, at))


def closes_next(hours: Hours, at: datetime) -> datetime | None:
    """When it closes; None where it is not open, and where it is open day and night."""
    if not is_open(hours, at):
        return None
    end = at
    while end - at <= ALWAYS:
        later = max((s.ends for s in _around(hours, end) if s.starts <= end < s.ends), default=end)
        if later == end:
            return end
        end = later
    return None


def opens_next(hours: Hours, at: datetime) -> datetime | None:
    """When it opens after a moment: of an open place, when it does so again."""
    if is_open(hours, at):
        closing = closes_next(hours, at)
        if closing is None:
            return None
        at = closing
    today = hours.today(at)
    later = (span for day in _days_from(hours, today - DAY) for span in spans(hours, day))
    return next((span.starts for span in later if span.starts >= at), None)


def next_change(hours: Hours, at: datetime) -> datetime | None:
    """When it next closes or opens; None where nothing of that is in sight."""
    return closes_next(hours, at) if is_open(hours, at) else opens_next(hours, at)


def is_always_open(hours: Hours, at: datetime) -> bool:
    """Whether it is open and does not close in sight."""
    return is_open(hours, at) and closes_next(hours, at) is None


def _around(hours: Hours, at: datetime) -> list[Span]:
    """What may hold a moment: it began on that day or on the one before."""
    today = hours.today(at)
    return [*spans(hours, today - DAY), *spans(hours, today)]


def _days_from(hours: Hours, day: date) -> Iterator[date]:
    """The days on which something may begin, as far as is looked ahead."""
    last = min(day + LOOKED_AHEAD, hours.last_day or date.max)
    day = max(day, hours.first_day or date.min)
    if not any(row.kind is HoursKind.OPEN for row in hours.rows):
        return
    while day <= last:
        yield day
        day += DAY
