"""Distances and neighbourhoods on the globe; degrees north and east, kilometres."""

from __future__ import annotations

from math import asin, cos, floor, radians, sin, sqrt
from typing import Final

_EARTH_KM: Final = 6371.0
KM_PER_DEGREE: Final = 111.2
#: Cells of the index are so many tenths of a degree high and wide: for a quarter, a town, a county,
#: a land.
FINEST, FINE, MIDDLE, COARSE = 0.1, 1, 10, 100
#: Nearer to a pole than this, every longitude is near.
_POLAR: Final = 85.0


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance of two positions, in kilometres (haversine)."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    half_lat = sin((lat_b - lat_a) / 2)
    half_lon = sin(radians(b[1] - a[1]) / 2)
    h = half_lat**2 + cos(lat_a) * cos(lat_b) * half_lon**2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(h)))


def cell(position: tuple[float, float], tenths: float = MIDDLE) -> str:
    """The cell of the index in which a position lies."""
    lat, lon = position
    return f"{_step(lat, tenths)}:{_step(_wrapped(lon), tenths)}"


def cells_within(position: tuple[float, float], km: float, tenths: float = MIDDLE) -> list[str]:
    """Every cell that may hold something no farther than so many kilometres, also over 180°."""
    lat, lon = position
    reach_lat = km / KM_PER_DEGREE
    south, north = max(-90.0, lat - reach_lat), min(90.0, lat + reach_lat)
    rows = range(_step(south, tenths), _step(north, tenths) + 1)
    # A circle reaches farthest east and west on its side nearer to the pole.
    worst = max(abs(south), abs(north))
    half = round(1800 / tenths)
    if worst >= _POLAR:
        columns = [*range(-half, half)]
    else:
        reach_lon = min(180.0, reach_lat / cos(radians(worst)))
        west, east = lon - reach_lon, lon + reach_lon
        wide = range(_step(west, tenths), _step(east, tenths) + 1)
        columns = [(each + half) % (2 * half) - half for each in wide[: 2 * half]]
    return [f"{row}:{column}" for row in rows for column in columns]


def _step(degrees: float, tenths: float) -> int:
    return floor(degrees * 10 / tenths)


def _wrapped(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0
