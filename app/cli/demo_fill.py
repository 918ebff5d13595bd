"""Makes the demo's data, once: an unfinished or older filling is thrown away and done again."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from app.db import migrate
from app.db.session import db, transaction
from app.demo import marker, seed
from app.demo.catcher.sink import smtp_sink
from app.demo.catcher.store import MailStore
from app.demo.place import HOST, Place, rehearsal_config
from app.demo.wire import wired_to
from app.factory import create_app, handlers
from app.lib import clock
from app.queue.jobs import run_due
from app.rehearsal.core import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.cli.config import Found

#: More than a filling puts; a job that comes back for ever must not hold the demo up.
MOST_JOBS = 5000


def make_data(place: Place, found: Found, *, is_small: bool = False) -> None:
    """Bring the demo's data to what this version shows; what is complete is left alone."""
    if _is_complete(place, found):
        click.echo("Demo data from before is kept (make demo-reset begins anew).")
        return
    place.clear()
    started = clock.monotonic()
    click.echo("Making demo data; this takes a minute or two, once.")
    app = create_app(found.settings)
    with app.app_context():
        migrate.upgrade()
        _fill(place, is_small=is_small)
    click.echo(f"Made in {clock.monotonic() - started:.0f} s.")


def _is_complete(place: Place, found: Found) -> bool:
    if not (place.database.exists() and place.rehearsal_state.exists()):
        return False
    app = create_app(found.settings)
    with app.app_context():
        try:
            migrate.upgrade()
            return marker.is_complete()
        except SQLAlchemyError:
            return False  # not a database of ours, or a broken one
        finally:
            db.session.remove()
            db.engine.dispose()


def _fill(place: Place, *, is_small: bool) -> None:
    db.session.remove()
    with _unsynchronised():
        _fill_and_deliver(place, is_small=is_small)
    # From here on every commit is on the disk again, this one first.
    with transaction():
        marker.finish(now=clock.utcnow())
    db.session.remove()
    db.engine.dispose()


@contextmanager
def _unsynchronised() -> Iterator[None]:
    """Write without waiting for the disk: a filling that a power cut spoils is done again."""

    def relax(connection: sqlite3.Connection, _entry: object) -> None:
        connection.execute("PRAGMA synchronous=OFF").close()

    db.engine.dispose()
    event.listen(db.engine, "connect", relax)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", relax)
        db.session.remove()
        db.engine.dispose()


def _fill_and_deliver(place: Place, *, is_small: bool) -> None:
    rehearsal = Rehearsal(rehearsal_config(place, sends_webhooks=False))
    store = MailStore(place.mail_directory)
    sink = smtp_sink(store, host=HOST, port=place.smtp_port, is_dated_back=True)
    sink.start()
    try:
        with wired_to(rehearsal):
            seed.fill(rehearsal, now=clock.utcnow(), say=_progress, is_small=is_small)
        _progress(f"{run_due(handlers(), limit=MOST_JOBS)} jobs: receipts are in the mail catcher")
    finally:
        sink.stop()
        rehearsal.close()


def _progress(line: str) -> None:
    click.echo(f"  {line}")
