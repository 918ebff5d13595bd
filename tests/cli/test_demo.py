"""`muster demo` from an empty directory: made once, kept, moved, killed, and nobody left behind."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli.ports import answers
from app.demo.gifts import plan_all
from app.lib import clock
from tests.journeys.stack import clean_environ, copy_tree, free_ports

SECONDS = 240.0


@dataclass
class Demo:
    """A tree of its own with a demo in it."""

    root: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str, port: int | None = None) -> None:
        self.port = port or self.port
        with (self.root / "out.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*MUSTER, "demo", "--small", "--port", str(self.port), *arguments],
                cwd=self.root,
                env=clean_environ() | {"PYTHONPATH": str(self.root)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def muster(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MUSTER, *arguments],
            cwd=self.root,
            env=clean_environ() | {"PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    @property
    def output(self) -> str:
        return (self.root / "out.log").read_text()

    def wait_for(self, text: str) -> None:
        latest = clock.monotonic() + SECONDS
        while text not in self.output:
            assert self.process is not None
            assert self.process.poll() is None, self.output
            assert clock.monotonic() < latest, self.output
            clock.sleep(0.1)

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(60)
        latest = clock.monotonic() + 30
        while any(answers(port) for port in range(self.port, self.port + 4)):
            assert clock.monotonic() < latest, "something still listens"
            clock.sleep(0.1)
        return code

    def count(self, table: str) -> int:
        with closing(sqlite3.connect(self.root / "var/demo/muster.db")) as connection:
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            return int(found[0])


MUSTER = [sys.executable, "-m", "app.cli.main"]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo whose first filling was killed half-way and whose second is complete."""
    root = tmp_path
    copy_tree(root)
    made = Demo(root, free_ports(4))
    made.start()
    made.wait_for("20 %")
    made.end(signal.SIGKILL)
    made.start()
    made.wait_for("is ready")
    assert "Making demo data" in made.output
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()


def a_killed_filling_was_done_again_as_a_whole(demo: Demo) -> None:
    small = plan_all(clock.utcnow()).thinned()
    assert demo.count("regular_donation") == len(small.regulars)
    assert demo.count("donation WHERE source = 'web'") == 2 + len(small.gifts) + len(small.regulars)
    assert demo.count("donation WHERE source IN ('phone', 'paper')") == 9
    assert demo.count("dispute") == 1
    assert demo.count("appeal") == 3
    assert demo.count("'group'") == 4


def books_and_sweep_find_nothing_wrong(demo: Demo) -> None:
    for command in (["books", "check"], ["stripe", "sweep"], ["doctor"]):
        ended = demo.muster(*command)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert demo.count("finding") == 0


def every_receipt_lies_in_the_catcher_under_its_own_day(demo: Demo) -> None:
    address = f"http://127.0.0.1:{demo.port + 2}/_catcher/mails.json?limit=1000"
    with urllib.request.urlopen(address, timeout=30) as answer:
        mails = json.load(answer)["mails"]
    old = "outbox_mail WHERE tries = 0"
    assert len(mails) == demo.count("outbox_mail") - demo.count(old) > 20
    days = [mail["received_at"][:10] for mail in mails]
    assert days == sorted(days, reverse=True)
    assert len(set(days)) > 5
    assert {mail["language"] for mail in mails} == {"en", "ar"}


def the_ready_box_names_addresses_and_sign_ins(demo: Demo) -> None:
    for text in (f"http://localhost:{demo.port}/", "treasurer", "auditor", "Ctrl-C"):
        assert text in demo.output


def a_second_demo_of_the_same_clone_is_refused(demo: Demo) -> None:
    ended = demo.muster("demo", "--port", str(free_ports(4)))
    assert ended.returncode == 1
    assert "runs already" in ended.stderr


def it_stops_on_sigterm_and_comes_back_with_its_data_on_another_port(demo: Demo) -> None:
    assert demo.end(signal.SIGTERM) == 0
    assert "has stopped" in demo.output
    mark = sorted((demo.root / "var/demo/mail").iterdir())
    demo.start(port=free_ports(4))
    demo.wait_for("is ready")
    assert "is kept" in demo.output
    assert sorted((demo.root / "var/demo/mail").iterdir()) == mark
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/", timeout=30) as answer:
        assert f"http://localhost:{demo.port + 1}" in answer.read().decode()


def nobody_outlives_a_killed_demo(demo: Demo) -> None:
    demo.end(signal.SIGKILL)


def a_taken_port_is_named_before_anything_starts(demo: Demo) -> None:
    taken = demo.muster("demo", "--port", "80000")
    assert taken.returncode == 2
    with socket.create_server(("127.0.0.1", demo.port + 1)):
        ended = demo.muster("demo", "--port", str(demo.port))
    assert ended.returncode == 1
    assert f"port {demo.port + 1} is in use" in ended.stderr
    assert f"try PORT={demo.port + 10} make demo" in ended.stderr


def a_live_key_in_the_environment_stops_the_demo(demo: Demo) -> None:
    name = "MUSTER_STRIPE_ACCOUNTS__OTHER__SECRET_KEY"
    ended = subprocess.run(
        [*MUSTER, "demo", "--port", str(demo.port)],
        cwd=demo.root,
        env=clean_environ() | {name: "sk_live_abc", "PYTHONPATH": str(demo.root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "live" in ended.stderr
    assert "sk_live_abc" not in ended.stderr + ended.stdout


def reset_throws_the_data_away(demo: Demo) -> None:
    assert demo.muster("demo", "--reset-only").returncode == 0
    assert not (demo.root / "var/demo/muster.db").exists()
    assert not (demo.root / "var/demo/mail").exists()


#: One life of one demo, in this order: each step begins where the one before it ended.
LIFE = (
    a_killed_filling_was_done_again_as_a_whole,
    books_and_sweep_find_nothing_wrong,
    every_receipt_lies_in_the_catcher_under_its_own_day,
    the_ready_box_names_addresses_and_sign_ins,
    a_second_demo_of_the_same_clone_is_refused,
    it_stops_on_sigterm_and_comes_back_with_its_data_on_another_port,
    nobody_outlives_a_killed_demo,
    a_taken_port_is_named_before_anything_starts,
    a_live_key_in_the_environment_stops_the_demo,
    reset_throws_the_data_away,
)


@pytest.mark.long
def test_the_life_of_a_demo(demo: Demo) -> None:
    for step in LIFE:
        step(demo)
