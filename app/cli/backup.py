"""`muster backup`: one sealed file, opened again and counted before it counts as a backup."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from app.cli import copies, snapshots
from app.cli.archive import Manifest, digest_of, read_archive, write_archive
from app.cli.progress import Progress
from app.cli.run import found_settings, say
from app.db.backups import Backup
from app.db.session import db, transaction
from app.factory import create_app
from app.lib.sealed import SealedError, SealKey, read_seal_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.cli.snapshots import Snapshot
    from app.settings import Settings

#: The backup is whole and kept, but the books in it do not agree with themselves.
BOOKS_DIFFER = 3
_NAME = re.compile(r"muster-\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?\.backup")
#: Where web servers look for what they show to everybody.
_SERVED = ("/var/www", "/srv/www", "/srv/http", "/usr/share/nginx", "/usr/local/www")
_SERVED_NAMES = frozenset({"public_html", "htdocs", "wwwroot", "www"})
_SCRATCH = "backup-"


@dataclass(frozen=True)
class Made:
    """A backup that was opened again and found whole."""

    file: Path
    manifest: Manifest
    size: int
    sha256: str
    is_opened: bool
    #: How many differences its books show; None where its tables are too old to be asked.
    differences: int | None


@click.command()
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder of backups."
)
@click.option("--keep", type=click.IntRange(1), help="How many of the newest stay there.")
def backup(folder: Path | None, keep: int | None) -> int:
    """Write one sealed file, open it again, count its books, and let the oldest ones go.

    Ends with 0, with 3 when the backup is whole but the books in it do not agree, and with 1 when
    there is none.
    """
    given = found_settings().settings
    made = make_backup(given, folder=folder, keep=keep)
    if not made.differences:
        return 0
    say(f"the books show {made.differences} difference(s): see `muster books check`")
    return BOOKS_DIFFER


def make_backup(given: Settings, *, folder: Path | None = None, keep: int | None = None) -> Made:
    """Make a backup, verify it, note it and let the oldest ones go; raises a ClickException."""
    key = backup_key_of(given)
    target = fit_folder(folder or given.backup_dir, given)
    with alone(given, "backup", "another backup is being made"):
        clear_leftovers(target, given)
        refuse_full_disk(target, given)
        with TemporaryDirectory(prefix=_SCRATCH, dir=given.data_dir) as scratch:
            made = _make(given, target, key, Path(scratch))
        note(given, made)
        rotate(target, keep or given.backup_keep, just_made=made.file)
    click.echo(_summary(made))
    _remark_on_place(target, given)
    return made


def backup_key_of(given: Settings) -> SealKey:
    """The public key of the settings; raises a ClickException that says how to get one."""
    if not given.backup_key:
        raise click.ClickException(
            "no key for backups: run `muster backup-key FILE`, and take FILE off this machine"
        )
    try:
        return read_seal_key(given.backup_key)
    except SealedError as error:
        raise click.ClickException(f"MUSTER_BACKUP_KEY: {error}") from None


def fit_folder(folder: Path | None, given: Settings) -> Path:
    """The folder for backups, made where it is missing; raises a ClickException for a bad one."""
    wanted = (folder or given.data_dir / "backups").expanduser().absolute()
    resolved = wanted.resolve()
    assets = (given.data_dir / "assets").resolve()
    served = [Path(each) for each in _SERVED] + [assets]
    parts = {part.lower() for part in resolved.parts}
    if any(resolved.is_relative_to(each) for each in served) or parts & _SERVED_NAMES:
        raise click.ClickException(f"{wanted} is shown to the web; choose another folder")
    try:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = stat.S_IMODE(wanted.stat().st_mode)
    except OSError as error:
        raise click.ClickException(f"{wanted}: {error.strerror}") from None
    if mode & 0o077:
        raise click.ClickException(f"{wanted} is open to others; run: chmod 700 {wanted}")
    return wanted


@contextmanager
def alone(given: Settings, name: str, otherwise: str) -> Iterator[None]:
    """Hold a lock among the processes of this machine; raises a ClickException."""
    given.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (given.data_dir / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException(otherwise) from None
        yield


def clear_leftovers(target: Path, given: Settings) -> None:
    """Remove what a backup that was killed left behind: plain copies above all."""
    for scratch in given.data_dir.glob(f"{_SCRATCH}*"):
        if scratch.is_dir():
            shutil.rmtree(scratch, ignore_errors=True)
    for part in target.glob("muster-*.backup.part"):
        part.unlink(missing_ok=True)


def refuse_full_disk(target: Path, given: Settings) -> None:
    """Raise a ClickException where there is no room for two plain copies and a sealed one."""
    size = snapshots.size_of(given.database_url)
    for place, times in ((given.data_dir, 2.2), (target, 1.1)):
        free, needed = shutil.disk_usage(place).free, int(size * times)
        if free < needed:
            missing = f"{needed // 10**6:,} MB are needed, {free // 10**6:,} MB are free"
            raise click.ClickException(f"no room at {place}: {missing}")


def _make(given: Settings, target: Path, key: SealKey, scratch: Path) -> Made:
    say("copying the database")
    plain = scratch / "snapshot"
    snapshot = snapshots.take(given.database_url, plain)
    manifest = _manifest(snapshot, plain)
    file = _free_name(target, manifest)
    part = file.with_name(f"{file.name}.part")
    try:
        sealing = Progress("sealing", manifest.size, say)
        file_key = write_archive(part, manifest, plain, key, sealing)
        plain.unlink()
        is_opened, differences = _verify(given, part, file_key, scratch)
        part.replace(file)
    except (SealedError, copies.BrokenCopyError) as error:
        raise click.ClickException(
            f"the backup is not whole and was thrown away: {error}"
        ) from None
    except OSError as error:
        raise click.ClickException(f"the backup could not be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    see_onto_disk(target)
    size = file.stat().st_size
    return Made(file, manifest, size, digest_of(file), is_opened, differences)


def _manifest(snapshot: Snapshot, plain: Path) -> Manifest:
    return Manifest(
        made_at=snapshot.made_at,
        version=version("muster"),
        heads=snapshot.contents.heads,
        kind=snapshot.kind,
        size=plain.stat().st_size,
        sha256=digest_of(plain),
        counts=snapshot.contents.counts,
    )


def _free_name(target: Path, manifest: Manifest) -> Path:
    start = f"muster-{manifest.made_at:%Y-%m-%dT%H%M%SZ}"
    names = [f"{start}.backup", *(f"{start}-{number}.backup" for number in range(2, 100))]
    return next(path for path in map(target.joinpath, names) if not path.exists())


def _verify(given: Settings, part: Path, file_key: bytes, scratch: Path) -> tuple[bool, int | None]:
    """Open what was written; whether that was possible, and what its books say."""
    copy = scratch / "opened"
    manifest = read_archive(part, file_key, Progress("reading it again", 0, say), into=copy)
    wanted = snapshots.Contents(manifest.heads, manifest.counts)
    if manifest.kind == "sqlite":
        copies.compare(copies.check_sqlite(copy), wanted)
        return True, _count_differences(f"sqlite:///{copy}", wanted, given)
    with copies.scratch_database(given.database_url) as url:
        if url is None:
            copies.read_through(copy)
            say("the database's role may not create databases: read to its end, not opened")
            return False, None
        copies.fill_postgresql(copy, url)
        copies.compare(copies.check_postgresql(url), wanted)
        return True, _count_differences(url, wanted, given)


def _count_differences(url: str, contents: snapshots.Contents, given: Settings) -> int | None:
    if not copies.is_newest(contents):
        return None
    return len(copies.check_books(url, given.data_dir))


def note(given: Settings, made: Made, *, is_migrated: bool = False) -> None:
    """Write down that there is a backup, where the tables are new enough to hold that."""
    if not is_migrated and not copies.is_newest(snapshots.Contents(made.manifest.heads, {})):
        return
    app = create_app(given)
    with app.app_context():
        with transaction():
            db.session.add(
                Backup(
                    made_at=made.manifest.made_at,
                    name=made.file.name,
                    size_bytes=made.size,
                    sha256=made.sha256,
                    version=made.manifest.version,
                    is_opened=made.is_opened,
                    differences=made.differences or 0,
                )
            )
        db.session.remove()
        db.engine.dispose()


def rotate(target: Path, keep: int, *, just_made: Path) -> None:
    """Let the oldest backups go, never the one just made, and nothing with another name."""
    known = sorted(path for path in target.iterdir() if _NAME.fullmatch(path.name))
    others = [path for path in known if path != just_made]
    for old in others[: max(0, len(others) - (keep - 1))]:
        old.unlink(missing_ok=True)
        say(f"{old.name} is gone: the newest {keep} stay")


def see_onto_disk(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _summary(made: Made) -> str:
    rows = sum(made.manifest.counts.values())
    how = "opened and counted" if made.is_opened else "read to its end"
    books = {None: "books not asked", 0: "the books agree"}.get(
        made.differences, "the books differ"
    )
    return (
        f"{made.file}: {made.size / 1e6:.1f} MB of {made.manifest.size / 1e6:.1f} MB, "
        f"{rows:,} rows; {how}, {books}.\nsha256 {made.sha256}"
    )


def _remark_on_place(target: Path, given: Settings) -> None:
    if target.stat().st_dev == given.data_dir.stat().st_dev:
        say("this lies on the same disk as the database: copy it to another machine, every night")
