"""The words and facets of a text, as they stand in the index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from app.lib import geo
from app.lib.folding import folded_words

#: Beyond this a word is cut: nobody types so much of it.
LONGEST: Final = 40
#: So many different words of one text are kept.
MOST: Final = 400
MOST_ASKED: Final = 8
#: What lasts longer than this has a facet, so that what runs now is found without a long look back.
SHORT: Final = timedelta(days=1)
LONG: Final = "long"
#: Nothing lasts longer.
LONGEST_RUN: Final = timedelta(days=31)
#: A beginning of a word finds whole words when it has so many letters.
SHORTEST_BEGINNING: Final = 2
#: Arabic writes "the", "and the", "in the", "for the" as one word with what follows.
_JOINED: Final = re.compile(r"(?:[وفبك]?ال|لل)(\w{3,})")
#: Distances, and the cells that are asked for them: about a dozen each.
_CELL_SIZES: Final = ((10, geo.FINE, "fine"), (100, geo.MIDDLE, "cell"))


def words(*texts: str) -> list[str]:
    """The different words of some texts, folded, in the order of their first appearance."""
    found: dict[str, None] = {}
    for text in texts:
        for word in folded_words(text):
            for each in (word, bare(word)):
                found.setdefault(each[:LONGEST])
            if len(found) >= MOST:
                return list(found)[:MOST]
    return list(found)


def bare(word: str) -> str:
    """A folded word without the article that Arabic writes in front of it."""
    match = _JOINED.fullmatch(word)
    return match[1] if match else word


def asked_words(text: str) -> list[str]:
    """The words of a question, as the index knows them; the first few tell enough."""
    return list(dict.fromkeys(bare(word)[:LONGEST] for word in folded_words(text)))[:MOST_ASKED]


def keyed(kind: str, values: Iterable[str]) -> list[str]:
    """Words or facets as they stand in the index of one kind of thing."""
    return [f"{kind}|{value}" for value in values]


def run_facets(starts_at: datetime, ends_at: datetime) -> list[str]:
    """What the index knows of how long something lasts."""
    return [LONG] if ends_at - starts_at > SHORT else []


def cell_facets(position: tuple[float, float]) -> list[str]:
    """The cells in which a position lies, from the smallest."""
    return [
        f"fine:{geo.cell(position, geo.FINE)}",
        f"cell:{geo.cell(position)}",
        f"far:{geo.cell(position, geo.COARSE)}",
    ]


def near_facets(position: tuple[float, float], km: float) -> list[str]:
    """The cells that may hold something so near, of a size that keeps them few."""
    for reach, tenths, name in _CELL_SIZES:
        if km <= reach:
            return [f"{name}:{each}" for each in geo.cells_within(position, km, tenths)]
    return [f"far:{each}" for each in geo.cells_within(position, km, geo.COARSE)]
