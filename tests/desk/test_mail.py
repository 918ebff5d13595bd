"""How mail fares, what came in, and who gets no more mail, as each role sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.lib import clock
from app.lib.bounces import BounceKind
from app.mail.models.addresses import ReceivedMail, Suppression
from app.mail.queries import outbox as outbox_reads
from app.mail.rules.addresses import Purpose, ReceivedState, SuppressionReason
from app.mail.service import outbox, pacing, receiving, suppression
from app.settings import activate, settings
from tests.factories.accounts import make_account, post, sign_in
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
SANA = "sana@example.org"
LETTER = b"""\
From: =?utf-8?b?2LPZhtin?= <sana@example.org>
To: bounces@example.org
Subject: <b>Who</b> are you?
Content-Type: text/plain; charset=utf-8

Please <script>alert(1)</script> write to my other address.
"""


@pytest.fixture(autouse=True)
def noon(app: object) -> Iterator[None]:
    before = settings()
    activate(before.model_copy(update={"bounce_address": "bounces@example.org"}))
    with time_machine.travel(NOW, tick=False):
        yield
    activate(before)


def come(client: FlaskClient, role: Role = Role.ORGANISER) -> None:
    with transaction():
        account = make_account(role, group=make_group())
    sign_in(client, account.email)


def keep(data: bytes = LETTER) -> ReceivedMail:
    with transaction():
        assert receiving.take_in(data, now=clock.utcnow()) is receiving.Outcome.KEPT
    return the_received()


def the_received() -> ReceivedMail:
    db.session.expire_all()
    return db.session.scalars(select(ReceivedMail)).one()


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def test_the_numbers_tell_how_mail_fares(client: FlaskClient) -> None:
    activate(settings().model_copy(update={"mail_per_hour": 60}))
    with transaction():
        pacing.may_send(Purpose.SERVICE, now=NOW, wanted=7)
        pacing.slow_down(now=NOW)
        suppression.suppress(SANA, SuppressionReason.COMPLAINT, now=NOW)
        outbox.put("appeals/receipt", key="1", to=SANA, locale="en", values={}, now=NOW)
    with transaction():
        (mail,) = outbox_reads.list_mails()
        outbox.mark_failed(mail, "no", now=NOW, bounce=BounceKind.MAILBOX_FULL)
    come(client)
    page = text(client, "/desk/mail/")
    for words in ("of 60 at most", "mailings rest", "The mailbox is full", "Called a mail of ours"):
        assert words in page
    assert "sana" not in page


def test_without_an_address_for_bounces_the_page_says_so(client: FlaskClient) -> None:
    activate(settings().model_copy(update={"bounce_address": ""}))
    come(client)
    assert "MUSTER_BOUNCE_ADDRESS" in text(client, "/desk/mail/")


def test_a_letter_is_shown_as_plain_text_and_marked_as_read(client: FlaskClient) -> None:
    kept = keep()
    come(client)
    listed = text(client, "/desk/mail/received")
    assert "سنا" in listed
    assert "&lt;b&gt;Who&lt;/b&gt; are you?" in listed
    assert "received" in text(client, "/desk/waiting")
    page = text(client, f"/desk/mail/received/{kept.public_id}")
    assert "write to my other address" in page
    assert "<script>alert" not in page
    answer = post(client, f"/desk/mail/received/{kept.public_id}/seen", on="/desk/mail/received")
    assert answer.status_code == 303
    assert the_received().state is ReceivedState.SEEN
    assert the_received().seen_at == NOW


def test_the_list_goes_on_by_pages(client: FlaskClient) -> None:
    for number in range(30):
        with transaction():
            receiving.take_in(LETTER + str(number).encode(), now=NOW + timedelta(minutes=number))
    come(client)
    first = text(client, "/desk/mail/received")
    assert first.count("/seen") == 25
    before = db.session.scalars(select(ReceivedMail.id).order_by(ReceivedMail.id)).all()[5]
    second = text(client, f"/desk/mail/received?before={before}")
    assert second.count("/seen") == 5
    assert f"before={before}" in first


def test_an_address_is_looked_up_and_nothing_is_written(client: FlaskClient) -> None:
    come(client)
    answer = post(client, "/desk/mail/suppressed", email=" Sana@Example.org ")
    assert answer.status_code == 200
    assert "Nothing keeps mail from this address" in answer.text
    assert db.session.scalars(select(Suppression)).all() == []
    with transaction():
        suppression.suppress(SANA, SuppressionReason.BOUNCE, now=NOW)
    again = post(client, "/desk/mail/suppressed", email=SANA)
    assert "Mail came back from it" in again.text


def enter(client: FlaskClient, email: str = SANA, reason: str = "asked") -> TestResponse:
    page = "/desk/mail/suppressed"
    return post(client, f"{page}/add", on=page, to=email, reason=reason)


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c"])
def test_what_is_no_address_is_said(client: FlaskClient, email: str) -> None:
    come(client)
    assert post(client, "/desk/mail/suppressed", email=email).status_code == 422
    answer = enter(client, email)
    assert answer.status_code == 422
    assert email in answer.text


def test_somebody_who_rang_is_entered(client: FlaskClient) -> None:
    come(client)
    answer = enter(client)
    assert answer.status_code == 303
    assert suppression.is_suppressed(SANA, for_=Purpose.MAILING)
    actions = [each.action for each in db.session.scalars(select(AuditEntry))]
    assert "mail.suppressed" in actions


@pytest.mark.parametrize("reason", ["bounce", "complaint", "nonsense", ""])
def test_what_nobody_at_the_desk_can_know_is_refused(client: FlaskClient, reason: str) -> None:
    come(client)
    assert enter(client, reason=reason).status_code == 422
    assert not suppression.is_suppressed(SANA, for_=Purpose.MAILING)


@pytest.mark.parametrize("role", [Role.TREASURER, Role.EDITOR, Role.AUDITOR, Role.MODERATOR])
def test_letters_are_for_those_who_answer_for_what_is_kept(client: FlaskClient, role: Role) -> None:
    kept = keep()
    come(client, role)
    for path in ("", "received", f"received/{kept.public_id}", "suppressed"):
        assert client.get(f"/desk/mail/{path}").status_code == 403
