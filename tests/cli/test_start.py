"""A start that would be wrong stops with one clear line, no secret in it, and a non-zero exit."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.db.session import transaction
from app.demo import marker
from tests.cli.conftest import MUSTER, Run
from tests.support.apps import dispose, make_app, make_settings

#: Of work, not of waiting: the machine may be busy with other tests.
SECONDS = 3.5
SECONDS_WHEN_LOADED = 1.0
STRIPE = "MUSTER_STRIPE_ACCOUNTS__NETWORK__"
WRONG: dict[str, tuple[dict[str, str | None], str]] = {
    "missing secret": ({"MUSTER_SECRET_KEY": None}, "MUSTER_SECRET_KEY is missing"),
    "short secret": ({"MUSTER_SECRET_KEY": "kR7vQ2mZp9"}, "shorter than 32"),
    "default secret": (
        {"MUSTER_SECRET_KEY": "change-me-before-production-please-1234"},
        "well-known or guessable",
    ),
    "test key beside a live address": (
        {f"{STRIPE}SECRET_KEY": "sk_test_kR7vQ2mZp9"},
        "test key stands beside a production address",
    ),
    "live key beside a local address": (
        {"MUSTER_BASE_URL": "https://localhost"},
        "live Stripe key stands beside MUSTER_BASE_URL",
    ),
    "live key outside production": (
        {"MUSTER_ENVIRONMENT": "development"},
        "live Stripe key stands beside MUSTER_ENVIRONMENT=development",
    ),
    "no webhook secret": ({f"{STRIPE}WEBHOOK_SECRETS": None}, "WEBHOOK_SECRETS is missing"),
    "http in production": (
        {"MUSTER_BASE_URL": "http://muster.example.org"},
        "must begin with https://",
    ),
    "rehearsal beside a live key": (
        {"MUSTER_STRIPE_API_BASE": "http://127.0.0.1:8001"},
        "live Stripe key stands beside the rehearsal",
    ),
    "unmigrated schema": ({}, "run: muster db upgrade"),
    "no database": ({"MUSTER_DATABASE_URL": None}, "MUSTER_DATABASE_URL is missing"),
    "unknown setting": ({"MUSTER_SECRETKEY": "x"}, "MUSTER_SECRETKEY is not a setting"),
}


def changed(good: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**good, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def worked() -> float:
    """Seconds of processor time that finished child processes took so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def assert_refused(ended: Run, says: str, variables: Mapping[str, str]) -> None:
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert says in said
    assert "Traceback" not in said
    own = [line for line in said.splitlines() if line.startswith("muster: ")]
    assert len(own) == 1
    for name, value in variables.items():
        if name.endswith(("SECRET_KEY", "WEBHOOK_SECRETS")):
            assert value not in said, name


@pytest.mark.parametrize("case", WRONG)
def test_run_refuses(
    case: str, good: dict[str, str], muster: Callable[..., Run], free_port: int
) -> None:
    changes, says = WRONG[case]
    variables = changed(good, changes)
    ended = muster(variables, "run", "--port", str(free_port))
    assert ended.worked < SECONDS_WHEN_LOADED
    assert_refused(ended, says, variables)
    assert not ended.stdout


@pytest.mark.parametrize("case", ["missing secret", "unmigrated schema"])
def test_a_new_process_refuses_soon(
    case: str, good: dict[str, str], shell: Callable[..., Run], free_port: int
) -> None:
    changes, says = WRONG[case]
    variables = changed(good, changes)
    before = worked()
    ended = shell([*MUSTER, "run", "--port", str(free_port)], variables)
    assert worked() - before < SECONDS
    assert_refused(ended, says, variables)


SERVERS = {
    "flask": ["-m", "flask", "--app", "wsgi", "run", "--port"],
    "granian": ["-m", "granian", "--interface", "wsgi", "--no-ws", "wsgi:app", "--port"],
}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("case", ["short secret", "unmigrated schema"])
def test_every_server_refuses(
    case: str,
    server: str,
    good: dict[str, str],
    shell: Callable[..., Run],
    free_port: int,
) -> None:
    changes, says = WRONG[case]
    variables = changed(good, changes)
    ended = shell([sys.executable, *SERVERS[server], str(free_port)], variables)
    assert_refused(ended, says, variables)


def test_gunicorn_gives_up_instead_of_trying_for_ever(
    good: dict[str, str], shell: Callable[..., Run]
) -> None:
    # 3 is gunicorn's WORKER_BOOT_ERROR: with any other code it starts the worker again and again.
    ended = shell([sys.executable, "-c", "import wsgi"], changed(good, {"MUSTER_SECRET_KEY": None}))
    assert ended.returncode == 3


@pytest.mark.parametrize("command", [["run"], ["stripe", "sweep"]])
def test_a_live_key_refuses_a_database_with_demo_data(
    command: list[str],
    good: dict[str, str],
    muster: Callable[..., Run],
) -> None:
    assert muster(good, "db", "upgrade").returncode == 0
    mark_as_demo(good["MUSTER_DATABASE_URL"])
    ended = muster(good, *command)
    assert_refused(ended, "this database holds demo data", good)


def mark_as_demo(database_url: str) -> None:
    app = make_app(make_settings(database_url, Path("unused")))
    with app.app_context(), transaction():
        marker.begin(now=datetime(2026, 1, 1, tzinfo=UTC))
    dispose(app)


@pytest.mark.parametrize("command", [["books", "check"], ["worker"]])
def test_every_command_refuses_an_unmigrated_database(
    command: list[str], good: dict[str, str], muster: Callable[..., Run]
) -> None:
    assert_refused(muster(good, *command), "run: muster db upgrade", good)


def test_a_settings_file_that_others_can_read_is_refused(
    good: dict[str, str], muster: Callable[..., Run], tmp_path: Path
) -> None:
    file = tmp_path / "open.env"
    file.write_text("MUSTER_SITE_NAME=Ours\n")
    file.chmod(0o644)
    ended = muster({**good, "MUSTER_SETTINGS_FILE": str(file)}, "run")
    assert_refused(ended, "chmod 600", good)
