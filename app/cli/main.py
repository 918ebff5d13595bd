"""The `muster` command: its parts are loaded when named, its errors are one line."""

from __future__ import annotations

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
    "group": "app.cli.groups:group",
    "account": "app.cli.admin:account",
    "books": "app.cli.admin:books",
    "stripe": "app.cli.admin:stripe",
}


class _Commands(click.Group):
    """A group that imports a command's module when the command is named."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command = getattr(import_module(module), attribute)
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
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort):
        return _say("stopped", 130)
    if isinstance(error, click.ClickException):
        return _say(_one_line(error.format_message()), error.exit_code)
    if isinstance(error, SettingsError):
        return _say("cannot start: " + "; ".join(error.problems), 1)
    if isinstance(error, UserError):
        return _say(_one_line(error.sentence % error.params), 1)
    if isinstance(error, ModuleNotFoundError):
        return _say(f"{error.name} is not installed; run: pip install -e '.[demo]'", 1)
    # The text of an unknown error may hold an address or a secret: name its kind only.
    kind = type(error).__name__
    return _say(f"unexpected {kind}; `muster --traceback …` shows where, `muster doctor` checks", 1)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _say(text: str, code: int) -> int:
    click.echo(f"muster: {text}", err=True)
    return code


if __name__ == "__main__":
    main()
