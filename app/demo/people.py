"""The invented supporters of the demo and what they write beside their gifts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.lib.text import ascii_fold

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


def people() -> list[Person]:
    """All supporters of the demo, always in the same order."""
    texts = read_texts("supporters")
    english = [Person(name, _address(name), "en") for name in texts["english"]]
    arabic = [Person(one["name"], f"{one['mail']}@example.org", "ar") for one in texts["arabic"]]
    return english + arabic


def messages(appeal: str, locale: str) -> list[str]:
    """What supporters write beside a gift to an appeal, in their language."""
    found: list[str] = read_texts("supporters")["messages"][appeal][locale]
    return found


def _address(name: str) -> str:
    return ascii_fold(name, 60).lower().replace(" ", ".") + "@example.org"
