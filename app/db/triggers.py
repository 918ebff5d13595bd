"""Tables that only grow: the database itself refuses to change or delete a row."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import DDL, Connection, Table, event

#: Tables marked here, by name; migrations ask when they create one.
_APPEND_ONLY: Final[set[str]] = set()


def append_only(table: Any) -> None:  # noqa: ANN401 - a model's __table__ is typed as FromClause
    """Make UPDATE and DELETE (and TRUNCATE) on a table fail, on both databases."""
    if not isinstance(table, Table):
        raise TypeError("append_only takes a model's __table__")
    _APPEND_ONLY.add(table.name)
    for dialect, statements in append_only_statements(table.name).items():
        for statement in statements:
            event.listen(table, "after_create", _ddl(statement).execute_if(dialect=dialect))
    event.listen(table, "after_drop", _drop_function)


def is_append_only(table_name: str) -> bool:
    """Whether a table of this name was marked."""
    return table_name in _APPEND_ONLY


def append_only_statements(table: str) -> Mapping[str, tuple[str, ...]]:
    """The SQL that makes a table append-only, by dialect."""
    return {
        "sqlite": tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ),
        "postgresql": (
            (
                f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = '23001'; END $$"
            ),
            (
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
            ),
            (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            ),
        ),
    }


def drop_statements(table: str) -> Mapping[str, tuple[str, ...]]:
    """What is left to drop once the table is gone, by dialect."""
    return {"sqlite": (), "postgresql": (f"DROP FUNCTION IF EXISTS {table}_refuse()",)}


def _ddl(statement: str) -> DDL:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]


def _drop_function(table: Table, connection: Connection, **kwargs: object) -> None:
    for statement in drop_statements(table.name)[connection.dialect.name]:
        connection.exec_driver_sql(statement)
