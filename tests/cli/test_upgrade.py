"""An upgrade is whole or did not happen, wherever it is killed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app.cli import swap
from app.db.backups import find_last_backup
from app.db.engines import engine_beside
from app.db.schema import wanted_heads
from app.db.session import db
from tests.cli.conftest import ROOT
from tests.cli.installations import PREVIOUS, Installation, python_of

if TYPE_CHECKING:
    from tests.support.databases import Databases

pytestmark = pytest.mark.migrations


@pytest.fixture
def old(databases: Databases, database: str, tmp_path: Path) -> Installation:
    """An installation of the version before this one, with rows of its time."""
    made = Installation(tmp_path / "home", databases.fresh(database))
    made.migrate(PREVIOUS)
    made.fill_with_old_rows()
    return made


def revision(place: Installation) -> str:
    engine = engine_beside(place.database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    engine.dispose()
    return str(found)


def file_of(place: Installation) -> Path:
    return Path(place.database_url.removeprefix("sqlite:///"))


def test_an_old_installation_becomes_a_new_one(old: Installation) -> None:
    ended = old.muster_anew("upgrade")
    assert ended.returncode == 0, ended.stderr
    assert {revision(old)} == wanted_heads()
    assert old.differences() == []
    (backup,) = old.backups()
    with old.application():
        noted = find_last_backup()
        assert noted is not None
        assert noted.name == backup.name
        assert db.session.execute(text("SELECT count(*) FROM donation")).scalar_one() == 12
    again = old.muster("upgrade")
    assert (again.returncode, again.stdout) == (0, "The database is the newest already.\n")
    assert len(old.backups()) == 1


def test_it_refuses_while_somebody_has_the_database_open(old: Installation) -> None:
    engine = engine_beside(old.database_url)
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM fund")).scalar_one()
        connection.commit()
        ended = old.muster("upgrade", "--without-backup")
    engine.dispose()
    assert ended.returncode == 1
    assert "stop it first" in ended.stderr
    assert revision(old) == PREVIOUS


@pytest.mark.one_database
def test_it_refuses_without_a_key_or_room(
    old: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    del old.variables["MUSTER_BACKUP_KEY"]
    ended = old.muster("upgrade")
    assert ended.returncode == 1
    assert "no key for backups" in ended.stderr
    assert revision(old) == PREVIOUS


def test_a_migration_that_fails_leaves_everything_as_it_was(old: Installation) -> None:
    engine = engine_beside(old.database_url)
    # A table that the migration wants to make itself.
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(text("CREATE TABLE job_hold (something INTEGER)"))
    engine.dispose()
    ended = old.muster("upgrade", "--without-backup")
    assert ended.returncode == 1
    assert "the database is as it was" in ended.stderr
    assert revision(old) == PREVIOUS


@pytest.mark.long
@pytest.mark.one_database
def test_killed_at_any_point_it_is_the_old_or_the_new_one_as_a_whole(old: Installation) -> None:
    file = file_of(old)
    folder = old.home / "killed"
    folder.mkdir(mode=0o700)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    file.rename(folder / "original")
    variables = {
        **old.variables,
        "MUSTER_DATABASE_URL": f"sqlite:///{folder / 'muster.db'}",
        "MUSTER_SETTINGS_FILE": str(old.home / "empty.env"),
    }
    (old.home / "empty.env").touch(mode=0o600)
    ended = subprocess.run(
        [*python_of("tests.cli.killed_upgrades"), str(folder), "2"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    (new,) = wanted_heads()
    seen = set()
    for each in told["found"]:
        assert each["killed"] == -9, each["point"]
        for state in (each["after_kill"], each["after"]):
            assert state["integrity"] == "ok", each["point"]
            assert state["references"] == [], each["point"]
            assert state["digest"] == told["before"]["digest"], each["point"]
        assert each["after_kill"]["revision"] in {PREVIOUS, new}
        assert each["again"] == 0, each["said"]
        assert each["after"]["revision"] == new
        assert each["at_last"] == ["muster.db"] or each["at_last"] == [
            "muster.db",
            "muster.db.lock",
        ]
        if {"muster.db.new", "muster.db.before"} & set(each["left"]):
            assert "an earlier upgrade was interrupted" in each["said"]
        seen.add((each["after_kill"]["revision"], "muster.db.before" in each["left"]))
    # The points reach every state there is, the one between link and rename included.
    assert seen >= {(PREVIOUS, False), (PREVIOUS, True), (new, True)}


@pytest.mark.one_database
def test_the_file_is_ours_alone_meanwhile(old: Installation) -> None:
    file = file_of(old)
    with swap.all_to_ourselves(file) as connection:
        swap.copy_pages(connection, swap.new_of(file), lambda _done, _total: None)
        look = (
            "import sqlite3, sys;"
            "sqlite3.connect(sys.argv[1], timeout=0.2).execute('SELECT * FROM fund')"
        )
        seen = subprocess.run(
            [sys.executable, "-c", look, str(file)], capture_output=True, text=True, check=False
        )
        assert "database is locked" in seen.stderr
        assert not file.with_name("muster.db-wal").exists()
    with closing(sqlite3.connect(swap.new_of(file))) as copy:
        assert copy.execute("SELECT count(*) FROM donation").fetchone() == (12,)
