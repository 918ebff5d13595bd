"""What an event says about access: fixed points, each with an answer and a note.

What nobody answered is shown as "not known", so that nobody has to guess what silence means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.events.rules.words import Answer, Mode

#: Every point, in the order of the page. The names are kept in rows and never change.
POINTS: Final = (
    "step_free",
    "distance_and_surface",
    "accessible_toilet",
    "changing_place",
    "seating",
    "hearing_loop",
    "sign_language",
    "captions",
    "interpretation",
    "quiet_space",
    "lighting_noise",
    "parking",
    "transport",
    "personal_assistant",
    "assistance_dog",
    "child_friendly",
    "free_of_charge",
    "contact",
)
#: What matters where nobody travels.
ONLINE_POINTS: Final = ("sign_language", "captions", "interpretation", "free_of_charge", "contact")
NOTE_LIMIT: Final = 200


@dataclass(frozen=True)
class Fact:
    """What is known about one point."""

    point: str
    answer: Answer
    note: str = ""


def points_for(mode: Mode) -> tuple[str, ...]:
    """The points that matter for how people take part."""
    return ONLINE_POINTS if mode is Mode.ONLINE else POINTS


def facts(access: Mapping[str, Sequence[str]], mode: Mode) -> list[Fact]:
    """Every point that matters with its answer, unknown ones too."""
    return [_fact(point, access.get(point)) for point in points_for(mode)]


def to_row(found: Sequence[Fact]) -> dict[str, list[str]]:
    """As the row keeps them: unknown points without a note are left out."""
    return {
        each.point: [each.answer.value, each.note]
        for each in found
        if each.point in POINTS and (each.answer is not Answer.UNKNOWN or each.note)
    }


def _fact(point: str, kept: Sequence[str] | None) -> Fact:
    answer = kept[0] if kept else Answer.UNKNOWN
    note = kept[1] if kept and len(kept) > 1 else ""
    return Fact(point, Answer(answer) if answer in set(Answer) else Answer.UNKNOWN, note)
