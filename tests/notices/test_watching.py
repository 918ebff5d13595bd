"""The web process says when the worker is silent and when no mail goes out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import structlog
import time_machine

from app.accounts.rules.permissions import Role
from app.db import schema
from app.db.session import transaction
from app.groups import queries as groups
from app.mail.models.outbox import OutboxMail
from app.mail.queries import outbox
from app.mail.rules.outbox import GIVE_UP_AFTER
from app.mail.service import outbox as mail
from app.notices.service import watching
from app.queue import service as queue
from tests.factories.accounts import make_account, post, sign_in
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SILENT, STUCK = "Nothing is being sent or fetched", "No mail goes out"


@pytest.fixture(autouse=True)
def fresh_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was said in the log yet."""
    monkeypatch.setattr(watching, "_silence_said", watching._Said())
    monkeypatch.setattr(watching, "_stuck_said", watching._Said())


@pytest.fixture
def migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of a test are made without migrations: take them for migrated."""
    monkeypatch.setattr(schema, "wanted_heads", frozenset[str])


@pytest.fixture
def desk(client: FlaskClient, app: Flask) -> Iterator[FlaskClient]:
    """An editor, who may see no queue, signed in at noon while a worker works."""
    with time_machine.travel(NOW, tick=False):
        with transaction():
            make_account(Role.EDITOR, group=make_group(), email="edi@example.org")
            queue.beat("here", now=NOW)
        sign_in(client, "edi@example.org")
        yield client


def page(client: FlaskClient, address: str, at: datetime) -> str:
    """A page as it was at an instant."""
    with time_machine.travel(at, tick=False):
        return client.get(address).get_data(as_text=True)


@pytest.mark.parametrize("address", ["/desk/", "/desk/account", "/desk/appeals/", "/desk/waiting"])
def test_every_page_of_the_desk_says_that_the_worker_is_silent(
    desk: FlaskClient, address: str
) -> None:
    assert SILENT not in page(desk, address, NOW + 3 * MINUTE)
    said = page(desk, address, NOW + 3 * MINUTE + timedelta(seconds=1))
    assert SILENT in said
    assert "The worker was last seen 3 minutes ago." in said
    assert "muster run" in said
    with transaction():
        queue.beat("there", now=NOW + 4 * MINUTE)
    assert SILENT not in page(desk, address, NOW + 5 * MINUTE)


def test_today_says_that_something_may_be_missing(desk: FlaskClient, app: Flask) -> None:
    line = "The worker is silent, so what is new may be missing here."
    with transaction():
        make_account(Role.OWNER, group=groups.get_group("lea-valley"), email="olga@example.org")
    with time_machine.travel(NOW, tick=False):
        post(desk, "/desk/sign-out", on="/desk/")
        sign_in(desk, "olga@example.org")
    assert line not in page(desk, "/desk/", NOW + MINUTE)
    assert "Nothing waits" in page(desk, "/desk/", NOW + MINUTE)
    assert line in page(desk, "/desk/", NOW + 10 * MINUTE)
    assert "Nothing waits" not in page(desk, "/desk/", NOW + 10 * MINUTE)


@pytest.mark.usefixtures("migrated")
def test_readyz_names_it_and_stays_ready(desk: FlaskClient) -> None:
    assert page(desk, "/readyz", NOW + MINUTE) == "ready\n"
    with time_machine.travel(NOW + 10 * MINUTE, tick=False):
        answer = desk.get("/readyz")
    assert answer.status_code == 200
    assert "no worker was seen since 2026-11-18T12:00:00+00:00" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("app")
def test_the_log_says_it_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([1.0, 2.0, watching.SAY_EVERY, watching.SAY_EVERY + 1])
    monkeypatch.setattr("app.lib.clock.monotonic", lambda: next(seconds))
    with structlog.testing.capture_logs() as lines:
        for _ in range(4):
            assert watching.worker_silence(NOW) == watching.Silence(None)
    assert [(line["event"], line["since"]) for line in lines] == [("worker.silent", "ever")] * 2


@pytest.mark.usefixtures("desk")
def test_a_public_page_says_nothing_of_it(client: FlaskClient) -> None:
    assert SILENT not in page(client, "/", NOW + timedelta(days=1))


# --- mail -------------------------------------------------------------------------------------


def put_mail(key: str, at: datetime) -> OutboxMail:
    """A mail that was put at an instant; call it inside a transaction."""
    mail.put("accounts/reset", key=key, to="x@example.org", locale="en", values={}, now=at)
    found = outbox.find_mail("accounts/reset", key)
    assert found is not None
    return found


def try_in_vain(key: str, at: datetime, error: str = "ConnectionRefusedError") -> None:
    """Put a mail that the server would not take."""
    with transaction():
        row = put_mail(key, at)
        row.tries = 1
        mail.postpone(row, error, now=at)


def give_up(key: str, at: datetime, error: str = "SMTPSenderRefused 550") -> None:
    """Put a mail that the server will never take."""
    with transaction():
        mail.mark_failed(put_mail(key, at), error, now=at)


def send(key: str, at: datetime, *, put_at: datetime | None = None) -> None:
    """Put a mail that was sent."""
    with transaction():
        mail.mark_sent(put_mail(key, put_at or at), now=at)


def stuck(at: datetime) -> bool:
    """Whether no mail goes out at an instant."""
    return watching.mail_stuck_since(at) is not None


@pytest.mark.usefixtures("migrated")
def test_when_every_mail_fails_for_a_quarter_of_an_hour_it_is_said(desk: FlaskClient) -> None:
    try_in_vain("1", NOW)
    assert STUCK not in page(desk, "/desk/", NOW + 14 * MINUTE)
    said = page(desk, "/desk/account", NOW + 15 * MINUTE)
    assert f"{STUCK}: the first failed 15 minutes ago" in said
    assert "every mail has failed since" in page(desk, "/readyz", NOW + 15 * MINUTE)


@pytest.mark.usefixtures("app")
def test_while_any_goes_out_nothing_is_said() -> None:
    try_in_vain("1", NOW)
    send("2", NOW + 10 * MINUTE)
    assert not stuck(NOW + 20 * MINUTE)


@pytest.mark.usefixtures("app")
def test_what_went_out_before_says_nothing_of_now() -> None:
    send("1", NOW - MINUTE)
    try_in_vain("2", NOW)
    assert stuck(NOW + 20 * MINUTE)


@pytest.mark.usefixtures("app")
def test_an_older_mail_that_went_out_at_last_counts() -> None:
    try_in_vain("1", NOW)
    send("2", NOW + 10 * MINUTE, put_at=NOW - timedelta(days=1))
    assert not stuck(NOW + 20 * MINUTE)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("fail", [try_in_vain, give_up])
def test_a_mailbox_that_is_refused_says_nothing_of_the_others(fail: object) -> None:
    assert callable(fail)
    fail("1", NOW, "SMTPRecipientsRefused 450")
    assert not stuck(NOW + 20 * MINUTE)


@pytest.mark.usefixtures("app")
def test_a_server_that_refuses_everything_for_good_is_told_for_some_days() -> None:
    give_up("1", NOW)
    assert stuck(NOW + 20 * MINUTE)
    assert stuck(NOW + GIVE_UP_AFTER)
    assert not stuck(NOW + 2 * GIVE_UP_AFTER)


@pytest.mark.usefixtures("app")
def test_a_mail_that_nobody_tried_yet_is_the_workers_trouble() -> None:
    with transaction():
        put_mail("1", NOW)
    assert not stuck(NOW + timedelta(hours=1))
