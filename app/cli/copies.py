"""Opening a copy of the database and looking whether it is whole, its books included."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import psycopg
from psycopg import sql
from sqlalchemy import make_url

from app.cli import pgtools
from app.cli.snapshots import (
    Contents,
    contents_of_postgresql,
    contents_of_sqlite,
    kind_of,
    open_sqlite,
)
from app.db.schema import wanted_heads
from app.db.session import db
from app.factory import create_app
from app.ledger import service as ledger
from app.lib import ids
from app.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from app.ledger.facts import Difference


class BrokenCopyError(Exception):
    """A copy is not whole; the text says what is wrong with it."""


@contextmanager
def application_on(database_url: str, scratch: Path) -> Iterator[Flask]:
    """The application on another database than ours, its context open; it sends nothing.

    Its settings are nobody's: no key of Stripe, no mail server, a secret of its own.
    """
    app = create_app(
        load_settings(
            {
                "MUSTER_ENVIRONMENT": "development",
                "MUSTER_BASE_URL": "http://localhost",
                "MUSTER_DATABASE_URL": database_url,
                "MUSTER_DATA_DIR": str(scratch),
                "MUSTER_SECRET_KEY": ids.token(48),
                "MUSTER_SMTP_PORT": "9",
            }
        )
    )
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def check_books(database_url: str, scratch: Path) -> list[Difference]:
    """Recount the books of a database of the newest schema."""
    with application_on(database_url, scratch):
        return ledger.check_books()


def is_newest(contents: Contents) -> bool:
    """Whether a database has seen every migration of this version."""
    return frozenset(contents.heads) == wanted_heads()


def check_sqlite(file: Path) -> Contents:
    """Read every page and every reference of a file; raises BrokenCopyError."""
    with open_sqlite(file) as connection:
        try:
            said = connection.execute("PRAGMA integrity_check(3)").fetchall()
            if said != [("ok",)]:
                raise BrokenCopyError(f"integrity_check: {said[0][0]}")
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise BrokenCopyError(f"{len(broken)} rows of {broken[0][0]} point at nothing")
            return contents_of_sqlite(connection)
        except connection.DatabaseError as error:
            raise BrokenCopyError(f"cannot be opened ({error})") from None


def compare(found: Contents, wanted: Contents) -> None:
    """Raise BrokenCopyError where two copies of one database hold different things."""
    if found.heads != wanted.heads:
        raise BrokenCopyError("its tables are of another version")
    for name in sorted(found.counts.keys() | wanted.counts.keys()):
        if found.counts.get(name) != wanted.counts.get(name):
            rows = f"{found.counts.get(name)} rows instead of {wanted.counts.get(name)}"
            raise BrokenCopyError(f"{name} has {rows}")


@contextmanager
def scratch_database(database_url: str) -> Iterator[str | None]:
    """A new database on the same PostgreSQL server, dropped at the end; None where none may be."""
    name = f"{make_url(database_url).database}_check_{ids.public_id()[:8]}"
    try:
        with pgtools.connect(database_url) as connection:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
            connection.execute(create.format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege:
        yield None
        return
    try:
        url = make_url(database_url).set(database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with pgtools.connect(database_url) as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))


def check_postgresql(database_url: str) -> Contents:
    """What a PostgreSQL database holds; its constraints were checked when they were made."""
    with pgtools.connect(database_url) as connection:
        return contents_of_postgresql(connection)


def fill_postgresql(dump: Path, database_url: str) -> None:
    """Read a dump into an empty database; raises a ClickException."""
    where, secret = pgtools.address(database_url)
    options = ["--exit-on-error", "--no-owner", "--no-privileges", "--single-transaction"]
    pgtools.run("pg_restore", [*options, f"--dbname={where}", str(dump)], secret)


def read_through(dump: Path) -> None:
    """Read a dump to its end without a database; raises a ClickException."""
    pgtools.run("pg_restore", ["--file=/dev/null", str(dump)], {})


def refuse_other_kind(kind: str, database_url: str) -> None:
    """Raise a ClickException where a backup of one kind of database is to go into another."""
    if kind != kind_of(database_url):
        raise click.ClickException(
            f"the backup is of {kind}, the database named is {kind_of(database_url)}; "
            "they cannot be exchanged"
        )
