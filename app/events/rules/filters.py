"""What narrows the list of what is on, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from app.events.rules.words import EventKind, Way
from app.lib.clock import day_in, start_of_day

#: How far people look, in kilometres.
DISTANCES: Final = (5, 10, 25, 50, 100)
USUAL_KM: Final = 25
#: Instead of a distance: everything, the nearest first.
ANY_DISTANCE: Final = "any"
#: Rings that are looked through for the nearest; beyond the last, the order is that of time.
RINGS: Final = (100.0, 1000.0)
#: Subscribed feeds keep what is over for so long, so that calendars hear of its end.
FEED_LOOKS_BACK: Final = timedelta(days=31)
FEED_HOLDS: Final = 1000
_MONTH: Final = re.compile(r"(20[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])")
_SATURDAY: Final = 5


class Span(StrEnum):
    """Stretches of time that have a name."""

    COMING = "coming"
    TODAY = "today"
    WEEKEND = "weekend"
    WEEK = "week"
    THIRTY_DAYS = "30days"
    PAST = "past"


@dataclass(frozen=True, kw_only=True)
class Window:
    """When events begin; whatever runs at its beginning belongs to it."""

    starts_from: datetime | None = None
    starts_before: datetime | None = None
    #: Only what is over by then, the latest first.
    ended_by: datetime | None = None

    @property
    def is_past(self) -> bool:
        """Whether it looks back."""
        return self.ended_by is not None


@dataclass(frozen=True)
class Near:
    """Around where, and how far; without a distance everything, the nearest first."""

    position: tuple[float, float]
    km: float | None = None


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Which events are wanted."""

    window: Window
    kind: EventKind | None = None
    country: str | None = None
    campaign_id: int | None = None
    group_id: int | None = None
    mobilisation_id: int | None = None
    is_accessible: bool = False
    way: Way | None = None
    language: str | None = None
    words: str = ""
    near: Near | None = None

    def facets(self) -> tuple[tuple[str, ...], ...]:
        """What the index must know of each event, as `rules.listing.facets` writes it."""
        named = (
            ("kind", self.kind),
            ("country", self.country),
            ("campaign", self.campaign_id),
            ("group", self.group_id),
            ("mob", self.mobilisation_id),
            ("way", self.way),
            ("lang", self.language),
        )
        found = [(f"{name}:{value}",) for name, value in named if value is not None]
        return (*found, ("accessible",)) if self.is_accessible else tuple(found)

    def at(self, window: Window) -> EventFilter:
        """The same at another time."""
        return replace(self, window=window)


def coming(now: datetime) -> Window:
    """Everything that has not ended."""
    return Window(starts_from=now)


def past(now: datetime, *, since: datetime | None = None) -> Window:
    """Everything that is over."""
    return Window(starts_from=since, starts_before=now, ended_by=now)


def named_window(span: Span, zone: str, now: datetime) -> Window:
    """The window of a name; days are days where the site is."""
    today = day_in(zone, now)
    match span:
        case Span.COMING:
            return coming(now)
        case Span.PAST:
            return past(now)
        case Span.TODAY:
            return _days(today, today, zone, now)
        case Span.WEEKEND:
            saturday = today + timedelta(days=max(0, _SATURDAY - today.weekday()))
            first = today if today.weekday() > _SATURDAY else saturday
            return _days(first, today + timedelta(days=6 - today.weekday()), zone, now)
        case Span.WEEK:
            return _days(today, today + timedelta(days=6), zone, now)
        case Span.THIRTY_DAYS:
            return _days(today, today + timedelta(days=29), zone, now)


def month_window(month: str, zone: str, now: datetime) -> Window | None:
    """The window of `2026-12`; None for what is no month."""
    match = _MONTH.fullmatch(month)
    if match is None:
        return None
    first = date(int(match[1]), int(match[2]), 1)
    return _days(first, _next_month(first) - timedelta(days=1), zone, now)


def coming_months(zone: str, now: datetime, count: int = 6) -> list[date]:
    """The first days of this month and those after it."""
    months = [day_in(zone, now).replace(day=1)]
    while len(months) < count:
        months.append(_next_month(months[-1]))
    return months


def _days(first: date, last: date, zone: str, now: datetime) -> Window:
    return _sensible(start_of_day(zone, first), start_of_day(zone, last + timedelta(days=1)), now)


def _sensible(since: datetime, before: datetime | None, now: datetime) -> Window:
    """Of days of which some are over: what still comes; all of them, where none is left."""
    if since < now and (before is None or before > now):
        since = now
    return Window(starts_from=since, starts_before=before)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
