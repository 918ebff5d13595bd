"""Folding of words, so that what is typed finds what was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
#: Letters that Arabic writers exchange freely, and signs that most leave out.
_ARABIC: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)
#: Latin letters that stay whole when accents are taken off.
_LATIN: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
#: Beyond this a word is cut: nobody types so much of it.
LONGEST: Final = 40
#: So many different words of one text are kept.
MOST: Final = 400


def fold(text: str) -> str:
    """Lower case, without accents and vowel signs; letters that are used alike become one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare).translate(_ARABIC).translate(_LATIN)


def words(*texts: str) -> list[str]:
    """The different words of some texts, folded, in the order of their first appearance."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _WORD.finditer(fold(text)):
            found.setdefault(match[0][:LONGEST])
            if len(found) >= MOST:
                return list(found)
    return list(found)


def keyed(kind: str, values: Iterable[str]) -> list[str]:
    """Words or facets as they stand in the index of one kind of thing."""
    return [f"{kind}|{value}" for value in values]
