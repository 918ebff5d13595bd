"""The words of what somebody offers to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel import Locale
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.supporters.rules.words import FreeTime, OfferKind, Skill
from app.web.locale import current_locale

SKILL_NAMES: Final[Mapping[Skill, LazyString]] = {
    Skill.DRIVING: _l("Driving a car or a small van"),
    Skill.LARGE_VEHICLES: _l("Driving vehicles over 3.5 tonnes"),
    Skill.MECHANIC: _l("Repairing vehicles"),
    Skill.FIRST_AID: _l("First aid"),
    Skill.MEDICAL: _l("Medical work"),
    Skill.TRANSLATING: _l("Translating and interpreting"),
    Skill.LEGAL: _l("Legal help"),
    Skill.STEWARDING: _l("Stewarding at protests"),
    Skill.COOKING: _l("Cooking"),
    Skill.SORTING: _l("Sorting and packing aid"),
    Skill.WRITING: _l("Writing and press"),
    Skill.DESIGN: _l("Design and print"),
    Skill.PHOTOGRAPHY: _l("Photography and film"),
    Skill.COMPUTERS: _l("Computers"),
    Skill.MONEY: _l("Money and bookkeeping"),
    Skill.TEACHING: _l("Teaching and talks"),
}
TIME_NAMES: Final[Mapping[FreeTime, LazyString]] = {
    FreeTime.WEEKDAYS: _l("Weekdays"),
    FreeTime.EVENINGS: _l("Evenings"),
    FreeTime.WEEKENDS: _l("Weekends"),
    FreeTime.SHORT_NOTICE: _l("At short notice"),
}
#: What the tables of language names do not hold.
_SIGNED: Final = {"bfi": _l("British Sign Language")}


def language_name(code: str) -> str:
    """What a spoken language is called in the language of the page."""
    if code in _SIGNED:
        return str(_SIGNED[code])
    return str(Locale.parse(current_locale()).languages.get(code, code))


def line_words(kind: str, value: str) -> str:
    """What one line of an offer says; the word itself where nobody uses it any more."""
    if kind == OfferKind.LANGUAGE:
        return language_name(value)
    names: Mapping[str, LazyString] = {
        **{each.value: name for each, name in SKILL_NAMES.items()},
        **{each.value: name for each, name in TIME_NAMES.items()},
    }
    return str(names.get(value, value))
