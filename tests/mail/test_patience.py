"""A mail server that has enough after a few messages: all arrive later, and mailings rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from app.db.session import transaction
from app.mail.jobs import HANDLERS, door
from app.mail.queries import outbox as queries
from app.mail.queries import pacing as pacing_reads
from app.mail.rules.addresses import Purpose
from app.mail.rules.outbox import MailState
from app.mail.service import outbox as service
from app.mail.service import pacing
from app.queue.jobs import run_due
from app.settings import activate, settings
from tests.fakes.smtp import FakeSmtp
from tests.mail.test_jobs import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
MAILS = 7


class Tired(FakeSmtp):
    """Takes three messages, then none until it slept."""

    def __init__(self, answer: str) -> None:
        super().__init__()
        self.answer, self.left = answer, 3

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if not self.left:
            return self.answer
        self.left -= 1
        return await super().handle_DATA(*given)


@pytest.fixture(autouse=True)
def noon(mail_app: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    monkeypatch.setattr(door, "closed_until", 0.0)
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize(
    "answer",
    [
        "421 4.7.0 too many messages",
        "450 try later",
        "454 4.7.1 limit exceeded",
        "550 5.4.5 Daily user sending limit exceeded.",
    ],
)
def test_all_arrive_later_and_once(answer: str, noon: time_machine.Traveller) -> None:
    server, before = Tired(answer), settings()
    server.start()
    activate(before.model_copy(update={"smtp_port": server.port}))
    with transaction():
        for number in range(MAILS):
            to = f"person{number}@example.org"
            service.put(
                "testing/hello", key=str(number), to=to, locale="en", values=VALUES, now=NOW
            )
    run_due(HANDLERS)
    assert queries.count_mails(MailState.SENT) == len(server.messages) == 3
    brake = pacing_reads.find_brake()
    assert brake is not None
    assert brake.last_rest > 0
    with transaction():
        assert not pacing.may_send(Purpose.MAILING, now=NOW).is_allowed
    for _ in range(4):
        server.left = 3
        noon.shift(timedelta(hours=1))
        run_due(HANDLERS)
    server.stop()
    activate(before)
    assert queries.count_mails(MailState.SENT) == MAILS
    reached = sorted(recipient for _, (recipient,) in server.envelopes)
    assert reached == [f"person{number}@example.org" for number in range(MAILS)]
