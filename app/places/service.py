"""Entering places and changing them."""

from __future__ import annotations

from dataclasses import replace

from app.db.session import db
from app.lib.countries import is_country
from app.lib.postcodes import read_postcode
from app.lib.text import clean_block, clean_line
from app.places.errors import (
    AddressTooLongError,
    NotAPostcodeError,
    OffTheEarthError,
    TownMissingError,
    UnknownCountryError,
)
from app.places.models import Place
from app.places.queries.finding import area_of
from app.places.rules import PlaceDetails, Spot, is_on_earth, is_too_long


def make_place(details: PlaceDetails) -> Place:
    """Keep a place; what anybody may know of it is looked up here.

    Raises UnknownCountryError, TownMissingError, OffTheEarthError, NotAPostcodeError or
    AddressTooLongError; each names the field it is about.
    """
    place = Place()
    _fill(place, checked(details))
    db.session.add(place)
    db.session.flush()
    return place


def change_place(place: Place, details: PlaceDetails) -> bool:
    """Say otherwise where a place is; returns whether anything is different now.

    Raises what `make_place` raises.
    """
    right = checked(details)
    if right == details_of(place):
        return False
    _fill(place, right)
    db.session.flush()
    return True


def details_of(place: Place) -> PlaceDetails:
    """What was entered about a place, for the form that changes it and for copies of it."""
    spot = place.spot
    return PlaceDetails(
        country=place.country,
        locality=place.locality,
        name=spot.name,
        street=spot.street,
        postcode=spot.postcode,
        lat=spot.lat,
        lon=spot.lon,
    )


def checked(details: PlaceDetails) -> PlaceDetails:
    """The details in their written form; raises what `make_place` raises."""
    clean = replace(
        details,
        country=details.country.strip().upper(),
        locality=clean_line(details.locality),
        name=clean_line(details.name),
        street=clean_block(details.street),
        postcode=clean_line(details.postcode).upper(),
    )
    if not is_country(clean.country):
        raise UnknownCountryError
    if not clean.locality:
        raise TownMissingError
    if is_too_long(clean):
        raise AddressTooLongError
    _check_position(clean.lat, clean.lon)
    return replace(clean, postcode=_postcode(clean))


def _check_position(lat: float | None, lon: float | None) -> None:
    if lat is None and lon is None:
        return
    if lat is None or lon is None or not is_on_earth(lat, lon):
        raise OffTheEarthError


def _postcode(details: PlaceDetails) -> str:
    if details.country != "GB" or not details.postcode:
        return details.postcode
    postcode = read_postcode(details.postcode)
    if postcode is None:
        raise NotAPostcodeError
    return str(postcode)


def _fill(place: Place, details: PlaceDetails) -> None:
    area = area_of(details)
    place.country, place.locality = details.country, details.locality
    place.area_lat, place.area_lon = area.lat, area.lon
    place.area_km, place.district = area.km, area.district
    place.precise = Spot(
        name=details.name,
        street=details.street,
        postcode=details.postcode,
        lat=details.lat,
        lon=details.lon,
    ).to_json()
