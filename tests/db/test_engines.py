"""How each database is spoken to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import text

from app.db.engines import engine_beside
from app.db.session import configure_database, db

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_means_psycopg_3(scheme: str) -> None:
    app = Flask("try")
    configure_database(app, f"{scheme}://desk:p%40ss@127.0.0.1:9/muster")
    with app.app_context():
        assert db.engine.url.drivername == "postgresql+psycopg"
        assert db.engine.url.password == "p@ss"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30000)],
)
def test_every_sqlite_connection_is_careful(disk_app: Flask, pragma: str, value: object) -> None:
    with disk_app.app_context():
        assert db.session.scalar(text(f"PRAGMA {pragma}")) == value


def test_sqlite_in_memory_works(tmp_path: Path) -> None:
    app = Flask("try")
    configure_database(app, "sqlite:///:memory:")
    with app.app_context():
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()
        db.engine.dispose()


def test_an_error_does_not_repeat_what_was_written(disk_app: Flask) -> None:
    with disk_app.app_context():
        with pytest.raises(Exception, match="no_such_table") as caught:
            db.session.execute(
                text("SELECT * FROM no_such_table WHERE email = :email"), {"email": "a@example.org"}
            )
        assert "a@example.org" not in str(caught.value)
        db.session.rollback()


def test_what_is_deleted_is_gone_from_the_file_too(tmp_path: Path) -> None:
    engine = engine_beside(f"sqlite:///{tmp_path}/bytes.db")
    statements = (
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT)",
        "INSERT INTO person (email) VALUES ('quill@example.org'), ('amal@example.org')",
        "DELETE FROM person WHERE id = 1",
    )
    for statement in statements:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    engine.dispose()
    kept = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"amal@example.org" in kept
    assert b"quill@example.org" not in kept
