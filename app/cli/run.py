"""`muster run` and `muster worker`: the web and one worker, kept alive together."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.config import FILE_VARIABLE, Found, find_settings, project_root
from app.cli.ports import refuse_taken
from app.cli.process import Program
from app.cli.supervisor import Supervisor
from app.factory import create_app, refuse_unready, run_worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

#: Without a proxy slow senders each hold a thread: so many idle threads stand a thousand of them.
THREADS_ALONE, BACKPRESSURE_ALONE = 1200, 4000
#: Behind a proxy that buffers requests a few threads are faster.
THREADS_BEHIND_PROXY, BACKPRESSURE_BEHIND_PROXY = 8, 512
GRACE_SECONDS = 20


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 4096), help="Threads of the web server.")
@click.option("--web/--no-web", default=True, help="Run the web server.")
@click.option("--worker/--no-worker", default=True, help="Run a worker for jobs and mail.")
def run(host: str, port: int, threads: int | None, *, web: bool, worker: bool) -> int:
    """Run the web server and one worker; restarts either, stops both on Ctrl-C or SIGTERM."""
    found = found_settings()
    refuse_unready(create_app(found.settings))
    programs = []
    if web:
        refuse_taken({"the web": port}, host=host)
        behind_proxy = found.settings.trusted_proxies > 0
        programs.append(web_program(found, host, port, threads, behind_proxy=behind_proxy))
    if worker:
        programs.append(worker_program(found))
    if not programs:
        raise click.UsageError("nothing to run: --no-web and --no-worker leave nothing")
    click.echo(f"Muster runs on http://{host}:{port} for {found.settings.base_url}")
    return Supervisor(programs, say=say, grace=GRACE_SECONDS).run()


@click.command()
def worker() -> None:
    """Run jobs and deliver mail until told to stop."""
    found = found_settings()
    app = create_app(found.settings)
    refuse_unready(app)
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    run_worker(app, stop=lambda: bool(told))


def found_settings() -> Found:
    """The settings to use, with the remark about their origin said on stderr."""
    found = find_settings(os.environ)
    if found.remark:
        click.echo(f"muster: {found.remark}", err=True)
    return found


@contextmanager
def ready(*, even_unmigrated: bool = False) -> Iterator[None]:
    """An application context for a command; raises SettingsError when the database is not ready."""
    app = create_app(found_settings().settings)
    if not even_unmigrated:
        refuse_unready(app)
    with app.app_context():
        yield


def say(line: str) -> None:
    """Tell the person at the terminal, or the service manager's log."""
    click.echo(f"muster: {line}", err=True)


def web_program(
    found: Found,
    host: str,
    port: int,
    threads: int | None = None,
    *,
    behind_proxy: bool = False,
    log: Path | None = None,
) -> Program:
    """The web server as a program to supervise."""
    usual = THREADS_BEHIND_PROXY if behind_proxy else THREADS_ALONE
    pressure = BACKPRESSURE_BEHIND_PROXY if behind_proxy else BACKPRESSURE_ALONE
    command = [
        *(tool("granian"), "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(threads or usual)),
        *("--backpressure", str(max(pressure, threads or 0)), "--backlog", "2048"),
        *("--respawn-failed-workers", "--workers-kill-timeout", str(GRACE_SECONDS - 5)),
        *("--log-level", "error", "wsgi:app"),
    ]
    return _program("web", command, found, log)


def worker_program(
    found: Found, *, log: Path | None = None, waits_for: tuple[int, ...] = ()
) -> Program:
    """The worker as a program to supervise."""
    program = _program("worker", [*own_command(), "worker"], found, log)
    return replace(program, waits_for=waits_for)


def own_command() -> Sequence[str]:
    """How to start this very `muster` again."""
    return sys.executable, "-m", "app.cli.main"


def tool(name: str) -> str:
    """A command that was installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def _program(name: str, command: Sequence[str], found: Found, log: Path | None) -> Program:
    return Program(name, command, environment(found), project_root(), log)


def environment(found: Found) -> dict[str, str]:
    """The variables of a child: ours, and our settings file, so that it finds no other one."""
    named = {FILE_VARIABLE: str(found.file)} if found.file else {}
    return {**os.environ, **named, "PYTHONUNBUFFERED": "1"}
