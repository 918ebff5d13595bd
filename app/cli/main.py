"""The `muster` command: its parts are loaded when named, its errors are one line."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

import click

from app.lib.errors import UserError
from app.settings import SettingsError

#: Command → "module:attribute"; loaded when named: `--help` and the catcher stay light.
COMMANDS = {
    "init": "app.cli.setup:init",
    "run": "app.cli.run:run",
    "worker": "app.cli.run:worker",
    "doctor": "app.cli.doctor:doctor",
    "demo": "app.cli.demo:demo",
    "demo-catcher": "app.cli.demo_parts:catcher",
    "demo-rehearsal": "app.cli.demo_parts:rehearsal",
    "db": "app.cli.admin:database",
    "backup-key": "app.cli.backup_keys:backup_key",
    "backup": "app.cli.backup:backup",
    "restore": "app.cli.restore:restore",
    "upgrade": "app.cli.upgrade:upgrade",
    "mail": "app.cli.mail:mail",
    "export": "app.cli.export:export",
    "group": "app.cli.groups:group",
    "translations": "app.cli.translations:translations",
    "account": "app.cli.admin:account",
    "books": "app.cli.admin:books",
    "stripe": "app.cli.admin:stripe",
    "purge": "app.cli.purge:purge",
    "search": "app.cli.search:search",
}

#: What shells report for a program that Ctrl-C ended.
STOPPED_BY_HAND = 130


class _Commands(click.Group):
    """A group that imports a command's module when the command is named."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        # What is loaded stays: looking for rubbish in it meanwhile takes a sixth of the time.
        gc.disable()
        command = getattr(import_module(module), attribute)
        gc.freeze()
        gc.enable()
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muster", prog_name="muster")
@click.option("--traceback", is_flag=True, help="Show where an unexpected error came from.")
@click.pass_context
def muster(context: click.Context, *, traceback: bool) -> None:
    """Run Muster: the campaign desk of a small group."""
    context.ensure_object(dict)["traceback"] = traceback


def main() -> None:
    """Entry point: every error is one clear line on stderr and a non-zero exit."""
    wants_traceback = "--traceback" in sys.argv
    # Whatever we write (database, settings, mail, logs) is for nobody else on this machine.
    os.umask(0o077)
    try:
        sys.exit(muster.main(standalone_mode=False) or 0)
    except Exception as error:
        if wants_traceback:
            raise
        sys.exit(_explain(error))


def _explain(error: Exception) -> int:
    """Say what went wrong in one line; returns the exit code."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    text, code = _sentence(error), 1
    if isinstance(error, click.ClickException):
        code = error.exit_code
    elif isinstance(error, click.Abort):
        code = STOPPED_BY_HAND
    click.echo(f"muster: {' '.join(text.split())}", err=True)
    return code


def _sentence(error: Exception) -> str:
    match error:
        case click.Abort():
            return "stopped"
        case click.ClickException():
            return error.format_message()
        case SettingsError():
            return "cannot start: " + "; ".join(error.problems)
        case UserError():
            return str(error)
        case ModuleNotFoundError():
            return f"{error.name} is not installed; run: pip install -e '.[demo]'"
    # The text of an unknown error may hold an address or a secret: name its kind only.
    kind = type(error).__name__
    return f"unexpected {kind}; `muster --traceback …` shows where, `muster doctor` checks"


if __name__ == "__main__":
    main()
