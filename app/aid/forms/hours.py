"""Opening hours as people enter them: lines of days and times, single days, bank holidays.

A form takes `HoursFields` in; its page shows them by `aid/_hours_fields.html`. No script is needed:
some empty lines are shown and more can be opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final

from babel.dates import get_day_names
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field

from app.aid.errors.hours import SENTENCES
from app.aid.rules.hours import Hours, HoursRow
from app.aid.rules.hours_check import Problem, ProblemKind, problems
from app.aid.rules.hours_lines import STRETCHES, HoursLines, Stretch, WeekLine, lines_of
from app.aid.rules.words import HoursKind
from app.events.forms.hours import read_time
from app.lib.text import N_, clean_line
from app.web.forms import Form
from app.web.locale import current_locale

#: So many lines are open, and so many more can be opened.
WEEK_OPEN, DATES_OPEN, MORE = 3, 2, 5
_LINES_MOST: Final = 30
_LONGEST: Final = 20
_TIMES: Final = tuple(f"{edge}{n}" for n in range(STRETCHES) for edge in ("opens", "closes"))
_WEEK_PARTS: Final = ("first", "last", "kind", "since", "until", *_TIMES)
_DATE_PARTS: Final = ("day", "opens0", "closes0")
_TWELVE_HOURS: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?m\.?", re.IGNORECASE)

_NOT_A_TIME: Final = N_("Enter a time, like 18:30.")
_NOT_A_DAY: Final = N_("Enter a day, like 2026-11-22.")
_DAY_MISSING: Final = N_("Say on which day it is open.")


class LineError(ValueError):
    """A line that cannot be read; the sentence says why."""


@dataclass
class Line:
    """One line as it stands on the page."""

    #: What the names of its inputs begin with.
    name: str
    typed: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def get(self, part: str) -> str:
        """What was typed."""
        return self.typed.get(part, "")

    @property
    def is_filled(self) -> bool:
        """Whether anything was typed."""
        return any(self.typed.get(part) for part in self.typed if part != "kind")

    @property
    def is_special(self) -> bool:
        """Whether it says more than days and times."""
        is_open = self.get("kind") in {"", HoursKind.OPEN.value}
        return not is_open or bool(self.get("since") or self.get("until"))


class HoursField(Field):
    """Opening hours; `data` is a tuple of rows, whatever was typed is kept line by line."""

    data: tuple[HoursRow, ...]

    def __init__(self, label: Any = None, validators: Any = None, **kw: Any) -> None:  # noqa: ANN401
        super().__init__(label, validators, **kw)
        self.week: list[Line] = []
        self.dates: list[Line] = []
        self.bank = Line(f"{self.name}-bank")

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ANN401, ARG002
        """Take the lines from the form, or the rows that are kept."""
        self.process_errors = []
        self.show(data if isinstance(data, Sequence) else ())
        if formdata is None or f"{self.name}-sent" not in formdata:
            return
        self.raw_data = ["sent"]
        numbers = range(_LINES_MOST)
        week = [_typed(formdata, f"{self.name}-{n}", _WEEK_PARTS) for n in numbers]
        dates = [_typed(formdata, f"{self.name}-date-{n}", _DATE_PARTS) for n in numbers]
        self._set(
            [line for line in week if line.is_filled], [line for line in dates if line.is_filled]
        )
        self.bank = _typed(formdata, f"{self.name}-bank", ("how", *_TIMES))
        self._read()

    def show(self, rows: Sequence[HoursRow]) -> None:
        """Show these rows."""
        self.data = tuple(rows)
        lines = lines_of(self.data)
        self._set(
            [Line("", _week_texts(line)) for line in lines.week],
            [Line("", _date_texts(row)) for row in lines.dates],
        )
        self.bank = Line(f"{self.name}-bank", _bank_texts(lines))

    def check_days(self, first: date | None, last: date | None) -> bool:
        """Whether the rows can be right for these days; what cannot is said beside its line."""
        return self._judge(self.data, self._lines_of_rows(), first, last)

    @property
    def hidden_from(self) -> tuple[int, int]:
        """From which line on those of the week and those of single days are folded away."""
        return len(self.week) - MORE, len(self.dates) - MORE

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The days of the week, Monday first."""
        names = get_day_names(locale=current_locale())
        return [(str(day), names[day]) for day in range(7)]

    def _set(self, week: list[Line], dates: list[Line]) -> None:
        """Name the lines anew, with some empty ones behind them."""
        self.week = _with_spare(week, f"{self.name}-", WEEK_OPEN)
        self.dates = _with_spare(dates, f"{self.name}-date-", DATES_OPEN)

    def _read(self) -> None:
        """Make rows of what was typed, and say what is wrong beside the lines."""
        found: list[tuple[Line, HoursRow]] = []
        for line, read in (
            *((line, _read_week) for line in self.week if line.is_filled),
            *((line, _read_date) for line in self.dates if line.is_filled),
            (self.bank, _read_bank),
        ):
            try:
                found += [(line, row) for row in read(line)]
            except LineError as error:
                self._refuse(line, str(error))
        if not self.process_errors:
            self.data = tuple(row for _, row in found)
            self._judge(self.data, [line for line, _ in found], None, None)

    def _judge(
        self, rows: tuple[HoursRow, ...], lines: list[Line], first: date | None, last: date | None
    ) -> bool:
        planned = Hours(rows=rows, zone="UTC", first_day=first, last_day=last)
        found = problems(planned)
        for problem in found:
            self._refuse(_line_of(problem, lines), gettext(SENTENCES[problem.kind]))
        return not found

    def _lines_of_rows(self) -> list[Line]:
        """The line of each row; they are read again in the same order."""
        week = [(line, row) for line in self.week if line.is_filled for row in _read_week(line)]
        dates = [(line, row) for line in self.dates if line.is_filled for row in _read_date(line)]
        return [line for line, _ in (*week, *dates)] + [self.bank] * STRETCHES

    def _refuse(self, line: Line | None, sentence: str) -> None:
        if line is not None and sentence not in line.errors:
            line.errors.append(sentence)
        if sentence not in self.process_errors:
            self.process_errors = [*self.process_errors, sentence]
            self.errors = [*self.errors, sentence]


class HoursFields(Form):
    """What a form takes in that asks for opening hours."""

    hours = HoursField(
        _l("Opening hours"),
        description=_l(
            "One line for days with the same hours; what is left empty is left out. "
            "A closing time before the opening time is the next day’s."
        ),
    )

    def rows(self) -> tuple[HoursRow, ...]:
        """The rows that were entered; call it on a valid form only."""
        return self.hours.data

    def fill(self, rows: Sequence[HoursRow]) -> None:
        """Show the rows that are kept, in a form that was not sent."""
        if not self.hours.raw_data:
            self.hours.show(rows)


# --- texts to rows ------------------------------------------------------------------------------


def _typed(formdata: Any, name: str, parts: Sequence[str]) -> Line:  # noqa: ANN401
    typed = {part: clean_line(formdata.get(f"{name}-{part}", ""))[:_LONGEST] for part in parts}
    return Line(name, typed)


def _with_spare(filled: list[Line], prefix: str, open_: int) -> list[Line]:
    """The lines that say something, empty ones to make up what is open, and more to open."""
    count = min(max(len(filled) + 1, open_) + MORE, _LINES_MOST)
    lines = [*filled, *(Line("") for _ in range(count - len(filled)))]
    for number, line in enumerate(lines):
        line.name = f"{prefix}{number}"
    return lines


def _read_week(line: Line) -> Iterator[HoursRow]:
    first = _weekday(line.get("first"))
    if first is None:
        raise LineError(gettext(_DAY_MISSING))
    last = _weekday(line.get("last"))
    is_asked = line.get("kind") == HoursKind.BY_APPOINTMENT.value
    stretches = _stretches(line)
    if not stretches and not is_asked:
        raise LineError(gettext(SENTENCES[ProblemKind.TIME_MISSING]))
    yield from WeekLine(
        first,
        first if last is None else last,
        HoursKind.BY_APPOINTMENT if is_asked else HoursKind.OPEN,
        stretches,
        _read_day(line.get("since")),
        _read_day(line.get("until")),
    ).rows()


def _read_date(line: Line) -> Iterator[HoursRow]:
    day = _read_day(line.get("day"))
    if day is None:
        raise LineError(gettext(_NOT_A_DAY))
    for kind, opens, closes in _open_or_closed(line):
        yield HoursRow(day=day, kind=kind, opens=opens, closes=closes)


def _read_bank(line: Line) -> Iterator[HoursRow]:
    if line.get("how") not in {HoursKind.OPEN.value, HoursKind.CLOSED.value}:
        return
    is_closed = line.get("how") == HoursKind.CLOSED.value
    if not is_closed and not any(line.get(part) for part in _TIMES):
        raise LineError(gettext(SENTENCES[ProblemKind.TIME_MISSING]))
    closed = [(HoursKind.CLOSED, None, None)]
    for kind, opens, closes in closed if is_closed else _open_or_closed(line):
        yield HoursRow(is_bank_holiday=True, kind=kind, opens=opens, closes=closes)


def _open_or_closed(line: Line) -> list[tuple[HoursKind, time | None, time | None]]:
    stretches = _stretches(line)
    if not stretches:
        return [(HoursKind.CLOSED, None, None)]
    return [(HoursKind.OPEN, opens, closes) for opens, closes in stretches]


def _stretches(line: Line) -> tuple[Stretch, ...]:
    found = []
    for number in range(STRETCHES):
        opens, closes = line.get(f"opens{number}"), line.get(f"closes{number}")
        if bool(opens) != bool(closes):
            raise LineError(gettext(SENTENCES[ProblemKind.TIME_MISSING]))
        if opens:
            found.append((_clock(opens), _clock(closes)))
    return tuple(found)


def _clock(text: str) -> time:
    at = read_clock(text)
    if at is None:
        raise LineError(gettext(_NOT_A_TIME))
    return at


def read_clock(text: str) -> time | None:
    """A time as people type it, 6.30 pm and 24:00 too; None where it is none."""
    twelve = _TWELVE_HOURS.fullmatch(text)
    if twelve is not None and 1 <= int(twelve[1]) <= 12:
        hour = int(twelve[1]) % 12 + (12 if twelve[3].lower() == "p" else 0)
        return read_time(f"{hour}:{twelve[2] or '00'}")
    return time() if text in {"24:00", "24.00", "24"} else read_time(text)


def _weekday(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-6]", text) else None


def _read_day(text: str) -> date | None:
    """A day as the browser sends it; None where nothing was typed."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LineError(gettext(_NOT_A_DAY)) from error


def _line_of(problem: Problem, lines: Sequence[Line]) -> Line | None:
    is_known = problem.row is not None and problem.row < len(lines)
    return lines[problem.row or 0] if is_known else None


# --- rows to texts ------------------------------------------------------------------------------


def _week_texts(line: WeekLine) -> dict[str, str]:
    return {
        "first": str(line.first),
        "last": "" if line.last == line.first else str(line.last),
        "kind": line.kind.value,
        "since": line.valid_from.isoformat() if line.valid_from else "",
        "until": line.valid_to.isoformat() if line.valid_to else "",
        **_time_texts(line.stretches),
    }


def _date_texts(row: HoursRow) -> dict[str, str]:
    day = row.day.isoformat() if row.day else ""
    return {"day": day, **_time_texts(((row.opens, row.closes),))}


def _bank_texts(lines: HoursLines) -> dict[str, str]:
    rows = lines.bank_holidays
    how = rows[0].kind.value if rows else ""
    return {"how": how, **_time_texts(tuple((row.opens, row.closes) for row in rows))}


def _time_texts(stretches: Sequence[Stretch]) -> dict[str, str]:
    return {
        f"{edge}{number}": at.strftime("%H:%M") if at else ""
        for number, stretch in enumerate(stretches[:STRETCHES])
        for edge, at in zip(("opens", "closes"), stretch, strict=True)
    }
