"""Folding of letters, so that what is typed finds what was written."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Letters that Arabic writers exchange freely, and signs that most leave out.
_ARABIC: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)
#: The same letters as Persian and Kurdish keyboards write them, and the digits of both.
_KEYBOARDS: Final = str.maketrans("یکہھە٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "يكههه01234567890123456789")
#: Latin letters that stay whole when accents are taken off.
_LATIN: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_WORD: Final = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case, without accents and vowel signs; letters that are used alike become one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return (
        unicodedata.normalize("NFC", bare)
        .translate(_ARABIC)
        .translate(_KEYBOARDS)
        .translate(_LATIN)
    )


def folded_words(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    return _WORD.findall(fold(text))
