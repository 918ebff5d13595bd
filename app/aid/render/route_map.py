"""A van's way as a drawing, without tiles and scripts: numbered doors, joined in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

from app.lib.geo import KM_PER_DEGREE

#: The drawing, in its own units.
WIDTH: Final = 360
_MARGIN: Final = 24
_LOWEST, _HIGHEST = 120, 300
#: Nothing is drawn closer than this, in kilometres from edge to edge.
_NEAREST_KM: Final = 2.0

Position = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A door, or the store (without a number)."""

    x: int
    y: int
    number: int | None


@dataclass(frozen=True)
class Drawing:
    """Everything that is drawn."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    #: The way, as an SVG polyline wants it.
    line: str


def draw(
    start: Position | None, stops: Sequence[Position | None], end: Position | None
) -> Drawing | None:
    """The way from the store along the stops and back; None where nothing has a position."""
    numbered = [(start, None), *((each, at) for at, each in enumerate(stops, start=1)), (end, None)]
    placed = [(position, number) for position, number in numbered if position is not None]
    if len([number for _position, number in placed if number is not None]) < 1:
        return None
    middle = radians(sum(lat for (lat, _lon), _number in placed) / len(placed))
    flat = [
        (lon * cos(middle) * KM_PER_DEGREE, -lat * KM_PER_DEGREE, number)
        for (lat, lon), number in placed
    ]
    west, north = min(x for x, _y, _n in flat), min(y for _x, y, _n in flat)
    wide = max(max(x for x, _y, _n in flat) - west, _NEAREST_KM)
    high = max(max(y for _x, y, _n in flat) - north, _NEAREST_KM / 2)
    inner = WIDTH - 2 * _MARGIN
    height = round(min(max(inner * high / wide + 2 * _MARGIN, _LOWEST), _HIGHEST))
    scale = min(inner / wide, (height - 2 * _MARGIN) / high)
    marks = [
        Mark(
            round(_MARGIN + (inner - wide * scale) / 2 + (x - west) * scale),
            round(_MARGIN + (y - north) * scale),
            number,
        )
        for x, y, number in flat
    ]
    line = " ".join(f"{mark.x},{mark.y}" for mark in marks)
    return Drawing(WIDTH, height, tuple(_once(marks)), line)


def _once(marks: Sequence[Mark]) -> list[Mark]:
    """The store below the doors, and once where the way begins and ends there."""
    stores = [*dict.fromkeys(mark for mark in marks if mark.number is None)]
    return [*stores, *(mark for mark in marks if mark.number is not None)]
