"""Whether the tables are the ones this version was written for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.db.session import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@cache
def wanted_heads() -> frozenset[str]:
    """The last migrations that come with this version."""
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())


def is_current() -> bool:
    """Whether every migration was run; raises SQLAlchemyError when the database is away."""
    present = MigrationContext.configure(db.session.connection()).get_current_heads()
    return frozenset(present) == wanted_heads()


def way_to_newest() -> str:
    """The command that makes the tables, or brings those of an older version to this one."""
    present = MigrationContext.configure(db.session.connection()).get_current_heads()
    return "muster upgrade" if present else "muster db upgrade"
