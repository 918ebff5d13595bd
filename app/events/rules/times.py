"""When an event is: the time on the wall and its zone are the truth, instants are derived here.

A wall time can be missing (the clocks go forward over it) or come twice (they go back). What an
organiser types is refused or asked about; what is kept already is only ever read again, so that a
new edition of the zone data moves an event's instant and never its hour on the wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from app.events.errors.times import (
    EndsBeforeStartError,
    NoSuchTimeError,
    TimeOutOfReachError,
    TooLongError,
    TwiceTimeError,
    UnknownZoneError,
)

#: How long an event can be at most.
LONGEST: Final = timedelta(days=31)
#: Where nobody said when it ends, it is taken to last so long; the end is not shown.
OPEN_END: Final = timedelta(hours=3)
#: The years that forms take.
FIRST_YEAR, LAST_YEAR = 2000, 2200
#: Names in the data that are no place's time.
_NOT_PLACES: Final = frozenset({"Factory", "localtime", "posixrules"})
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class When:
    """The times of an event as its row keeps them."""

    starts_local: datetime
    ends_local: datetime
    zone: str
    starts_fold: bool
    ends_fold: bool
    starts_at: datetime
    ends_at: datetime
    is_all_day: bool = False
    is_end_open: bool = False


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone that can be chosen, in alphabetical order."""
    return tuple(sorted(available_timezones() - _NOT_PLACES))


@cache
def _folded() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


def find_zone(text: str) -> str:
    """The zone's name as it is written; raises UnknownZoneError with the nearest one."""
    typed = "_".join(text.split())
    name = _folded().get(typed.casefold())
    if name is not None:
        return name
    near = get_close_matches(typed[:64].casefold(), list(_folded()), n=1, cutoff=0.7)
    raise UnknownZoneError(text, _folded()[near[0]] if near else None)


def derive(
    starts_local: datetime,
    ends_local: datetime | None,
    zone: str,
    *,
    starts_fold: bool | None = None,
    ends_fold: bool | None = None,
) -> When:
    """The instants of typed wall times; without an end it is open, three hours on.

    A fold says which of two equal wall times is meant; None asks where there are two. Raises
    UnknownZoneError, TimeOutOfReachError, NoSuchTimeError, TwiceTimeError, EndsBeforeStartError
    or TooLongError.
    """
    name = find_zone(zone)
    starts, is_second = _settled(starts_local, name, fold=starts_fold, part="starts")
    if ends_local is None:
        return open_end(starts, name, is_second=is_second)
    if ends_local <= starts_local:
        raise EndsBeforeStartError
    if ends_local - starts_local > LONGEST:
        raise TooLongError(LONGEST.days)
    if ends_fold is None and is_twice(ends_local, name):
        ends_fold = _only_end_after(starts, ends_local, name)
    ends, ends_second = _settled(ends_local, name, fold=ends_fold, part="ends")
    if ends <= starts:
        raise EndsBeforeStartError
    return When(starts_local, ends_local, name, is_second, ends_second, starts, ends)


def derive_days(first: date, last: date, zone: str) -> When:
    """Whole days, from the first midnight to that after the last; a day begins when it begins."""
    name = find_zone(zone)
    if last < first:
        raise EndsBeforeStartError
    if last - first >= LONGEST:
        raise TooLongError(LONGEST.days)
    for day in (first, last):
        _check_year(datetime.combine(day, time()), "starts")
    begins = datetime.combine(first, time())
    ends = datetime.combine(last + timedelta(days=1), time())
    return When(
        begins,
        ends,
        name,
        starts_fold=False,
        ends_fold=False,
        starts_at=_day_begins(begins, name),
        ends_at=_day_begins(ends, name),
        is_all_day=True,
    )


def open_end(starts_at: datetime, zone: str, *, is_second: bool = False) -> When:
    """An event that nobody said the end of."""
    starts, ends = wall(starts_at, zone), wall(starts_at + OPEN_END, zone)
    if ends <= starts:  # more than three hours came twice that night
        ends = starts + _MINUTE
    ends_fold = bool(_aware(starts_at + OPEN_END, zone).fold)
    return When(
        starts,
        ends,
        zone,
        starts_fold=is_second,
        ends_fold=ends_fold,
        starts_at=starts_at,
        ends_at=starts_at + OPEN_END,
        is_end_open=True,
    )


def rederive(when: When) -> When:
    """The same times on the wall by the zone data of today; never refuses what was kept."""
    if when.is_all_day:
        starts, ends = (
            _day_begins(each, when.zone) for each in (when.starts_local, when.ends_local)
        )
    else:
        starts = instant(when.starts_local, when.zone, is_second=when.starts_fold)
        ends = instant(when.ends_local, when.zone, is_second=when.ends_fold)
    if ends <= starts:  # the new data goes back over it: it lasts as long as the wall says
        ends = starts + (when.ends_local - when.starts_local)
    return When(
        when.starts_local,
        when.ends_local,
        when.zone,
        when.starts_fold,
        when.ends_fold,
        starts,
        ends,
        when.is_all_day,
        when.is_end_open,
    )


def at_same_wall_time(when: When, day: date) -> When:
    """The same hours on another day; where the clocks go forward over one, as soon after as is.

    Raises TimeOutOfReachError.
    """
    _check_year(datetime.combine(day, time()), "starts")
    move = day - when.starts_local.date()
    starts, ends = when.starts_local + move, when.ends_local + move
    if when.is_all_day:
        return derive_days(starts.date(), ends.date() - timedelta(days=1), when.zone)
    starts, ends = (
        each if exists(each, when.zone) else next_valid(each, when.zone) for each in (starts, ends)
    )
    begins = instant(starts, when.zone)
    if when.is_end_open:
        return open_end(begins, when.zone)
    ends = ends if ends > starts else starts + (when.ends_local - when.starts_local)
    moved = When(
        starts,
        ends,
        when.zone,
        starts_fold=False,
        ends_fold=False,
        starts_at=begins,
        ends_at=instant(ends, when.zone),
    )
    return rederive(moved)


# --- one time on the wall -----------------------------------------------------------------------


def exists(local: datetime, zone: str) -> bool:
    """Whether the wall ever shows it."""
    return wall(instant(local, zone), zone) == local.replace(fold=0)


def is_twice(local: datetime, zone: str) -> bool:
    """Whether the wall shows it twice."""
    both = {instant(local, zone, is_second=each) for each in (False, True)}
    return exists(local, zone) and len(both) == 2


def next_valid(local: datetime, zone: str) -> datetime:
    """The first time after a gap that swallows this one."""
    # Before the gap by the new offset, behind it by the old one; the edge lies between.
    before = instant(local, zone, is_second=True)
    after = instant(local, zone)
    old = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return wall(after, zone)


def instant(local: datetime, zone: str, *, is_second: bool = False) -> datetime:
    """The instant of a wall time, whatever the clocks do; of two, the first unless told."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=int(is_second)).astimezone(UTC)


def wall(at: datetime, zone: str) -> datetime:
    """What the clock on the wall shows at an instant."""
    return _aware(at, zone).replace(tzinfo=None, fold=0)


def offset_text(at: datetime, zone: str) -> str:
    """How far the zone is from UTC at an instant, such as +05:45."""
    minutes = int(_offset(at, zone).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _aware(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def _offset(at: datetime, zone: str) -> timedelta:
    return _aware(at, zone).utcoffset() or timedelta()


def _settled(local: datetime, zone: str, *, fold: bool | None, part: str) -> tuple[datetime, bool]:
    """The instant of a typed wall time, and whether it is the second of two."""
    _check_year(local, part)
    if not exists(local, zone):
        raise NoSuchTimeError(local, next_valid(local, zone), zone, part)
    if not is_twice(local, zone):
        return instant(local, zone), False
    if fold is None:
        first, second = (
            offset_text(instant(local, zone, is_second=each), zone) for each in (False, True)
        )
        raise TwiceTimeError(local, (first, second), zone, part)
    return instant(local, zone, is_second=fold), fold


def _check_year(local: datetime, part: str) -> None:
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise TimeOutOfReachError(part)


def _only_end_after(starts: datetime, ends_local: datetime, zone: str) -> bool | None:
    """Which of two ends is meant, where only one comes after the start."""
    first = instant(ends_local, zone)
    return True if first <= starts else None


def _day_begins(midnight: datetime, zone: str) -> datetime:
    """When a day begins, also where its midnight is missing or comes twice."""
    if exists(midnight, zone):
        return instant(midnight, zone)
    return instant(next_valid(midnight, zone), zone)
