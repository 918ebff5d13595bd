"""What is known of a spot, as plain values; how names of towns are compared."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Final

from app.lib.folding import folded_words
from app.lib.text import clean_line

#: How far an area reaches is told up to here; what reaches farther would only mislead.
WIDEST_AREA_KM: Final = 25.0
LONGEST_LOCALITY: Final = 120
_LONGEST_LINE: Final = 200
#: Parts of London that the towns lack, and the postcode district in which their middle lies.
LONDON_DISTRICTS: Final = {
    "barking and dagenham": "RM10", "deptford": "SE8", "elephant and castle": "SE17",
    "hackney": "E8", "hammersmith and fulham": "W6", "haringey": "N22", "havering": "RM1",
    "homerton": "E9", "kensington and chelsea": "W8", "lewisham": "SE13", "merton": "SM4",
    "newham": "E6", "redbridge": "IG1", "richmond upon thames": "TW1", "shoreditch": "E1",
    "southwark": "SE1", "tower hamlets": "E1", "waltham forest": "E17", "wandsworth": "SW18",
}  # fmt: skip
_PAIR: Final = re.compile(r"(-?\d{1,3}(?:\.\d+)?)\s*[,;/ ]\s*(-?\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True, kw_only=True)
class Spot:
    """The precise part of a place: what must not be shown before the thing there allows it."""

    #: What people call it: "Kings Hall", "Broadcasting House, main entrance".
    name: str = ""
    #: Lines of the address without town and postcode.
    street: str = ""
    postcode: str = ""
    #: Degrees north and east; both or neither.
    lat: float | None = None
    lon: float | None = None

    def to_json(self) -> str:
        """For the encrypted column."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Spot:
        """Back from the encrypted column."""
        return cls(**json.loads(text))

    @property
    def has_position(self) -> bool:
        """Whether it can be drawn on a map."""
        return self.lat is not None and self.lon is not None


@dataclass(frozen=True, kw_only=True)
class PlaceDetails:
    """What somebody enters about a place."""

    #: ISO 3166, two letters.
    country: str
    #: Town, as people there write it.
    locality: str
    name: str = ""
    street: str = ""
    postcode: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class Area:
    """What anybody may know of where a place is."""

    lat: float | None = None
    lon: float | None = None
    #: How far it reaches from its centre, where that is known.
    km: float | None = None
    #: The district of the postcode.
    district: str | None = None


def is_on_earth(lat: float, lon: float) -> bool:
    """Whether there is such a position; what is not a number is none."""
    return -90 <= lat <= 90 and -180 <= lon <= 180


def read_pair(text: str) -> tuple[float, float] | None:
    """Degrees north and east as maps write them, `51.5859, -0.0203`; None where it is no pair."""
    match = _PAIR.fullmatch(clean_line(text).replace("−", "-").strip("()"))
    return (float(match[1]), float(match[2])) if match else None


def is_too_long(details: PlaceDetails) -> bool:
    """Whether more was typed than any address has."""
    lines = (details.name, details.postcode)
    return (
        len(details.locality) > LONGEST_LOCALITY
        or any(len(line) > _LONGEST_LINE for line in lines)
        or len(details.street) > 3 * _LONGEST_LINE
    )


def name_key(name: str) -> str:
    """A name of a town as it is looked up: folded, without signs; a saint is a saint."""
    words = folded_words(name.replace("'", "").replace("’", ""))
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def apart(typed: str, name: str, *, at_most: int) -> int | None:
    """How many letters are wrong, missing, too many or exchanged; None where it is more.

    A name that begins with what was typed counts as one wrong letter.
    """
    if len(name) > len(typed) + at_most:
        return 1 if name.startswith(typed) else None
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(typed, 1):
        before, row, above = row, [i], before
        for j, other in enumerate(name, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and typed[i - 2] == other:
                best = min(best, above[j - 2] + 1)
            row.append(best)
        if min(row) > at_most:
            return None
    return row[-1] if row[-1] <= at_most else None
