"""How each database is spoken to: options, pragmas, and how a transaction begins."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # A commit is on the disk when it returns: money was promised.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
    "PRAGMA trusted_schema=OFF",
    # Whoever was erased is gone from the file, too; else her bytes lie in it until they are reused.
    "PRAGMA secure_delete=ON",
)
# Times in UTC, whatever the server thinks; nobody waits for a lock for ever.
_POSTGRESQL_OPTIONS = (
    "-c timezone=utc -c lock_timeout=30s -c idle_in_transaction_session_timeout=5min"
)


def to_json(value: object) -> str:
    """JSON as it is kept: readable Arabic, keys in order, no NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def engine_options(url: URL) -> Mapping[str, Any]:
    """Keyword arguments of create_engine for an address."""
    options: dict[str, Any] = {
        "json_serializer": to_json,
        # Errors end in logs; what was written is nobody's business there.
        "hide_parameters": True,
    }
    if url.get_backend_name() == "postgresql":
        options |= {
            "pool_pre_ping": True,
            "pool_size": 10,
            "max_overflow": 20,
            "connect_args": {"options": _POSTGRESQL_OPTIONS, "connect_timeout": 10},
            "isolation_level": "READ COMMITTED",
        }
    elif url.database not in {None, "", ":memory:"}:
        options |= {"pool_size": 10, "max_overflow": 50, "pool_timeout": 30}
    return options


def engine_beside(database_url: str) -> Engine:
    """An engine of its own with our options and listeners; `postgresql://` means psycopg 3."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, **engine_options(url))
    install_listeners(engine)
    return engine


def install_listeners(engine: Engine) -> None:
    """Make an SQLite engine begin its transactions itself; other engines need nothing."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late (not before a SELECT) and loses updates.
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
