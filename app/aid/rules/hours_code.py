"""The rows of opening hours in one text, for whoever has to look at many places at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, time
from functools import lru_cache

from app.aid.rules.hours import Hours, HoursRow
from app.aid.rules.words import HoursKind
from app.events.rules.words import Nation


def encode(rows: Sequence[HoursRow]) -> str:
    """The text of some rows; equal rows have equal texts."""
    return json.dumps([_parts(row) for row in rows], separators=(",", ":"))


@lru_cache(maxsize=4096)
def decode(code: str) -> tuple[HoursRow, ...]:
    """The rows of a text; many places keep the same hours."""
    return tuple(_row(*parts) for parts in json.loads(code))


@lru_cache(maxsize=4096)
def hours_from(
    code: str,
    shut_on: date | None,
    days: tuple[date | None, date | None],
    zone: str,
    nation: Nation,
) -> Hours:
    """The hours of a place, "closed today" included, from the first day to the last."""
    rows = decode(code)
    if shut_on is not None:
        rows = (*rows, HoursRow(day=shut_on, kind=HoursKind.CLOSED))
    return Hours(rows=rows, zone=zone, nation=nation, first_day=days[0], last_day=days[1])


def _parts(row: HoursRow) -> list[str | int | None]:
    return [
        "b" if row.is_bank_holiday else row.weekday,
        row.kind.value[0],
        *(at.isoformat() if at else None for at in (row.day, row.valid_from, row.valid_to)),
        *(at.strftime("%H:%M") if at else None for at in (row.opens, row.closes)),
    ]


def _row(sort: str | int | None, kind: str, *texts: str | None) -> HoursRow:
    day, since, until = (date.fromisoformat(each) if each else None for each in texts[:3])
    opens, closes = (time.fromisoformat(each) if each else None for each in texts[3:])
    return HoursRow(
        weekday=sort if isinstance(sort, int) else None,
        day=day,
        is_bank_holiday=sort == "b",
        kind=next(each for each in HoursKind if each.value[0] == kind),
        opens=opens,
        closes=closes,
        valid_from=since,
        valid_to=until,
    )
