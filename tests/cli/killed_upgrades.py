"""Upgrades a database again and again, killed each time at another point; tells what was left.

Run by test_upgrade.py: `python -m tests.cli.killed_upgrades <folder> <how many points>`. Everything
is imported once; each upgrade runs in a fork, which kills itself (SIGKILL) at its point: at an
opened, renamed, linked or removed file, a connection, or a statement.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from app.cli.main import main

EVENTS = frozenset({"open", "os.rename", "os.remove", "os.link", "sqlite3.connect"})


def contents(file: Path, columns: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """What a database says: whole or not, its revision, and a digest of the old columns."""
    with closing(sqlite3.connect(file)) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
            if not name.startswith(("sqlite_", "alembic"))
        ]
        columns = columns or {
            table: [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for table in tables
        }
        digest = hashlib.sha256()
        for table, names in sorted(columns.items()):
            listed = ", ".join(f'"{name}"' for name in sorted(names))
            rows = connection.execute(
                f'SELECT {listed} FROM "{table}" ORDER BY {listed}'  # noqa: S608 - own names
            )
            digest.update(repr((table, rows.fetchall())).encode())
        return {
            "integrity": connection.execute("PRAGMA integrity_check").fetchone()[0],
            "references": connection.execute("PRAGMA foreign_key_check").fetchall(),
            "revision": connection.execute("SELECT version_num FROM alembic_version").fetchone()[0],
            "digest": digest.hexdigest(),
            "columns": columns,
        }


def upgrade_in_fork(log: Path, kill_at: int | None) -> int:
    """Run one upgrade; its exit code, negative where it was killed. Notes its points in the log."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    points = 0

    def tick(what: str) -> None:
        nonlocal points
        points += 1
        if kill_at is None:
            os.write(output, f"point {points} {what}\n".encode())
        elif points == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(name: str, arguments: tuple[Any, ...]) -> None:
        if name in EVENTS and "muster.db" in str(arguments[:2]):
            tick(f"{name} {arguments[:2]}")

    event.listen(Engine, "before_cursor_execute", lambda *_: tick("statement"))
    sys.addaudithook(hear)
    sys.argv = ["muster", "upgrade", "--without-backup"]
    try:
        main()
    except SystemExit as end:
        os._exit(int(end.code or 0))
    finally:
        os._exit(1)


def run(folder: Path, wanted: int) -> dict[str, Any]:
    """Kill at many points, upgrade again each time, and tell what was found."""
    file, original, log = folder / "muster.db", folder / "original", folder / "log"
    before = contents(original)
    shutil.copy(original, file)
    assert upgrade_in_fork(log, None) == 0, log.read_text()
    lines = [line for line in log.read_text().splitlines() if line.startswith("point ")]
    exchange = next(number for number, line in enumerate(lines, 1) if "os.link" in line)
    # Even steps before the exchange, then each of its own: link, rename, look, let the old one go.
    points = [*range(2, exchange, exchange // wanted), *range(exchange, exchange + 4)]
    found = []
    for point in points:
        for each in folder.glob("muster.db*"):
            each.unlink()
        shutil.copy(original, file)
        killed = upgrade_in_fork(log, point)
        left = sorted(each.name for each in folder.glob("muster.db*"))
        after_kill = contents(file, before["columns"])
        again = upgrade_in_fork(log, 0)
        said = log.read_text()
        found.append(
            {
                "point": lines[point - 1],
                "killed": killed,
                "left": left,
                "after_kill": {**after_kill, "columns": None},
                "again": again,
                "said": said,
                "after": {**contents(file, before["columns"]), "columns": None},
                "at_last": sorted(each.name for each in folder.glob("muster.db*")),
            }
        )
    return {"before": {**before, "columns": None}, "points": len(lines), "found": found}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]))))
