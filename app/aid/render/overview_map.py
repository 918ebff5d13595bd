"""The points of a round among towns, for the desk: one mark for each area, coloured by state.

What is drawn are the middles of districts and towns, never doors: that is enough to see where
something is missing, and no door has to be deciphered for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.aid.queries import point_lists
from app.aid.queries.point_lists import AreaCount
from app.aid.render.overview_parts import Sight
from app.aid.render.words import POINT_STATE_NAMES
from app.aid.rules.points import WAITING
from app.aid.rules.words import RUN_STATES, PointState
from app.places import render as places
from app.places.render import MapShown, Pin

#: What was never decided for, or is over, does not stand on the map.
DRAWN: Final = WAITING | RUN_STATES | {PointState.APPROVED}
#: The first of these that is there gives a mark its colour.
_TONES: Final = (
    (frozenset({PointState.DISPUTED, PointState.FULL}), "bad"),
    (WAITING | {PointState.PAUSED}, "wait"),
    (frozenset({PointState.LIVE}), "good"),
)


@dataclass(frozen=True)
class AreaShown:
    """The points of one area, or of several that lie together on the drawing."""

    name: str
    counts: Mapping[PointState, int]
    #: How many of them are private.
    hidden: int
    href: str

    @property
    def total(self) -> int:
        """How many points there are."""
        return sum(self.counts.values())

    @property
    def tone(self) -> str:
        """Its colour: what needs somebody comes before what goes well."""
        return next((tone for states, tone in _TONES if states & self.counts.keys()), "neutral")

    @property
    def words(self) -> str:
        """How many points are in each state."""
        parts = [
            f"{POINT_STATE_NAMES[state]}: {self.counts[state]}"
            for state in PointState
            if state in self.counts
        ]
        if self.hidden:
            parts.append(ngettext("%(num)s private", "%(num)s private", self.hidden))
        return str(_(", ")).join(parts)


@dataclass(frozen=True)
class MarkShown:
    """One mark of the drawing."""

    x: int
    y: int
    area: AreaShown


@dataclass(frozen=True)
class PointsMap:
    """The drawing, and the same as a list."""

    drawn: MapShown
    marks: Sequence[MarkShown]
    areas: Sequence[AreaShown]


def draw_points(sight: Sight) -> PointsMap | None:
    """The map of the points that somebody works with; None where there are none."""
    counts = point_lists.count_by_area(sight.drop_ids, DRAWN, people_of=sight.people_of)
    by_anchor = _by_area(counts, sight)
    pins = [
        Pin(position, anchor, area.name, is_area=True)
        for anchor, (position, area) in by_anchor.items()
    ]
    drawn = places.draw(pins, None, lambda heap: heap[0].label)
    if drawn is None:
        return None
    areas = {anchor: area for anchor, (_position, area) in by_anchor.items()}
    marks = [
        MarkShown(mark.x, mark.y, _together([areas[pin.anchor] for pin in mark.pins], sight))
        for mark in drawn.marks
    ]
    return PointsMap(drawn, marks, [*areas.values()])


def _by_area(
    counts: Iterable[AreaCount], sight: Sight
) -> dict[str, tuple[tuple[float, float], AreaShown]]:
    """The areas, those with the most points first, by a name for each."""
    heaps: dict[tuple[str, str], list[AreaCount]] = {}
    for each in counts:
        heaps.setdefault((each.district or "", each.locality), []).append(each)
    found = {}
    for number, ((district, locality), heap) in enumerate(heaps.items()):
        name = str(_(", ")).join(filter(None, (district, locality)))
        area = AreaShown(
            name=name,
            counts=_summed((each.state, each.count) for each in heap),
            hidden=sum(each.count for each in heap if each.is_hidden),
            href=sight.points(area=district or locality),
        )
        found[f"area-{number}"] = (heap[0].position, area)
    return found


def _together(areas: Sequence[AreaShown], sight: Sight) -> AreaShown:
    """Areas that lie so close on the drawing that one mark stands for them."""
    if len(areas) == 1:
        return areas[0]
    towns = {area.name.rpartition(_(", "))[2] for area in areas}
    is_one_town = len(towns) == 1
    name = towns.pop() if is_one_town else _("%(area)s and around", area=areas[0].name)
    return AreaShown(
        name=name,
        counts=_summed(pair for area in areas for pair in area.counts.items()),
        hidden=sum(area.hidden for area in areas),
        href=sight.points(area=name) if is_one_town else "#areas",
    )


def _summed(pairs: Iterable[tuple[PointState, int]]) -> dict[PointState, int]:
    found: dict[PointState, int] = {}
    for state, count in pairs:
        found[state] = found.get(state, 0) + count
    return found
