"""Writing the opening hours of a point."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.aid.errors.hours import HoursError
from app.aid.models.points import CollectionPoint, PointHours
from app.aid.queries.hours import rows_of
from app.aid.rules.hours import Hours, HoursRow
from app.aid.rules.hours_check import problems
from app.db.session import db


def put_hours(point: CollectionPoint, rows: Sequence[HoursRow]) -> bool:
    """Let a point be open as these rows say; returns whether anything is different now.

    Whoever calls it ends with `changing.finish`. Raises HoursError where they cannot be right.
    """
    check_hours(
        rows,
        first_day=point.from_on or point.drop.opens_on,
        last_day=point.until_on or point.drop.closes_on,
    )
    if tuple(rows) == rows_of(point):
        return False
    point.hours = [
        PointHours(
            position=position,
            weekday=row.weekday,
            on_date=row.day,
            on_bank_holidays=row.is_bank_holiday,
            kind=row.kind,
            opens=row.opens,
            closes=row.closes,
            valid_from=row.valid_from,
            valid_until=row.valid_to,
        )
        for position, row in enumerate(rows)
    ]
    db.session.flush()
    return True


def check_hours(rows: Sequence[HoursRow], *, first_day: date | None, last_day: date | None) -> None:
    """Raise HoursError where hours cannot be right for the days from the first to the last."""
    planned = Hours(rows=tuple(rows), zone="UTC", first_day=first_day, last_day=last_day)
    for problem in problems(planned):
        raise HoursError(problem)
