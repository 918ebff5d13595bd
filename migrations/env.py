"""Runs migrations on the connection that app/db/migrate.py hands in, inside its transaction."""

from alembic import context

from app.db.autogenerate import add_triggers, include_name, include_object, render_item
from app.db.base import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Use `muster db upgrade`: it knows the settings and takes the lock.")

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    include_name=include_name,
    include_object=include_object,
    process_revision_directives=add_triggers,
    render_as_batch=True,
    render_item=render_item,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
