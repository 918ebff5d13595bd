"""Places are entered and changed; what cannot be is refused with the field it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.db.session import db, transaction
from app.places.errors import PlaceError
from app.places.models import Place
from app.places.rules import PlaceDetails, read_pair
from app.places.service import change_place, checked, details_of, make_place

HALL = PlaceDetails(
    country="gb",
    locality=" London ",
    name="Kings Hall",
    street="12 Hoe Street",
    postcode="e174pp",
    lat=51.5859,
    lon=-0.0203,
)


def test_a_place_is_kept_with_its_area(app: Flask) -> None:
    with transaction():
        id_ = make_place(HALL).id
    place = db.session.get_one(Place, id_)
    assert (place.country, place.locality, place.district) == ("GB", "London", "E17")
    assert place.spot.postcode == "E17 4PP"
    assert (place.area_lat, place.area_lon) != (51.5859, -0.0203)
    assert checked(details_of(place)) == details_of(place)


def test_a_change_says_whether_anything_is_different(app: Flask) -> None:
    with transaction():
        place = make_place(HALL)
        assert not change_place(place, HALL)
        krakow = PlaceDetails(country="PL", locality="Kraków", name="Rynek")
        assert change_place(place, krakow)
    assert (place.country, place.district, place.area_km) == ("PL", None, None)
    assert place.spot.street == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"country": ""}, "country"),
        ({"locality": "  "}, "locality"),
        ({"lat": 91.0}, "position"),
        ({"lon": -180.5}, "position"),
        ({"lat": float("nan")}, "position"),
        ({"lat": None}, "position"),
        ({"postcode": "12345"}, "postcode"),
        ({"locality": "x" * 121}, "street"),
        ({"street": "x" * 10_000}, "street"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(PlaceError) as refused:
        checked(replace(HALL, **changes))  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("typed", "pair"),
    [
        ("51.5859, -0.0203", (51.5859, -0.0203)),
        ("(51.5859 -0.0203)", (51.5859, -0.0203)),
        ("51.5859;\u22120.0203", (51.5859, -0.0203)),
        ("51", None),
        ("north", None),
        ("999, 5", (999.0, 5.0)),
    ],
)
def test_a_pair_of_degrees_is_read_as_maps_write_it(
    typed: str, pair: tuple[float, float] | None
) -> None:
    assert read_pair(typed) == pair
