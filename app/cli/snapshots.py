"""A consistent copy of the database in use, taken while others read and write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from psycopg import IsolationLevel, sql
from sqlalchemy import make_url

from app.cli import pgtools
from app.lib import clock

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

VERSION_TABLE = "alembic_version"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_PG_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


@dataclass(frozen=True)
class Contents:
    """What a database holds, as far as two copies can be compared by it."""

    heads: tuple[str, ...]
    counts: dict[str, int]


@dataclass(frozen=True)
class Snapshot:
    """A copy on the disk, and the moment whose state it holds."""

    made_at: datetime
    kind: str
    contents: Contents


def kind_of(database_url: str) -> str:
    """What kind of database an address names: "sqlite" or "postgresql"."""
    return make_url(database_url).get_backend_name()


def file_of(database_url: str) -> Path | None:
    """The file of an SQLite database, as a path that stays right elsewhere."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).resolve()


def size_of(database_url: str) -> int:
    """How many bytes a database takes, what was not worked into its file yet included."""
    file = file_of(database_url)
    if file is not None:
        parts = (file, file.with_name(f"{file.name}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())
    with pgtools.connect(database_url) as connection:
        found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(found[0]) if found else 0


def take(database_url: str, into: Path) -> Snapshot:
    """Copy the database in use into a new file; nobody who writes meanwhile waits for it."""
    now = clock.utcnow()
    file = file_of(database_url)
    if file is not None:
        return Snapshot(now, "sqlite", _take_sqlite(file, into))
    if kind_of(database_url) != "postgresql":
        raise click.ClickException("only SQLite files and PostgreSQL can be backed up")
    return Snapshot(now, "postgresql", _take_postgresql(database_url, into))


def open_sqlite(file: Path) -> closing[sqlite3.Connection]:
    """A plain connection to a file that is there; raises a ClickException."""
    try:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, isolation_level=None)
    except sqlite3.OperationalError:
        raise click.ClickException(f"there is no database at {file}") from None
    connection.execute("PRAGMA busy_timeout = 30000").close()
    return closing(connection)


def contents_of_sqlite(connection: sqlite3.Connection) -> Contents:
    """What a file holds."""
    names = sorted(name for (name,) in connection.execute(_TABLES))
    counts = {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608 - a table's own name
        for name in names
        if name != VERSION_TABLE
    }
    if VERSION_TABLE not in names:
        return Contents((), counts)
    heads = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608
    return Contents(tuple(sorted(head for (head,) in heads)), counts)


def contents_of_postgresql(connection: psycopg.Connection) -> Contents:
    """What a database holds, as the connection sees it."""
    names = sorted(name for (name,) in connection.execute(_PG_TABLES))
    counts = {}
    for name in names:
        if name != VERSION_TABLE:
            counting = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            found = connection.execute(counting).fetchone()
            counts[name] = int(found[0]) if found else 0
    if VERSION_TABLE not in names:
        return Contents((), counts)
    heads = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return Contents(tuple(sorted(head for (head,) in heads)), counts)


def _take_sqlite(file: Path, into: Path) -> Contents:
    # One read transaction: in a WAL it sees one moment, and keeps nobody from writing.
    with open_sqlite(file) as connection:
        connection.execute("VACUUM INTO ?", (str(into),)).close()
    into.chmod(0o600)
    with open_sqlite(into) as copy:
        return contents_of_sqlite(copy)


def _take_postgresql(database_url: str, into: Path) -> Contents:
    where, secret = pgtools.address(database_url)
    with pgtools.connect(database_url) as connection:
        connection.autocommit = False
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
        arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--file={into}"]
        arguments += [f"--snapshot={exported[0] if exported else ''}", f"--dbname={where}"]
        into.touch(mode=0o600)
        pgtools.run("pg_dump", arguments, secret)
        return contents_of_postgresql(connection)
