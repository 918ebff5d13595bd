"""`muster search …`: the index of words."""

from __future__ import annotations

import click

from app.cli.run import ready
from app.db.session import transaction
from app.lib import clock
from app.parts.indexes import rebuilders
from app.search.service import documents


@click.group()
def search() -> None:
    """The index by which everything public is found."""


@search.command("rebuild")
def rebuild() -> None:
    """Write the index of words anew, for instance after a language was added."""
    with ready():
        parts = rebuilders(clock.utcnow())
        with transaction():
            documents.remove_all()
        for name, write in parts.items():
            with transaction():
                write()
            click.echo(f"{name}: written anew")
