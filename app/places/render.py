"""A map drawn here, without tiles and scripts: where the things of a list are among towns.

It comes second to the list and shows the same things; each of its marks leads to the list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asinh, atan, cos, degrees, radians, sinh, tan
from typing import Final

from flask_babel import gettext

from app.lib import geo
from app.places.queries import gazetteer

Position = tuple[float, float]

#: The drawing, in its own units.
WIDTH: Final = 360
HEIGHT: Final = 300
_MARGIN: Final = 34
#: Nothing is drawn closer than this: so many kilometres from edge to edge, at least.
_NEAREST_KM: Final = 6.0
#: Nearer to a pole the drawing would have no end.
_POLAR: Final = 80.0
#: Marks closer to each other become one.
_TOUCH: Final = 22.0
_MOST_TOWNS: Final = 9
_LOOKED_AT: Final = 60
_LETTER: Final = 7.0
_LINE: Final = 15.0
_NICE: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Pin:
    """One thing that is drawn."""

    position: Position
    #: Its place in the list, as the target of a link.
    anchor: str
    #: What it is, in words.
    label: str
    #: It is no spot, but somewhere around.
    is_area: bool = False
    #: The colour of its mark: `flame`, or `soft` for what nobody should go to.
    tone: str = "flame"


@dataclass(frozen=True)
class Mark:
    """One thing, or several in one place."""

    x: int
    y: int
    pins: tuple[Pin, ...]
    #: What it stands for, in words.
    label: str

    @property
    def count(self) -> int:
        """How many things it stands for."""
        return len(self.pins)

    @property
    def anchor(self) -> str:
        """The first of them in the list."""
        return self.pins[0].anchor

    @property
    def is_area(self) -> bool:
        """Whether it is no spot, but somewhere around."""
        return all(pin.is_area for pin in self.pins)

    @property
    def is_soft(self) -> bool:
        """Whether nobody should go to any of them."""
        return all(pin.tone == "soft" for pin in self.pins)


@dataclass(frozen=True)
class TownDot:
    """A town, so that one sees where one is."""

    x: int
    y: int
    name: str
    #: The name stands on the left of its dot.
    is_left: bool


@dataclass(frozen=True)
class MapShown:
    """Everything that is drawn."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    towns: tuple[TownDot, ...]
    #: From where distances are counted.
    here: tuple[int, int] | None
    #: How long the bar of the scale is, and what it says.
    bar: int
    scale: str


@dataclass(frozen=True)
class _Frame:
    """What part of the earth is drawn (Mercator, so that all directions are true)."""

    west: float
    top: float
    per_degree: float

    def point(self, position: tuple[float, float]) -> tuple[int, int]:
        """Where a position lies on the drawing."""
        lat, lon = position
        east = (lon - self.west) % 360.0
        return (round(east * self.per_degree), round((self.top - _up(lat)) * self.per_degree))

    def box(self) -> tuple[float, float, float, float]:
        """South, west, north, east of the drawing."""
        south = _down(self.top - HEIGHT / self.per_degree)
        east = self.west + min(359.9, WIDTH / self.per_degree)
        return (south, _wrapped(self.west), _down(self.top), _wrapped(east))


def draw(
    pins: Sequence[Pin], here: Position | None, name_many: Callable[[Sequence[Pin]], str]
) -> MapShown | None:
    """The map of some things, and of where somebody looks from; None where there are none.

    `name_many` says what several of them in one place are, in words.
    """
    if not pins:
        return None
    positions = [pin.position for pin in pins] + ([here] if here else [])
    frame = _frame([(_clipped(lat), lon) for lat, lon in positions])
    marks = _marks([(pin, frame.point(pin.position)) for pin in pins], name_many)
    looked_from = frame.point(here) if here else None
    middle = _down(frame.top - HEIGHT / 2 / frame.per_degree)
    km_per_unit = geo.KM_PER_DEGREE * cos(radians(middle)) / frame.per_degree
    km = max((each for each in _NICE if each / km_per_unit <= WIDTH / 3), default=_NICE[0])
    return MapShown(
        width=WIDTH,
        height=HEIGHT,
        marks=marks,
        towns=_towns(frame, [(mark.x, mark.y) for mark in marks], looked_from),
        here=looked_from,
        bar=round(km / km_per_unit),
        scale=gettext("%(km)d km", km=km),
    )


def _frame(positions: Sequence[tuple[float, float]]) -> _Frame:
    west, east = _reach([lon for _, lon in positions])
    ups = [_up(lat) for lat, _ in positions]
    middle = ((west + east) / 2, (min(ups) + max(ups)) / 2)
    least = _NEAREST_KM / geo.KM_PER_DEGREE / cos(radians(_down(middle[1])))
    per_degree = min(
        (WIDTH - 2 * _MARGIN) / max(east - west, least),
        (HEIGHT - 2 * _MARGIN) / max(max(ups) - min(ups), least),
    )
    return _Frame(
        middle[0] - WIDTH / 2 / per_degree, middle[1] + HEIGHT / 2 / per_degree, per_degree
    )


def _reach(lons: Sequence[float]) -> tuple[float, float]:
    """The narrowest stretch from west to east that holds them all; it may cross 180°."""
    ordered = sorted({lon % 360.0 for lon in lons})
    gaps = [
        (following - each, following)
        for each, following in zip(ordered, [*ordered[1:], ordered[0] + 360.0], strict=True)
    ]
    gap, west = max(gaps)
    return west, west + 360.0 - gap


def _marks(
    points: Sequence[tuple[Pin, tuple[int, int]]], name_many: Callable[[Sequence[Pin]], str]
) -> tuple[Mark, ...]:
    """One mark for what lies together, in the order of the list."""
    heaps: list[tuple[int, int, list[Pin]]] = []
    for pin, (x, y) in points:
        heap = next((each for each in heaps if _touch(each[:2], (x, y))), None)
        if heap is None:
            heaps.append((x, y, [pin]))
        else:
            heap[2].append(pin)
    return tuple(
        Mark(x, y, tuple(heap), heap[0].label if len(heap) == 1 else name_many(heap))
        for x, y, heap in heaps
    )


def _touch(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 < _TOUCH**2


def _towns(
    frame: _Frame, marks: Sequence[tuple[int, int]], here: tuple[int, int] | None
) -> tuple[TownDot, ...]:
    """The largest towns whose names fit beside the marks and each other."""
    # The box is rounded, so that like maps ask the gazetteer once.
    south, west, north, east = (round(edge, 2) for edge in frame.box())
    taken = [(x - 12, y - 12, x + 12, y + 12) for x, y in (*marks, *([here] if here else ()))]
    taken.append((0.0, HEIGHT - 26.0, WIDTH / 2, float(HEIGHT)))
    found: list[TownDot] = []
    for name, position in _largest(south, west, north, east):
        x, y = frame.point(position)
        for is_left in (False, True):
            box = _label_box(x, y, name, is_left=is_left)
            if _fits(box, taken):
                found.append(TownDot(x, y, name, is_left))
                taken.append(box)
                break
        if len(found) == _MOST_TOWNS:
            break
    return tuple(found)


@lru_cache(maxsize=64)
def _largest(
    south: float, west: float, north: float, east: float
) -> tuple[tuple[str, tuple[float, float]], ...]:
    towns = gazetteer.largest_within((south, west, north, east), _LOOKED_AT)
    return tuple((town.name, town.position) for town in towns)


def _label_box(
    x: float, y: float, name: str, *, is_left: bool
) -> tuple[float, float, float, float]:
    width = 8 + _LETTER * len(name)
    west = x - width if is_left else x - 3
    return (west, y - _LINE / 2, west + width + 3, y + _LINE / 2)


def _fits(
    box: tuple[float, float, float, float], taken: Sequence[tuple[float, float, float, float]]
) -> bool:
    is_inside = box[0] >= 2 and box[1] >= 2 and box[2] <= WIDTH - 2 and box[3] <= HEIGHT - 2
    return is_inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in taken
    )


def _up(lat: float) -> float:
    return degrees(asinh(tan(radians(_clipped(lat)))))


def _down(up: float) -> float:
    return degrees(atan(sinh(radians(max(-360.0, min(360.0, up))))))


def _clipped(lat: float) -> float:
    return max(-_POLAR, min(_POLAR, lat))


def _wrapped(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0
