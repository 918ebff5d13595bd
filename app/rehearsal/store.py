"""Where the rehearsal keeps its objects: in memory, and in one SQLite file if it has a path."""

import json
import sqlite3
from pathlib import Path
from typing import TypeAlias

from app.rehearsal.bodies import Body

Key: TypeAlias = tuple[str, str, str]

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
  account TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (account, kind, key)
)
"""
UPSERT = """
INSERT INTO object (account, kind, key, body) VALUES (?, ?, ?, ?)
ON CONFLICT (account, kind, key) DO UPDATE SET body = excluded.body
"""
DELETE = "DELETE FROM object WHERE account = ? AND kind = ? AND key = ?"


class Store:
    """Objects by account, kind and key, in the order in which they came.

    Changes reach the file at ``flush``, all of them or none.
    """

    def __init__(self, path: Path | None) -> None:
        self._rows: dict[tuple[str, str], dict[str, Body]] = {}
        self._dirty: dict[Key, None] = {}
        self._file = _open(path) if path is not None else None
        if self._file is not None:
            rows = self._file.execute("SELECT account, kind, key, body FROM object ORDER BY rowid")
            for account, kind, key, body in rows:
                self._rows.setdefault((account, kind), {})[key] = json.loads(body)

    def put(self, account: str, kind: str, key: str, body: Body) -> None:
        """Keep an object, new or changed."""
        self._rows.setdefault((account, kind), {})[key] = body
        self._dirty[account, kind, key] = None

    def get(self, account: str, kind: str, key: str) -> Body | None:
        """The object, if there is one."""
        return self._rows.get((account, kind), {}).get(key)

    def all(self, account: str, kind: str) -> list[Body]:
        """Every object of a kind, oldest first."""
        return list(self._rows.get((account, kind), {}).values())

    def keys(self, account: str, kind: str) -> list[str]:
        """The keys of every object of a kind, oldest first."""
        return list(self._rows.get((account, kind), {}))

    def drop(self, account: str, kind: str, key: str) -> None:
        """Forget one object."""
        self._rows.get((account, kind), {}).pop(key, None)
        self._dirty[account, kind, key] = None

    def clear(self) -> None:
        """Forget everything."""
        for (account, kind), bodies in self._rows.items():
            self._dirty.update(dict.fromkeys((account, kind, key) for key in bodies))
        self._rows.clear()

    def flush(self) -> None:
        """Write what changed to the file, in one transaction."""
        dirty, self._dirty = self._dirty, {}
        if self._file is None or not dirty:
            return
        with self._file:
            for key in dirty:
                body = self.get(*key)
                if body is None:
                    self._file.execute(DELETE, key)
                else:
                    self._file.execute(UPSERT, (*key, json.dumps(body)))

    def close(self) -> None:
        """Write what changed and let go of the file."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    # One lock in the core guards it: the threads of the server take turns.
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(SCHEMA)
    return connection
