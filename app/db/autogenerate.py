"""How models are written into migrations: in plain SQLAlchemy that outlives them."""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import renderers
from alembic.operations import MigrateOperation
from alembic.operations.ops import CreateTableOp, DropTableOp, MigrationScript, OpContainer
from alembic.runtime.migration import MigrationContext

from app.db.triggers import append_only_statements, drop_statements, is_append_only
from app.db.types import JsonValue, TranslatedText, UtcDateTime


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
    if isinstance(item, JsonValue | TranslatedText):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the tables of the tests out."""
    return not (kind == "table" and name is not None and name.startswith("testing_"))


def include_object(item: object, name: str | None, kind: str, *_rest: object) -> bool:
    """The same for tables that only the models have."""
    return include_name(name, kind, item)


def add_triggers(
    _context: MigrationContext, _revision: object, directives: list[MigrationScript]
) -> None:
    """Let a new append-only table come with its triggers, and go with what they stand on."""
    for script in directives:
        for up in script.upgrade_ops_list:
            _complete(up)
        for down in script.downgrade_ops_list:
            _complete(down)


def _complete(container: OpContainer) -> None:
    completed: list[MigrateOperation] = []
    for operation in container.ops:
        completed.append(operation)
        if isinstance(operation, CreateTableOp) and is_append_only(operation.table_name):
            completed.append(PlainSqlOp(dict(append_only_statements(operation.table_name))))
        if isinstance(operation, DropTableOp) and is_append_only(operation.table_name):
            completed.append(PlainSqlOp(dict(drop_statements(operation.table_name))))
    container.ops[:] = completed
