"""The supervisor: a dead program comes back, a stop reaches all, nobody is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli import supervisor as supervising
from app.cli.process import Program
from app.cli.supervisor import Supervisor
from app.lib import clock

SLEEPER = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: exit(0)); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
WITH_GRANDCHILD = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "open('grandchild', 'w').write(str(child.pid)); time.sleep(60)"
)
ROOT = Path(__file__).resolve().parents[2]


def program(name: str, code: str, directory: Path, log: Path | None = None) -> Program:
    return Program(name, [sys.executable, "-c", code], {"PATH": os.defpath}, directory, log)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    latest = clock.monotonic() + seconds
    while not condition():
        assert clock.monotonic() < latest, "waited too long"
        clock.sleep(0.02)


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    boss = Supervisor([program("web", SLEEPER, tmp_path)], say=said.append)
    seen: list[int] = []

    def tick() -> None:
        pid = boss.pids().get("web")
        if pid and pid not in seen:
            seen.append(pid)
            os.kill(pid, signal.SIGKILL) if len(seen) == 1 else boss.stop()

    assert boss.run(on_tick=tick) == 0
    assert len(seen) == 2
    assert said == ["web ended (killed by SIGKILL); starting it again in 0.5 s"]
    assert not any(map(is_alive, seen))


def test_a_program_that_never_lives_makes_the_whole_give_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "FIRST_PAUSE", 0.01)
    said: list[str] = []
    boss = Supervisor(
        [program("web", "exit(3)", tmp_path), program("worker", SLEEPER, tmp_path)],
        say=said.append,
    )
    worker: list[int] = []
    code = boss.run(on_tick=lambda: worker.extend([boss.pids().get("worker", 0)]))
    assert code == 1
    assert said[-1] == "web ended 6 times in a row (last: exit code 3); giving up"
    assert not any(is_alive(pid) for pid in set(worker) - {0})


def test_a_program_that_cannot_start_is_named(tmp_path: Path) -> None:
    said: list[str] = []
    missing = Program("web", ["/nowhere/muster"], {}, tmp_path)
    assert Supervisor([missing], say=said.append).run() == 1
    assert said == ["web cannot start: No such file or directory"]


def test_a_deaf_program_is_killed_after_the_grace(tmp_path: Path) -> None:
    boss = Supervisor([program("worker", DEAF, tmp_path)], say=print, grace=0.5)
    pids: list[int] = []
    started = clock.monotonic()

    def tick() -> None:
        pids.extend(boss.pids().values())
        if clock.monotonic() - started > 0.5:
            boss.stop()

    assert boss.run(on_tick=tick) == 0
    assert clock.monotonic() - started < 5
    assert not is_alive(pids[0])


def test_output_goes_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log" / "web.log"
    boss = Supervisor(
        [program("web", "print('hello', flush=True); exit(1)", tmp_path, log)], say=print
    )

    def tick() -> None:
        if log.exists() and log.read_text():
            boss.stop()

    boss.run(on_tick=tick)
    assert "hello" in log.read_text()


BOSS = """
import os, sys
from pathlib import Path
from app.cli.process import Program
from app.cli.supervisor import Supervisor
here = Path(sys.argv[1])
child = Program("child", [sys.executable, "-c", sys.argv[2]], dict(os.environ), here)
boss = Supervisor([child], say=print, stop_with_parent="watch" in sys.argv)
boss.run(on_tick=lambda: (here / "pids").write_text(" ".join(map(str, boss.pids().values()))))
"""


def start_boss(tmp_path: Path, *extra: str, code: str = WITH_GRANDCHILD) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BOSS, str(tmp_path), code, *extra], cwd=ROOT)


def test_a_job_that_a_script_put_behind_can_be_interrupted(tmp_path: Path) -> None:
    # Shells start such jobs with SIGINT ignored.
    old = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        boss = start_boss(tmp_path)
    finally:
        signal.signal(signal.SIGINT, old)
    pids = family(tmp_path)
    boss.send_signal(signal.SIGINT)
    assert boss.wait(10) == 0
    wait_until(lambda: not any(map(is_alive, pids)))


def test_nohup_stays_in_force(tmp_path: Path) -> None:
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        boss = start_boss(tmp_path)
    finally:
        signal.signal(signal.SIGHUP, old)
    family(tmp_path)
    boss.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        boss.wait(1)
    boss.terminate()
    assert boss.wait(10) == 0


def family(tmp_path: Path) -> list[int]:
    wait_until(lambda: (tmp_path / "grandchild").exists() and (tmp_path / "pids").exists())
    wait_until(lambda: bool((tmp_path / "grandchild").read_text()))
    texts = [(tmp_path / name).read_text() for name in ("pids", "grandchild")]
    return [int(word) for text in texts for word in text.split()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_down_to_the_grandchildren(
    tmp_path: Path, number: signal.Signals
) -> None:
    boss = start_boss(tmp_path)
    pids = family(tmp_path)
    boss.send_signal(number)
    assert boss.wait(10) == 0
    wait_until(lambda: not any(map(is_alive, pids)))


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not tell a child")
def test_a_killed_supervisor_takes_its_programs_along(tmp_path: Path) -> None:
    boss = start_boss(tmp_path, code=SLEEPER)
    wait_until(lambda: (tmp_path / "pids").exists() and bool((tmp_path / "pids").read_text()))
    [child] = map(int, (tmp_path / "pids").read_text().split())
    boss.kill()
    boss.wait(10)
    wait_until(lambda: not is_alive(child))


def test_the_supervisor_stops_when_the_program_that_started_it_dies(tmp_path: Path) -> None:
    middle = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys; subprocess.Popen(sys.argv[1:]).wait()",
            *[sys.executable, "-c", BOSS, str(tmp_path), WITH_GRANDCHILD, "watch"],
        ],
        cwd=ROOT,
    )
    pids = family(tmp_path)
    middle.kill()
    middle.wait(10)
    wait_until(lambda: not any(map(is_alive, pids)), 15)
