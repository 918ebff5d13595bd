"""A hundred thousand events, written straight into the tables, as cheaply as can be."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from app.db.session import db, transaction
from app.lib import clock
from tests.factories.events import make_campaign, make_event

COUNT = 100_000
#: Minutes between two of them: two years, a quarter of which is over.
APART = 10
KINDS = ("static_protest", "march", "vigil", "screening", "meeting", "stall", "training", "online")
COUNTRIES = ("GB", "GB", "GB", "PL", "IE", "FR", "DE", "SY")
WORDS = ("lanterns", "justice", "truth", "peace", "silence", "music", "river", "harbour")


def fill() -> None:
    """Write them; each is a copy of one event with times and a position of its own."""
    with transaction():
        model = make_event()
        make_campaign()
    first = clock.utcnow().replace(microsecond=0) - timedelta(minutes=APART * COUNT // 4)
    with transaction():
        connection = db.session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        at = _instant(first, "n", is_sqlite=is_sqlite)
        # Every hundredth lasts five days, the others two hours.
        end = _instant(
            first, f"n + CASE WHEN n % 100 = 0 THEN {5 * 144} ELSE 12 END", is_sqlite=is_sqlite
        )
        if not is_sqlite:
            # A million rows, each of which would be looked up in the table it belongs to.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in ("search_facet", "search_word"):
            connection.execute(text(f"DROP INDEX ix_{table}_entry_id"))
        _numbers(connection)
        _entries(connection, at, end)
        _places(connection, model.place_id or 0)
        _events(connection, model.id)
        _facets(connection)
        _words(connection)
        for table in ("search_facet", "search_word"):
            connection.execute(text(f"CREATE INDEX ix_{table}_entry_id ON {table} (entry_id)"))
    # Statistics, as both databases gather them by themselves in time.
    db.session.connection().exec_driver_sql("ANALYZE")
    db.session.commit()


def _instant(first: datetime, steps: str, *, is_sqlite: bool) -> str:
    if is_sqlite:
        base = first.strftime("%Y-%m-%d %H:%M:%S")
        return (
            f"strftime('%Y-%m-%d %H:%M:%S', '{base}', '+' || (({steps}) * {APART}) || ' minutes')"
            " || '.000000'"
        )
    return f"TIMESTAMPTZ '{first.isoformat()}' + ({steps}) * INTERVAL '{APART} minutes'"


def _numbers(connection: Connection) -> None:
    connection.execute(text("CREATE TEMP TABLE number (n INTEGER PRIMARY KEY)"))
    connection.execute(text("INSERT INTO number VALUES (:n)"), [{"n": 1}])
    while (made := connection.scalar(text("SELECT max(n) FROM number"))) < COUNT:
        double = "INSERT INTO number SELECT n + :made FROM number WHERE n + :made <= :count"
        connection.execute(text(double), {"made": made, "count": COUNT})


def _entries(connection: Connection, at: str, end: str) -> None:
    """All over Britain, a fifth of them around London."""
    lat = _spread(51.3, 400, 50, 8000, 7919)
    lon = _spread(-0.4, 600, -6, 7000, 4729)
    rows = f"SELECT 1000 + n, 'event', 1000 + n, {at}, {end}, {lat}, {lon} FROM number"  # noqa: S608
    columns = "id, kind, thing_id, starts_at, ends_at, lat, lon"
    connection.execute(text(f"INSERT INTO search_entry ({columns}) {rows}"))


def _spread(dense: float, dense_steps: int, wide: float, wide_steps: int, prime: int) -> str:
    near = f"{dense} + (n * {prime} % {dense_steps}) / 1000.0"
    return (
        f"CASE WHEN n % 5 = 0 THEN {near} ELSE {wide} + (n * {prime} % {wide_steps}) / 1000.0 END"
    )


def _events(connection: Connection, model_id: int) -> None:
    own = {
        "id": "s.thing_id",
        "public_id": "'p' || s.thing_id",
        "slug": "'e-' || s.thing_id",
        "place_id": "s.thing_id",
        "starts_at": "s.starts_at",
        "ends_at": "s.ends_at",
    }
    columns = [column.name for column in db.metadata.tables["event"].columns]
    values = ", ".join(own.get(name, f"e.{name}") for name in columns)
    connection.execute(
        text(
            f"INSERT INTO event ({', '.join(columns)}) SELECT {values}"  # noqa: S608 - our names
            " FROM event e, search_entry s WHERE e.id = :model AND s.id > 1000"
        ),
        {"model": model_id},
    )
    connection.execute(
        text(
            "INSERT INTO event_seats (event_id, way, taken, held)"
            " SELECT id, 'in_person', 0, 0 FROM event WHERE id > 1000"
        )
    )


def _places(connection: Connection, model_id: int) -> None:
    columns = [each.name for each in db.metadata.tables["place"].columns if each.name != "id"]
    copied = ", ".join(f"p.{name}" for name in columns)
    connection.execute(
        text(
            f"INSERT INTO place (id, {', '.join(columns)}) SELECT s.id, {copied}"  # noqa: S608
            " FROM place p, search_entry s WHERE p.id = :model AND s.id > 1000"
        ),
        {"model": model_id},
    )


def _facets(connection: Connection) -> None:
    def floor(degrees: str, tenths: int) -> str:
        # Whole numbers above nothing, so that both databases cut in the same direction.
        return f"(CAST(({degrees} + 180) * 10000 AS INTEGER) / {tenths * 1000} - {1800 // tenths})"

    def chosen(values: tuple[str, ...], step: int) -> str:
        cases = " ".join(f"WHEN {number} THEN '{each}'" for number, each in enumerate(values))
        return f"CASE (id / {step}) % {len(values)} {cases} END"

    facets = [
        f"'kind:' || {chosen(KINDS, 1)}",
        f"'country:' || {chosen(COUNTRIES, 3)}",
        "'group:' || (id % 50)",
        "'campaign:' || (id % 200)",
        "CASE WHEN id % 7 = 0 THEN 'way:online' ELSE 'way:in_person' END",
        "CASE WHEN id % 9 = 0 THEN 'lang:ar' ELSE 'lang:en' END",
        "CASE WHEN id % 3 = 0 THEN 'accessible' END",
        "CASE WHEN id % 100 = 0 THEN 'long' END",
        *(
            f"'{name}:' || {floor('lat', tenths)} || ':' || {floor('lon', tenths)}"
            for name, tenths in (("fine", 1), ("cell", 10), ("far", 100))
        ),
    ]
    _insert(connection, "search_facet", "facet", facets)


def _words(connection: Connection) -> None:
    cases = " ".join(f"WHEN {number} THEN '{each}'" for number, each in enumerate(WORDS))
    words = [
        f"CASE id % {len(WORDS)} {cases} END",
        "'street' || (id % 300)",
        "CASE WHEN id % 9973 = 0 THEN 'zeppelin' END",
    ]
    _insert(connection, "search_word", "word", words)


def _insert(connection: Connection, table: str, column: str, values: list[str]) -> None:
    # In the order of the table, which is far quicker than any other.
    every = " UNION ALL ".join(
        f"SELECT 'event|' || {value} AS v, starts_at, id FROM search_entry WHERE id > 1000"  # noqa: S608
        for value in values
    )
    connection.execute(
        text(
            f"INSERT INTO {table} ({column}, starts_at, entry_id)"  # noqa: S608
            f" SELECT v, starts_at, id FROM ({every}) AS every WHERE v IS NOT NULL ORDER BY 1, 2, 3"
        )
    )
