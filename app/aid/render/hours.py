"""Opening hours in words: whether it is open, until when, and the table of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names
from flask_babel import gettext

from app.aid.rules import hours as rules
from app.aid.rules.bank_holidays import bank_holidays
from app.aid.rules.hours import DAY, DayHours, Hours, HoursRow, Source
from app.aid.rules.hours_lines import WeekLine, lines_of
from app.aid.rules.words import HoursKind
from app.web.locale import current_locale

#: What closes within this is told by the time alone, past midnight too.
_SOON = timedelta(hours=12)
#: Until then the name of the day is enough.
_A_WEEK = timedelta(days=6)
#: So many bank holidays are named.
_NAMED = 4


@dataclass(frozen=True)
class OpenShown:
    """How a place stands at a moment, in a few words."""

    text: str
    #: A bank holiday, or by appointment; empty where there is nothing to say.
    note: str
    is_open: bool
    tone: str


@dataclass(frozen=True)
class HoursShown:
    """The opening hours of a place for its page."""

    #: (days, hours) of the usual week, days on which it is closed too.
    week: Sequence[tuple[str, str]]
    #: (day, hours) of single days that are still to come.
    dates: Sequence[tuple[str, str]]
    #: What holds on bank holidays, and which are next; empty where none is in sight.
    bank_holidays: str
    bank_days: str


def open_shown(hours: Hours, at: datetime) -> OpenShown:
    """Whether it is open at a moment, and what comes next."""
    is_open = rules.is_open(hours, at)
    note = _note(rules.on(hours, hours.today(at)), is_open=is_open)
    if is_open:
        closes = rules.closes_next(hours, at)
        text = gettext("Open day and night") if closes is None else _until(hours, at, closes)
        return OpenShown(str(text), note, is_open=True, tone="good")
    opens = rules.opens_next(hours, at)
    text = gettext("Closed") if opens is None else _opens(hours, at, opens)
    return OpenShown(str(text), note, is_open=False, tone="wait" if opens else "bad")


def opens_words(hours: Hours, at: datetime) -> str:
    """When it opens next: "Opens Tuesday at 09:00"; empty where it does not."""
    opens = rules.opens_next(hours, at)
    return _opens(hours, at, opens) if opens else ""


def hours_shown(hours: Hours, today: date) -> HoursShown:
    """The table of a place's page."""
    lines = lines_of(hours.rows)
    week = [(_days(line), _line_words(line)) for line in lines.week]
    silent = [day for day in range(7) if not any(day in line.days for line in lines.week)]
    if week and silent:
        closed = (_day_names(silent), gettext("Closed"))
        week.append(closed)
    later = sorted({row.day for row in lines.dates if row.day is not None and row.day >= today})
    return HoursShown(
        week=week,
        dates=[(_long_day(day), _day_words(rules.on(hours, day))) for day in later],
        **_bank_words(hours, today),
    )


def clock_words(at: time) -> str:
    """A time on the wall: 14:05."""
    return format_time(at, "HH:mm", locale=_date_locale())


# --- a moment -----------------------------------------------------------------------------------


def _until(hours: Hours, at: datetime, closes: datetime) -> str:
    local = _wall(hours, closes)
    if closes - at <= _SOON or local.date() == hours.today(at):
        return str(gettext("Open until %(time)s", time=clock_words(local.time())))
    day = _near_day(local.date(), hours.today(at))
    return str(gettext("Open until %(day)s at %(time)s", day=day, time=clock_words(local.time())))


def _opens(hours: Hours, at: datetime, opens: datetime) -> str:
    local, today = _wall(hours, opens), hours.today(at)
    words = clock_words(local.time())
    if local.date() == today:
        return str(gettext("Opens at %(time)s", time=words))
    day = _near_day(local.date(), today)
    return str(gettext("Opens %(day)s at %(time)s", day=day, time=words))


def _note(day: DayHours, *, is_open: bool) -> str:
    if day.is_uncertain:
        return str(gettext("Bank holiday: check before you go"))
    if day.is_bank_holiday and day.source in {Source.DATED, Source.BANK_HOLIDAY}:
        is_shut = not day.open_rows and not is_open
        return str(gettext("Bank holiday: closed") if is_shut else gettext("Bank holiday hours"))
    return str(gettext("By appointment")) if day.is_by_appointment else ""


def _wall(hours: Hours, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(hours.zone))


# --- the table ----------------------------------------------------------------------------------


def _days(line: WeekLine) -> str:
    names = get_day_names(locale=current_locale())
    words = names[line.first]
    if line.last != line.first:
        words = gettext("%(first)s to %(last)s", first=names[line.first], last=names[line.last])
    season = _season(line)
    return f"{words} ({season})" if season else str(words)


def _season(line: WeekLine) -> str:
    since, until = (_long_day(day) if day else "" for day in (line.valid_from, line.valid_to))
    if since and until:
        return str(gettext("%(first)s to %(last)s", first=since, last=until))
    if since:
        return str(gettext("from %(day)s", day=since))
    return str(gettext("until %(day)s", day=until)) if until else ""


def _line_words(line: WeekLine) -> str:
    words = [f"{clock_words(a)}–{clock_words(b)}" for a, b in line.stretches if a and b]
    if line.kind is HoursKind.BY_APPOINTMENT:
        words.insert(0, str(gettext("By appointment")))
    return _listed(words)


def _day_words(day: DayHours) -> str:
    words = _stretch_words(day.open_rows)
    if day.is_by_appointment:
        words.append(str(gettext("By appointment")))
    return _listed(words) or str(gettext("Closed"))


def _stretch_words(rows: Sequence[HoursRow]) -> list[str]:
    return [
        f"{clock_words(row.opens)}–{clock_words(row.closes)}"
        for row in rows
        if row.opens is not None and row.closes is not None
    ]


def _bank_words(hours: Hours, today: date) -> dict[str, str]:
    """What holds on the bank holidays that are still to come while it takes part."""
    coming = [
        day
        for year in (today.year, today.year + 1)
        for day in sorted(bank_holidays(hours.nation, year))
        if day >= today and hours.takes_part(day) and day not in hours.by_day
    ][:_NAMED]
    if not coming:
        return {"bank_holidays": "", "bank_days": ""}
    found = [rules.on(hours, day) for day in coming]
    if any(each.source is Source.BANK_HOLIDAY for each in found):
        words = _day_words(next(each for each in found if each.source is Source.BANK_HOLIDAY))
    else:
        words = str(gettext("As on other days; check before you go"))
    return {
        "bank_holidays": words,
        "bank_days": _listed([_short_day(day) for day in coming]),
    }


def _day_names(days: Sequence[int]) -> str:
    names = get_day_names(locale=current_locale())
    return _listed([names[day] for day in days])


def _listed(words: Sequence[str]) -> str:
    return str(gettext(", ")).join(words)


def _near_day(day: date, today: date) -> str:
    """A day by its name within a week, with its date beyond."""
    if DAY <= day - today <= _A_WEEK:
        return format_date(day, "EEEE", locale=_date_locale())
    return _long_day(day)


def _long_day(day: date) -> str:
    return format_date(day, "EEEE d MMMM", locale=_date_locale())


def _short_day(day: date) -> str:
    return format_date(day, "d MMMM", locale=_date_locale())


def _date_locale() -> str:
    return "en_GB" if current_locale() == "en" else current_locale()
