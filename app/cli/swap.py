"""Changing an SQLite file's schema beside it, and putting the new file in its place at once.

Every state that a crash can leave is one of these, and `finish_earlier` knows them:

    muster.db                                   nothing was begun
    muster.db + muster.db.new                   the copy was being made or migrated: the old holds
    muster.db + muster.db.new + muster.db.before the copy was ready, the exchange had not happened
    muster.db (new) + muster.db.before          exchanged; the old file was still kept
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.backup import see_onto_disk
from app.cli.snapshots import open_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAGES = 2048
_SIDES = ("-wal", "-shm", "-journal")


def new_of(file: Path) -> Path:
    """Where the copy is migrated."""
    return file.with_name(f"{file.name}.new")


def before_of(file: Path) -> Path:
    """Where the old file stays until all is well."""
    return file.with_name(f"{file.name}.before")


def finish_earlier(file: Path) -> str | None:
    """Clear up after an exchange that was interrupted; what it says about it, or nothing.

    The database itself is whole in every case: it is the old one or the new one.
    """
    new, before = new_of(file), before_of(file)
    said = None
    if not file.exists() and before.exists():
        before.rename(file)  # somebody moved the file away by hand
        said = "an earlier upgrade was interrupted: the old database is back in its place"
    elif new.exists():
        said = "an earlier upgrade was interrupted: the database is as it was before"
    elif before.exists():
        said = "an earlier upgrade was interrupted after the exchange: the database is the new one"
    for each in (new, before):
        _remove(each)
    return said


@contextmanager
def all_to_ourselves(file: Path) -> Iterator[sqlite3.Connection]:
    """The file, with nobody else who has it open; raises a ClickException while anybody has.

    Leaving the WAL needs the file alone: any process that holds a connection, even an idle one,
    prevents it. Afterwards the file is one file, and the exclusive lock is held until the end.
    """
    with open_sqlite(file) as connection:
        connection.execute("PRAGMA busy_timeout = 3000").close()
        try:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
            connection.execute("BEGIN EXCLUSIVE").close()
            connection.execute("COMMIT").close()
        except sqlite3.OperationalError:
            raise click.ClickException(
                "Muster still runs, or something else has the database open: stop it first "
                "(systemctl stop muster). Nothing was changed."
            ) from None
        yield connection


def copy_pages(connection: sqlite3.Connection, new: Path, say: Callable[[int, int], None]) -> None:
    """Copy the file page by page through the connection that holds its lock.

    Opening the file itself would, when closed again, let go of the lock: such are POSIX locks.
    """
    _remove(new)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    with open_sqlite(new) as target:
        connection.backup(
            target, pages=_PAGES, progress=lambda _status, left, total: say(total - left, total)
        )


def settle_file(new: Path) -> None:
    """Bring everything of a file into the one file, and that onto the disk."""
    with open_sqlite(new) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()
    descriptor = os.open(new, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if any(_side(new, end).exists() for end in _SIDES):
        raise click.ClickException(f"{new} is still open somewhere. Nothing was changed.")


def exchange(file: Path) -> None:
    """Put the new file in the old one's place, in one step; the old one stays beside it."""
    before = before_of(file)
    _remove(before)
    os.link(file, before)
    see_onto_disk(file.parent)
    new_of(file).replace(file)
    see_onto_disk(file.parent)


def put_back(file: Path) -> None:
    """Put the old file back in its place."""
    before_of(file).replace(file)
    for end in _SIDES:
        _side(file, end).unlink(missing_ok=True)
    see_onto_disk(file.parent)


def forget_old(file: Path) -> None:
    """All is well: let the old file go, and whatever is left of the copy."""
    for each in (before_of(file), new_of(file)):
        _remove(each)
    see_onto_disk(file.parent)


def forget_new(file: Path) -> None:
    """The copy was not good: let it go."""
    with suppress(OSError):
        _remove(new_of(file))


def _remove(file: Path) -> None:
    for each in (file, *(_side(file, end) for end in _SIDES), _side(file, ".lock")):
        each.unlink(missing_ok=True)


def _side(file: Path, end: str) -> Path:
    return file.with_name(f"{file.name}{end}")
