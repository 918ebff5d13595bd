"""What goes on paper, and what does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from app.events.rules.access import points_for
from app.events.rules.words import Mode, Nation, Paper, SafetyContactKind

#: In this order a card lists numbers.
CARD_ORDER: Final = (
    SafetyContactKind.LEGAL_SUPPORT,
    SafetyContactKind.SOLICITOR,
    SafetyContactKind.STATION_SUPPORT,
    SafetyContactKind.WELFARE,
)
#: Without one of these nobody is helped by a card.
LEGAL: Final = frozenset({SafetyContactKind.LEGAL_SUPPORT, SafetyContactKind.SOLICITOR})
#: The points of access that stand on a poster.
POSTER_POINTS: Final = frozenset(
    {"step_free", "accessible_toilet", "hearing_loop", "sign_language", "captions"}
    | {"interpretation", "quiet_space", "child_friendly", "free_of_charge"}
)
_MOST_INITIALS: Final = 3
#: In which sizes (tenths of a point) a card is set, and how much of it fits: letters times the
#: square of the size, less where letters stand higher. Measured in a browser.
CARD_SIZES: Final = (85, 80, 75, 70, 65, 60, 55, 50)
_CARD_HOLDS: Final = {"ar": 3_850_000}
_CARD_HOLDS_USUALLY: Final = 4_300_000
#: Postcode areas of Scotland, Northern Ireland and the islands with laws of their own.
_OTHER_LAW: Final = frozenset(
    {"AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE"}
    | {"BT", "GY", "IM", "JE"}
)


def has_legal_number(kinds: Collection[SafetyContactKind]) -> bool:
    """Whether somebody who is arrested finds help among these."""
    return any(kind in LEGAL for kind in kinds)


def card_size(letters: int, locale: str) -> int:
    """The largest size in which so many letters fit on an eighth of a sheet; else the smallest."""
    holds = _CARD_HOLDS.get(locale, _CARD_HOLDS_USUALLY)
    return next((size for size in CARD_SIZES if letters * size**2 <= holds), CARD_SIZES[-1])


def is_england_wales(nation: Nation | None, country: str | None, district: str = "") -> bool:
    """Whether the words for England and Wales fit: said so, or nothing else said in Britain.

    `district` is the first half of a postcode; it tells Scotland and Northern Ireland apart.
    """
    if nation is not None:
        return nation is Nation.ENGLAND_WALES
    area = district.rstrip("0123456789").upper() if district[:1].isalpha() else ""
    return country in {None, "GB"} and area not in _OTHER_LAW


def read_paper(code: str | None) -> Paper | None:
    """The kind of paper that a code stands for; None for whatever we never printed."""
    return Paper(code) if code in set(Paper) else None


def points(mode: Mode) -> tuple[str, ...]:
    """The points of access in the order in which pages show them."""
    return points_for(mode)


def initials(name: str) -> str:
    """The first letters of a name; a dash where there is none."""
    words = [word for word in re.split(r"[\s\-]+", name) if word]
    letters = [_first_letter(word) for word in words]
    found = [each for each in letters if each][:_MOST_INITIALS]
    return " ".join(f"{each}." for each in found) or "–"


def _first_letter(word: str) -> str:
    bare = word.removeprefix("ال") if len(word) > 3 else word
    return next((each.upper() for each in bare if unicodedata.category(each)[0] == "L"), "")
