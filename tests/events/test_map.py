"""The drawn map: everything inside, true directions, one mark for what lies together."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.events.render.listing import EventRow
from app.events.render.map import draw
from app.lib.text import Translated
from app.places.render import HEIGHT, WIDTH, MapShown

pytestmark = pytest.mark.one_database

LONDON, LEEDS, KRAKOW = (51.507, -0.128), (53.797, -1.543), (50.061, 19.937)
SUVA, APIA = (-18.14, 178.44), (-13.83, -171.77)


def row(position: tuple[float, float] | None, number: int = 0) -> EventRow:
    event: Any = SimpleNamespace(
        title=Translated.of(en="A vigil"), place=SimpleNamespace(locality="Here")
    )
    return EventRow(
        event=event,
        anchor=f"e-{number}",
        kind="Vigil",
        weekday="Sat",
        day="5",
        month="Dec",
        iso="2026-12-05",
        time="14:00",
        where="The square",
        distance="",
        position=position,
        is_area=False,
        status="",
        tone="good",
        is_accessible=False,
        is_full=False,
    )


def drawn(*positions: tuple[float, float] | None, here: tuple[float, float] | None = None) -> Any:
    shown = draw([row(each, number) for number, each in enumerate(positions)], here)
    assert isinstance(shown, MapShown)
    return shown


@pytest.mark.parametrize(
    "positions",
    [
        (LONDON,),
        (LONDON, LEEDS, KRAKOW),
        (SUVA, APIA),
        (LONDON, SUVA, (65.0, -150.0)),
        ((89.9, 10.0), (-89.9, 10.0)),
        ((0.0, 180.0), (0.0, -180.0)),
        tuple((float(lat), float(lon)) for lat in (-60, 0, 60) for lon in range(-180, 180, 30)),
    ],
)
def test_every_mark_lies_inside(app: Flask, positions: tuple[tuple[float, float], ...]) -> None:
    shown = drawn(*positions)
    assert sum(mark.count for mark in shown.marks) == len(positions)
    for each in (*shown.marks, *shown.towns):
        assert 0 <= each.x <= WIDTH
        assert 0 <= each.y <= HEIGHT
    assert 0 < shown.bar <= WIDTH


def test_directions_are_true(app: Flask) -> None:
    london, leeds, krakow = drawn(LONDON, LEEDS, KRAKOW).marks
    assert leeds.y < london.y < krakow.y
    assert leeds.x < london.x < krakow.x
    fiji, samoa = drawn(SUVA, APIA).marks
    assert fiji.x < samoa.x
    assert samoa.x - fiji.x < WIDTH


def test_what_lies_together_is_one_mark(app: Flask) -> None:
    shown = drawn(LONDON, KRAKOW, (51.51, -0.13), None)
    assert [(mark.count, mark.anchor) for mark in shown.marks] == [(2, "e-0"), (1, "e-1")]
    assert [mark.label for mark in shown.marks] == ["2 events, Here", "A vigil, The square"]
    assert draw([row(None)], LONDON) is None


def test_where_one_looks_from_is_drawn_and_towns_are_named(app: Flask) -> None:
    shown = drawn(LEEDS, here=(53.48, -2.24))
    assert shown.here is not None
    assert shown.here[0] < shown.marks[0].x
    names = [town.name for town in shown.towns]
    assert len(names) == len(set(names)) <= 9
    assert "Bradford" in names
    assert shown.scale.endswith(" km")
