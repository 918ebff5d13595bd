"""The bank holidays of the nations of the United Kingdom, and which nation a place lies in."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from functools import lru_cache
from typing import Final

from holidays import country_holidays

from app.events.rules.words import Nation
from app.lib.postcodes import read_postcode

_SUBDIVISIONS: Final = {
    Nation.ENGLAND_WALES: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}
#: The letters with which a Scottish postcode begins.
_SCOTTISH: Final = frozenset(
    ("AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE")
)
#: Districts of those letters that lie (almost) wholly in England: Berwick and its country.
_ENGLISH_ALL_THE_SAME: Final = frozenset(("TD15",))


def is_bank_holiday(nation: Nation, day: date) -> bool:
    """Whether a day is a bank holiday there, on the day itself or as its substitute."""
    return day in bank_holidays(nation, day.year)


@lru_cache(maxsize=256)
def bank_holidays(nation: Nation, year: int) -> AbstractSet[date]:
    """The bank holidays of a year; none where we know no calendar."""
    subdivision = _SUBDIVISIONS.get(nation)
    if subdivision is None:
        return frozenset()
    return frozenset(country_holidays("GB", subdiv=subdivision, years=year))


def nation_of(country: str, postcode: str | None) -> Nation:
    """The nation a place lies in, by its country and its postcode or the district of one."""
    if country != "GB":
        return Nation.ELSEWHERE
    read = read_postcode(postcode or "")
    if read is None:
        return Nation.ENGLAND_WALES
    if read.area == "BT":
        return Nation.NORTHERN_IRELAND
    is_scottish = read.area in _SCOTTISH and read.outcode not in _ENGLISH_ALL_THE_SAME
    return Nation.SCOTLAND if is_scottish else Nation.ENGLAND_WALES
