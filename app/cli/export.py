"""`muster export …`: what can be taken elsewhere."""

from __future__ import annotations

import json
import os
import shutil
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp

import click

from app.aid.render import mirror as aid_mirror
from app.cli.run import ready
from app.desk.service import everything as archive
from app.events.render import mirror
from app.lib import clock
from app.web import assets

#: Says that a folder was written by this command and may be replaced.
MARKER = "muster-mirror.json"
_STATIC = Path(__file__).resolve().parents[1] / "static" / "css"
#: Another server shows it: everybody may read, whatever this process keeps to itself otherwise.
_FOLDER_MODE, _FILE_MODE = 0o755, 0o644


@click.group()
def export() -> None:
    """Take data elsewhere."""


@export.command("site")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def site(folder: Path) -> None:
    """Write what is on as plain files into FOLDER, for a mirror on another server.

    Pages and calendars (.ics) of every coming event that anybody may see, in each language, with
    bust cards, what is collected and where it can be brought; no scripts, no forms, no place that
    is hidden now. A folder of an earlier copy is
    replaced as a whole once the new one is complete; any other folder with something in it is
    refused. Run it again, for instance every hour, and send FOLDER to the other server.
    """
    target = folder.expanduser().absolute()
    _refuse_foreign(target)
    with ready():
        count = _write(target)
    click.echo(f"Wrote {count} pages and calendars to {target}")


def _refuse_foreign(target: Path) -> None:
    """Keep whatever we did not write; raises a ClickException."""
    if target.is_symlink():
        raise click.ClickException(f"{target} is a link; name the folder itself")
    try:
        is_foreign = target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file()
    except OSError as error:
        raise click.ClickException(f"{target}: {error.strerror}") from None
    if is_foreign:
        raise click.ClickException(
            f"{target} holds something else; name a new folder, or one of an earlier copy"
        )


def _write(target: Path) -> int:
    """Write the copy beside its place, then put it there: nobody sees half of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise click.ClickException(f"{target.parent}: {error.strerror}") from None
    try:
        count = _fill(scratch / "new")
        if target.is_dir():
            target.rename(scratch / "old")
        (scratch / "new").rename(target)
    except OSError as error:
        raise click.ClickException(f"{target}: {error.strerror}") from None
    finally:
        _put_back(scratch, target)
    return count


def _put_back(scratch: Path, target: Path) -> None:
    """Leave the earlier copy where the new one could not be put, and nothing beside it."""
    if not target.exists() and (scratch / "old").is_dir():
        (scratch / "old").rename(target)
    shutil.rmtree(scratch)


def _fill(folder: Path) -> int:
    now, count = clock.utcnow(), 0
    style = assets.joined(_STATIC / "muster.css")
    card_style = (_STATIC / "card.css").read_text("utf-8")
    events = mirror.files(
        style=style, card_style=card_style, now=now, also=aid_mirror.first_pages()
    )
    for file in chain(events, aid_mirror.files(now=now)):
        _put(folder / file.path, file.text)
        count += 1
    made = {"made_by": "muster export site", "made_at": now.isoformat(timespec="seconds")}
    _put(folder / MARKER, json.dumps(made))
    for inside in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        inside.chmod(_FOLDER_MODE)
    return count


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")
    path.chmod(_FILE_MODE)


@export.command("everything")
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The new file, such as everything.zip.",
)
def everything(target: Path) -> None:
    """Write everything into one zip: tables, articles and pictures, for whoever moves elsewhere.

    It holds people's names and addresses, opened; only you can read the file. Passwords, keys and
    what only this installation needs stay behind. `muster backup` brings back an installation.
    """
    path = target.expanduser().absolute()
    if path.exists():
        raise click.ClickException(f"{path} exists; name a new file")
    with ready():
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise click.ClickException(f"{path}: {error.strerror}") from None
        with os.fdopen(descriptor, "wb") as file:
            archive.write(file, now=clock.utcnow(), tell=_tell_part)
    click.echo(f"Wrote {path}")


def _tell_part(name: str, rows: int) -> None:
    if rows:
        click.echo(f"{name}: {rows}")
