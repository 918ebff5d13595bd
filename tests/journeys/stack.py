"""The running system: `muster demo` in a tree of its own, and looks behind its pages."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from app.demo.catcher.store import CaughtMail, MailStore

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
#: What a clone holds that the running system reads.
PARTS = ("app", "migrations", "templates", "wsgi.py", "pyproject.toml")
START_SECONDS = 120
#: Worker, webhook and mail have their say within this time, on a slow machine too.
PATIENCE_SECONDS = 30


class NeverHappenedError(AssertionError):
    """Something that should have happened by now."""


def eventually(look: Callable[[], T], wanted: Callable[[T], object] = bool) -> T:
    """Look until it is as wanted; raises NeverHappenedError with what was seen last."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        seen = look()
        if wanted(seen):
            return seen
        if time.monotonic() > deadline:
            raise NeverHappenedError(f"after {PATIENCE_SECONDS} s: {seen!r}")
        time.sleep(0.2)


def free_ports(count: int) -> int:
    """The first of some ports in a row that nobody listens on."""
    for first in range(18000 + os.getpid() % 2000 * 5, 60000, count):
        if all(is_free(first + offset) for offset in range(count)):
            return first
    raise NeverHappenedError("no free ports")


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Stack:
    """One running demo."""

    root: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The address of the site."""
        return f"http://localhost:{self.port}"

    @property
    def rehearsal(self) -> str:
        """The address of the rehearsal."""
        return f"http://localhost:{self.port + 1}"

    @property
    def data(self) -> Path:
        """Where the demo keeps what it knows."""
        return self.root / "var" / "demo"

    @property
    def output(self) -> str:
        """What the demo printed."""
        return (self.root / "demo.log").read_text(errors="replace")

    def last_lines(self, count: int = 60) -> str:
        """What the site wrote down last of what went wrong."""
        log = self.data / "log" / "web.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])

    def rows(self, query: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        """What a query finds in the database, as named rows."""
        file = self.data / "muster.db"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, values).fetchall()

    def value(self, query: str, values: Sequence[object] | Mapping[str, object] = ()) -> Any:
        """The one value that a query finds."""
        return self.rows(query, values)[0][0]

    def mails(self, to: str) -> list[CaughtMail]:
        """The mails that were sent to an address, the newest first."""
        return MailStore(self.data / "mail").list_mails(to=to)

    def control(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Press a button of the rehearsal, or read what it says."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.rehearsal}/_rehearsal/{path}",
            data=data,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def muster(self, *arguments: str) -> str:
        """Run a command of the installation; it has to succeed."""
        command = [sys.executable, "-m", "app.cli.main", *arguments]
        done = subprocess.run(
            command,
            cwd=self.root,
            capture_output=True,
            text=True,
            env=clean_environ() | {"PYTHONPATH": str(self.root)},
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def answers(self) -> bool:
        """Whether the site is up."""
        if self.process and self.process.poll() is not None:
            raise NeverHappenedError(f"muster demo ended:\n{self.output}")
        try:
            with urllib.request.urlopen(f"{self.base}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> int:
        """Stop it as Ctrl-C or a shutdown would; returns the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


def clean_environ() -> dict[str, str]:
    """The environment without settings of Muster."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}


def copy_tree(root: Path) -> None:
    """Copy what the system reads, with what is compiled of it: several processes load it."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            # Python names what it is just compiling so.
            shutil.copytree(source, root / part, ignore=shutil.ignore_patterns("*.pyc.*"))
        else:
            shutil.copy(source, root / part)


def start(root: Path) -> Stack:
    """Start the demo in a copy of the tree, so that it shares no data with another one."""
    copy_tree(root)
    port = free_ports(4)
    with (root / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "demo", "--small", "--port", str(port)],
            cwd=root,
            env=clean_environ() | {"PYTHONPATH": str(root)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    stack = Stack(root, port, process)
    deadline = time.monotonic() + START_SECONDS
    while not stack.answers():
        if time.monotonic() > deadline:
            stack.stop()
            raise NeverHappenedError(f"muster demo did not answer:\n{stack.output}")
        time.sleep(0.3)
    return stack
