"""By what rule an event comes again. Days are local; the hours are those of the first time."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice, takewhile
from typing import Any, Final, Self

from app.events.errors.editing import BadRuleError, NoOccurrenceError
from app.lib.text import N_

#: So far ahead occurrences are made, and at least so many of them.
AHEAD: Final = timedelta(weeks=8)
AHEAD_COUNT: Final = 8
#: No rule is followed further than this from its first day.
FURTHEST: Final = timedelta(days=366 * 10)
MOST_DATES: Final = 60
LAST: Final = -1


class Repeat(StrEnum):
    """In what rhythm."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    DATES = "dates"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How an event comes again after its first day."""

    repeat: Repeat
    #: The day of the first occurrence; rhythm and weekday follow from it.
    first: date
    #: Every so many weeks or months.
    every: int = 1
    #: For months: the first to fourth such weekday, or the last.
    nth: int | None = None
    #: For a list: the days after the first.
    dates: tuple[date, ...] = ()

    def check(self) -> None:
        """Raise BadRuleError for a rule that nobody could follow."""
        if not 1 <= self.every <= 12:
            raise BadRuleError("every", N_("Enter a whole number from 1 to 12."))
        if self.repeat is Repeat.MONTHLY and self.nth not in nths_of(self.first):
            raise BadRuleError("nth", N_("The first day does not fit this rule."))
        if self.repeat is Repeat.DATES and not self.dates:
            raise BadRuleError("dates", N_("Enter at least one more day."))
        if len(self.dates) > MOST_DATES:
            raise BadRuleError("dates", N_("Enter at most 60 days."))
        if any(day <= self.first for day in self.dates):
            raise BadRuleError("dates", N_("Each day must come after the first one."))

    def to_json(self) -> dict[str, object]:
        """For the row."""
        return {
            "repeat": self.repeat.value,
            "first": self.first.isoformat(),
            "every": self.every,
            "nth": self.nth,
            "dates": [day.isoformat() for day in self.dates],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Back from the row."""
        return cls(
            repeat=Repeat(kept["repeat"]),
            first=date.fromisoformat(kept["first"]),
            every=kept["every"],
            nth=kept["nth"],
            dates=tuple(date.fromisoformat(day) for day in kept["dates"]),
        )


def nths_of(day: date) -> tuple[int, ...]:
    """Which weekday of its month a day is: the second; the fourth and the last."""
    number = (day.day - 1) // 7 + 1
    is_last = day.day + 7 > calendar.monthrange(day.year, day.month)[1]
    regular = (number,) if number <= 4 else ()
    return (*regular, LAST) if is_last else regular


def days(rule: Rule, until: date | None = None) -> Iterator[date]:
    """Every day of a rule in order, the first one too, up to and with `until`."""
    end = min(until or date.max, rule.first + FURTHEST)
    return takewhile(lambda day: day <= end, _all_days(rule))


def check(rule: Rule, until: date | None) -> None:
    """Raise BadRuleError or NoOccurrenceError where the event would not come again."""
    rule.check()
    if len(list(islice(days(rule, until), 2))) < 2:
        raise NoOccurrenceError


def next_days(rule: Rule, *, after: date, until: date | None, today: date) -> list[date]:
    """The days after one for which occurrences should exist: eight weeks ahead, and at least eight.

    What is gone by already is not made any more.
    """
    coming = (day for day in days(rule, until) if day > after and day >= today)
    horizon = today + AHEAD
    found: list[date] = []
    for day in coming:
        if day > horizon and len(found) >= AHEAD_COUNT:
            break
        found.append(day)
    return found


def _all_days(rule: Rule) -> Iterator[date]:
    match rule.repeat:
        case Repeat.WEEKLY:
            return _weekly(rule)
        case Repeat.MONTHLY:
            return _monthly(rule)
        case Repeat.DATES:
            return iter((rule.first, *sorted(set(rule.dates))))


def _weekly(rule: Rule) -> Iterator[date]:
    day = rule.first
    while True:
        yield day
        day += timedelta(weeks=rule.every)


def _monthly(rule: Rule) -> Iterator[date]:
    year, month, weekday = rule.first.year, rule.first.month, rule.first.weekday()
    while True:
        yield _nth_weekday(year, month, weekday, rule.nth or 1)
        month += rule.every
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first, length = calendar.monthrange(year, month)
    start = 1 + (weekday - first) % 7
    if nth == LAST:
        return date(year, month, start + 7 * ((length - start) // 7))
    return date(year, month, start + 7 * (nth - 1))
