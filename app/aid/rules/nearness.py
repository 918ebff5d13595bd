"""The keys by which points are found near a position, and the rings that are searched.

A point that takes everything stands under `all`, another under `some` and under each thing that it
takes; each of these in cells of three sizes, and once without a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from app.lib import geo

Position = tuple[float, float]

#: Sizes of cells and the distances, in kilometres, that are searched by them: each ring holds about
#: twice as much as the one inside, so that little is read in vain.
RINGS: Final = (
    (geo.FINEST, "a", (0.7, 1.0, 1.5, 2.2, 3.3, 5.0, 7.5, 11.0)),
    (geo.FINE, "b", (16.0, 24.0, 36.0, 54.0, 80.0, 110.0)),
    (geo.MIDDLE, "c", (160.0, 240.0, 360.0, 540.0, 800.0, 1100.0)),
)
#: Nothing on earth is farther.
ANYWHERE: Final = 20_100.0
#: Nearer to a pole the small cells are too many.
_POLAR: Final = 75.0
#: A sphere is no grid: a cell is asked for as long as it may hold something so much farther.
_SLACK: Final = 1.01


def keys_of(drop_id: int, position: Position, item_ids: Iterable[int] | None) -> list[str]:
    """The keys of a point; None for its things means that it takes everything."""
    takers = ["all"] if item_ids is None else ["some", *(f"i{each}" for each in set(item_ids))]
    cells = [f"{name}{geo.cell(position, size)}" for size, name, _ in RINGS]
    return [f"{drop_id}|{taker}|{each}" for taker in takers for each in [*cells, "-"]]


def keys_everywhere(drop_id: int, item_id: int | None) -> list[str]:
    """The keys of all points of a drop, or of those that take a thing."""
    return [f"{drop_id}|{taker}|-" for taker in _takers(item_id)]


def rings(
    drop_id: int, position: Position, item_id: int | None
) -> Iterator[tuple[float, list[str]]]:
    """(distance, keys that were not asked before) from the nearest ring to the whole earth.

    Whatever lies within a distance stands under one of the keys up to there.
    """
    takers = _takers(item_id)
    for size, name, distances in RINGS:
        asked: set[str] = set()
        for km in distances if abs(position[0]) < _POLAR else ():
            cells = set(geo.cells_within(position, km * _SLACK, size)) - asked
            asked |= cells
            yield (
                km,
                [f"{drop_id}|{taker}|{name}{each}" for taker in takers for each in sorted(cells)],
            )
    yield ANYWHERE, keys_everywhere(drop_id, item_id)


def _takers(item_id: int | None) -> tuple[str, str]:
    return ("all", "some" if item_id is None else f"i{item_id}")
