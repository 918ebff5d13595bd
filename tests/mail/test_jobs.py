"""From the outbox to the mail server: once, or later, or visibly not at all."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock, links
from app.lib.money import Money
from app.lib.text import Translated
from app.mail import gateway
from app.mail.errors import MailHeaderError, MailServerAwayError, TemporaryMailError
from app.mail.jobs import AWAY, HANDLERS, SCHEDULES, door
from app.mail.models.outbox import OutboxMail
from app.mail.queries import outbox as queries
from app.mail.rules.outbox import GIVE_UP_AFTER, KEEP_BODY, STALE_AFTER, MailState
from app.mail.service import outbox as service
from app.queue import queries as jobs
from app.queue.jobs import run_due
from app.settings import SmtpSecurity, activate, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.smtp import FakeSmtp

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
VALUES = {
    "name": "<Sana> & Co",
    "amount": Money(1050, "GBP"),
    "title": Translated.of(en="Winter aid", ar="عون الشتاء"),
    "paid_at": NOW,
    "links": {
        "thanks": {
            "endpoint": "appeals.thanks", "purpose": "thanks", "subject": "abc", "version": 2
        },
        "home": {"endpoint": "site.about"},
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(mail_app: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    monkeypatch.setattr(door, "closed_until", 0.0)
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def put(template: str = "testing/hello", **changes: Any) -> None:
    given: dict[str, Any] = {
        "key": "1", "to": "sana@example.org", "locale": "en", "values": VALUES, "now": NOW
    }  # fmt: skip
    with transaction():
        service.put(template, **(given | changes))


def the_mail() -> OutboxMail:
    db.session.expire_all()
    (mail,) = queries.list_mails()
    return mail


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_mail_is_sent_once_with_all_its_headers(smtp: FakeSmtp) -> None:
    put(reply_to="group@example.org", sender_name="Aid, Gaza")
    put()
    run_due(HANDLERS)
    run_due(HANDLERS, SCHEDULES)
    (message,) = smtp.messages
    assert smtp.envelopes == [("muster@example.org", ["sana@example.org"])]
    assert message["From"] == '"Aid, Gaza" <muster@example.org>'
    assert message["To"] == "sana@example.org"
    assert message["Reply-To"] == "group@example.org"
    assert message["Subject"] == "Hello <Sana> & Co"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == the_mail().message_id
    assert message["Message-ID"].endswith("@example.org>")
    assert message["Content-Language"] == "en"
    assert the_mail().state is MailState.SENT
    assert the_mail().finished_at == NOW


def test_values_come_to_the_template_as_what_they_were(smtp: FakeSmtp) -> None:
    put()
    run_due(HANDLERS)
    text, html = part(smtp.messages[0], "plain"), part(smtp.messages[0], "html")
    assert "<Sana> & Co" in text
    assert "£10.50 Winter aid 15 March 2026" in text
    assert "&lt;Sana&gt; &amp; Co" in html


def test_a_private_link_is_made_when_the_mail_is_rendered(smtp: FakeSmtp) -> None:
    put()
    assert "http" not in str(the_mail().values)
    run_due(HANDLERS)
    lines = part(smtp.messages[0], "plain").splitlines()
    address = next(line for line in lines if "/thanks/" in line)
    found = links.read(settings().secrets, "thanks", address.rpartition("/")[2])
    assert (found.subject, found.version) == ("abc", 2)
    assert address.startswith("http://localhost/thanks/")
    assert "http://localhost/about" in lines


def test_a_mail_speaks_its_readers_language(smtp: FakeSmtp) -> None:
    put(locale="ar")
    run_due(HANDLERS)
    message = smtp.messages[0]
    assert message["Content-Language"] == "ar"
    assert "عون الشتاء" in part(message, "plain")
    assert "http://localhost/ar/thanks/" in part(message, "plain")
    assert 'lang="ar" dir="rtl"' in part(message, "html")


def test_a_mail_without_a_sender_name_comes_from_the_site(smtp: FakeSmtp) -> None:
    put()
    run_due(HANDLERS)
    assert smtp.messages[0]["From"] == f"{settings().site_name} <muster@example.org>"


@pytest.mark.parametrize("field", ["to", "reply_to", "sender_name"])
def test_a_line_end_in_a_header_is_refused(field: str) -> None:
    with pytest.raises(MailHeaderError):
        put(**{field: "x@example.org\r\nBcc: y@example.org"})
    assert queries.list_mails() == []


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_a_server_that_is_busy_is_asked_again(
    smtp: FakeSmtp, step: str, noon: time_machine.Traveller
) -> None:
    put()
    setattr(smtp, step, "451 4.3.0 sana@example.org later")
    run_due(HANDLERS)
    assert the_mail().state is MailState.WAITING
    assert the_mail().next_try_at == NOW + timedelta(minutes=1)
    assert "451" in (the_mail().last_error or "")
    assert "example.org" not in (the_mail().last_error or "")
    assert run_due(HANDLERS) == 0
    setattr(smtp, step, None)
    noon.shift(timedelta(minutes=1))
    run_due(HANDLERS)
    assert len(smtp.messages) == 1
    assert the_mail().last_error is None


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_a_refusal_for_good_is_final_and_visible(smtp: FakeSmtp, step: str) -> None:
    put()
    setattr(smtp, step, "550 no such person")
    run_due(HANDLERS)
    assert the_mail().state is MailState.FAILED
    assert queries.count_mails(MailState.FAILED) == 1
    assert queries.list_mails(state=MailState.FAILED) == [the_mail()]
    assert jobs.count_failed() == 0


def test_a_server_that_is_away_for_three_days_is_given_up(noon: time_machine.Traveller) -> None:
    put()
    for _ in range(40):
        run_due(HANDLERS)
        noon.shift(timedelta(hours=6))
    assert the_mail().state is MailState.FAILED
    assert the_mail().finished_at is not None
    assert the_mail().finished_at - NOW <= GIVE_UP_AFTER + timedelta(hours=6)  # type: ignore[operator]


def test_nobody_knocks_again_at_once_at_a_server_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    knocks, seconds = list[int](), [100.0]

    def refuse(*_args: object, **_kwargs: object) -> None:
        knocks.append(1)
        raise MailServerAwayError("ConnectionRefusedError")

    monkeypatch.setattr(gateway, "send", refuse)
    monkeypatch.setattr(clock, "monotonic", lambda: seconds[0])
    for key in "abc":
        put(key=key)
    run_due(HANDLERS)
    assert len(knocks) == 1
    assert queries.count_mails(MailState.WAITING) == 3
    seconds[0] += AWAY
    put(key="d")
    run_due(HANDLERS)
    assert len(knocks) == 2


def test_more_old_mails_than_fit_one_transaction_are_purged(
    smtp: FakeSmtp, noon: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in "abcde":
        put(key=key)
    run_due(HANDLERS)
    noon.shift(KEEP_BODY + timedelta(days=1))
    at_once = functools.partial(service.purge, limit=2)
    monkeypatch.setattr(service, "purge", at_once)
    run_due(HANDLERS, SCHEDULES)
    assert {str(mail.values) for mail in queries.list_mails()} == {"{}"}


def test_a_failed_mail_can_be_sent_again(smtp: FakeSmtp, noon: time_machine.Traveller) -> None:
    put()
    smtp.rcpt = "550 no"
    run_due(HANDLERS)
    smtp.rcpt = None
    noon.shift(timedelta(days=5))
    with transaction():
        service.send_again(the_mail(), by=Actor.account(1), now=NOW + timedelta(days=5))
    run_due(HANDLERS)
    with transaction():
        service.send_again(the_mail(), by=Actor.account(1), now=NOW + timedelta(days=6))
    run_due(HANDLERS)
    assert len(smtp.messages) == 1


def test_a_mail_that_cannot_be_rendered_waits_to_be_mended(smtp: FakeSmtp) -> None:
    put("testing/broken")
    run_due(HANDLERS)
    assert the_mail().state is MailState.WAITING
    assert the_mail().last_error == "cannot be rendered: UndefinedError"


def test_a_worker_that_died_after_sending_repeats_the_mail_under_the_same_id(
    smtp: FakeSmtp, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> None:
    put()

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service, "mark_sent", die)
        with pytest.raises(KeyboardInterrupt):
            run_due(HANDLERS)
    assert the_mail().state is MailState.SENDING
    noon.shift(timedelta(minutes=6))
    run_due(HANDLERS)
    assert the_mail().state is MailState.SENT
    assert len({message["Message-ID"] for message in smtp.messages}) == 1
    assert len(smtp.messages) == 2


def test_a_mail_in_another_workers_hand_is_left_alone(
    smtp: FakeSmtp, noon: time_machine.Traveller
) -> None:
    put()
    with transaction():
        assert service.take(the_mail().id, now=NOW)
    assert run_due(HANDLERS) == 1
    assert smtp.messages == []
    noon.shift(STALE_AFTER + timedelta(seconds=1))
    run_due(HANDLERS)
    assert len(smtp.messages) == 1


def test_a_mail_that_lost_its_job_is_swept_up(smtp: FakeSmtp, noon: time_machine.Traveller) -> None:
    put()
    with transaction():
        job = jobs.find_by_key(f"mail:{the_mail().id}")
        db.session.delete(job)
    assert run_due(HANDLERS, SCHEDULES[:1]) == 1
    assert smtp.messages == []
    noon.shift(timedelta(minutes=20))
    run_due(HANDLERS, SCHEDULES[:1])
    assert len(smtp.messages) == 1


def test_an_old_mail_forgets_what_it_said(smtp: FakeSmtp, noon: time_machine.Traveller) -> None:
    put()
    run_due(HANDLERS)
    noon.shift(KEEP_BODY - timedelta(days=1))
    run_due(HANDLERS, SCHEDULES)
    assert the_mail().values
    noon.shift(timedelta(days=2))
    run_due(HANDLERS, SCHEDULES)
    assert the_mail().values == {}
    assert the_mail().to == "s…@example.org"
    assert queries.find_mail("testing/hello", "1") == the_mail()


def test_no_mail_is_sent_inside_a_transaction() -> None:
    with transaction(), pytest.raises(RuntimeError):
        gateway.send(EmailMessage(), sender="a@example.org", to="b@example.org")


@pytest.mark.parametrize(
    "changes", [{"smtp_security": SmtpSecurity.STARTTLS}, {"smtp_username": "desk"}]
)
def test_a_server_that_cannot_do_what_the_settings_say_is_no_refusal(
    smtp: FakeSmtp, changes: dict[str, Any]
) -> None:
    before = settings()
    activate(before.model_copy(update=changes))
    with pytest.raises(TemporaryMailError):
        gateway.send(EmailMessage(), sender="a@example.org", to="b@example.org")
    activate(before)
    assert smtp.messages == []
