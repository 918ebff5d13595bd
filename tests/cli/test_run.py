"""`muster run`: web and worker side by side, back after a death, gone after a SIGTERM."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.lib import clock
from tests.cli.conftest import ROOT, Run

SECONDS = 60.0


@dataclass
class Running:
    """A `muster run` and what it says."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def answers(self) -> bool:
        try:
            address = f"http://127.0.0.1:{self.port}/healthz"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def children(self) -> dict[str, int]:
        """The pids of web and worker, by what their command lines say."""
        found: dict[str, int] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = re.search(r"^PPid:\s(\d+)", (entry / "status").read_text(), re.MULTILINE)
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent and int(parent[1]) == self.process.pid:
                found["worker" if b"worker" in words else "web"] = int(entry.name)
        return found


def wait_until(condition: Callable[[], object]) -> None:
    latest = clock.monotonic() + SECONDS
    while not condition():
        assert clock.monotonic() < latest, "waited too long"
        clock.sleep(0.1)


@pytest.fixture
def development(good: dict[str, str], muster: Callable[..., Run], tmp_path: Path) -> dict[str, str]:
    variables = {
        **good,
        "MUSTER_ENVIRONMENT": "development",
        "MUSTER_BASE_URL": "http://localhost:8000",
        "MUSTER_STRIPE_ACCOUNTS__NETWORK__SECRET_KEY": "sk_test_kR7vQ2mZp9",
        "MUSTER_STRIPE_API_BASE": "http://127.0.0.1:9",
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
    }
    assert muster(variables, "db", "upgrade").returncode == 0
    return variables


@pytest.fixture
def running(development: dict[str, str], free_port: int, tmp_path: Path) -> Iterator[Running]:
    log = tmp_path / "run.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "run", "--port", str(free_port)],
            cwd=ROOT,
            env=development,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    made = Running(process, free_port, log)
    wait_until(made.answers)
    wait_until(lambda: len(made.children()) == 2)
    yield made
    if process.poll() is None:
        process.kill()
        process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_either_comes_back_and_both_go(running: Running) -> None:
    before = set(running.children().values())
    for number in before:
        os.kill(number, signal.SIGKILL)
    # For a moment the killed ones are still there, as what nobody has buried yet.
    wait_until(lambda: len(set(running.children().values()) - before) == 2)
    wait_until(running.answers)
    after = set(running.children().values())
    assert not before & after
    said = running.log.read_text()
    assert "web ended (killed by SIGKILL); starting it again" in said
    assert "worker ended (killed by SIGKILL); starting it again" in said
    running.process.terminate()
    assert running.process.wait(40) == 0
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in after))
    assert not running.answers()


def test_a_taken_port_is_named(running: Running, muster: Callable[..., Run]) -> None:
    environ = Path(f"/proc/{running.process.pid}/environ").read_bytes().split(b"\0")
    variables = dict(pair.decode().split("=", 1) for pair in environ if b"=" in pair)
    ended = muster(variables, "run", "--port", str(running.port))
    assert ended.returncode == 1
    assert f"port {running.port} is in use" in ended.stderr


def test_nothing_to_run_is_an_error(
    development: dict[str, str], muster: Callable[..., Run]
) -> None:
    ended = muster(development, "run", "--no-web", "--no-worker")
    assert ended.returncode == 2
    assert "nothing to run" in ended.stderr
