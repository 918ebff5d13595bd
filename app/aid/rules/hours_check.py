"""What cannot be right about opening hours, before anybody is sent there by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Final

from app.aid.rules.hours import DAY, Hours, HoursRow, on
from app.aid.rules.words import HoursKind

#: Two stretches a day, a dozen exceptions and then some; more is a slip.
ROWS_MOST: Final = 60
#: It shows every weekday and every bank holiday.
_A_YEAR: Final = timedelta(days=366)
#: A week with two days for what goes on past its end.
_MONDAY: Final = date(2001, 1, 1)


class ProblemKind(StrEnum):
    """What is wrong."""

    TIME_MISSING = "time_missing"
    OVERLAP = "overlap"
    OPEN_AND_CLOSED = "open_and_closed"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    OUTSIDE = "outside"
    NEVER_OPENS = "never_opens"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Problem:
    """Something that cannot be right, and the row it is about; None: about all of them."""

    kind: ProblemKind
    row: int | None = None


def problems(hours: Hours) -> list[Problem]:
    """Everything that cannot be right about some hours, in the order of their rows."""
    if len(hours.rows) > ROWS_MOST:
        return [Problem(ProblemKind.TOO_MANY)]
    found = [problem for number, row in enumerate(hours.rows) for problem in _alone(number, row)]
    found += [Problem(ProblemKind.OUTSIDE, number) for number in _outside(hours)]
    found += list(_together(hours.rows))
    found.sort(key=lambda problem: problem.row or 0)
    if not found and not _ever_opens(hours):
        found.append(Problem(ProblemKind.NEVER_OPENS))
    return found


def _alone(number: int, row: HoursRow) -> Iterator[Problem]:
    is_half = (row.opens is None) != (row.closes is None)
    if is_half or (row.kind is HoursKind.OPEN and not row.is_timed):
        yield Problem(ProblemKind.TIME_MISSING, number)
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        yield Problem(ProblemKind.ENDS_BEFORE_IT_BEGINS, number)


def _outside(hours: Hours) -> Iterator[int]:
    """The rows about days on which the place does not take part."""
    first, last = hours.first_day or date.min, hours.last_day or date.max
    for number, row in enumerate(hours.rows):
        since = row.day or row.valid_from or date.min
        until = row.day or row.valid_to or date.max
        if until < first or since > last:
            yield number


def _together(rows: Sequence[HoursRow]) -> Iterator[Problem]:
    """The rows that contradict one before them."""
    for (_, one), (number, other) in combinations(enumerate(rows), 2):
        if not _meet(one, other):
            continue
        kinds = {one.kind, other.kind}
        if HoursKind.CLOSED in kinds and len(kinds) > 1 and _same_day(one, other):
            yield Problem(ProblemKind.OPEN_AND_CLOSED, number)
        elif _overlap(one, other):
            yield Problem(ProblemKind.OVERLAP, number)


def _meet(one: HoursRow, other: HoursRow) -> bool:
    """Whether both can hold in the same weeks, as rows of the same kind of day."""
    if (one.day is None) != (other.day is None) or one.is_bank_holiday != other.is_bank_holiday:
        return False
    since = max(one.valid_from or date.min, other.valid_from or date.min)
    return since <= min(one.valid_to or date.max, other.valid_to or date.max)


def _same_day(one: HoursRow, other: HoursRow) -> bool:
    return (one.day, one.weekday) == (other.day, other.weekday)


def _overlap(one: HoursRow, other: HoursRow) -> bool:
    if HoursKind.CLOSED in {one.kind, other.kind} or not (one.is_timed and other.is_timed):
        return _same_day(one, other) and one == other
    (a, b), (c, d) = _stretch(one), _stretch(other)
    week = timedelta(days=7) if one.weekday is not None else timedelta()
    return any(a < d + shift and c + shift < b for shift in {-week, timedelta(), week})


def _stretch(row: HoursRow) -> tuple[datetime, datetime]:
    """The stretch of a row on a calendar without seasons."""
    day = row.day or _MONDAY + timedelta(days=row.weekday or 0)
    opens = datetime.combine(day, row.opens or datetime.min.time())
    closes = datetime.combine(day, row.closes or datetime.min.time())
    return opens, closes + DAY if closes <= opens else closes


def _ever_opens(hours: Hours) -> bool:
    """Whether anybody can ever come, also by appointment."""
    return any(
        found.open_rows or found.is_by_appointment
        for row in hours.rows
        if row.kind is not HoursKind.CLOSED
        for found in (on(hours, day) for day in _days_of(row, hours))
    )


def _days_of(row: HoursRow, hours: Hours) -> Iterator[date]:
    """The days on which a row may hold, a year of them."""
    if row.day is not None:
        yield row.day
        return
    first = max(row.valid_from or _MONDAY, hours.first_day or _MONDAY)
    last = min(row.valid_to or first + _A_YEAR, hours.last_day or first + _A_YEAR, first + _A_YEAR)
    for number in range((last - first).days + 1):
        yield first + number * DAY
