"""Finding where something is, from what people type; nobody outside is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.lib.countries import read_country
from app.lib.postcodes import Postcode, read_postcode
from app.lib.text import clean_line
from app.places.queries import gazetteer
from app.places.queries.gazetteer import Centre, Town
from app.places.rules import LONDON_DISTRICTS, WIDEST_AREA_KM, Area, PlaceDetails, name_key

#: A town so many times larger than the next of its name is the one that is meant.
_CLEARLY: Final = 10
#: So many towns of one name are offered.
_OFFERED: Final = 8
#: So many are offered for a name that is none.
_LIKELY: Final = 5
#: No name of a town is longer.
_LONGEST_NAME: Final = 60
#: Where the source lists towns under a country that people there would not name.
_LISTED_UNDER: Final = {"PS": ("PS", "IL")}
#: A position given for a village that we do not know is shown to a tenth of a degree, no nearer.
_ROUGHLY_KM: Final = 8.0

#: Countries whose postcodes we can read.
_POSTCODED: Final = frozenset(("GB", "JE", "GG", "IM"))


@dataclass(frozen=True)
class Found:
    """A position that somebody meant."""

    #: What it is called: `E17 4PP`, `Kraków`.
    label: str
    lat: float
    lon: float
    country: str
    #: How far the postcode's area reaches; nothing for towns.
    km: float | None = None
    town: Town | None = None
    #: Other towns of the same name.
    others: tuple[Town, ...] = ()

    @property
    def position(self) -> tuple[float, float]:
        """Degrees north and east."""
        return (self.lat, self.lon)


@dataclass(frozen=True)
class Ambiguous:
    """Several towns carry the name; somebody has to choose."""

    towns: tuple[Town, ...]


@dataclass(frozen=True)
class TownWanted:
    """A postcode of Northern Ireland or the islands, whose positions we may not bundle."""

    postcode: Postcode


def find_position(
    text: str,
    country: str | None = None,
    *,
    town_id: int | None = None,
    home_zone: str | None = None,
) -> Found | Ambiguous | TownWanted | None:
    """Where a postcode or town is; `town_id` chooses among towns of one name.

    Of several, the only one in the zone of those who ask is the one they mean.
    """
    typed = clean_line(text)[:120].replace("،", ",")
    for part in _places_in(typed):
        found = (
            _by_postcode(part)
            or _by_town(part, country, town_id, home_zone)
            or _by_district(part, country)
        )
        if found is not None:
            return found
    return None


def list_likely(text: str) -> list[Town]:
    """The towns that may be meant by a name that is none."""
    name, _ = _split(clean_line(text)[:_LONGEST_NAME], None)
    key = name_key(name)
    return gazetteer.list_like(key, _LIKELY) if len(key) > 2 else []


def suggest_zone(country: str, locality: str) -> str | None:
    """The time zone of a town, or the one in which most people of its country live."""
    town = find_town(country, locality)
    zones = gazetteer.zones_of(country)
    return town.zone if town else (zones[0] if zones else None)


def find_town(country: str, locality: str) -> Town | None:
    """The town of a name in a country; the largest, where several share it."""
    named = gazetteer.list_named(name_key(locality))
    for code in _LISTED_UNDER.get(country, (country,)):
        here = [(town, is_first) for town, is_first in named if town.country == code]
        if here:
            return max(here, key=lambda each: (each[1], each[0].population))[0]
    return None


def area_of(details: PlaceDetails) -> Area:
    """What anybody may know of where a place is: a postcode's district, or the town.

    Never the spot: where only that is known, it is rounded to the nearest tenth of a degree.
    """
    postcode = read_postcode(details.postcode) if details.country in _POSTCODED else None
    district = postcode.outcode if postcode else None
    centre = gazetteer.find_centre(postcode.outcode) if postcode else None
    if centre is not None:
        km = centre.km if centre.km <= WIDEST_AREA_KM else None
        return Area(centre.lat, centre.lon, km, district)
    town = find_town(details.country, details.locality)
    if town is not None:
        return Area(town.lat, town.lon, None, district)
    if details.lat is not None and details.lon is not None:
        return Area(round(details.lat, 1), round(details.lon, 1), _ROUGHLY_KM, district)
    return Area(district=district)


def _by_postcode(typed: str) -> Found | TownWanted | None:
    for part in _parts(typed):
        postcode = read_postcode(part)
        if postcode is None or not re.search("[0-9]", part):
            continue
        if not postcode.has_position:
            return TownWanted(postcode)
        centre = _centre(postcode)
        if centre is not None:
            return Found(str(postcode), centre.lat, centre.lon, "GB", km=centre.km)
    return None


def _parts(typed: str) -> Sequence[str]:
    """The whole text and its last words: people write a postcode behind the town."""
    words = re.split(r"[\s,]+", typed)
    return [*dict.fromkeys((typed, " ".join(words[-2:]), words[-1]))]


def _centre(postcode: Postcode) -> Centre | None:
    sector = gazetteer.find_centre(postcode.sector) if postcode.sector else None
    return sector or gazetteer.find_centre(postcode.outcode)


def _places_in(typed: str) -> Sequence[str]:
    """The whole text; else what stands before and behind a comma, as in `Hackney, London`."""
    head, _, tail = typed.rpartition(",")
    is_one = not head or read_country(tail) is not None
    return [typed] if is_one else [typed, head.rpartition(",")[2].strip(), tail.strip()]


def _by_district(typed: str, country: str | None) -> Found | None:
    name, country = _split(typed, country)
    outcode = LONDON_DISTRICTS.get(name_key(name))
    centre = gazetteer.find_centre(outcode) if outcode and country in {None, "GB"} else None
    if centre is None:
        return None
    return Found(clean_line(name).title(), centre.lat, centre.lon, "GB", km=centre.km)


def _by_town(
    typed: str, country: str | None, town_id: int | None, home_zone: str | None
) -> Found | Ambiguous | None:
    name, country = _split(typed, country)
    named = gazetteer.list_named(name_key(name))
    if country is not None:
        codes = _LISTED_UNDER.get(country, (country,))
        named = [each for each in named if each[0].country in codes]
    if not named:
        return None
    towns = [town for town, _ in named]
    at_home = [town for town in towns if town.zone == home_zone]
    chosen = next((town for town in towns if town.id == town_id), None) or _clear(named)
    chosen = chosen or (at_home[0] if len(at_home) == 1 else None)
    if chosen is None:
        towns.sort(key=lambda town: town.zone != home_zone)
        return Ambiguous(tuple(towns[:_OFFERED]))
    others = tuple(town for town in towns if town != chosen)[:_OFFERED]
    return Found(chosen.name, chosen.lat, chosen.lon, chosen.country, town=chosen, others=others)


def _split(typed: str, country: str | None) -> tuple[str, str | None]:
    """The town and the country of `Newport, Ireland`."""
    name, _, tail = re.sub("،", ",", typed).rpartition(",")
    named = read_country(tail) if name else None
    return (name, named) if named else (typed, country)


def _clear(named: Sequence[tuple[Town, bool]]) -> Town | None:
    """The town that is meant, where one is the only one or far larger than the next."""
    largest, is_first = named[0]
    if len(named) == 1:
        return largest
    is_far_larger = largest.population >= _CLEARLY * max(1, named[1][0].population)
    return largest if is_far_larger and (is_first or not any(first for _, first in named)) else None
