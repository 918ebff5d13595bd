"""With a hundred thousand points, most in one town, no question reads a whole table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from app.db.session import db
from tests.aid import crowd
from tests.support.apps import dispose, make_app, make_settings
from tests.support.databases import Databases

pytestmark = pytest.mark.long

#: Tables with rows for each point.
LARGE = re.compile(r"\b(?:point_cell|collection_point|point_hours|point_item|place)\b")
#: No part of a plan may touch more rows than this; a tenth of the points at most.
MOST_ROWS = crowd.COUNT // 10
LIST = f"/aid/{crowd.SLUG}/points"
#: Addresses, and whether something is open there then.
PAGES = {
    "everything": f"{LIST}",
    "a thing": f"{LIST}?item=soap",
    "farther down the list": f"{LIST}?after=60000",
    "in the town by day": f"{LIST}?near=E17+4PP&{crowd.BY_DAY}",
    "in the town by day, a thing": f"{LIST}?near=E17+4PP&item=soap&{crowd.BY_DAY}",
    "in the town, the most": f"{LIST}?near=E17+4PP&show=50&{crowd.BY_DAY}",
    "in the town at night": f"{LIST}?near=E17+4PP&{crowd.AT_NIGHT}",
    "on a bank holiday, when all are shut": f"{LIST}?near=E17+4PP&day=2026-12-25&time=12:00",
    "after the round": f"{LIST}?near=E17+4PP&day=2027-11-25&time=12:00",
    "in the country": f"{LIST}?near=Inverness&{crowd.BY_DAY}",
    "in the country at night": f"{LIST}?near=Inverness&{crowd.AT_NIGHT}",
    "from far away": f"{LIST}?near=Beirut",
    "a full one": f"/aid/points/point-{crowd.FULL}",
    "points for maps": f"/aid/points.geojson?drop={crowd.SLUG}",
}
WITH_OPEN = {name for name in PAGES if "by day" in name or name == "in the country"}


@pytest.fixture(scope="module")
def crowded(
    databases: Databases, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application with a hundred thousand points."""
    made = make_app(make_settings(databases.fresh(database), tmp_path_factory.mktemp("crowd")))
    with made.app_context():
        crowd.fill()
        db.session.remove()
    yield made
    dispose(made)


@contextmanager
def noted(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")) and LARGE.search(statement):
            found.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def explained(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """What is wrong with the plan of a statement."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        scanned = [str(row[-1]) for row in rows if str(row[-1]).startswith("SCAN ")]
        names = dict(re.findall(r'(?:FROM|JOIN) "?(\w+)"? AS "?(\w+)"?', statement))
        aliases = {alias for table, alias in names.items() if LARGE.fullmatch(table)}
        return [
            line
            for line in scanned
            if LARGE.fullmatch(line.split()[1]) or line.split()[1] in aliases
        ]
    rows = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
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


def test_no_question_reads_a_whole_table(crowded: Flask) -> None:
    client = crowded.test_client()
    wrong = []
    for name, path in PAGES.items():
        with noted(crowded) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, name
        assert asked, name
        # The number of questions does not grow with what is far away.
        assert len(asked) < 160, name
        if name in WITH_OPEN:
            assert answer.get_data(as_text=True).count("Open until") >= 10, name
        with crowded.app_context(), db.engine.connect() as connection:
            for statement, parameters in asked:
                wrong += [(name, fault) for fault in explained(connection, statement, parameters)]
    assert not wrong, "\n".join(f"{name}: {fault}" for name, fault in wrong)
