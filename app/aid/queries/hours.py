"""The opening hours of points, as `app.aid.rules.hours` reads them."""

from __future__ import annotations

from collections.abc import Iterable

from app.aid.models.points import CollectionPoint, PointHours
from app.aid.rules.hours import Hours, HoursRow
from app.aid.rules.hours_code import hours_from
from app.aid.rules.words import HoursKind


def hours_of(point: CollectionPoint) -> Hours:
    """When a point is open, "closed today" included; its days are the drop's unless its own."""
    rows = rows_of(point)
    if point.shut_on is not None:
        rows = (*rows, HoursRow(day=point.shut_on, kind=HoursKind.CLOSED))
    return Hours(
        rows=rows,
        zone=point.zone,
        nation=point.nation,
        first_day=point.from_on or point.drop.opens_on,
        last_day=point.until_on or point.drop.closes_on,
    )


def listed_hours(point: CollectionPoint) -> Hours:
    """The same from the text beside the point, for lists: nothing more is asked."""
    return hours_from(
        point.hours_code,
        point.shut_on,
        (point.from_on or point.drop.opens_on, point.until_on or point.drop.closes_on),
        point.zone,
        point.nation,
    )


def rows_of(point: CollectionPoint) -> tuple[HoursRow, ...]:
    """The rows that its host entered."""
    return read_rows(point.hours)


def read_rows(rows: Iterable[PointHours]) -> tuple[HoursRow, ...]:
    """The rows of the table as plain values."""
    return tuple(
        HoursRow(
            weekday=row.weekday,
            day=row.on_date,
            is_bank_holiday=row.on_bank_holidays,
            kind=row.kind,
            opens=row.opens,
            closes=row.closes,
            valid_from=row.valid_from,
            valid_to=row.valid_until,
        )
        for row in rows
    )
