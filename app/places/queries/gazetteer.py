"""The bundled postcodes and towns: opened when they are first asked for, read where they lie.

`postcodes.bin` holds records of one length in the order of their codes, found by halving.
`towns.bin` holds a head, the towns in the order of their size, their names, and an index of every
name in blocks, of which only the one that may hold a name is opened. `scripts/make_gazetteer.py`
writes both; NOTICE names their sources.
"""

from __future__ import annotations

import json
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.places import rules

_DATA: Final = Path(__file__).resolve().parents[1] / "data"
_POSTCODE: Final = struct.Struct("<7siiH")
_TOWN: Final = struct.Struct("<iiIIHH")
#: Degrees are kept as whole numbers of a ten-thousandth: some ten metres.
_SCALE: Final = 10_000
#: Opened blocks of the index that are kept.
_BLOCKS_KEPT: Final = 32
#: So many letters of a name tell enough to offer all that begin with them.
_BEGINNING: Final = 5


@dataclass(frozen=True)
class Centre:
    """The middle of a postcode district or sector; nine tenths of it lie within `km`."""

    lat: float
    lon: float
    km: float


@dataclass(frozen=True)
class Town:
    """A town of the gazetteer."""

    #: Its number at GeoNames: stays the same when the files are made anew.
    id: int
    name: str
    country: str
    zone: str
    lat: float
    lon: float
    population: int
    #: A larger town next to it, where others of its country share its name.
    near: str

    @property
    def position(self) -> tuple[float, float]:
        """Degrees north and east."""
        return (self.lat, self.lon)


def find_centre(code: str) -> Centre | None:
    """The centre of a district (`E17`) or sector (`E17 4`)."""
    if len(code) > 7 or not code.isascii():
        return None
    records, wanted = _postcodes(), code.encode().ljust(7)
    low, high = 0, len(records) // _POSTCODE.size
    while low < high:
        middle = (low + high) // 2
        if records[middle * _POSTCODE.size : middle * _POSTCODE.size + 7] < wanted:
            low = middle + 1
        else:
            high = middle
    if low * _POSTCODE.size >= len(records):
        return None
    found, lat, lon, tenths = _POSTCODE.unpack_from(records, low * _POSTCODE.size)
    return Centre(lat / _SCALE, lon / _SCALE, tenths / 10) if found == wanted else None


def list_named(key: str) -> list[tuple[Town, bool]]:
    """The towns that carry a name (`rules.name_key`), the largest first; true: as their first."""
    numbers = _numbers(key)
    return [(_towns().town(number), numbers[number]) for number in sorted(numbers)]


def list_like(key: str, limit: int) -> list[Town]:
    """The towns whose name somebody may have mistyped, the likeliest and largest first.

    First letters are seldom wrong, so that only names with the same one are looked at.
    """
    found: dict[int, tuple[bool, int]] = {}
    for name, line in _names_like(key):
        apart = rules.apart(key, name, at_most=_wrong_letters(key))
        if apart is None:
            continue
        for number, is_first in _read_line(line).items():
            rank = (not is_first, apart)
            found[number] = min(rank, found.get(number, rank))
    best = sorted(found.items(), key=lambda each: (each[1], each[0]))[:limit]
    return [_towns().town(number) for number, _ in best]


def largest_within(box: tuple[float, float, float, float], limit: int) -> list[Town]:
    """The largest towns between south, west, north and east; a box may cross 180°."""
    towns = _towns()
    found = []
    for number in towns.numbers_within(box):
        found.append(towns.town(number))
        if len(found) == limit:
            break
    return found


def zones_of(country: str) -> Sequence[str]:
    """The time zones of a country, the one with the most people first."""
    zones: Sequence[str] = _towns().zones_of.get(country, ())
    return zones


class _Towns:
    """The opened file of towns; its parts are unpacked when they are first needed."""

    def __init__(self, packed: bytes) -> None:
        (head_size,) = struct.unpack_from("<I", packed)
        head: dict[str, Any] = json.loads(zlib.decompress(packed[4 : 4 + head_size]))
        self.zones: list[str] = head["zones"]
        self.countries: list[str] = head["countries"]
        self.zones_of: dict[str, list[str]] = head["zones_of"]
        self.first_keys: list[str] = head["first_keys"]
        self._packed = packed
        self._starts = [4 + head_size]
        for size in head["sizes"]:
            self._starts.append(self._starts[-1] + size)
        self._records: bytes | None = None
        self._names: list[str] | None = None

    def part(self, number: int) -> bytes:
        """One part of the file: the records, the names, or a block of the index."""
        return zlib.decompress(self._packed[self._starts[number] : self._starts[number + 1]])

    @property
    def records(self) -> bytes:
        """Positions, people, numbers, zones and countries."""
        if self._records is None:
            self._records = self.part(0)
        return self._records

    def town(self, number: int) -> Town:
        """One town, by its rank in size."""
        if self._names is None:
            self._names = self.part(1).decode().split("\n")
        lat, lon, people, id_, zone, country = _TOWN.unpack_from(self.records, number * _TOWN.size)
        name, _, near = self._names[number].partition("\t")
        return Town(
            id=id_,
            name=name,
            country=self.countries[country],
            zone=self.zones[zone],
            lat=lat / _SCALE,
            lon=lon / _SCALE,
            population=people,
            near=near,
        )

    def numbers_within(self, box: tuple[float, float, float, float]) -> Iterator[int]:
        """The ranks of all towns in a box, the largest first."""
        south, west, north, east = (round(edge * _SCALE) for edge in box)
        crosses = west > east
        for number, (lat, lon, *_) in enumerate(_TOWN.iter_unpack(self.records)):
            if south <= lat <= north and (
                (lon >= west or lon <= east) if crosses else (west <= lon <= east)
            ):
                yield number


def _names_like(key: str) -> Iterator[tuple[str, str]]:
    """Every name with the same first letter and about as many letters, with its towns."""
    starts = _towns().first_keys
    first = max(0, bisect_right(starts, key[:1]) - 1)
    last = bisect_right(starts, f"{key[:1]}\U0010ffff")
    for number in range(first, last):
        for name, line in _block(number).items():
            is_as_long = abs(len(name) - len(key)) <= _wrong_letters(key)
            if name[:1] == key[:1] and (is_as_long or _is_begun(key, name)):
                yield name, line


def _is_begun(key: str, name: str) -> bool:
    return len(key) >= _BEGINNING and name.startswith(key)


def _wrong_letters(key: str) -> int:
    return 1 if len(key) < _BEGINNING else 2


@lru_cache(maxsize=1)
def _postcodes() -> bytes:
    return (_DATA / "postcodes.bin").read_bytes()


@lru_cache(maxsize=1)
def _towns() -> _Towns:
    return _Towns((_DATA / "towns.bin").read_bytes())


@lru_cache(maxsize=_BLOCKS_KEPT)
def _block(number: int) -> dict[str, str]:
    lines = _towns().part(2 + number).decode().split("\n")
    return dict(line.split("\t", 1) for line in lines)


def _numbers(key: str) -> dict[int, bool]:
    """The ranks of the towns of a name, and whether it is their first name."""
    block = bisect_right(_towns().first_keys, key) - 1
    line = _block(block).get(key) if block >= 0 else None
    if line is None:
        return {}
    return _read_line(line)


def _read_line(line: str) -> dict[int, bool]:
    first, _, other = line.partition("\t")
    found = dict.fromkeys((int(each) for each in other.split(",") if each), False)
    return found | dict.fromkeys((int(each) for each in first.split(",") if each), True)
