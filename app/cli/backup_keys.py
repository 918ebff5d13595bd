"""`muster backup-key`: the two halves of the key that backups are sealed with."""

from __future__ import annotations

import os
from pathlib import Path

import click

from app.cli.config import FILE_VARIABLE, SETTINGS_FILE, project_root
from app.lib import sealed
from app.settings import PREFIX, read_settings_file

KEY_SETTING = f"{PREFIX}BACKUP_KEY"
_HEADING = (
    "# What opens the backups of Muster. Whoever has this file can read them all; without it\n"
    "# nobody can. Keep it on two sticks or on paper, in two places, never beside a backup.\n"
)


@click.command("backup-key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_key(file: Path) -> None:
    """Make a key for backups: the secret half into FILE, the public one into the settings."""
    key = sealed.new_key()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(f"{_HEADING}{key.text}\n")
        target.flush()
        os.fsync(target.fileno())
    # Read again what was written: a key that cannot be read back opens nothing.
    if read_key_file(file).public != key.public:
        raise click.ClickException(f"{file} does not hold what was written; choose another place")
    click.echo(f"{file} holds the secret half. Move it off this machine now; keep two copies.")
    _put_into_settings(key.public)


def read_key_file(file: Path) -> sealed.OpenKey:
    """The secret half in a file; raises a ClickException."""
    try:
        return sealed.read_open_key(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    except (sealed.SealedError, UnicodeDecodeError) as error:
        said = "that is no key" if isinstance(error, UnicodeDecodeError) else error
        raise click.ClickException(f"{file}: {said}") from None


def _put_into_settings(public: sealed.SealKey) -> None:
    settings_file = Path(os.environ.get(FILE_VARIABLE) or project_root() / SETTINGS_FILE)
    line = f"{KEY_SETTING}={public.text}"
    if not settings_file.exists() or KEY_SETTING in os.environ:
        click.echo(f"Add to the settings:\n{line}")
    elif KEY_SETTING in read_settings_file(settings_file):
        click.echo(f"{settings_file} names another key already; exchange it by hand for:\n{line}")
    else:
        with settings_file.open("a", encoding="utf-8") as target:
            target.write(f"{line}\n")
        click.echo(f"{settings_file} now names its public half ({public.fingerprint}).")
