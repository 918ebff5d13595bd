"""`muster upgrade`: backup, migration of a copy, checks, exchange; or everything as it was."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from app.cli import checks, copies, pgtools, snapshots, swap
from app.cli.backup import alone, make_backup, note
from app.cli.progress import Progress
from app.cli.run import found_settings, say
from app.db import migrate
from app.db.engines import engine_beside
from app.factory import create_app
from app.ledger import service as ledger
from app.lib import clock

if TYPE_CHECKING:
    from pathlib import Path

    from app.settings import Settings

#: The copy, what its migration writes meanwhile, and the old file.
ROOM = 2.5


class _FailedError(Exception):
    """The new database is not good; the text says why."""


@click.command()
@click.option(
    "--without-backup", is_flag=True, help="Where the whole machine was copied just now instead."
)
@click.option("--any-space", is_flag=True, help="Do not ask for free space on the disk.")
def upgrade(*, without_backup: bool, any_space: bool) -> int:
    """Bring the database to this version: as a whole, or not at all. Stop Muster first.

    Ends with 0 when the database is the newest, with 1 when it is as it was.
    """
    given = found_settings().settings
    file = snapshots.file_of(given.database_url)
    with alone(given, "upgrade", "another upgrade is at work"):
        if file is not None and (said := swap.finish_earlier(file)):
            say(said)
        if copies.is_newest(_contents(given, file)):
            click.echo("The database is the newest already.")
            return _look_around(given)
        if not any_space:
            _refuse_full_disk(given, file)
        made = None if without_backup else make_backup(given)
        started = clock.monotonic()
        if file is None:
            _upgrade_server(given)
        else:
            _upgrade_file(file, given)
        if made is not None:
            # It was made before there was a table to note it in.
            note(given, made, is_migrated=True)
    click.echo(f"The database is the newest ({clock.monotonic() - started:.1f} s).")
    return _look_around(given)


def _contents(given: Settings, file: Path | None) -> snapshots.Contents:
    if file is None:
        found = copies.check_postgresql(given.database_url)
    else:
        with snapshots.open_sqlite(file) as connection:
            found = snapshots.contents_of_sqlite(connection)
    if not found.heads:
        raise click.ClickException("there is no database of Muster's yet: run `muster db upgrade`")
    return found


def _refuse_full_disk(given: Settings, file: Path | None) -> None:
    place = file.parent if file else given.data_dir
    free = shutil.disk_usage(place).free
    needed = int(snapshots.size_of(given.database_url) * ROOM)
    if free < needed:
        missing = f"{needed // 10**6:,} MB are needed, {free // 10**6:,} MB are free"
        raise click.ClickException(f"no room at {place}: {missing}. Nothing was changed.")


# --- a file ---------------------------------------------------------------------------------------


def _upgrade_file(file: Path, given: Settings) -> None:
    with swap.all_to_ourselves(file) as connection:
        before = snapshots.contents_of_sqlite(connection)
        progress = Progress("copying", 0, say)
        say("copying the database beside itself")
        swap.copy_pages(connection, swap.new_of(file), lambda done, _total: progress(done * 4096))
        try:
            _migrate_copy(swap.new_of(file), before, given)
        except Exception as error:
            swap.forget_new(file)
            raise _explained(error) from error
        swap.exchange(file)
    # From here on the new file is in place, and nobody has it open yet.
    try:
        copies.check_sqlite(file)
    except copies.BrokenCopyError as error:
        swap.put_back(file)
        raise _explained(error) from error
    swap.forget_old(file)


def _migrate_copy(new: Path, before: snapshots.Contents, given: Settings) -> None:
    say("migrating the copy")
    url = f"sqlite:///{new}"
    engine = engine_beside(url)
    migrate.upgrade_engine(engine)
    engine.dispose()
    say("checking it")
    after = copies.check_sqlite(new)
    _refuse_losses(before, after)
    _run_checks(url, given)
    swap.settle_file(new)


def _refuse_losses(before: snapshots.Contents, after: snapshots.Contents) -> None:
    """A migration may add rows and drop tables; a table that stays keeps its rows."""
    for name, count in before.counts.items():
        if after.counts.get(name, count) < count:
            raise _FailedError(f"{name} would lose {count - after.counts[name]} row(s)")


def _run_checks(url: str, given: Settings) -> None:
    """What `muster doctor` and `muster books check` say about the new database."""
    with copies.application_on(url, given.data_dir):
        wrong = [line.says for line in checks.database(given) if not line.is_well]
        differences = [f"{each.kind} {each.subject}" for each in ledger.check_books()]
    if wrong:
        raise _FailedError("; ".join(wrong))
    if differences:
        say(f"the books show {len(differences)} difference(s): see `muster books check`")


# --- a server -------------------------------------------------------------------------------------


def _upgrade_server(given: Settings) -> None:
    """All migrations in one transaction: PostgreSQL undoes tables as it undoes rows."""
    _refuse_company(given)
    engine = engine_beside(given.database_url)
    try:
        migrate.upgrade_engine(engine)
    except Exception as error:
        raise _explained(error) from error
    finally:
        engine.dispose()
    _run_checks(given.database_url, given)


def _refuse_company(given: Settings) -> None:
    with pgtools.connect(given.database_url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
    if found and found[0]:
        raise click.ClickException(
            f"Muster still runs, or something else has {found[0]} connection(s) open: stop it "
            "first (systemctl stop muster). Nothing was changed."
        )


def _explained(error: Exception) -> Exception:
    if isinstance(error, click.ClickException):
        return error
    known = isinstance(error, _FailedError | copies.BrokenCopyError | migrate.BrokenReferencesError)
    why = str(error) if known else type(error).__name__
    return click.ClickException(
        f"the upgrade failed ({why}); the database is as it was. `muster --traceback upgrade` "
        "shows where"
    )


def _look_around(given: Settings) -> int:
    """Doctor's checks of everything else; they tell, and change the exit code of nothing."""
    app = create_app(given)
    with app.app_context():
        lines = [line for check in checks.CHECKS for line in check(given) if not line.is_well]
    for line in lines:
        say(f"{line.name}: {line.says}" + (f" → {line.advice}" if line.advice else ""))
    return 0
