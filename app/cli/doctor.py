"""`muster doctor`: one line for each thing that must be right, and what to do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from app.cli import checks
from app.cli.config import find_settings
from app.factory import create_app
from app.settings import SettingsError

if TYPE_CHECKING:
    from app.cli.checks import Line


@click.command()
def doctor() -> int:
    """Check settings, database, keys, mail, worker and disk; exits 1 when something is wrong."""
    try:
        found = find_settings(os.environ)
    except SettingsError as error:
        lines = [checks.wrong("settings", problem) for problem in error.problems]
        return _show(lines)
    origin = str(found.file) if found.file else "the environment"
    lines = [checks.well("settings", f"read from {origin}; {found.remark}".rstrip("; "))]
    app = create_app(found.settings)
    with app.app_context():
        for check in checks.CHECKS:
            lines += check(found.settings)
    return _show(lines)


def _show(lines: list[Line]) -> int:
    width = max(len(line.name) for line in lines)
    for line in lines:
        mark = "ok  " if line.is_well else "FAIL"
        click.echo(f"{mark}  {line.name:<{width}}  {line.says}")
        if line.advice and not line.is_well:
            click.echo(f"      {'':<{width}}  → {line.advice}")
    wrong = sum(not line.is_well for line in lines)
    click.echo("All well." if not wrong else f"{wrong} of {len(lines)} need attention.")
    return 1 if wrong else 0
