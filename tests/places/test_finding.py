"""Postcodes and towns are found as people type them, and say honestly how exact they are."""

from __future__ import annotations

import pytest

from app.lib import geo
from app.places.queries.finding import (
    Ambiguous,
    Found,
    TownWanted,
    area_of,
    find_position,
    list_likely,
    suggest_zone,
)
from app.places.rules import PlaceDetails, apart


def found(text: str, country: str | None = None) -> Found:
    answer = find_position(text, country)
    assert isinstance(answer, Found), (text, answer)
    return answer


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("E17 4PP", "E17 4PP"),
        ("e174pp", "E17 4PP"),
        ("EI7 4PP", "E17 4PP"),
        ("E17 4", "E17 4"),
        ("e17", "E17"),
        ("London E17 4PP", "E17 4PP"),
        ("Walthamstow, E17", "E17"),
    ],
)
def test_a_postcode_is_found_however_it_is_typed(typed: str, label: str) -> None:
    answer = found(typed)
    assert answer.label == label
    assert geo.distance_km(answer.position, (51.5859, -0.0203)) < 2
    assert answer.km is not None


def test_a_sector_that_is_new_falls_back_to_its_district() -> None:
    assert found("E17 0ZZ").position == found("E17").position


@pytest.mark.parametrize(
    ("typed", "name", "country"),
    [
        ("Krakow", "Kraków", "PL"),
        ("CRACOW", "Kraków", "PL"),
        ("بيروت", "Beirut", "LB"),
        ("Belfast", "Belfast", "GB"),
        ("Londonderry", "Derry", "GB"),
        ("Derry, Northern Ireland", "Derry", "GB"),
        ("St Helier, Jersey", "Saint Helier", "JE"),
        ("st. peter port", "Saint Peter Port", "GG"),
        ("Douglas, Isle of Man", "Douglas", "IM"),
        ("دمشق", "Damascus", "SY"),
        ("غزة", "Gaza", "PS"),
        ("London", "London", "GB"),
        ("Ely, UK", "Ely", "GB"),
        ("Jerusalem, Palestine", "Jerusalem", "IL"),
    ],
)
def test_a_town_is_found_by_any_of_its_names(typed: str, name: str, country: str) -> None:
    answer = found(typed)
    assert answer.town is not None
    assert (answer.town.name, answer.country) == (name, country)


def test_towns_of_one_name_are_offered() -> None:
    answer = find_position("Newport")
    assert isinstance(answer, Ambiguous)
    assert answer.towns[0].near == "Cardiff"
    other = answer.towns[1]
    chosen = find_position("newport", town_id=other.id)
    assert isinstance(chosen, Found)
    assert chosen.town == other
    assert answer.towns[0] in chosen.others


def test_a_number_that_belongs_to_another_name_changes_nothing() -> None:
    newport = find_position("Newport")
    assert isinstance(newport, Ambiguous)
    assert find_position("Kraków", town_id=newport.towns[0].id) == found("Kraków")


@pytest.mark.parametrize("typed", ["BT7 1NN", "bt7", "JE2 3AB", "GY1 1AA", "IM1 2AB"])
def test_where_postcodes_have_no_positions_a_town_is_asked_for(typed: str) -> None:
    assert isinstance(find_position(typed), TownWanted)


@pytest.mark.parametrize(
    "typed", ["", "   ", "Nowhere at all", "ZZ9 9ZZ", "x" * 10_000, "\x00", "😀"]
)
def test_what_is_nowhere_is_not_found(typed: str) -> None:
    assert find_position(typed) is None


@pytest.mark.parametrize(
    ("country", "locality", "zone"),
    [
        ("PL", "Kraków", "Europe/Warsaw"),
        ("SY", "دمشق", "Asia/Damascus"),
        ("US", "Los Angeles", "America/Los_Angeles"),
        ("US", "Nowhere", "America/New_York"),
        ("GB", "Nether Wallop", "Europe/London"),
        ("JE", "St Helier", "Europe/Jersey"),
        ("AQ", "Nowhere", None),
    ],
)
def test_the_zone_of_a_place_is_suggested(country: str, locality: str, zone: str | None) -> None:
    assert suggest_zone(country, locality) == zone


def test_an_area_never_is_the_spot() -> None:
    spot = (51.58591, -0.02034)
    hall = PlaceDetails(
        country="GB", locality="London", postcode="E17 4PP", lat=spot[0], lon=spot[1]
    )
    area = area_of(hall)
    assert area.district == "E17"
    assert (area.lat, area.lon) == found("E17").position
    village = PlaceDetails(country="FR", locality="Nullepart", lat=48.12345, lon=2.98765)
    assert (area_of(village).lat, area_of(village).lon) == (48.1, 3.0)
    krakow = PlaceDetails(country="PL", locality="Krakow", lat=50.01, lon=19.9)
    assert (area_of(krakow).lat, area_of(krakow).km) == (50.0614, None)
    belfast = PlaceDetails(country="GB", locality="Belfast", postcode="BT7 1NN")
    assert (area_of(belfast).district, area_of(belfast).lat) == ("BT7", 54.5968)
    assert area_of(PlaceDetails(country="FR", locality="Nullepart")).lat is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Lodnon", "London"),
        ("Manchster", "Manchester"),
        ("Walthams", "Walthamstow"),
        ("Krakoww", "Kraków"),
        ("Newcaslte, England", "Newcastle"),
        ("بيروتت", "Beirut"),
    ],
)
def test_a_mistyped_town_offers_the_likely_ones(typed: str, meant: str) -> None:
    likely = list_likely(typed)
    assert meant in [town.name for town in likely]
    assert len(likely) <= 5


@pytest.mark.parametrize("typed", ["", "x", "qqqqqqqq", "x" * 5000, "12345", "؟؟؟؟"])
def test_nothing_is_offered_for_what_is_no_name(typed: str) -> None:
    assert list_likely(typed) == []


@pytest.mark.parametrize(
    ("typed", "name", "letters"),
    [
        ("leeds", "leeds", 0),
        ("leesd", "leeds", 1),
        ("leed", "leeds", 1),
        ("leeeds", "leeds", 1),
        ("laads", "leeds", 2),
        ("walthams", "walthamstow", 1),
        ("lxxxs", "leeds", None),
        ("bath", "bathurst", 1),
        ("leeds", "london", None),
    ],
)
def test_letters_are_counted(typed: str, name: str, letters: int | None) -> None:
    assert apart(typed, name, at_most=2) == letters


def test_how_far_a_very_wide_area_reaches_is_not_told() -> None:
    wide = area_of(PlaceDetails(country="GB", locality="Stornoway", postcode="HS2 0AA"))
    assert (wide.district, wide.km) == ("HS2", None)
    assert wide.lat is not None


@pytest.mark.parametrize(
    ("typed", "outcode"),
    [("Hackney", "E8"), ("waltham forest", "E17"), ("Tower Hamlets, London", "E1")],
)
def test_parts_of_london_are_found_by_their_district(typed: str, outcode: str) -> None:
    assert found(typed).position == found(outcode).position
    assert find_position("Hackney, Canada") is None


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Brixton, London", "Brixton"),
        ("12 High Street, Leeds", "Leeds"),
        ("The Mill, 7 Coppermill Lane, E17 7HA", "E17 7HA"),
    ],
)
def test_more_than_a_name_may_be_typed(typed: str, label: str) -> None:
    assert found(typed).label == label


@pytest.mark.parametrize(
    ("typed", "home", "country"),
    [("Croydon", "Europe/London", "GB"), ("Croydon", "Australia/Melbourne", "AU")],
)
def test_the_only_town_of_a_name_at_home_is_meant(typed: str, home: str, country: str) -> None:
    assert isinstance(find_position(typed), Ambiguous)
    answer = find_position(typed, home_zone=home)
    assert isinstance(answer, Found)
    assert answer.country == country
    assert answer.others
    several = find_position("Newport", home_zone=home)
    assert isinstance(several, Ambiguous)
