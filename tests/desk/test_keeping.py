"""The foot of the desk: which version, how old the last backup is, and whether mail is held."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Role
from app.db.backups import Backup
from app.db.session import db, transaction
from app.lib import clock
from app.mail.service.outbox import DELIVER
from app.queue import service as queue
from tests.factories.accounts import make_account, sign_in
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database


def page_of(client: FlaskClient, role: Role) -> str:
    """The first page of the desk, as somebody of a role sees it."""
    with transaction():
        somebody = make_account(role, group=make_group())
    sign_in(client, somebody.email)
    answer = client.get("/desk/")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def note_backup(age: timedelta) -> None:
    with transaction():
        db.session.add(
            Backup(
                made_at=clock.utcnow() - age,
                name="muster.backup",
                size_bytes=2_500_000,
                sha256="0" * 64,
                version="0.1.0",
                is_opened=True,
                differences=0,
            )
        )


def test_an_owner_sees_the_version_and_that_nothing_was_backed_up(client: FlaskClient) -> None:
    page = page_of(client, Role.OWNER)
    assert version("muster") in page
    assert "no backup yet" in page


@pytest.mark.parametrize(("hours", "is_amber"), [(1, False), (47, False), (49, True)])
def test_the_last_backup_is_amber_after_two_days(
    hours: int, client: FlaskClient, *, is_amber: bool
) -> None:
    note_backup(timedelta(hours=hours))
    page = page_of(client, Role.OWNER)
    assert "2.5 MB" in page
    assert "opened and checked" in page
    assert ("older than two days" in page) is is_amber


def test_who_sees_no_queues_sees_nothing_of_it(client: FlaskClient) -> None:
    assert "desk-foot__keeping" not in page_of(client, Role.EDITOR)


def test_held_mail_is_told_on_the_desk(client: FlaskClient) -> None:
    with transaction():
        queue.hold(DELIVER, now=clock.utcnow())
    assert "muster mail release" in page_of(client, Role.OWNER)
