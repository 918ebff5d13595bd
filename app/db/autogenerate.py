"""How models are written into migrations: in plain SQLAlchemy that outlives them."""

from collections.abc import Iterator
from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.compare import comparators
from alembic.autogenerate.render import renderers
from alembic.operations import MigrateOperation
from alembic.operations.ops import (
    CreateCheckConstraintOp,
    CreateTableOp,
    DropColumnOp,
    DropConstraintOp,
    DropTableOp,
    MigrationScript,
    ModifyTableOps,
    OpContainer,
)
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Enum, MetaData, Table, TextClause
from sqlalchemy.sql.elements import conv

from app.db.triggers import companions_of
from app.db.types import EncryptedText, JsonValue, TranslatedText, UtcDateTime, WallDateTime


@comparators.dispatch_for("table")
def _compare_checks(
    context: AutogenContext,
    changes: ModifyTableOps,
    _schema: str | None,
    name: str,
    present: Table | None,
    wanted: Table | None,
) -> None:
    """Notice checks that came, went or say something else; alembic itself looks at none.

    Only on SQLite, which keeps the words of a check as they were written.
    """
    if context.dialect.name != "sqlite" or context.inspector is None:
        return
    if present is None or wanted is None:
        return
    old = {
        str(each["name"]): str(each["sqltext"])
        for each in context.inspector.get_check_constraints(name)
    }
    new = {
        str(each.name): _words_of(each, context)
        for each in wanted.constraints
        if isinstance(each, CheckConstraint) and each.name and not _comes_with(each, present)
    }
    for each, words in old.items():
        if _plain(words) != _plain(new.get(each, "")):
            changes.ops.append(DropConstraintOp.from_constraint(_check(name, each, words)))
    for each, words in new.items():
        if _plain(words) != _plain(old.get(each, "")):
            changes.ops.append(CreateCheckConstraintOp.from_constraint(_check(name, each, words)))


def _comes_with(check: CheckConstraint, present: Table) -> bool:
    """Whether a check is that of a new column's type, which is made with the column."""
    columns = {column.name for column in check.columns}
    is_of_a_type = len(columns) == 1 and not isinstance(check.sqltext, TextClause)
    return is_of_a_type and not columns <= set(present.columns.keys())


def _words_of(check: CheckConstraint, context: AutogenContext) -> str:
    """A check's condition as CREATE TABLE would write it."""
    dialect = context.dialect
    writer = dialect.ddl_compiler(dialect, None).sql_compiler  # type: ignore[arg-type]
    return str(writer.process(check.sqltext, include_table=False, literal_binds=True))


def _check(table: str, name: str, words: str) -> CheckConstraint:
    """A check as if it stood on a table, its name as it is."""
    check = CheckConstraint(words, name=conv(name))
    Table(table, MetaData(), check)
    return check


def _plain(words: str) -> str:
    return " ".join(words.split())


class PlainSqlOp(MigrateOperation):
    """Statements for each dialect."""

    def __init__(self, statements: dict[str, tuple[str, ...]]) -> None:
        self.statements = statements


@renderers.dispatch_for(PlainSqlOp)
def _render_plain_sql(_context: AutogenContext, operation: PlainSqlOp) -> str:
    lists = ""
    for dialect, statements in operation.statements.items():
        lines = "".join(f"        {each!r},\n" for each in statements)
        lists += f"    {dialect!r}: [\n{lines}    ],\n"
    return f"for statement in {{\n{lists}}}[op.get_bind().dialect.name]: op.execute(statement)"


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:  # noqa: ANN401
    """Write our own column types as what they are made of."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, WallDateTime):
        return "sa.DateTime(timezone=False)"
    if isinstance(item, EncryptedText):
        return "sa.Text()"
    if isinstance(item, JsonValue | TranslatedText):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the tables of the tests, and what a full-text index is made of.

    The latter differs between the databases; a migration writes it as plain SQL.
    """
    is_of_tests = kind == "table" and name is not None and name.startswith("testing_")
    is_full_text = name is not None and name.startswith("search_document_fts")
    return not (is_of_tests or is_full_text)


def include_object(item: object, name: str | None, kind: str, *_rest: object) -> bool:
    """The same for tables that only the models have."""
    return include_name(name, kind, item)


def add_triggers(
    _context: MigrationContext, _revision: object, directives: list[MigrationScript]
) -> None:
    """Let a new table come with its triggers and indexes, and go with what they stand on."""
    for script in directives:
        for up in script.upgrade_ops_list:
            _complete(up)
        for down in script.downgrade_ops_list:
            _complete(down)


def _complete(container: OpContainer) -> None:
    completed: list[MigrateOperation] = []
    for operation in container.ops:
        completed.append(operation)
        if isinstance(operation, CreateTableOp | DropTableOp):
            made, dropped = companions_of(operation.table_name) or ({}, {})
            statements = made if isinstance(operation, CreateTableOp) else dropped
            completed += [PlainSqlOp(dict(statements))] if statements else []
    container.ops[:] = completed
    for operation in container.ops:
        if isinstance(operation, ModifyTableOps):
            operation.ops[:] = [*_checks_of_dropped(operation), *operation.ops]


def _checks_of_dropped(changes: ModifyTableOps) -> Iterator[DropConstraintOp]:
    """Drop the check of a column's type first: SQLite would keep it without the column."""
    for operation in changes.ops:
        if isinstance(operation, DropColumnOp) and operation._reverse is not None:  # noqa: SLF001
            kind = operation._reverse.column.type  # noqa: SLF001
            if isinstance(kind, Enum) and kind.create_constraint:
                name = f"ck_{changes.table_name}_{kind.name}"
                yield DropConstraintOp.from_constraint(_check(changes.table_name, name, "true"))
