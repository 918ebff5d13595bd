"""Databases for tests, made once for each kind and copied where a test needs one of its own."""

from __future__ import annotations

import itertools
import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.support.postgres import NoPostgresError, postgres_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS = ("sqlite", "postgresql")


@dataclass
class Databases:
    """Hands out addresses of empty databases; PostgreSQL is started when first asked for."""

    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)
    _server: str | None = None
    _problem: str | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _originals: dict[str, str] = field(default_factory=dict)

    def fresh(self, kind: str) -> str:
        """The address of a new empty database; skips the test where there is no server."""
        if kind == "sqlite":
            return f"sqlite:///{self.folder / self._name()}.db"
        return self._create(sql.SQL(""))

    def with_tables(self, kind: str, make: Callable[[str], None]) -> str:
        """The address of a new database like the one that `make` made; it is made once only.

        What `make` opened has to be closed again.
        """
        if kind not in self._originals:
            address = self.fresh(kind)
            make(address)
            self._originals[kind] = str(make_url(address).database)
        original = self._originals[kind]
        if kind == "sqlite":
            copy = self.folder / f"{self._name()}.db"
            shutil.copy(original, copy)
            return f"sqlite:///{copy}"
        how = sql.SQL(" TEMPLATE {} STRATEGY file_copy")
        return self._create(how.format(sql.Identifier(original)))

    def close(self) -> None:
        """Drop what was made and stop the server."""
        self.stack.close()

    def _name(self) -> str:
        return f"muster_{os.getpid()}_{next(self._numbers)}"

    def _create(self, how: sql.Composable) -> str:
        server, name = self._postgres(), self._name()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + how)
        self.stack.callback(self._drop, name)
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    def _postgres(self) -> str:
        if self._server is None and self._problem is None:
            try:
                self._server = self.stack.enter_context(postgres_server())
            except NoPostgresError as problem:
                self._problem = str(problem)
        if self._server is None:
            reason = f"NOT RUN ON POSTGRESQL: {self._problem}"
            if os.environ.get("MUSTER_REQUIRE_ALL") == "1":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
        return self._server

    def _drop(self, name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with psycopg.connect(self._postgres(), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(name)))
