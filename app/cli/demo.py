"""`muster demo`: everything on this machine, with invented data, until Ctrl-C."""

from __future__ import annotations

import fcntl
import http.client
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from app.cli import demo_fill
from app.cli.config import DEMO_FILE, Found, project_root, write_settings_file
from app.cli.ports import refuse_taken
from app.cli.process import Program
from app.cli.run import environment, own_command, say, web_program, worker_program
from app.cli.supervisor import Supervisor
from app.demo.place import HOST, Place, demo_variables
from app.demo.scenery import DEMO_PASSWORD, organisers
from app.lib import clock
from app.settings import SettingsError, load_settings, read_settings_file

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The demo's own users are few; a thousand idle threads would only cost memory.
DEMO_THREADS = 64
READY_WITHIN = 60.0
LOOK_EVERY = 0.4


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1024, 65532),
    default=8000,
    show_default=True,
    help="Port of the site; the next three are the rehearsal's, the mail catcher's and SMTP.",
)
@click.option("--reset", is_flag=True, help="Throw the demo's data away first.")
@click.option("--reset-only", is_flag=True, help="Throw the demo's data away and end.")
@click.option("--no-run", is_flag=True, help="Make the data and end.")
@click.option("--small", "is_small", is_flag=True, help="A sixth of the gifts, made sooner.")
@click.option("--reload", "reloads", is_flag=True, help="Read code again when it changes.")
def demo(
    port: int, *, reset: bool, reset_only: bool, no_run: bool, is_small: bool, reloads: bool
) -> int:
    """Run Muster with demo data: site, worker, rehearsal of Stripe, mail catcher."""
    place = Place(project_root() / DEMO_FILE.parent, port)
    with _alone(place):
        if reset or reset_only:
            place.clear()
            click.echo(f"The demo's data is gone ({DEMO_FILE.parent}).")
        if reset_only:
            return 0
        refuse_taken(place.ports, advice=f"try PORT={_better_port(port)} make demo")
        found = _settings(place)
        demo_fill.make_data(place, found, is_small=is_small)
        return 0 if no_run else _run(place, found, reloads=reloads)


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Hold the demo's directory; raises a ClickException while another demo runs in it."""
    place.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place.root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException(
                "the demo of this clone runs already; stop it there with Ctrl-C"
            ) from None
        yield


def _better_port(port: int) -> int:
    return port + 10 if port < 65000 else 8010


def _settings(place: Place) -> Found:
    """Write the demo's settings file for these ports; its secrets stay."""
    known: dict[str, str] = {}
    if place.settings_file.exists():
        place.settings_file.chmod(0o600)
        known = read_settings_file(place.settings_file)
    variables = demo_variables(place, known)
    disturbing = sorted(name for name in variables if name in os.environ)
    if disturbing:
        raise SettingsError([f"the demo needs its own {name}; unset it" for name in disturbing])
    write_settings_file(place.settings_file, variables, heading="Settings of the demo")
    return Found(load_settings(os.environ, file=place.settings_file), place.settings_file)


def _run(place: Place, found: Found, *, reloads: bool) -> int:
    boss = Supervisor(
        _programs(place, found, reloads=reloads),
        say=say,
        grace=8,
        # When make is killed it takes nobody along: watch it.
        stop_with_parent="MAKELEVEL" in os.environ,
    )
    code = boss.run(on_tick=_Readiness(place, boss).look)
    if code:
        _show_logs(place)
    else:
        click.echo("The demo has stopped; its data stays for the next time.")
    return code


def _programs(place: Place, found: Found, *, reloads: bool) -> list[Program]:
    own = environment(found)
    arguments = [str(place.root), str(place.port)]
    web = web_program(found, HOST, place.port, DEMO_THREADS, log=place.log("web"))
    if reloads:
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", "run", "--reload"]
        web = Program("web", [*flask, "--port", str(place.port)], own, web.directory)
    parts = [
        Program(
            name,
            [*own_command(), f"demo-{name}", *arguments],
            own,
            web.directory,
            place.log(name),
        )
        for name in ("rehearsal", "catcher")
    ]
    # Its first sweep asks the rehearsal; its first mail may be due at once.
    needs = (place.rehearsal_port, place.smtp_port)
    worker = worker_program(found, log=place.log("worker"), waits_for=needs)
    return [*parts, web, worker]


class _Readiness:
    """Asks the site until it answers, then says so once."""

    def __init__(self, place: Place, boss: Supervisor) -> None:
        self._place = place
        self._boss = boss
        self._started = self._looked = clock.monotonic()
        self._is_ready = False

    def look(self) -> None:
        """Print the addresses as soon as the site answers; give up when it never does."""
        if self._is_ready or clock.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = clock.monotonic()
        ports = (self._place.port, self._place.rehearsal_port, self._place.catcher_port)
        if all(map(_answers, ports)):
            self._is_ready = True
            click.echo(_box(self._place))
        elif clock.monotonic() - self._started > READY_WITHIN:
            self._boss.give_up(f"the demo did not answer within {READY_WITHIN:.0f} s")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _show_logs(place: Place) -> None:
    for log in sorted((place.root / "log").glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        if lines:
            click.echo(f"--- the end of {log}", err=True)
            click.echo("\n".join(lines), err=True)


def _box(place: Place) -> str:
    lines = [
        "Muster's demo is ready. Every group, person and gift in it is invented.",
        "",
        f"  The site             {place.url(place.port)}",
        f"  In Arabic            {place.url(place.port, '/ar/')}",
        f"  The desk             {place.url(place.port, '/desk/')}",
        f"  Rehearsal of Stripe  {place.url(place.rehearsal_port)}",
        f"  Mail catcher         {place.url(place.catcher_port)}",
        "",
        f"  Sign-ins for the desk, all with the password {DEMO_PASSWORD}",
        *(f"    {role.value:<11}{email:<34}{name}" for role, email, name in organisers()),
        "",
        "  No money moves. Ctrl-C stops everything; the data stays for the next time,",
        "  `make demo-reset` throws it away.",
    ]
    width = max(map(len, lines)) + 2
    rule = "─" * width
    body = "\n".join(f"│ {line:<{width - 2}} │" for line in lines)
    return f"┌{rule}┐\n{body}\n└{rule}┘"
