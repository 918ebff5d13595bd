"""PostgreSQL's own programs, and connections beside SQLAlchemy's."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import click
import psycopg
from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ADVICE = "install PostgreSQL's client programs, of the server's version or newer"


def address(database_url: str, *, database: str | None = None) -> tuple[str, dict[str, str]]:
    """An address without its password, and the variable that holds it: ps shows command lines."""
    url = make_url(database_url).set(drivername="postgresql")
    if database is not None:
        url = url.set(database=database)
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    return url.set(password=None).render_as_string(hide_password=False), secret


def connect(database_url: str, *, database: str | None = None) -> psycopg.Connection:
    """A connection that commits each statement; raises a ClickException where none can be had."""
    where, secret = address(database_url, database=database)
    try:
        return psycopg.connect(
            where,
            autocommit=True,
            connect_timeout=10,
            password=secret.get("PGPASSWORD"),
            options="-c timezone=utc -c lock_timeout=30s",
        )
    except psycopg.OperationalError:
        raise click.ClickException(
            "the database does not answer; check MUSTER_DATABASE_URL"
        ) from None


def run(program: str, arguments: Sequence[str], secret: Mapping[str, str]) -> None:
    """Run one of PostgreSQL's programs; raises a ClickException with the last thing it said."""
    found = shutil.which(program)
    if found is None:
        raise click.ClickException(f"{program} is not on PATH: {_ADVICE}")
    ended = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, no shell
        [found, *arguments],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = [line for line in ended.stderr.splitlines() if line.strip()]
        last = next((line for line in said if "error" in line.lower()), (said or ["no reason"])[-1])
        hint = f" ({_ADVICE})" if "version mismatch" in ended.stderr else ""
        raise click.ClickException(f"{program} failed: {last.strip()}{hint}")
