"""Distances agree with known ones; the cells around a position miss nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.geo import COARSE, FINE, FINEST, MIDDLE, cell, cells_within, distance_km

LONDON, KRAKOW, SUVA = (51.5074, -0.1278), (50.0647, 19.9450), (-18.1416, 178.4419)


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [(LONDON, KRAKOW, 1416), (LONDON, LONDON, 0), ((0.0, 179.5), (0.0, -179.5), 111)],
)
def test_distances(a: tuple[float, float], b: tuple[float, float], km: float) -> None:
    assert distance_km(a, b) == pytest.approx(km, abs=3)


positions = st.tuples(st.floats(-84, 84), st.floats(-180, 179.999))


@given(positions, positions, st.floats(1, 300), st.sampled_from([FINE, MIDDLE, COARSE]))
def test_whatever_is_near_lies_in_a_near_cell(
    here: tuple[float, float], shift: tuple[float, float], km: float, tenths: int
) -> None:
    there = (here[0] + shift[0] / 40, (here[1] + shift[1] / 40 + 180) % 360 - 180)
    if abs(there[0]) < 85 and distance_km(here, there) <= km * 0.999:
        assert cell(there, tenths) in cells_within(here, km, tenths)


@given(positions, positions, st.floats(0.3, 9))
def test_the_smallest_cells_miss_nothing_either(
    here: tuple[float, float], shift: tuple[float, float], km: float
) -> None:
    there = (here[0] + shift[0] / 900, (here[1] + shift[1] / 900 + 180) % 360 - 180)
    if abs(there[0]) < 85 and distance_km(here, there) <= km * 0.999:
        assert cell(there, FINEST) in cells_within(here, km, FINEST)


def test_near_the_pole_every_longitude_is_near() -> None:
    assert cell((85.5, 100.0)) in cells_within((85.5, -80.0), 600)


def test_few_cells_are_asked_for_a_usual_radius() -> None:
    assert len(cells_within(LONDON, 50)) <= 25
    assert cell(SUVA) in cells_within((-18.0, -179.9), 300)
