"""Mails that came back: said at once by the server, or reported later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from app.audit.facts import Actor
from app.cli.bounces import mark_all
from app.db.session import db, transaction
from app.lib.bounces import FINAL, BounceKind
from app.mail.jobs import HANDLERS
from app.mail.models.outbox import OutboxMail
from app.mail.queries import outbox as queries
from app.mail.render import BOUNCE_ADVICE, BOUNCE_NAMES, bounce_words
from app.mail.rules.outbox import MailState
from app.mail.service import outbox as service
from app.queue.jobs import run_due
from tests.lib.test_bounces import OURS, dsn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.smtp import FakeSmtp

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(mail_app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def put(key: str = "1") -> None:
    values: dict[str, Any] = {"name": "Sana", "paid_at": NOW, "links": {}}
    with transaction():
        service.put(
            "testing/hello", key=key, to="sana@example.org", locale="en", values=values, now=NOW
        )


def the_mail() -> OutboxMail:
    db.session.expire_all()
    (mail,) = queries.list_mails()
    return mail


def sent() -> str:
    """A mail that a server took; returns its Message-ID."""
    put()
    with transaction():
        service.mark_sent(the_mail(), now=NOW)
    return the_mail().message_id


def report(message_id: str, **changes: str) -> bytes:
    return dsn(**changes).replace(OURS.encode(), message_id.encode())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        ("rcpt", "550 5.1.1 user unknown", BounceKind.NO_SUCH_ADDRESS),
        ("rcpt", "552 5.2.2 mailbox full", BounceKind.MAILBOX_FULL),
        ("data", "554 5.7.1 looks like spam", BounceKind.POLICY),
    ],
)
def test_a_refusal_at_once_is_a_bounce(
    smtp: FakeSmtp, monkeypatch: pytest.MonkeyPatch, step: str, answer: str, kind: BounceKind
) -> None:
    put()
    monkeypatch.setattr("app.mail.render.build_message", _letter)
    setattr(smtp, step, answer)
    run_due(HANDLERS)
    mail = the_mail()
    assert (mail.state, mail.bounced_at) == (MailState.FAILED, NOW)
    assert mail.bounce_reason == kind.value
    assert "example" not in (mail.last_error or "")


def _letter(mail: OutboxMail) -> EmailMessage:
    message = EmailMessage()
    message["To"] = mail.to
    message.set_content("hello")
    return message


def test_a_busy_server_is_no_bounce(smtp: FakeSmtp, monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    monkeypatch.setattr("app.mail.render.build_message", _letter)
    smtp.rcpt = "452 4.2.2 mailbox full for now"
    run_due(HANDLERS)
    assert the_mail().bounced_at is None


def test_a_report_marks_its_mail_once(noon: time_machine.Traveller) -> None:
    message_id = sent()
    assert mark_all(report(message_id)) == (1, 1)
    noon.shift(timedelta(hours=1))
    assert mark_all(report(message_id, status="5.2.2", words="full")) == (1, 0)
    mail = the_mail()
    assert (mail.bounced_at, mail.bounce_reason) == (NOW, BounceKind.NO_SUCH_ADDRESS.value)
    assert mail.state is MailState.SENT


def test_a_report_without_a_message_id_of_ours_changes_nothing() -> None:
    sent()
    strangers = (
        report("<4k2x7m9p3q8r5t6v1w0z@example.org>"),
        report("<%@example.org>"),
        dsn(returned="To: sana@example.org\n\nhello"),
        dsn(returned=""),
        b"From: MAILER-DAEMON@x\n\n550 5.1.1 user unknown <sana@example.org>",
    )
    for data in strangers:
        assert mark_all(data)[1] == 0
    assert the_mail().bounced_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "delayed", "status": "4.4.1", "words": "later"},
        {"action": "delivered", "status": "2.0.0", "words": "ok"},
        {"action": "relayed", "status": "5.1.1", "words": "user unknown"},
    ],
)
def test_a_report_of_nothing_final_changes_nothing(changes: dict[str, str]) -> None:
    message_id = sent()
    assert mark_all(report(message_id, **changes)) == (1, 0)
    assert the_mail().bounced_at is None


def test_a_mail_that_was_not_sent_cannot_have_come_back() -> None:
    put()
    assert mark_all(report(the_mail().message_id)) == (1, 0)


def test_several_reports_are_read_at_once() -> None:
    message_id = sent()
    stranger = report("<other@example.org>")
    box = b"From x\n" + stranger + b"\nFrom x\n" + report(message_id) + b"\nFrom x\nnoise\n"
    assert mark_all(box) == (3, 1)


def test_sending_again_forgets_the_bounce(smtp: FakeSmtp, monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    monkeypatch.setattr("app.mail.render.build_message", _letter)
    smtp.rcpt = "550 5.1.1 user unknown"
    run_due(HANDLERS)
    smtp.rcpt = None
    with transaction():
        service.send_again(the_mail(), by=Actor.system(), now=NOW)
    run_due(HANDLERS)
    assert (the_mail().state, the_mail().bounced_at) == (MailState.SENT, None)


def test_each_reason_has_words() -> None:
    assert set(BOUNCE_NAMES) == set(BOUNCE_ADVICE) == set(FINAL)
    assert bounce_words(OutboxMail(bounce_reason="whatever")) == bounce_words(
        OutboxMail(bounce_reason="other")
    )
