"""How a program asks for a page of a collection: number, length, and a part of OData's filters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from app.api.errors.asking import BadFilterError, BadPageError

#: The longest page, and the usual one.
MOST: Final = 100
USUAL: Final = 25
#: So many conditions fit one question; SQLite reads no deeper than a thousand.
MOST_TERMS: Final = 20
#: Nobody pages further; a filter by date leads there.
LAST_PAGE: Final = 10_000
_TERM: Final = re.compile(r"(\w+) (eq|ne|gt|ge|lt|le) ('(?:[^']|'')*'|[0-9.]+)")


class Kind(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    MOMENT = "moment"


@dataclass(frozen=True)
class Term:
    """One condition: a field, an operator, a value."""

    field: str
    operator: str
    value: str | datetime


@dataclass(frozen=True)
class Asked:
    """A page of a collection, as far as it is narrowed."""

    page: int
    per_page: int
    terms: tuple[Term, ...]
    filter: str


def read(args: Mapping[str, str], fields: Mapping[str, Kind]) -> Asked:
    """What an address asks for; raises BadPageError or BadFilterError."""
    text = args.get("filter", "").strip()
    return Asked(
        page=_number(args.get("page"), 1, LAST_PAGE),
        per_page=_number(args.get("per_page"), USUAL, MOST),
        terms=tuple(_terms(text, fields)) if text else (),
        filter=text,
    )


def _number(text: str | None, usual: int, most: int) -> int:
    if text is None or not text.strip():
        return usual
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise BadPageError
    return min(int(text), most)


def _terms(text: str, fields: Mapping[str, Kind]) -> list[Term]:
    found: list[Term] = []
    position = 0
    while True:
        match = _TERM.match(text, position)
        if match is None or match[1] not in fields:
            raise BadFilterError(sorted(fields))
        if len(found) == MOST_TERMS:
            raise BadFilterError(sorted(fields))
        found.append(Term(match[1], match[2], _value(match[3], fields[match[1]], fields)))
        position = match.end()
        if position == len(text):
            return found
        if not text.startswith(" and ", position):
            raise BadFilterError(sorted(fields))
        position += len(" and ")


def _value(text: str, kind: Kind, fields: Mapping[str, Kind]) -> str | datetime:
    plain = text.strip("'").replace("''", "'")
    if kind is Kind.TEXT:
        return plain
    try:
        at = datetime.fromisoformat(plain)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        # In the first or last hours that there are, another zone has no day.
        raise BadFilterError(sorted(fields)) from None
