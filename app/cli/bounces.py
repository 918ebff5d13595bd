"""`muster mail bounces`: what other mail servers report."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from app.cli.run import ready
from app.db.session import transaction
from app.lib import bounces as reports
from app.lib import clock
from app.mail.service import receiving
from app.mail.service.receiving import Outcome
from app.settings import SettingsError

#: More is not read from the pipe: no delivery report is that long.
LARGEST_INPUT = 32 * 1024 * 1024
#: Of one file in a Maildir.
LARGEST_FILE = 1024 * 1024
#: So many files of a Maildir are read in one go; the next run goes on.
MOST_FILES = 5000
#: What a mail server understands as "not now, keep it and try again" (sysexits.h).
TRY_AGAIN = 75


@click.command("bounces")
@click.option("--recipient", help="Whom the mail came to, as its envelope says.")
@click.argument("place", required=False, type=click.Path(exists=True, path_type=Path))
def bounces(place: Path | None, recipient: str | None) -> int:
    """Read mail that came back: from standard input, an mbox, or the Maildir PLACE.

    Made for a pipe of the mail server, or for a mailbox that is read every few minutes. A report
    counts only if it came to an address that we signed; other mail to the address for bounces is
    kept for a person to read, on the desk. Nothing is deleted: what was read of a Maildir moves
    from `new` to `cur`. Ends with 0, or with 75 where the mail server is to keep the mail and come
    again.
    """
    given = [each for each in (recipient, os.environ.get("ORIGINAL_RECIPIENT")) if each]
    try:
        with ready():
            found = _read_maildir(place) if place and place.is_dir() else _read_stream(place, given)
    except (SettingsError, SQLAlchemyError) as error:
        is_ours = isinstance(error, SettingsError)
        why = str(error) if is_ours else f"the database does not answer ({type(error).__name__})"
        click.echo(f"muster: cannot take mail in now: {why}", err=True)
        return TRY_AGAIN
    read, marked, kept = found.total(), found[Outcome.MARKED], found[Outcome.KEPT]
    click.echo(f"Read: {read}. Marked as returned: {marked}. Kept for a person: {kept}.")
    if found[Outcome.NO_ROOM]:
        click.echo("muster: too many mails wait to be read on the desk", err=True)
        return TRY_AGAIN
    return 0


def mark_all(data: bytes, recipients: Collection[str] = ()) -> tuple[int, int]:
    """Take in the mails that were piped; how many were read, and how many changed something."""
    found = _take_in_all(data, recipients, is_for_bounces=False)
    return found.total(), found[Outcome.MARKED]


def _read_stream(place: Path | None, recipients: Collection[str]) -> Counter[Outcome]:
    if place is None:
        data = sys.stdin.buffer.read(LARGEST_INPUT)
    else:
        with place.open("rb") as opened:
            data = opened.read(LARGEST_INPUT)
    return _take_in_all(data, recipients, is_for_bounces=place is not None)


def _take_in_all(
    data: bytes, recipients: Collection[str], *, is_for_bounces: bool
) -> Counter[Outcome]:
    found = Counter[Outcome]()
    for each in reports.split(data):
        found[_take_in(each, recipients, is_for_bounces=is_for_bounces)] += 1
    return found


def _take_in(data: bytes, recipients: Collection[str], *, is_for_bounces: bool) -> Outcome:
    with transaction():
        return receiving.take_in(
            data, recipients=recipients, is_for_bounces=is_for_bounces, now=clock.utcnow()
        )


def _read_maildir(place: Path) -> Counter[Outcome]:
    """Take in what is new; each mail moves only after the note of it is on the disk."""
    found = Counter[Outcome]()
    for path in _new_files(place):
        with path.open("rb") as opened:
            data = opened.read(LARGEST_FILE)
        outcome = _take_in(data, (), is_for_bounces=True)
        found[outcome] += 1
        if outcome is Outcome.NO_ROOM:
            break
        (place / "cur").mkdir(exist_ok=True)
        path.rename(place / "cur" / f"{path.name}:2,S")
    return found


def _new_files(place: Path) -> Iterator[Path]:
    new = place / "new"
    if not new.is_dir():
        raise click.UsageError(f"{place} is no Maildir: it has no folder “new”")
    yield from sorted(path for path in new.iterdir() if path.is_file())[:MOST_FILES]
