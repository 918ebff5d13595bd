"""The desk's lists of aid walk along an index and stop where the page is full."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Select, text

from app.aid.models.stock import DropOff
from app.aid.queries import brought, point_lists
from app.aid.queries.brought import BroughtFilter
from app.aid.queries.point_lists import PointFilter
from app.aid.rules.words import PointState
from app.db.session import db
from app.lib import clock
from app.web.paging import Key

pytestmark = pytest.mark.one_database


def plan(question: Select[int]) -> str:
    """How the database would answer."""
    sql = question.compile(db.engine, compile_kwargs={"literal_binds": True})
    rows = db.session.execute(text(f"EXPLAIN QUERY PLAN {sql}"))
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize("after", [None, 7])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_points_of_a_state_are_read_along_the_index(
    app: Flask, after: int | None, oldest_first: bool
) -> None:
    wanted = PointFilter(drop_ids=[1, 2], oldest_first=oldest_first)
    found = plan(point_lists.question(wanted, after, (1, PointState.LIVE)))
    assert "USING COVERING INDEX ix_collection_point_drop_id_state" in found
    assert "TEMP B-TREE" not in found


def test_all_points_are_read_along_their_order(app: Flask) -> None:
    found = plan(point_lists.question(PointFilter(drop_ids=[1, 2]), 7))
    assert "SEARCH collection_point USING INTEGER PRIMARY KEY (rowid<?)" in found
    assert "TEMP B-TREE" not in found


def test_drop_offs_are_read_along_the_index(app: Flask) -> None:
    wanted = BroughtFilter(drop_ids=[1], words="hall")
    for key in (None, Key(clock.utcnow(), 7)):
        asked = brought.brought_of(1, wanted, key).with_only_columns(DropOff.id)
        found = plan(asked)
        assert "ix_drop_off_drop_id_logged_at" in found
        assert "TEMP B-TREE" not in found
