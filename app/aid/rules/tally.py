"""Sheets on which somebody ticked off what was brought, read line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.aid.rules.quantities import MOST
from app.aid.rules.stock import WHAT_LENGTH
from app.aid.rules.words import Unit

#: A sheet has no more lines; a second one can follow.
LINES_MOST: Final = 40
_GRAMS_IN_A_KG: Final = 1000
_COUNT: Final = re.compile(r"[0-9]{1,9}")
_WEIGHT: Final = re.compile(r"[0-9]{1,7}(?:[.,٫][0-9]{1,3})?")
_KG: Final = re.compile(r"\s*(?:kgs?|كغ|كجم)\.?$", re.IGNORECASE)


class TallyProblem(StrEnum):
    """Why a line cannot be taken."""

    DAY_MISSING = "day_missing"
    NOT_A_DAY = "not_a_day"
    DAY_TO_COME = "day_to_come"
    DAY_LONG_AGO = "day_long_ago"
    NOT_A_COUNT = "not_a_count"
    NOT_A_WEIGHT = "not_a_weight"
    TOO_MUCH = "too_much"
    NOTHING = "nothing"
    TOO_LONG = "too_long"


class TallyError(ValueError):
    """A line that cannot be taken, and why."""

    def __init__(self, problem: TallyProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class TallyLine:
    """One line of a sheet."""

    on: date
    bags: int
    boxes: int
    grams: int
    what: str


def read_line(
    day: str, bags: str, boxes: str, weight: str, what: str, *, today: date, begins_on: date
) -> TallyLine:
    """The line that somebody typed; raises TallyError."""
    line = TallyLine(
        on=_day(day, today=today, begins_on=begins_on),
        bags=read_count(bags, Unit.BAG),
        boxes=read_count(boxes, Unit.BOX),
        grams=read_grams(weight),
        what=what,
    )
    if not (line.bags or line.boxes or line.grams):
        raise TallyError(TallyProblem.NOTHING)
    if len(what) > WHAT_LENGTH:
        raise TallyError(TallyProblem.TOO_LONG)
    return line


def _day(text: str, *, today: date, begins_on: date) -> date:
    if not text:
        raise TallyError(TallyProblem.DAY_MISSING)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise TallyError(TallyProblem.NOT_A_DAY) from None
    if day > today:
        raise TallyError(TallyProblem.DAY_TO_COME)
    if day < begins_on:
        raise TallyError(TallyProblem.DAY_LONG_AGO)
    return day


def read_count(text: str, unit: Unit) -> int:
    """So many bags or boxes, nothing where nothing was typed; raises TallyError."""
    typed = _plain_digits(text)
    if not typed:
        return 0
    if not _COUNT.fullmatch(typed):
        raise TallyError(TallyProblem.NOT_A_COUNT)
    if int(typed) > MOST[unit]:
        raise TallyError(TallyProblem.TOO_MUCH)
    return int(typed)


def read_grams(text: str) -> int:
    """A weight in kilograms, as grams; raises TallyError."""
    typed = _KG.sub("", _plain_digits(text))
    if not typed:
        return 0
    if not _WEIGHT.fullmatch(typed):
        raise TallyError(TallyProblem.NOT_A_WEIGHT)
    grams = int(Decimal(re.sub("[,٫]", ".", typed)) * _GRAMS_IN_A_KG)
    if grams > MOST[Unit.GRAM]:
        raise TallyError(TallyProblem.TOO_MUCH)
    return grams


def _plain_digits(text: str) -> str:
    """The same with 0 to 9 for the digits of other scripts."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text.strip())
