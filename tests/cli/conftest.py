"""Running the real command, as a shell does."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from tests.support import ports
from tests.support.apps import SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
MUSTER = [sys.executable, "-m", "app.cli.main"]
SECONDS = 120


@dataclass(frozen=True)
class Run:
    """A command that ended; the processor time is that of a fork, without loading."""

    returncode: int
    stdout: str
    stderr: str
    worked: float = 0.0


def good_variables(tmp_path: Path) -> dict[str, str]:
    """Variables that a production installation could have; its database is not made yet."""
    return {
        "MUSTER_ENVIRONMENT": "production",
        "MUSTER_BASE_URL": "https://muster.example.org",
        "MUSTER_DATABASE_URL": f"sqlite:///{tmp_path / 'muster.db'}",
        "MUSTER_DATA_DIR": str(tmp_path),
        "MUSTER_SECRET_KEY": SECRET_KEY,
        "MUSTER_CONTACT_EMAIL": "desk@example.org",
        "MUSTER_MAIL_FROM": "desk@example.org",
        "MUSTER_SMTP_HOST": "127.0.0.1",
        "MUSTER_SMTP_PORT": "9",
        "MUSTER_STRIPE_ACCOUNTS__NETWORK__SECRET_KEY": "sk_live_kR7vQ2mZp9",
        "MUSTER_STRIPE_ACCOUNTS__NETWORK__WEBHOOK_SECRETS": "whsec_xT4wB8nLh",
    }


def run_in(home: Path, command: list[str], variables: Mapping[str, str], *, stdin: str = "") -> Run:
    """Run a command line in a new process with nothing but the given settings."""
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(home, variables),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return Run(ended.returncode, ended.stdout, ended.stderr)


def environment(home: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """All that a command gets to know from its environment."""
    empty = home / "empty.env"
    empty.touch(mode=0o600)
    named = {"PATH": os.environ["PATH"], "MUSTER_SETTINGS_FILE": str(empty), "HOME": str(home)}
    return {**named, **variables}


def run_warm(
    home: Path, arguments: Sequence[str], variables: Mapping[str, str], *, stdin: str = ""
) -> Run:
    """Run `muster` in a fork of a process that has loaded it; see warm.py."""
    asked = {
        "arguments": arguments,
        "variables": environment(home, variables),
        "folder": str(ROOT),
    }
    with (
        socket.socket(socket.AF_UNIX) as connection,
        tempfile.TemporaryFile() as typed,
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as complained,
    ):
        typed.write(stdin.encode())
        typed.seek(0)
        connection.settimeout(SECONDS)
        connection.connect(warm_process())
        files = [file.fileno() for file in (typed, said, complained)]
        socket.send_fds(connection, [json.dumps(asked).encode()], files)
        with connection.makefile() as answer:
            pid = int(answer.readline())
            try:
                code, worked = answer.readline().split()
            except TimeoutError:
                os.killpg(pid, signal.SIGKILL)
                raise
        return Run(int(code), text_of(said), text_of(complained), float(worked))


def text_of(file: IO[bytes]) -> str:
    """All that was written into a file."""
    file.seek(0)
    return file.read().decode()


@cache
def warm_process() -> str:
    """The address of the process that runs commands; it ends with the tests."""
    folder = tempfile.mkdtemp(prefix="muster-warm-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address = Path(folder, "socket")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.warm", str(address)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(process.communicate)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return str(address)


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    """Variables of a production installation."""
    return good_variables(tmp_path)


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., Run]:
    """Runs a command line with nothing but the given settings."""
    return partial(run_in, tmp_path)


@pytest.fixture
def muster(tmp_path: Path) -> Callable[..., Run]:
    """Runs `muster` with arguments."""

    def run(variables: Mapping[str, str], *arguments: str, stdin: str = "") -> Run:
        return run_warm(tmp_path, arguments, variables, stdin=stdin)

    return run


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    return ports.free_port()
