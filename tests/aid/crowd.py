"""A hundred thousand points, most of them in one town, written straight into the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, text

from app.aid.models.points import PointCell, PointHours, PointItem
from app.aid.rules.hours import HoursRow
from app.aid.rules.hours_code import encode
from app.aid.rules.nearness import keys_of
from app.aid.rules.words import HoursKind
from app.db.session import db, transaction
from tests.factories.aid import make_drop, make_item, make_need, make_point

COUNT = 100_000
#: The first row of the crowd, and one that is full.
FIRST, FULL = 1000, 1020
SLUG = "winter-round"
#: A Wednesday.
BY_DAY, AT_NIGHT = "day=2026-12-02&time=11:00", "day=2026-12-02&time=03:00"
#: So many of them lie in the town, within some ten kilometres; all the others all over Britain.
IN_TOWN = 70_000
#: So many take a thing that hardly anybody takes.
RARE = 20
#: Open by day; in the evening too; at night; on two weekdays alone.
HOURS = ((0, 7, 9, 17), (0, 7, 8, 20), (0, 7, 22, 6), (1, 3, 10, 12))

#: Few are open at night, and they lie together nowhere.
_WHICH = "CASE WHEN n % 997 = 0 THEN 2 WHEN n % 3 = 2 THEN 3 ELSE n % 3 END"


def fill() -> None:
    """Write them; each is a copy of one point with hours and a position of its own."""
    with transaction():
        drop = make_drop(slug=SLUG, opens_on=date(2026, 11, 1), closes_on=date(2027, 6, 30))
        items = {name: make_item(drop.group, name) for name in ("blankets", "soap", "wheelchairs")}
        for item in items.values():
            make_need(drop, item)
        model = make_point(drop)
        model_id, place_id, drop_id = model.id, model.place_id, drop.id
        # Plain numbers: nothing may be asked while rows are copied.
        things = {name: item.id for name, item in items.items()}
    with transaction():
        connection = db.session.connection()
        if connection.dialect.name != "sqlite":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        _numbers(connection)
        _copy(connection, "place", place_id or 0, {"id": "n"})
        codes = " ".join(f"WHEN {n} THEN '{encode(_rows(n))}'" for n in range(len(HOURS)))
        own = {
            "id": "n",
            "public_id": "'p' || n",
            "slug": "'point-' || n",
            "place_id": "n",
            "hours_code": f"CASE {_WHICH} {codes} END",
            "state": "CASE WHEN n % 20 = 0 THEN 'full' ELSE 'live' END",
        }
        _copy(connection, "collection_point", model_id, own)
        _write(connection, PointHours.__table__, _hours())
        _write(connection, PointItem.__table__, _items(things))
        connection.execute(text("DROP INDEX ix_point_cell_point_id"))
        _write(connection, PointCell.__table__, _cells(drop_id, things))
        connection.execute(text("CREATE INDEX ix_point_cell_point_id ON point_cell (point_id)"))
    # Statistics, as both databases gather them by themselves in time.
    db.session.connection().exec_driver_sql("ANALYZE")
    db.session.commit()


def _numbers(connection: Connection) -> None:
    connection.execute(text("CREATE TEMP TABLE number (n INTEGER PRIMARY KEY)"))
    counted = "SELECT CAST(:first AS INTEGER) UNION ALL SELECT n + 1 FROM c WHERE n < :last"
    connection.execute(
        text(f"INSERT INTO number WITH RECURSIVE c(n) AS ({counted}) SELECT n FROM c"),  # noqa: S608
        {"first": FIRST, "last": FIRST + COUNT - 1},
    )


def _copy(connection: Connection, table: str, model: int, own: dict[str, str]) -> None:
    """As many rows as there are numbers, equal to one but for some columns."""
    columns = [column.name for column in db.metadata.tables[table].columns]
    values = ", ".join(own.get(name, f"m.{name}") for name in columns)
    connection.execute(
        text(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values}"  # noqa: S608 - our names
            f" FROM {table} m, number WHERE m.id = :model"
        ),
        {"model": model},
    )


def _write(connection: Connection, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Write many rows, the quickest way that each database has."""
    first = next(rows)
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), [first, *rows])
        return
    cursor = connection.connection.cursor()
    copying = f"COPY {table.name} ({', '.join(first)}) FROM STDIN"
    with cursor.copy(copying) as copy:
        copy.write_row(tuple(first.values()))
        for row in rows:
            copy.write_row(tuple(row.values()))


def _rows(which: int) -> list[HoursRow]:
    first, last, opens, closes = HOURS[which]
    usual = [
        HoursRow(weekday=day, opens=time(opens), closes=time(closes)) for day in range(first, last)
    ]
    return [*usual, HoursRow(is_bank_holiday=True, kind=HoursKind.CLOSED)]


def _hours() -> Iterator[dict[str, Any]]:
    """A row for each: lists read the code beside the point, its own page reads these."""
    row = {"position": 0, "weekday": 0, "on_bank_holidays": False, "kind": "open"}
    for n in range(FIRST, FIRST + COUNT):
        yield {"id": n, "point_id": n, "opens": time(9), "closes": time(17), **row}


def _items(things: dict[str, int]) -> Iterator[dict[str, Any]]:
    for n in range(FIRST, FIRST + COUNT):
        for item_id in _taken(n, things) or ():
            yield {"point_id": n, "item_id": item_id}


def _taken(n: int, things: dict[str, int]) -> list[int] | None:
    """What a point takes; None for everything."""
    if (n - FIRST) % (COUNT // RARE) == 0:
        return [things["wheelchairs"]]
    some = (things["soap"], things["blankets"])
    return None if n % 5 else [some[n % 2]]


def _cells(drop_id: int, things: dict[str, int]) -> Iterator[dict[str, Any]]:
    chance = Random(11)  # noqa: S311 - a seed makes it the same each time
    for n in range(FIRST, FIRST + COUNT):
        if n - FIRST < IN_TOWN:
            where = (51.5859 + chance.uniform(-0.09, 0.09), -0.0203 + chance.uniform(-0.14, 0.14))
        else:
            where = (chance.uniform(50.0, 58.0), chance.uniform(-5.0, 1.5))
        for key in keys_of(drop_id, where, _taken(n, things)):
            yield {
                "key": key,
                "point_id": n,
                "lat": where[0],
                "lon": where[1],
                "is_full": n % 20 == 0,
            }
