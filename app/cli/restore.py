"""`muster restore`: put a backup into an empty place, and let nothing of it happen again."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import make_url, text

from app.cli import copies, pgtools, snapshots
from app.cli.archive import read_archive
from app.cli.backup import see_onto_disk
from app.cli.backup_keys import read_key_file
from app.cli.progress import Progress
from app.cli.quieten import Quietened, quieten
from app.cli.run import found_settings, say
from app.db import migrate
from app.db.engines import engine_beside
from app.db.schema import MIGRATIONS
from app.db.session import db, transaction
from app.ledger import service as ledger
from app.lib import clock
from app.lib.sealed import OpenKey, SealedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from app.cli.archive import Manifest

_TABLE = snapshots.VERSION_TABLE
#: No Muster starts on a database whose table of versions is called otherwise.
_HIDDEN = "alembic_version_restoring"
_PART = ".muster-restore-"


@dataclass(frozen=True)
class Outcome:
    """What was put back."""

    quiet: Quietened
    differences: int


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="The secret half of the backups' key.",
)
@click.option("--into", help="An empty folder or database; otherwise the one of the settings.")
@click.option("--check", "only_check", is_flag=True, help="Open it and count it; write nothing.")
def restore(file: Path, key_file: Path, into: str | None, *, only_check: bool) -> int:
    """Put a backup into an empty folder or database, where there is none; it sends no mail.

    Ends with 0, with 3 when the books in the backup do not agree, and with 1 when nothing was put
    back.
    """
    key = read_key_file(key_file)
    manifest = read_whole(file, key)
    refuse_newer(manifest)
    url = _address_of(into)
    copies.refuse_other_kind(manifest.kind, url)
    if only_check:
        return _check(file, key, manifest, url)
    put_back = _into_file if manifest.kind == "sqlite" else _into_server
    outcome = put_back(file, key, manifest, url)
    click.echo(_told(manifest, outcome, url))
    return 3 if outcome.differences else 0


def read_whole(file: Path, key: OpenKey) -> Manifest:
    """Read a backup to its end before anything is written; raises a ClickException."""
    say(f"reading {file}")
    try:
        return read_archive(file, key, Progress("reading", 0, say))
    except SealedError as error:
        raise click.ClickException(f"{file}: {error}. Nothing was written.") from None
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}. Nothing was written.") from None


def refuse_newer(manifest: Manifest) -> None:
    """Raise a ClickException for tables that this version does not know."""
    known = {each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if not manifest.heads or not known.issuperset(manifest.heads):
        raise click.ClickException(
            f"Muster {manifest.version} made this backup, and this version does not know its "
            "tables: install that version or a newer one. Nothing was written."
        )


def _address_of(into: str | None) -> str:
    if into is None:
        return found_settings().settings.database_url
    if "://" in into:
        return into
    return f"sqlite:///{Path(into).expanduser().resolve() / 'muster.db'}"


def _check(file: Path, key: OpenKey, manifest: Manifest, url: str) -> int:
    """The drill: everything a restore does, in a place that is gone afterwards."""
    with TemporaryDirectory(prefix=_PART) as scratch:
        if manifest.kind == "sqlite":
            outcome = _into_file(file, key, manifest, f"sqlite:///{scratch}/muster.db")
        else:
            with copies.scratch_database(url) as other:
                if other is None:
                    raise click.ClickException("the database's role may not create databases")
                outcome = _into_server(file, key, manifest, other)
    rows = sum(manifest.counts.values())
    books = f"{outcome.differences} difference(s)" if outcome.differences else "the books agree"
    click.echo(f"{file} is whole: {rows:,} rows of {manifest.made_at:%Y-%m-%d %H:%M} UTC, {books}.")
    return 3 if outcome.differences else 0


# --- a file ---------------------------------------------------------------------------------------


def _into_file(file: Path, key: OpenKey, manifest: Manifest, url: str) -> Outcome:
    target = snapshots.file_of(url)
    if target is None:
        raise click.ClickException("a database in memory holds nothing for long; name a folder")
    with _folder_alone(target.parent):
        _refuse_occupied(target)
        _refuse_full(target.parent, manifest)
        with TemporaryDirectory(prefix=_PART, dir=target.parent) as scratch:
            part = Path(scratch) / "muster.db"
            read_archive(file, key, Progress("writing", manifest.size, say), into=part)
            try:
                found = copies.check_sqlite(part)
                copies.compare(found, snapshots.Contents(manifest.heads, manifest.counts))
            except copies.BrokenCopyError as error:
                raise click.ClickException(f"{file}: {error}. Nothing was put back.") from None
            outcome = _make_ready(f"sqlite:///{part}", manifest, Path(scratch))
            _close_file(part)
            os.link(part, target)  # fails where somebody made one meanwhile
            see_onto_disk(target.parent)
    return outcome


@contextmanager
def _folder_alone(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing and held against another restore."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Plain copies of a restore that was killed.
        for leftover in folder.glob(f"{_PART}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield
    except BlockingIOError:
        raise click.ClickException(f"another restore works in {folder}") from None
    finally:
        os.close(descriptor)


def _refuse_occupied(target: Path) -> None:
    parts = [target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))]
    there = next((part for part in parts if part.exists()), None)
    if there is not None:
        raise click.ClickException(
            f"{there} is there already, and nothing is ever overwritten. Stop Muster and move it "
            f"away (mv {there} {there}.before), or name another place with --into."
        )


def _refuse_full(folder: Path, manifest: Manifest) -> None:
    free = shutil.disk_usage(folder).free
    if free < 2 * manifest.size:
        needed = f"{2 * manifest.size // 10**6:,} MB are needed, {free // 10**6:,} MB are free"
        raise click.ClickException(f"no room in {folder}: {needed}")


def _close_file(part: Path) -> None:
    """Bring everything into the one file, and the file onto the disk."""
    with snapshots.open_sqlite(part) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()
    descriptor = os.open(part, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


# --- a server -------------------------------------------------------------------------------------


def _into_server(file: Path, key: OpenKey, manifest: Manifest, url: str) -> Outcome:
    where, secret = pgtools.address(url)
    with pgtools.connect(url) as connection:
        if (occupied := snapshots.contents_of_postgresql(connection)).counts or occupied.heads:
            raise click.ClickException(
                f"the database holds {len(occupied.counts)} table(s), and nothing is ever "
                "overwritten. Make an empty one (createdb) and name it with --into."
            )
        row = connection.execute("SELECT current_schema()").fetchone()
        schema = row[0] if row else "public"
        hiding = sql.SQL("ALTER TABLE {} RENAME TO {};").format(
            sql.Identifier(schema, _TABLE), sql.Identifier(_HIDDEN)
        )
        statement = hiding.as_string(connection)
    with TemporaryDirectory(prefix=_PART) as scratch:
        dump, script, hide = (Path(scratch) / name for name in ("dump", "script.sql", "hide.sql"))
        read_archive(file, key, Progress("writing", manifest.size, say), into=dump)
        options = ["--no-owner", "--no-privileges"]
        pgtools.run("pg_restore", [*options, f"--file={script}", str(dump)], {})
        hide.write_text(statement, encoding="utf-8")
        # One transaction: whatever ends it early leaves the database as empty as it was.
        once = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        files = [f"--file={script}", f"--file={hide}"]
        pgtools.run("psql", [*once, *files, f"--dbname={where}"], secret)
        return _make_ready(url, manifest, Path(scratch))


# --- both -----------------------------------------------------------------------------------------


def _make_ready(url: str, manifest: Manifest, scratch: Path) -> Outcome:
    """Bring the tables to this version, and let nothing of the past happen again."""
    engine = engine_beside(url)
    if engine.dialect.name == "sqlite":
        migrate.upgrade_engine(engine)
    else:
        migrate.upgrade_engine(engine, first=_show, then=_hide)
    engine.dispose()
    with copies.application_on(url, scratch):
        with transaction():
            quiet = quieten(manifest.made_at, now=clock.utcnow())
            if db.engine.dialect.name != "sqlite":
                db.session.execute(text(f"ALTER TABLE {_HIDDEN} RENAME TO {_TABLE}"))
        return Outcome(quiet, len(ledger.check_books()))


def _show(connection: Connection) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {_HIDDEN} RENAME TO {_TABLE}")


def _hide(connection: Connection) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {_TABLE} RENAME TO {_HIDDEN}")


def _told(manifest: Manifest, outcome: Outcome, url: str) -> str:
    quiet, rows = outcome.quiet, sum(manifest.counts.values())
    books = f"show {outcome.differences} difference(s)" if outcome.differences else "agree"
    named = make_url(url).render_as_string(hide_password=True)
    return f"""\
{rows:,} rows of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC are in {named}.
The books {books}. Held: {quiet.mails} mail(s) that waited. Skipped: {quiet.skipped} scheduled
job(s) of the past. Regular gifts: {quiet.wishes} wish(es) open, {quiet.refused} too old to repeat.

Next:
  1. muster doctor                the settings name this database; MUSTER_SECRET_KEY is the old one
  2. muster stripe sweep --deep   fetches what happened at Stripe since the backup
  3. muster books check
  4. muster mail held             what waits; `muster mail withdraw` what was sent before, then
                                  `muster mail release`: until then no mail leaves
  5. muster run, and muster backup
What was done by hand since the backup is not in it: compare the numbers of the last receipts, and
look at People on the desk for who was added or removed since."""
