"""The points of a round among towns, for the desk: one mark for each area, coloured by state."""

from __future__ import annotations

from app.aid.render.overview import Sight


def draw_points(sight: Sight) -> None:
    """Nothing is drawn yet."""
    del sight
