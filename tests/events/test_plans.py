"""With a hundred thousand events no question reads a whole table, on either database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from app.db.session import db
from tests.events import crowd
from tests.support.apps import dispose, make_app, make_settings
from tests.support.databases import Databases

#: Tables with rows for each event.
LARGE = re.compile(r"search_entry|search_facet|search_word|\bevent\b|event_seats|\bplace\b")
#: No part of a plan may touch more rows than this: the list of one word at most.
MOST_ROWS = crowd.COUNT // 5

LISTS = {
    "everything": "/events/",
    "today": "/events/?when=today",
    "next week": "/events/?when=week",
    "over": "/events/?when=past",
    "kind": "/events/?kind=march",
    "country": "/events/?country=PL",
    "accessible": "/events/?access=y",
    "online": "/events/?way=online",
    "language": "/events/?lang=ar",
    "campaign": "/events/?campaign=tell-the-truth",
    "group": "/events/?group=lea-valley",
    "much at once": "/events/?kind=march&country=GB&access=y&lang=en&way=in_person&when=30days",
    "a common word": "/events/?q=lanterns",
    "a rare word": "/events/?q=zeppelin",
    "the beginning of many words": "/events/?q=str",
    "two words": "/events/?q=lanterns+street77",
    "a word nobody wrote": "/events/?q=xylophone",
    "near": "/events/?near=E17+4PP",
    "very near": "/events/?near=E17+4PP&km=5",
    "a county": "/events/?near=Manchester&km=100",
    "the nearest": "/events/?near=E17+4PP&km=any",
    "nothing is near": "/events/?near=Beirut&km=5",
    "near, of a kind, with a word": "/events/?near=E17+4PP&km=10&kind=vigil&q=music",
    "a feed of a campaign": "/events.ics?campaign=tell-the-truth",
    "home": "/",
}


@dataclass(frozen=True)
class Asked:
    """One statement that a page sent."""

    statement: str
    parameters: Any


@pytest.fixture(scope="module")
def crowded(
    databases: Databases, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application with a hundred thousand events."""
    made = make_app(make_settings(databases.fresh(database), tmp_path_factory.mktemp("crowd")))
    with made.app_context():
        crowd.fill()
        db.session.remove()
    yield made
    dispose(made)


@contextmanager
def noted(app: Flask) -> Iterator[list[Asked]]:
    """What is asked of the database meanwhile."""
    found: list[Asked] = []

    def note(_: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")) and LARGE.search(statement):
            found.append(Asked(statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def explained(connection: Connection, asked: Asked) -> list[str]:
    """What is wrong with the plan of a statement."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked.statement}", asked.parameters)
        # SCAN is a whole table or a whole index; a subquery's few rows are named in brackets.
        names = re.findall(r'(?:FROM|JOIN) "?(\w+)"? AS "?(\w+)"?', asked.statement)
        aliases = {alias for table, alias in names if LARGE.search(table)} | {"event", "place"}
        scanned = [str(row[-1]) for row in rows if str(row[-1]).startswith("SCAN ")]
        return [line for line in scanned if line.split()[1] in aliases]
    rows = connection.exec_driver_sql(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {asked.statement}", asked.parameters
    )
    (plan,) = rows.one()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return [fault for node in nodes(plan[0]["Plan"]) for fault in faults(node)]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a plan and everything below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def faults(node: dict[str, Any]) -> Iterator[str]:
    """What a node reads too much of."""
    relation = node.get("Relation Name", "")
    if node["Node Type"] == "Seq Scan" and LARGE.fullmatch(relation):
        yield f"Seq Scan on {relation}"
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
    touched = (node["Actual Rows"] + removed) * node["Actual Loops"]
    if touched > MOST_ROWS:
        yield f"{touched} rows touched by {node['Node Type']} {relation}"


def each_page(path: str, fetch: Callable[[str], str]) -> Iterator[str]:
    """A list's first page, and the one behind it."""
    text = fetch(path)
    yield text
    match = re.search(r'rel="next" href="([^"]+)"', text)
    if match:
        yield fetch(match[1].replace("&amp;", "&"))


def test_no_question_reads_a_whole_table(crowded: Flask) -> None:
    client = crowded.test_client()

    def fetch(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)

    wrong = []
    for name, path in LISTS.items():
        with noted(crowded) as asked:
            pages = list(each_page(path, fetch))
        assert asked, name
        assert len(pages) == len(set(pages))
        with crowded.app_context(), db.engine.connect() as connection:
            for each in asked:
                wrong += [(name, fault) for fault in explained(connection, each)]
    assert not wrong, "\n".join(f"{name}: {fault}" for name, fault in wrong)
