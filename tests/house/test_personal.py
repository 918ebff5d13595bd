"""Whatever says something about a person is named in a personal.py, with a reason and an end."""

from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table

from app.db.base import Base
from app.lib.personal import Kept

pytestmark = pytest.mark.one_database

APP = Path(__file__).resolve().parents[2] / "app"
#: Names of columns that say something about a person wherever they stand.
PERSONAL_NAMES = {
    "address",
    "address_line",
    "birth_date",
    "email",
    "family_name",
    "given_name",
    "ip_address",
    "message",
    "name",
    "note",
    "password",
    "phone",
    "postcode",
    "public_name",
    "recipient",
    "reply_to",
    "to",
    "to_email",
}
#: Columns with such a name that speak of a body, a pot or a file.
NOT_ABOUT_A_PERSON = {
    ("aid_drop", "phone"),
    ("aid_item", "name"),
    ("backup", "name"),
    ("fund", "name"),
    ("group", "address_line"),
    ("group", "name"),
    ("money_account", "name"),
    ("payment_account", "name"),
    ("safety_contact", "name"),
    ("safety_contact", "note"),
    ("safety_contact", "phone"),
    ("aid_box", "note"),
    ("pickup_request", "note"),
    ("shift", "note"),
    ("stock_location", "address"),
    ("stock_location", "name"),
    ("vehicle", "name"),
    ("vehicle", "note"),
    ("worker", "name"),
}


def statements() -> list[tuple[str, Kept]]:
    """Every statement of every package, with the package's name."""
    return [
        (path.parent.name, kept)
        for path in sorted(APP.glob("*/personal.py"))
        if path.parent.name != "lib"
        for kept in import_module(f"app.{path.parent.name}.personal").KEPT
    ]


def tables() -> list[Table]:
    """The tables of the application, without the tests' own."""
    return [table for table in Base.metadata.sorted_tables if not table.name.startswith("testing_")]


def test_no_column_about_a_person_is_forgotten(app: Flask) -> None:
    found = {
        (table.name, column.name)
        for table in tables()
        for column in table.columns
        if column.name in PERSONAL_NAMES
    }
    named = {(kept.table, column) for _, kept in statements() for column in kept.columns}
    assert found - NOT_ABOUT_A_PERSON - named == set()


def test_a_statement_names_columns_that_exist(app: Flask) -> None:
    for _, kept in statements():
        assert kept.table in Base.metadata.tables
        assert set(kept.columns) <= set(Base.metadata.tables[kept.table].columns.keys())


def test_a_package_speaks_of_its_own_tables_alone(app: Flask) -> None:
    owners = {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    }
    for package, kept in statements():
        assert owners[kept.table] == package, kept.table


def test_a_statement_says_what_why_and_until_when() -> None:
    for _, kept in statements():
        assert kept.what
        assert kept.why
        assert kept.until


def test_nothing_is_listed_as_impersonal_that_is_gone(app: Flask) -> None:
    known = {(table.name, column.name) for table in tables() for column in table.columns}
    assert known >= NOT_ABOUT_A_PERSON
