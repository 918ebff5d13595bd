"""Tests of the list of what packages keep about people."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from app.lib.personal import Erased, Holding, Line, Purge
from app.parts.holdings import PACKAGES
from app.supporters.service import rights
from tests.house.test_personal import statements

pytestmark = pytest.mark.one_database
APP = Path(__file__).resolve().parents[2] / "app"


def holding(key: str, *lines: Line) -> Holding:
    """A holding that knows these lines of anybody."""
    return Holding(
        key=key, title=key, find=lambda _email: lines, erase=lambda _email, _now: Erased()
    )


def no_rows(_now: datetime) -> int:
    """Nothing is out of time."""
    return 0


def test_every_package_that_keeps_something_stands_in_the_register(app: Flask) -> None:
    named = {path.parent.name for path in APP.glob("*/personal.py")} - {"lib"}
    assert set(PACKAGES) == named
    assert len(rights.statements()) == len(statements())


def test_two_holdings_cannot_have_one_key() -> None:
    before = rights.holdings()
    with pytest.raises(ValueError, match="same key"):
        rights.set_holdings(holding("a"), holding("a"))
    assert rights.holdings() == before


def test_two_purges_cannot_have_one_key() -> None:
    purge = Purge(key="a", what="A", count=no_rows, run=no_rows)
    with pytest.raises(ValueError, match="same key"):
        rights.set_purges(purge, purge)
