"""The words and facets of a text, as they stand in the index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.lib.folding import folded_words

#: Beyond this a word is cut: nobody types so much of it.
LONGEST: Final = 40
#: So many different words of one text are kept.
MOST: Final = 400


def words(*texts: str) -> list[str]:
    """The different words of some texts, folded, in the order of their first appearance."""
    found: dict[str, None] = {}
    for text in texts:
        for word in folded_words(text):
            found.setdefault(word[:LONGEST])
            if len(found) >= MOST:
                return list(found)
    return list(found)


def keyed(kind: str, values: Iterable[str]) -> list[str]:
    """Words or facets as they stand in the index of one kind of thing."""
    return [f"{kind}|{value}" for value in values]
