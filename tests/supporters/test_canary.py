"""A person with something everywhere: found where she asks, gone everywhere once she is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from app.audit.facts import Actor
from app.db.base import Base
from app.db.session import db, transaction
from app.lib import clock
from app.settings import settings
from app.supporters.models.rights import Erasure
from app.supporters.rules.words import AskedBy
from app.supporters.service import erasing, rights
from tests.factories.people import EMAIL, MARKS, PRIVATE_MARKS, WORDS, make_everything
from tests.house.pages import crawl


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every table, opened where it is closed, with where it stands."""
    db.session.expire_all()
    for mapper in sorted(Base.registry.mappers, key=lambda each: each.class_.__name__):
        if mapper.class_.__tablename__.startswith("testing_"):
            continue
        for row in db.session.scalars(select(mapper.class_)):
            for column in mapper.column_attrs:
                value = getattr(row, column.key)
                shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                yield f"{mapper.class_.__tablename__}.{column.key}", str(shown).lower()


def bare_cells() -> Iterator[tuple[str, str]]:
    """The same of tables without a model: indexes of words."""
    known = set(Base.metadata.tables)
    for name in inspect(db.session.connection()).get_table_names():
        if name not in known:
            for row in db.session.execute(text(f'SELECT * FROM "{name}"')):  # noqa: S608 - ours
                yield name, str(tuple(row)).lower()


def found() -> set[str]:
    """Where anything of hers stands."""
    places = [*cells(), *bare_cells()]
    return {place for place, value in places for mark in MARKS if mark in value}


def erase(app: Flask) -> None:
    """Erase her as her page does."""
    with app.test_request_context(), transaction():
        erasing.erase(EMAIL, source=AskedBy.PAGE, now=clock.utcnow(), by=Actor.visitor())


@pytest.mark.one_database
def test_her_page_shows_all_that_is_hers(app: Flask) -> None:
    with transaction():
        make_everything()
    with app.test_request_context():
        shown = {each.holding.key: each.lines for each in rights.find_everything(EMAIL)}
    assert set(shown) >= {"supporters", "members", "appeals", "events", "aid", "site", "mail"}
    told = str([dict(line.facts) for lines in shown.values() for line in lines])
    for what in ("ramp", "skill", "about", "van", "blankets", "message", "works", "tag"):
        assert f"{WORDS} {what}" in told, what


def test_after_she_is_erased_no_table_names_her(app: Flask) -> None:
    with transaction():
        make_everything()
    assert found()
    erase(app)
    assert found() == set()


@pytest.mark.one_database
def test_after_she_is_erased_no_file_names_her(app: Flask) -> None:
    with transaction():
        make_everything()
    erase(app)
    for path in Path(settings().data_dir).rglob("*"):
        if path.is_file() and not path.name.startswith("muster.db"):
            assert EMAIL.encode() not in path.read_bytes(), path


@pytest.mark.one_database
def test_erasing_twice_does_no_harm(app: Flask) -> None:
    with transaction():
        make_everything()
    erase(app)
    erase(app)
    outcomes = [each.outcome for each in db.session.scalars(select(Erasure))]
    assert len(outcomes) == 2
    assert sum(each["gone"] for each in outcomes[1]) == 0  # type: ignore[misc]


@pytest.mark.one_database
def test_somebody_else_stays_as_she_is(app: Flask) -> None:
    with transaction():
        make_everything()
    before = {place for place, value in cells() if "amal@example.org" in value}
    erase(app)
    assert before
    # And a mail to her that somebody does not come.
    assert before <= {place for place, value in cells() if "amal@example.org" in value}


#: Addresses without a place in them that a crawl does not come to: lists for machines.
MACHINES = ("/events.ics", "/events.atom", "/events.geojson", "/aid/points.geojson")


@pytest.mark.one_database
def test_no_page_for_everybody_names_her(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_everything()
    public = crawl(app, client, ["/", "/ar/"], is_wanted=lambda path: "/desk" not in path)
    seen = dict(public) | {path: client.get(path) for path in MACHINES}
    shown = {
        path: [mark for mark in PRIVATE_MARKS if mark in answer.get_data(as_text=True).lower()]
        for path, answer in seen.items()
    }
    assert len(seen) > 30
    assert {path: marks for path, marks in shown.items() if marks} == {}
    # Where somebody searches for her, nothing is found but the words that were typed.
    found = client.get("/search?q=quillfeather").get_data(as_text=True).lower()
    assert "canaria" not in found
