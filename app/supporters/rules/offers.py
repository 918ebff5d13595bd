"""What somebody offers to do for a group, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from app.supporters.rules.words import FreeTime, OfferKind, Skill

Word = TypeVar("Word", bound=StrEnum)

#: Languages that people are asked about, the likeliest first; `bfi` is British Sign Language.
SPOKEN: Final = (
    *("ar", "en", "ku", "tr", "fa", "fr", "de", "es", "it", "pl", "ro", "ru", "uk"),
    *("so", "ti", "am", "ur", "pa", "bn", "ps", "bfi"),
)
AREA_LENGTH: Final = 80
NOTE_LENGTH: Final = 500
#: After so long she is asked whether it still holds.
HOLDS: Final = timedelta(days=730)
#: Without an answer in this time it goes.
ANSWER_TIME: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What somebody could do, in which languages, when and where."""

    skills: frozenset[Skill] = frozenset()
    languages: frozenset[str] = frozenset()
    times: frozenset[FreeTime] = frozenset()
    area: str | None = None
    note: str | None = None

    def __bool__(self) -> bool:
        return bool(self.skills or self.languages or self.times or self.area or self.note)

    def lines(self) -> Iterator[tuple[OfferKind, str]]:
        """Each skill, language and time of it."""
        for skill in sorted(self.skills):
            yield OfferKind.SKILL, skill.value
        for language in sorted(self.languages):
            yield OfferKind.LANGUAGE, language
        for time in sorted(self.times):
            yield OfferKind.TIME, time.value

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON."""
        kept: dict[str, Any] = {"area": self.area, "note": self.note}
        return kept | {"lines": [[kind.value, value] for kind, value in self.lines()]}


def read_offer(kept: Mapping[str, Any]) -> Offer:
    """An offer back from JSON."""
    lines = [(str(kind), str(value)) for kind, value in kept.get("lines", ())]
    return offer_of(lines, area=kept.get("area"), note=kept.get("note"))


def offer_of(lines: Iterable[tuple[str, str]], *, area: str | None, note: str | None) -> Offer:
    """An offer from its lines; words that nobody uses any more are left out."""
    by_kind: dict[str, list[str]] = {kind.value: [] for kind in OfferKind}
    for kind, value in lines:
        by_kind.setdefault(kind, []).append(value)
    return Offer(
        skills=known(Skill, by_kind[OfferKind.SKILL]),
        languages=frozenset(by_kind[OfferKind.LANGUAGE]) & frozenset(SPOKEN),
        times=known(FreeTime, by_kind[OfferKind.TIME]),
        area=area,
        note=note,
    )


def known(kind: type[Word], values: Iterable[str]) -> frozenset[Word]:
    """The words among some texts that we know."""
    words = {each.value: each for each in kind}
    return frozenset(words[value] for value in values if value in words)
