"""Everything can be taken along, by whoever owns all of it, and nothing that opens anything."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from flask import Flask

from app.db import dump
from app.db.base import Base
from app.db.session import transaction
from app.desk.service import everything
from app.lib.clock import utcnow
from tests.factories.articles import make_article
from tests.factories.members import make_member


def made() -> ZipFile:
    """The whole file."""
    file = BytesIO()
    everything.write(file, now=utcnow(), tell=lambda _name, _rows: None)
    return ZipFile(file)


def rows(archive: ZipFile, table: str) -> list[dict[str, str]]:
    text = archive.read(f"tables/{table}.csv").decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


@pytest.fixture
def full(app: Flask) -> ZipFile:
    with transaction():
        make_member("=cmd@example.org", name="سلمى حداد", postcode="E17 4PP")
        make_article(slug="a-spare-room")
    return made()


@pytest.mark.one_database
def test_every_table_is_in_it_or_left_out_for_a_reason(app: Flask) -> None:
    known = {name for name in Base.metadata.tables if not name.startswith("testing_")}
    taken = {table.name for table in dump.tables()}
    assert taken | set(dump.LEFT_OUT) == known
    assert taken & set(dump.LEFT_OUT) == set()
    columns = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
    }
    assert columns >= dump.SECRET


def test_it_holds_rows_articles_and_what_is_in_it(full: ZipFile) -> None:
    assert full.testzip() is None
    [person] = rows(full, "supporter")
    assert person["name"] == "سلمى حداد"
    assert person["email"] == "'=cmd@example.org"
    said = json.loads(full.read("contents.json"))
    assert said["tables"]["supporter"]["rows"] == 1
    assert set(said["tables"]) == {table.name for table in dump.tables()}
    assert full.read("articles/a-spare-room.en.md").startswith(b"# ")


def test_nothing_in_it_opens_anything(full: ZipFile) -> None:
    for table, column in dump.SECRET:
        heads = full.read(f"tables/{table}.csv").decode("utf-8-sig").splitlines()[0].split(",")
        assert column not in heads
    for name in full.namelist():
        if name.startswith("tables/"):
            heads = full.read(name).decode("utf-8-sig").splitlines()[0].split(",")
            assert not {"nonce", "network"} & set(heads), name
