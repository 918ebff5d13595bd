"""What the parts of the desk's first page of aid are made of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import url_for

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.render.desk_lists import name_of

#: So many of each are shown; the rest is behind a link.
SHOWN: Final = 6


@dataclass(frozen=True)
class Entry:
    """One thing in a list of the page."""

    text: str
    href: str
    #: Since when, or until when, or how many.
    hint: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class Part:
    """One list of the page: its first entries, and where the whole of it is."""

    key: str
    title: str
    entries: Sequence[Entry]
    count: int
    more: str | None
    #: What is said where there is nothing.
    empty: str = ""


@dataclass(frozen=True)
class Sight:
    """Whose page it is: the rounds, the groups whose people she may see, and the moment."""

    drops: Sequence[Drop]
    chosen: Drop | None
    people_of: Collection[int]
    now: datetime

    @property
    def shown(self) -> Sequence[Drop]:
        """The rounds that are looked at."""
        return [self.chosen] if self.chosen else self.drops

    @property
    def drop_ids(self) -> list[int]:
        """The same, by their keys."""
        return [each.id for each in self.shown]

    def name(self, point: CollectionPoint) -> str:
        """What a point is called for her."""
        return name_of(point, self.people_of)

    @property
    def address(self) -> dict[str, Any]:
        """The round as it stands in the address of a list."""
        return {"drop": self.chosen.public_id} if self.chosen else {}

    def points(self, **values: Any) -> str:  # noqa: ANN401
        """The list of points, narrowed."""
        return url_for("point_list_desk.index", **self.address, **values)


def point_page(point: CollectionPoint) -> str:
    """The address of the desk's page of a point."""
    return url_for("points_desk.show", public_id=point.public_id)
