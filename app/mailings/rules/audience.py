"""Who is to get a mailing: plain conditions, all of which must hold.

Every mailing asks for a consent that stands besides; no condition can take its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from app.supporters.rules.words import Skill

LONGEST_TAG = 40
MOST_WORDS = 20
_AREA = re.compile(r"[A-Z]{1,2}(?:[0-9][0-9A-Z]?)?")


class Giving(StrEnum):
    """What somebody gave to the group before."""

    ANYTHING = "anything"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Audience:
    """The conditions of a mailing; one that is left empty asks for nothing."""

    #: Only who joined the group.
    members: bool = False
    #: Only who joined it for this campaign.
    campaign_id: int | None = None
    #: With any of these tags.
    tags: tuple[str, ...] = ()
    #: With none of these.
    without_tags: tuple[str, ...] = ()
    #: Told the group that she could do this.
    skill: Skill | None = None
    #: Comes or came to this event.
    event_id: int | None = None
    giving: Giving | None = None
    #: Gave to this appeal.
    gave_to_id: int | None = None
    #: Her postcode begins with one of these: "E17", "N".
    areas: tuple[str, ...] = ()
    #: Reads this language.
    locale: str | None = None


def to_json(audience: Audience) -> dict[str, object]:
    """The conditions as they are kept: what is empty is left out."""
    kept: dict[str, object] = {}
    for each in fields(audience):
        value = getattr(audience, each.name)
        if value not in (None, False, ()):
            kept[each.name] = list(value) if isinstance(value, tuple) else value
    return kept


def from_json(kept: Mapping[str, Any]) -> Audience:
    """The conditions that were kept.

    Raises TypeError for a condition that is not known: to leave it out would send it to more people
    than were meant.
    """
    values: dict[str, Any] = dict(kept)
    for name in ("tags", "without_tags", "areas"):
        if name in values:
            values[name] = tuple(values[name])
    if "skill" in values:
        values["skill"] = Skill(values["skill"])
    if "giving" in values:
        values["giving"] = Giving(values["giving"])
    return Audience(**values)


def read_tags(text: str) -> tuple[str, ...]:
    """The tags in a line, parted by commas of either script; each once."""
    words = (" ".join(each.split())[:LONGEST_TAG] for each in re.split("[,،;\n]", text))
    return tuple(dict.fromkeys(each for each in words if each))[:MOST_WORDS]


def read_areas(text: str) -> tuple[str, ...] | None:
    """The beginnings of postcodes in a line; None where one of them can be none."""
    words = [each.upper() for each in re.split(r"[\s,،;]+", text) if each]
    if not all(_AREA.fullmatch(each) for each in words):
        return None
    return tuple(dict.fromkeys(words))[:MOST_WORDS]
