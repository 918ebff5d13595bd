"""What a document is made of, and how what is typed becomes a question to a full-text index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.lib.folding import folded_words
from app.lib.text import Translated
from app.search.rules.index import LONGEST, MOST_ASKED, bare

#: So many words of one thing are kept; an article of thirty pages has fewer.
MOST_TERMS: Final = 12_000
#: Shown under a title.
LONGEST_SUMMARY: Final = 280
LONGEST_TITLE: Final = 300
#: A shorter word finds itself alone, a longer one whatever begins with it.
SHORTEST_BEGINNING: Final = 3


@dataclass(frozen=True, kw_only=True)
class Document:
    """One public thing, as it can be found; only what its page shows to anybody."""

    kind: str
    thing_id: int
    #: The page: an endpoint and its values.
    endpoint: str
    args: Mapping[str, str] = field(default_factory=dict)
    title: Translated
    summary: Translated | None = None
    #: Whatever else it may be found by.
    texts: Iterable[Translated | str | None] = ()
    at: datetime
    over_at: datetime | None = None


def terms(*texts: Translated | str | None) -> str:
    """The folded words of some texts in all of their languages, in their order.

    An Arabic word that carries its article stands there without it, too.
    """
    found: list[str] = []
    for text in texts:
        for one in _languages(text):
            for word in folded_words(one):
                found.append(word[:LONGEST])
                if (plain := bare(word)) != word:
                    found.append(plain[:LONGEST])
    return " ".join(found[:MOST_TERMS])


def shortened(text: str, limit: int = LONGEST_SUMMARY) -> str:
    """A text on one line, cut behind a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:.،؛") + "…"


def asked(text: str) -> list[str]:
    """The words of a question, folded; the first few tell enough."""
    plain = (bare(word)[:LONGEST] for word in folded_words(text))
    return list(dict.fromkeys(plain))[:MOST_ASKED]


def fts5_question(words: Iterable[str]) -> str:
    """Every word, or the beginning of one, as SQLite's FTS5 reads it."""
    return " AND ".join(f'"{word}"*' if _is_beginning(word) else f'"{word}"' for word in words)


def tsquery(words: Iterable[str]) -> str:
    """The same for PostgreSQL's to_tsquery."""
    return " & ".join(f"'{word}':*" if _is_beginning(word) else f"'{word}'" for word in words)


def _is_beginning(word: str) -> bool:
    return len(word) >= SHORTEST_BEGINNING


def _languages(text: Translated | str | None) -> list[str]:
    if isinstance(text, Translated):
        return list(text.texts.values())
    return [text] if text else []
