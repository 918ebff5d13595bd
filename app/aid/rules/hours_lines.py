"""Opening hours as people write them: "Monday to Friday, 9 to 12 and 13 to 17", and back to rows.

A line is what a form shows: days that lie together, up to two stretches, and for which weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import groupby
from typing import Final

from app.aid.rules.hours import HoursRow
from app.aid.rules.words import HoursKind

#: So many stretches stand in one line.
STRETCHES: Final = 2

Stretch = tuple[time | None, time | None]


@dataclass(frozen=True)
class WeekLine:
    """The same hours on weekdays that follow each other; from Saturday to Monday goes on."""

    first: int
    last: int
    kind: HoursKind = HoursKind.OPEN
    stretches: tuple[Stretch, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def days(self) -> list[int]:
        """The weekdays, 0 for Monday."""
        return [(self.first + step) % 7 for step in range((self.last - self.first) % 7 + 1)]

    def rows(self) -> list[HoursRow]:
        """A row for each day and stretch."""
        return [
            HoursRow(
                weekday=day,
                kind=self.kind,
                opens=opens,
                closes=closes,
                valid_from=self.valid_from,
                valid_to=self.valid_to,
            )
            for day in self.days
            for opens, closes in self.stretches or ((None, None),)
        ]


@dataclass(frozen=True)
class HoursLines:
    """All lines of a form."""

    week: list[WeekLine] = field(default_factory=list)
    dates: list[HoursRow] = field(default_factory=list)
    bank_holidays: list[HoursRow] = field(default_factory=list)


def lines_of(rows: Iterable[HoursRow]) -> HoursLines:
    """The rows as lines, the days with the same hours together."""
    kept = list(rows)
    return HoursLines(
        week=list(_week(kept)),
        dates=sorted(
            (row for row in kept if row.day is not None),
            key=lambda row: (row.day or date.min, row.opens or time()),
        ),
        bank_holidays=[row for row in kept if row.is_bank_holiday and row.day is None],
    )


def _week(rows: Sequence[HoursRow]) -> Iterator[WeekLine]:
    """Season by season the days that follow each other and say the same."""
    weekly = [row for row in rows if row.weekday is not None]
    seasons = sorted({_season(row) for row in weekly}, key=lambda each: each[:2])
    for season in seasons:
        said = [
            (day, hours)
            for day in range(7)
            for hours in _chunks(
                [row for row in weekly if row.weekday == day and _season(row) == season]
            )
        ]
        yield from _joined(said, season)


def _joined(said: list[tuple[int, tuple[Stretch, ...]]], season: _Season) -> Iterator[WeekLine]:
    since, until, kind = season
    while said:
        first, hours = said.pop(0)
        last = first
        while (last + 1, hours) in said:
            said.remove((last + 1, hours))
            last += 1
        yield WeekLine(
            first,
            last,
            HoursKind(kind),
            hours,
            None if since == date.min else since,
            None if until == date.max else until,
        )


_Season = tuple[date, date, str]


def _season(row: HoursRow) -> _Season:
    return (row.valid_from or date.min, row.valid_to or date.max, row.kind.value)


def _chunks(rows: Sequence[HoursRow]) -> list[tuple[Stretch, ...]]:
    """The stretches of one day, as many together as stand in a line."""
    ordered = sorted(rows, key=lambda row: (row.opens or time(), row.closes or time()))
    numbered = enumerate((row.opens, row.closes) for row in ordered)
    return [
        tuple(each for _, each in group if each != (None, None))
        for _, group in groupby(numbered, key=lambda pair: pair[0] // STRETCHES)
    ]
