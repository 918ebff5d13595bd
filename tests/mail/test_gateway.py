"""One conversation with the mail server that carries many messages."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from app.lib.bounces import BounceKind
from app.mail import gateway
from app.mail.errors import MailServerAwayError, PermanentMailError, TemporaryMailError
from app.settings import activate, settings
from tests.support.ports import free_port

if TYPE_CHECKING:
    from tests.fakes.smtp import FakeSmtp

SENDER = "bounces@example.org"


def letter(number: int) -> EmailMessage:
    message = EmailMessage()
    message["To"] = f"person{number}@example.org"
    message["Subject"] = f"Letter {number}"
    message.set_content("hello")
    return message


def send(session: gateway.Session, number: int) -> None:
    session.send(letter(number), sender=SENDER, to=f"person{number}@example.org")


def subjects(smtp: FakeSmtp) -> list[str]:
    return [str(message["Subject"]) for message in smtp.messages]


def test_many_messages_share_a_connection(smtp: FakeSmtp, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = list[int]()
    connect = gateway._connect

    def counted(given: object) -> object:
        opened.append(1)
        return connect(given)  # type: ignore[arg-type]

    monkeypatch.setattr(gateway, "_connect", counted)
    monkeypatch.setattr(gateway, "MOST_CARRIED", 4)
    with gateway.session() as session:
        assert opened == []
        for number in range(10):
            send(session, number)
    assert len(opened) == 3
    assert subjects(smtp) == [f"Letter {number}" for number in range(10)]


def test_a_refusal_does_not_stop_the_next_one(smtp: FakeSmtp) -> None:
    with gateway.session() as session:
        send(session, 0)
        smtp.rcpt = "550 5.1.1 user unknown"
        with pytest.raises(PermanentMailError) as refused:
            send(session, 1)
        assert refused.value.bounce is BounceKind.NO_SUCH_ADDRESS
        smtp.rcpt = "452 4.2.2 mailbox full"
        with pytest.raises(TemporaryMailError) as full:
            send(session, 2)
        assert not full.value.slows
        smtp.rcpt = None
        send(session, 3)
    assert subjects(smtp) == ["Letter 0", "Letter 3"]


@pytest.mark.parametrize(
    "answer", ["421 4.7.0 too many messages", "450 try later", "454 4.7.1 limit exceeded"]
)
@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_a_server_that_asks_for_patience_says_so(smtp: FakeSmtp, step: str, answer: str) -> None:
    with gateway.session() as session:
        send(session, 0)
        setattr(smtp, step, answer)
        with pytest.raises(TemporaryMailError) as slowed:
            send(session, 1)
        assert slowed.value.slows
        setattr(smtp, step, None)
        send(session, 1)
    assert subjects(smtp) == ["Letter 0", "Letter 1"]


def test_a_server_that_hung_up_is_called_again(smtp: FakeSmtp) -> None:
    with gateway.session() as session:
        send(session, 0)
        session._server.close()  # type: ignore[union-attr]
        send(session, 1)
    assert subjects(smtp) == ["Letter 0", "Letter 1"]


def test_a_server_that_is_not_there_is_away(smtp: FakeSmtp) -> None:
    before = settings()
    activate(before.model_copy(update={"smtp_port": free_port()}))
    with gateway.session() as session, pytest.raises(MailServerAwayError) as away:
        send(session, 0)
    activate(before)
    assert away.value.slows
