"""What every package keeps about people, put together for whoever reads the privacy page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.lib.personal import Kept
from app.supporters.service import rights

#: When somebody meets us, and the packages that then keep something of her.
_OCCASIONS: Final = (
    (_l("When you give"), {"appeals", "payments"}),
    (_l("When you come to an event, host one or help"), {"events", "places"}),
    (_l("When you bring, collect or store things"), {"aid"}),
    (_l("When you join, or we write to you"), {"supporters", "campaigns", "mail", "mailings"}),
    (_l("When you write to us, or for us"), {"site", "articles"}),
)
_REST: Final = _l("When you work at the desk")


@dataclass(frozen=True)
class Occasion:
    """What is kept of somebody who meets us in one way."""

    title: LazyString
    statements: Sequence[Kept]


def occasions() -> list[Occasion]:
    """Everything that any package keeps about people, by when it begins."""
    found = rights.statements()
    named = set().union(*(packages for _, packages in _OCCASIONS))
    parts = [
        (title, [kept for package, kept in found if package in packages])
        for title, packages in _OCCASIONS
    ]
    parts.append((_REST, [kept for package, kept in found if package not in named]))
    return [Occasion(title, statements) for title, statements in parts if statements]
