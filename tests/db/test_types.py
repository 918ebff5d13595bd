"""Columns give back what was put into them, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.db.session import db, transaction
from app.db.triggers import append_only, companions_of
from app.lib.text import Translated
from tests.support.tables import Colour, Sample, Stone

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2026, 3, 15, 12, 30, 15, 123456, tzinfo=UTC)


def keep(**values: Any) -> Sample:
    with transaction():
        db.session.add(Sample(id=1, **values))
    db.session.expire_all()
    return db.session.get_one(Sample, 1)


@pytest.mark.parametrize(
    "given", [NOON, NOON.astimezone(timezone(timedelta(hours=-5))), None], ids=str
)
def test_an_instant_comes_back_in_utc(given: datetime | None) -> None:
    found = keep(at=given).at
    assert found == given
    assert found is None or found.tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(StatementError, match="naive"):
        keep(at=NOON.replace(tzinfo=None))


def test_instants_are_compared_as_such() -> None:
    keep(at=NOON)
    later = NOON + timedelta(microseconds=1)
    assert db.session.scalar(select(Sample.id).where(Sample.at < later)) == 1
    assert db.session.scalar(select(Sample.id).where(Sample.at < NOON)) is None


@pytest.mark.parametrize(
    "given",
    [
        Translated.of(ar="عون", en="Aid"),
        Translated.of(en="£ \"q\" 'x' \n"),
        Translated({}, "ar"),
        None,
    ],
    ids=str,
)
def test_a_text_comes_back_with_its_language_of_origin(given: Translated | None) -> None:
    assert keep(title=given).title == given


def test_an_enum_comes_back_and_nothing_else_goes_in() -> None:
    assert keep(colour=Colour.GREEN).colour is Colour.GREEN
    with pytest.raises(StatementError):
        keep(colour="blue")


def test_the_database_itself_refuses_an_unknown_value() -> None:
    def break_in() -> None:
        with transaction():
            db.session.execute(text("INSERT INTO testing_sample (id, colour) VALUES (2, 'blue')"))

    with pytest.raises(IntegrityError):
        break_in()


@pytest.mark.parametrize("given", [{"a": [1, None, "é"]}, [], "text", 0, False, None], ids=str)
def test_json_comes_back(given: Any) -> None:
    found = keep(detail=given).detail
    assert found == given
    assert type(found) is type(given)


def test_no_json_is_null() -> None:
    keep(detail=None, title=None)
    count = text("SELECT count(*) FROM testing_sample WHERE detail IS NULL AND title IS NULL")
    assert db.session.scalar(count) == 1


def test_a_number_that_is_not_json_is_refused() -> None:
    with pytest.raises((StatementError, ValueError), match="not JSON compliant"):
        keep(detail={"share": float("nan")})


@pytest.mark.parametrize("statement", [update(Stone).values(number=2), delete(Stone)])
def test_an_append_only_table_takes_rows_and_never_changes_them(statement: Any) -> None:
    with transaction():
        db.session.execute(insert(Stone).values(id=1, number=1))

    def change() -> None:
        with transaction():
            db.session.execute(statement)

    with pytest.raises(DBAPIError, match="append-only"):
        change()
    assert db.session.scalars(select(Stone.number)).all() == [1]
    assert companions_of("testing_stone") is not None
    assert companions_of("testing_sample") is None


def test_only_a_table_can_be_append_only() -> None:
    with pytest.raises(TypeError):
        append_only("ledger_entry")
