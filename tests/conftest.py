"""Fixtures for all tests; one that takes `app`, `client` or `disk_app` runs on both databases."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from app.mail import jobs as mail_jobs
from tests.support.apps import Visitor, dispose, make_app, make_settings, rolled_back
from tests.support.databases import KINDS, Databases
from tests.support.tables import Counter  # noqa: F401 - its tables are made with the others

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from app.settings import Settings

# What the developer's shell says about an installation is none of the tests' business.
for _name in [name for name in os.environ if name.startswith("MUSTER_")]:
    if not _name.startswith(("MUSTER_TEST", "MUSTER_REQUIRE", "MUSTER_CHROMIUM")):
        del os.environ[_name]


# A busy machine is slow, which says nothing about the code.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "one_database: what is tested does not depend on the database; SQLite alone"
    )
    config.addinivalue_line("markers", "long: takes many seconds; begun before the others")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that nobody waits for it alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Leave what was loaded so far alone: looking through it again and again takes a seventh."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("one_database")
        kinds = KINDS[:1] if alone else KINDS
        marks = {"postgresql": [pytest.mark.postgresql]}
        params = [pytest.param(kind, marks=marks.get(kind, [])) for kind in kinds]
        metafunc.parametrize("database", params, scope="session")


@pytest.fixture(autouse=True)
def open_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds the mail server away because one before it had none."""
    monkeypatch.setattr(mail_jobs.door, "closed_until", 0.0)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes empty databases."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def app_of(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], tuple[Flask, Settings]]]:
    """The application that all tests on one kind of database share."""
    made: dict[str, tuple[Flask, Settings]] = {}

    def get(kind: str) -> tuple[Flask, Settings]:
        if kind not in made:
            given = make_settings(databases.fresh(kind), tmp_path_factory.mktemp("data"))
            made[kind] = (make_app(given), given)
        return made[kind]

    yield get
    for app, _ in made.values():
        dispose(app)


@pytest.fixture
def app(app_of: Callable[[str], tuple[Flask, Settings]], database: str) -> Iterator[Flask]:
    """An application with its context open; whatever is written is gone after the test."""
    shared, given = app_of(database)
    with rolled_back(shared, given) as opened:
        yield opened


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without cookies."""
    return Visitor(app, app.response_class)


@pytest.fixture
def test_settings(databases: Databases, tmp_path: Path) -> Settings:
    """Settings of an installation with an SQLite file of its own, not yet made."""
    return make_settings(databases.fresh("sqlite"), tmp_path)


@pytest.fixture
def disk_app(databases: Databases, database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application with a database of its own and real commits: for threads and crashes.

    No context is open: each thread or process opens its own.
    """
    address = databases.with_tables(
        database, lambda empty: dispose(make_app(make_settings(empty, tmp_path)))
    )
    made = make_app(make_settings(address, tmp_path), has_tables=True)
    yield made
    dispose(made)
