"""Migrations make what the models say, go down, and come up again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, create_engine, func, inspect, make_url, select, text
from sqlalchemy import table as table_

from app.db import migrate
from app.db.base import Base
from app.db.engines import engine_options, install_listeners
from app.db.schema import MIGRATIONS, is_current
from app.db.session import db
from app.factory import create_app
from tests.support.apps import dispose, make_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from tests.support.databases import Databases

pytestmark = pytest.mark.migrations

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) || pg_get_functiondef(tgfoid)"
    " FROM pg_trigger WHERE NOT tgisinternal",
}
FUNCTIONS = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"


@pytest.fixture
def new_engine(databases: Databases, database: str) -> Iterator[Callable[[], Engine]]:
    made: list[Engine] = []

    def make() -> Engine:
        url = make_url(databases.fresh(database))
        if database == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        engine = create_engine(url, **engine_options(url))
        install_listeners(engine)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.dispose()


@pytest.fixture(scope="session")
def from_nothing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrations written anew from the models alone."""
    folder = tmp_path_factory.mktemp("made") / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("*.pyc", "20*"))
    (folder / "versions").mkdir(exist_ok=True)
    migrate.revision("Everything at once", folder=folder)
    return folder


@pytest.fixture(params=["committed", "from nothing"])
def folder(request: pytest.FixtureRequest, from_nothing: Path) -> Path:
    if request.param == "committed":
        return MIGRATIONS
    return from_nothing


def shape(connection: Connection) -> dict[str, Any]:
    """Everything about the tables that a migration could have got wrong."""
    seen = inspect(connection)
    names = [
        name
        for name in seen.get_table_names()
        if not name.startswith("testing_") and name != "alembic_version"
    ]
    return {"triggers": triggers(connection)} | {
        name: {
            # A column that a later migration added stands last, wherever the model has it.
            "columns": sorted(
                (col["name"], str(col["type"]), col["nullable"], str(col["default"]))
                for col in seen.get_columns(name)
            ),
            "key": seen.get_pk_constraint(name),
            "foreign keys": by_name(seen.get_foreign_keys(name)),
            "uniques": by_name(seen.get_unique_constraints(name)),
            "checks": by_name(seen.get_check_constraints(name)),
            "indexes": by_name(seen.get_indexes(name)),
        }
        for name in names
    }


def by_name(found: Any) -> dict[str, Any]:
    return {str(each["name"]): plain(each) for each in found}


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(each) for key, each in sorted(value.items())}
    return str(value)


def triggers(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text(TRIGGERS[connection.dialect.name]))
    return {name: sql for name, sql in rows if "testing_" not in name}


def test_migrations_make_what_the_models_say(
    new_engine: Callable[[], Engine], folder: Path
) -> None:
    migrated, created = new_engine(), new_engine()
    migrate.upgrade_engine(migrated, folder=folder)
    with created.execution_options(write=True).begin() as connection:
        Base.metadata.create_all(connection)
    with migrated.connect() as one, created.connect() as other:
        found, wanted = shape(one), shape(other)
    assert found.keys() == wanted.keys()
    for name, expected in wanted.items():
        assert found[name] == expected, name


def test_migrations_go_down_and_come_up_again(
    new_engine: Callable[[], Engine], folder: Path
) -> None:
    engine = new_engine()
    migrate.upgrade_engine(engine, folder=folder)
    with engine.connect() as connection:
        before = shape(connection)
    migrate.downgrade_engine(engine, "base", folder=folder)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        if engine.dialect.name == "postgresql":
            assert connection.execute(text(FUNCTIONS)).all() == []
    migrate.upgrade_engine(engine, folder=folder)
    with engine.connect() as connection:
        assert shape(connection) == before


def test_every_model_is_in_a_migration(new_engine: Callable[[], Engine]) -> None:
    engine = new_engine()
    migrate.upgrade_engine(engine)
    migrate.differences(engine)


def test_a_migration_imports_nothing_of_ours(folder: Path) -> None:
    for file in (folder / "versions").glob("*.py"):
        assert "app." not in file.read_text(encoding="utf-8")


def test_an_upgraded_database_is_current(
    databases: Databases, database: str, tmp_path: Path
) -> None:
    app = create_app(make_settings(databases.fresh(database), tmp_path))
    with app.app_context():
        assert not is_current()
        migrate.upgrade()
        assert is_current()
        migrate.upgrade()
    dispose(app)


REBUILD = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{name}", {before!r}, None, None


def upgrade():
    {body}


def downgrade():
    pass
"""


def write(folder: Path, name: str, before: str | None, body: str) -> None:
    source = REBUILD.format(name=name, before=before, body=body)
    (folder / "versions" / f"{name}.py").write_text(source, encoding="utf-8")


@pytest.fixture
def parents_and_children(tmp_path: Path, new_engine: Callable[[], Engine]) -> tuple[Path, Engine]:
    """A small schema with a foreign key that cascades, and a row on each side."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("*.pyc", "20*"))
    (folder / "versions").mkdir(exist_ok=True)
    body = (
        "op.execute('CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)')\n    "
        "op.execute('CREATE TABLE child (id INTEGER PRIMARY KEY,"
        " parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE)')\n    "
        "op.execute(\"INSERT INTO parent VALUES (1, 'a')\")\n    "
        "op.execute('INSERT INTO child VALUES (1, 1)')"
    )
    write(folder, "one", None, body)
    engine = new_engine()
    migrate.upgrade_engine(engine, folder=folder)
    return folder, engine


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table_(table))).scalar_one()


def test_a_rebuilt_table_keeps_its_children(parents_and_children: tuple[Path, Engine]) -> None:
    folder, engine = parents_and_children
    body = (
        "with op.batch_alter_table('parent', recreate='auto') as batch:\n"
        "        batch.alter_column('name', nullable=False, existing_type=sa.Text())"
    )
    write(folder, "two", "one", body)
    if engine.dialect.name == "sqlite":  # what an attempt that failed leaves behind
        with engine.execution_options(write=True).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE _alembic_tmp_parent (id INTEGER)")
    migrate.upgrade_engine(engine, folder=folder)
    assert (count(engine, "parent"), count(engine, "child")) == (1, 1)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_a_migration_that_breaks_references_is_rolled_back(
    parents_and_children: tuple[Path, Engine],
) -> None:
    folder, engine = parents_and_children
    statement = "DELETE FROM parent" if engine.dialect.name == "sqlite" else "SELECT 1/0"
    write(folder, "two", "one", f"op.execute('{statement}')")
    with pytest.raises(Exception, match=r"child|division"):
        migrate.upgrade_engine(engine, folder=folder)
    assert (count(engine, "parent"), count(engine, "child")) == (1, 1)


def test_an_open_read_of_our_own_does_not_block_an_upgrade(
    databases: Databases, database: str, tmp_path: Path
) -> None:
    app = create_app(make_settings(databases.fresh(database), tmp_path))
    with app.app_context():
        db.session.execute(text("SELECT 1"))
        migrate.upgrade()
    dispose(app)
