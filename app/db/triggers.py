"""What a table comes with beside its columns: triggers that let it only grow, an index of words."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import DDL, Table, event

#: SQL by dialect.
Statements: TypeAlias = Mapping[str, tuple[str, ...]]
#: What tables come with and leave behind, by their names; migrations ask when they make one.
_COMPANIONS: Final[dict[str, tuple[Statements, Statements]]] = {}


def come_with(table: Any, made: Statements, dropped: Statements) -> None:  # noqa: ANN401 - as below
    """Run SQL, by dialect, after a table is made and after it was dropped."""
    if not isinstance(table, Table):
        raise TypeError("come_with takes a model's __table__")
    _COMPANIONS[table.name] = (made, dropped)
    for moment, by_dialect in (("after_create", made), ("after_drop", dropped)):
        for dialect, statements in by_dialect.items():
            for statement in statements:
                event.listen(table, moment, _ddl(statement).execute_if(dialect=dialect))


def companions_of(table_name: str) -> tuple[Statements, Statements] | None:
    """What a table of this name comes with and leaves behind, if anything."""
    return _COMPANIONS.get(table_name)


def append_only(table: Any) -> None:  # noqa: ANN401 - a model's __table__ is typed as FromClause
    """Make UPDATE and DELETE (and TRUNCATE) on a table fail, on both databases."""
    if not isinstance(table, Table):
        raise TypeError("append_only takes a model's __table__")
    come_with(table, append_only_statements(table.name), drop_statements(table.name))


def append_only_statements(table: str) -> Statements:
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


def drop_statements(table: str) -> Statements:
    """What is left to drop once the table is gone, by dialect."""
    return {"sqlite": (), "postgresql": (f"DROP FUNCTION IF EXISTS {table}_refuse()",)}


def _ddl(statement: str) -> DDL:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
