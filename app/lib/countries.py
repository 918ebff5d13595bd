"""Countries: their codes and what they are called."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel import Locale

from app.lib.folding import fold

_CODES: Final = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA
ZM ZW
"""
#: ISO 3166-1, and XK, which it leaves to its users.
COUNTRIES: Final = frozenset(_CODES.split())
#: Where the usual short name is another than the library's long one.
_SHORT: Final = {
    "en": {"PS": "Palestine", "HK": "Hong Kong", "MO": "Macao", "MM": "Myanmar"},
    "ar": {"PS": "فلسطين", "HK": "هونغ كونغ", "MO": "ماكاو"},
}
#: What people type, beside names and codes.
_TYPED: Final = {
    "uk": "GB", "britain": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "usa": "US", "america": "US", "uae": "AE",
    "holland": "NL", "czech republic": "CZ", "republic of ireland": "IE", "turkey": "TR",
    "بريطانيا": "GB", "انجلترا": "GB", "امريكا": "US",
}  # fmt: skip


def is_country(code: str) -> bool:
    """Whether it is the code of a country, in capital letters."""
    return code in COUNTRIES


def country_name(code: str, locale: str) -> str:
    """What a country is called in a language; its code where it has no name."""
    short = _SHORT.get(locale, {}).get(code)
    return short or Locale.parse(locale).territories.get(code, code)


@lru_cache(maxsize=8)
def list_countries(locale: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, in the order of the names."""
    named = [(code, country_name(code, locale)) for code in COUNTRIES]
    return tuple(sorted(named, key=lambda each: fold(each[1]).removeprefix("ال")))


def read_country(text: str) -> str | None:
    """The country that somebody typed, by its code or its name in a language of ours."""
    typed = fold(text.strip().strip("."))
    if typed.upper() in COUNTRIES:
        return typed.upper()
    return _by_name().get(typed)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    names = {fold(name): code for lang in ("ar", "en") for code, name in list_countries(lang)}
    return names | {fold(name): code for name, code in _TYPED.items()}
