"""`muster purge`: let go of what is out of time, or only say what would go."""

from __future__ import annotations

import click

from app.cli.run import ready
from app.lib import clock
from app.supporters.service import rights


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only count what would go now.")
def purge(*, dry_run: bool) -> None:
    """Let go of what is kept of people and is out of time.

    The worker does so by itself; this is for whoever wants it now, or wants to see it first.
    """
    with ready():
        now = clock.utcnow()
        for each in rights.purges():
            count = each.count(now) if dry_run else each.run(now)
            click.echo(f"{count:7}  {each.what}")
    click.echo("Nothing was changed." if dry_run else "Done.")
