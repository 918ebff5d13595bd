"""`muster doctor` names each thing that is wrong, says what to do, and exits 1."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.accounts import queries as accounts
from app.cli import checks
from app.db import schema
from app.db.backups import Backup
from app.db.session import db, transaction
from app.demo import marker
from app.lib import clock
from app.mail.queries import received
from app.mail.rules.addresses import MOST_UNREAD
from app.mail.service.outbox import DELIVER
from app.queue import service as queue
from app.settings import Settings, settings
from tests.cli.conftest import Run
from tests.support.apps import make_settings

pytestmark = pytest.mark.one_database


@pytest.fixture
def migrated(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Settings:
    # The shared tables were made from the models, not by migrations.
    monkeypatch.setattr(schema, "is_current", lambda: True)
    return settings()


def wrong(lines: Iterator[checks.Line]) -> dict[str, checks.Line]:
    return {line.name: line for line in lines if not line.is_well}


def test_everything_is_well(migrated: Settings) -> None:
    with transaction():
        queue.beat("a worker", now=clock.utcnow())
    assert wrong(checks.worker(migrated)) == {}
    assert wrong(checks.demo_data(migrated)) == {}
    assert wrong(checks.disk(migrated)) == {}
    assert wrong(checks.database(migrated)) == {}


def test_a_silent_worker_is_named(migrated: Settings) -> None:
    assert "ever" in wrong(checks.worker(migrated))["worker"].says
    with transaction():
        queue.beat("a worker", now=clock.utcnow() - timedelta(minutes=5))
    assert wrong(checks.worker(migrated))["worker"].advice == "run: muster run"


def test_late_jobs_are_counted(migrated: Settings) -> None:
    with transaction():
        queue.put("a.kind", {}, now=clock.utcnow() - timedelta(hours=1))
    assert wrong(checks.worker(migrated))["jobs"].says == "1 late, 0 given up"


def test_demo_data_in_a_real_installation_is_wrong(migrated: Settings) -> None:
    with transaction():
        marker.begin(now=clock.utcnow())
    assert "demo" in wrong(checks.demo_data(migrated))["demo data"].says


def test_an_old_schema_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "is_current", lambda: False)
    assert wrong(checks.database(settings()))["schema"].advice == "run: muster db upgrade"


def test_keys_without_a_body_are_told(migrated: Settings) -> None:
    found = wrong(checks.stripe_accounts(migrated))
    assert found["Stripe network"].says == "no group uses this key"


def test_no_keys_at_all_is_told(app: Flask, tmp_path: Path) -> None:
    without = make_settings("sqlite://", tmp_path, stripe_accounts={})
    assert "nobody can give by card" in wrong(checks.stripe_accounts(without))["Stripe"].says


@contextmanager
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_mail_server_is_tried(app: Flask, tmp_path: Path) -> None:
    with listening() as port:
        up = make_settings("sqlite://", tmp_path, smtp_port=port)
        assert wrong(checks.mail(up)) == {}
    assert "does not answer" in wrong(checks.mail(up))["mail"].says


@pytest.mark.parametrize(
    ("bounce_address", "is_wrong"),
    [
        ("", False),
        ("bounces@example.org", False),
        ("bounces@mail.example.org", False),
        ("bounces@example.net", True),
        ("bounces@otherexample.org", True),
    ],
)
def test_an_address_for_bounces_of_another_domain_is_told(
    migrated: Settings, bounce_address: str, *, is_wrong: bool
) -> None:
    given = migrated.model_copy(
        update={"mail_from": "Muster <muster@example.org>", "bounce_address": bounce_address}
    )
    lines = list(checks.returned_mail(given))
    assert lines
    assert bool(wrong(iter(lines))) is is_wrong


def test_returned_mail_that_nobody_reads_is_told(
    migrated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(received, "count_unread", lambda: MOST_UNREAD)
    given = migrated.model_copy(update={"bounce_address": "bounces@example.org"})
    assert "returned mail" in wrong(checks.returned_mail(given))


@pytest.mark.parametrize(("mode", "is_wrong"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_database_that_others_can_read_is_told(
    mode: int, tmp_path: Path, *, is_wrong: bool
) -> None:
    database = tmp_path / "muster.db"
    database.touch()
    database.chmod(mode)
    tmp_path.chmod(0o700)
    found = wrong(checks.files(make_settings(f"sqlite:///{database}", tmp_path)))
    assert ("database file" in found) is is_wrong
    if is_wrong:
        assert found["database file"].advice == f"chmod 600 {database}"


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "SMALLEST_DISK", 1 << 80)
    assert "make room" in wrong(checks.disk(make_settings("sqlite://", tmp_path)))["disk"].advice


def test_the_command_shows_the_table_and_exits_1(
    good: dict[str, str], muster: Callable[..., Run]
) -> None:
    ended = muster(good, "doctor")
    assert ended.returncode == 1
    assert "FAIL  schema" in ended.stdout
    assert "→ run: muster db upgrade" in ended.stdout
    assert "need attention" in ended.stdout
    assert "sk_live" not in ended.stdout + ended.stderr


def test_the_command_lists_every_bad_setting(
    good: dict[str, str], muster: Callable[..., Run]
) -> None:
    bad = {**good, "MUSTER_SECRET_KEY": "short", "MUSTER_BASE_URL": "http://muster.example.org"}
    ended = muster(bad, "doctor")
    assert ended.returncode == 1
    assert ended.stdout.count("FAIL  settings") == 2


def test_a_database_that_is_away_is_one_line(
    good: dict[str, str], muster: Callable[..., Run]
) -> None:
    away = {**good, "MUSTER_DATABASE_URL": "postgresql://muster:hunter2hunter2@127.0.0.1:9/muster"}
    ended = muster(away, "doctor")
    assert ended.returncode == 1
    assert "FAIL  database" in ended.stdout
    assert "hunter2" not in ended.stdout + ended.stderr


def live_settings(tmp_path: Path) -> Settings:
    keys = {"network": {"secret_key": "sk_live_kR7vQ2mZp9", "webhook_secrets": ("whsec_1",)}}
    return make_settings(
        "sqlite://",
        tmp_path,
        environment="production",
        base_url="https://muster.example.org",
        stripe_accounts=keys,
        stripe_api_base=None,
    )


def note_backup(age: timedelta) -> None:
    with transaction():
        db.session.add(
            Backup(
                made_at=clock.utcnow() - age,
                name="muster.backup",
                size_bytes=1,
                sha256="0" * 64,
                version="0.1.0",
                is_opened=True,
                differences=0,
            )
        )


def test_live_keys_want_a_backup_younger_than_two_days(migrated: Settings, tmp_path: Path) -> None:
    live = live_settings(tmp_path)
    assert wrong(checks.backups(migrated)) == {}
    assert "none yet" in wrong(checks.backups(live))["backup"].says
    note_backup(timedelta(days=2, minutes=1))
    assert "backup" in wrong(checks.backups(live))
    note_backup(timedelta(days=1, hours=23))
    assert wrong(checks.backups(live)) == {}


def test_live_keys_want_a_second_factor_of_whoever_has_power(
    migrated: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = live_settings(tmp_path)
    assert wrong(checks.second_factors(live)) == {}
    (line,) = checks.second_factors(make_settings("sqlite://", tmp_path, environment="demo"))
    assert "not asked of demo accounts" in line.says
    monkeypatch.setattr(accounts, "list_without_second_factor", lambda: [1, 2])
    assert "2 account(s)" in wrong(checks.second_factors(live))["second factor"].says
    assert wrong(checks.second_factors(migrated)) == {}


def test_held_mail_is_told(migrated: Settings) -> None:
    assert wrong(checks.held_mail(migrated)) == {}
    with transaction():
        queue.hold(DELIVER, now=clock.utcnow())
    assert "held mail" in wrong(checks.held_mail(migrated))


def test_mail_in_the_clear_is_told(tmp_path: Path) -> None:
    far = make_settings("sqlite://", tmp_path, smtp_host="mail.example.org")
    assert "unprotected" in wrong(checks.mail_sender(far))["mail security"].says
    assert wrong(checks.mail_sender(make_settings("sqlite://", tmp_path))) == {}
