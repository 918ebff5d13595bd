"""The invented supporters of the demo and what they write beside their gifts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

from app.lib.text import Translated, ascii_fold

Name = TypeVar("Name")
SUPPORTERS = 400
TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Person:
    """One invented supporter."""

    name: str
    email: str
    locale: str


def read_texts(name: str) -> dict[str, Any]:
    """One file of the demo's texts."""
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def both(texts: Mapping[str, str]) -> Translated:
    """A text of the demo in its languages, written in English first."""
    return Translated({language: text.strip() for language, text in texts.items()}, "en")


def maybe(one: Mapping[str, Any], name: str) -> Translated | None:
    """A text of the demo that need not be there."""
    return both(one[name]) if name in one else None


def people() -> list[Person]:
    """All supporters of the demo, always in the same order; those who write messages first."""
    texts = read_texts("supporters")
    english = [Person(name, _address(name), "en") for name in texts["english"]]
    arabic = [Person(one["name"], f"{one['mail']}@example.org", "ar") for one in texts["arabic"]]
    named = english + arabic
    taken = {person.email for person in named}
    others = [person for person in _others() if person.email not in taken]
    return [*named, *others[: SUPPORTERS - len(named)]]


def _others() -> list[Person]:
    """More people, put together from names that go together; each group takes its turns."""
    texts = read_texts("names")
    groups = [
        [
            Person(f"{given} {family}", _address(f"{given} {family}"), "en")
            for given, family in pairs
        ]
        for pairs in (_spread(one["given"], one["family"]) for one in texts["latin"])
    ]
    pairs = _spread(texts["arabic"]["given"], texts["arabic"]["family"])
    groups.append(
        [
            Person(f"{given[0]} {family[0]}", f"{given[1]}.{family[1]}@example.org", "ar")
            for given, family in pairs
        ]
    )
    turns = zip_longest(*groups)
    return [person for turn in turns for person in turn if person is not None]


def _spread(given: Sequence[Name], family: Sequence[Name]) -> list[tuple[Name, Name]]:
    """Every pair of a given and a family name, so that neighbours share neither."""
    return [
        (first, family[(place + step) % len(family)])
        for step in range(len(family))
        for place, first in enumerate(given)
    ]


def messages(appeal: str, locale: str) -> list[str]:
    """What supporters write beside a gift to an appeal, in their language."""
    found: list[str] = read_texts("supporters")["messages"][appeal][locale]
    return found


def _address(name: str) -> str:
    return ascii_fold(name, 60).lower().replace(" ", ".") + "@example.org"
