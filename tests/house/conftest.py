"""A site with something to see on it, for the tests that look at all of its pages."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from app.accounts.rules import Role
from app.accounts.service import accounts
from app.db.session import db, transaction
from app.demo import scenery
from app.demo.people import read_texts
from app.groups import queries as groups
from app.ledger import queries as funds
from app.lib.clock import utcnow
from tests.factories.accounts import make_account


@pytest.fixture
def scene(app: Flask) -> Flask:
    """The bodies, funds, organisers and appeals of the demo, and somebody who may do everything."""
    now = utcnow()
    with transaction():
        made = scenery.make_groups(now)
        scenery.make_organisers(made, now)
        owner = make_account(email="owner@example.org")
        for group in made.values():
            accounts.grant_role(owner, group.id, Role.OWNER, now=now, by=scenery.BY)
    for name in scenery.APPEALS:
        texts = read_texts(name)
        fund = funds.get_fund(texts["fund"])
        scenery.make_appeal(texts, fund, groups.get_group_by_id(fund.group_id), now=now)
    return app


@contextmanager
def noted_writes() -> Iterator[list[str]]:
    """Every statement that changes a row meanwhile."""
    written: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(engine, "before_cursor_execute", note)
