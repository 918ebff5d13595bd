"""Whatever dies, and whoever works beside: each person has exactly one row, and gets it once."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from app.db.session import db, transaction
from app.factory import create_app
from app.lib import clock
from app.lib.bounces import BounceKind
from app.mail import gateway
from app.mail.errors import PermanentMailError, TemporaryMailError
from app.mailings.errors.mailings import NotNowError
from app.mailings.flows import sending as flow
from app.mailings.queries import mailings as reads
from app.mailings.queries import recipients as row_reads
from app.mailings.rules.mailings import STALE_AFTER
from app.mailings.rules.words import MailingState, RecipientState
from app.mailings.service import leaving, sending, starting
from app.queue.facts import RetryLater
from app.settings import activate, settings
from tests.factories.groups import make_group
from tests.factories.mailings import BY, make_reader, make_sending
from tests.fakes.smtp import FakeSmtp
from tests.support.processes import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from flask import Flask

    from app.groups.models import Group
    from app.settings import Settings

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
#: So many mails a mailing has in these tests; the hunt goes over 10000.
MAILS = int(os.environ.get("MUSTER_TEST_MAILS", "40"))


class Killed(BaseException):
    """The process is gone: nothing catches this, as nothing catches kill -9."""


class Post:
    """Stands in for the mail server's side of a conversation; keeps what it accepted."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.answer: Callable[[str], Exception | None] = lambda _to: None
        self.after: Callable[[str], None] = lambda _to: None

    def send(self, _message: EmailMessage, *, to: str, **_: Any) -> None:
        """Take a mail, or say why not."""
        error = self.answer(to)
        if error is not None:
            raise error
        self.taken.append(to)
        self.after(to)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """A server that takes everything at once."""
    made = Post()
    monkeypatch.setattr(gateway, "Session", lambda: made)
    return made


def readers(group: Group, count: int = MAILS) -> int:
    """A mailing to so many people, on its way."""
    with transaction():
        for number in range(count):
            make_reader(group, f"reader{number}@example.org")
        return make_sending(group).id


def run_to_the_end(mailing_id: int, traveller: time_machine.Traveller) -> None:
    """Work like a worker that is started again whenever it died."""
    for _ in range(MAILS * 30):
        try:
            flow.run(mailing_id)
        except RetryLater as later:
            traveller.shift(max(later.after, timedelta(seconds=1)))
        except Killed:
            db.session.rollback()
            db.session.info["writing"] = False
            traveller.shift(STALE_AFTER + timedelta(seconds=1))
        if reads.get_by_id(mailing_id).state is MailingState.SENT:
            return
    pytest.fail("it never ended")


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as made:
        yield made


@pytest.mark.parametrize("point", ["take", "send", "sent", "note", "finish"])
def test_killed_anywhere_each_gets_it_and_hardly_any_twice(
    post: Post,
    group: Group,
    traveller: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    mailing_id, dice = readers(group, 12), random.Random(7)  # noqa: S311 - dice
    deaths: list[str] = []

    def die(*_: Any) -> None:
        if len(deaths) < 5 and dice.random() < 0.4:
            deaths.append(point)
            raise Killed

    def then_die(work: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            done = work(*given, **named)
            die()
            return done

        return wrapped

    if point == "send":
        post.answer = lambda _to: die()
    elif point == "sent":
        post.after = die
    else:
        name = {"take": "take", "note": "note_sent", "finish": "finish"}[point]
        monkeypatch.setattr(sending, name, then_die(getattr(sending, name)))
    run_to_the_end(mailing_id, traveller)
    assert deaths
    counted = Counter(post.taken)
    assert set(counted) == {f"reader{number}@example.org" for number in range(12)}
    assert sum(counted.values()) - 12 <= len(deaths)
    if point in {"take", "send", "finish"}:
        assert max(counted.values()) == 1
    assert reads.count_states([mailing_id])[mailing_id] == {RecipientState.SENT: 12}


def test_many_with_three_that_come_back_and_two_that_end_it(
    post: Post, group: Group, traveller: time_machine.Traveller
) -> None:
    mailing_id = readers(group)
    gone = {f"reader{number}@example.org" for number in (3, 11, 29)}
    leave = {f"reader{number}@example.org" for number in (35, 37)}

    def answer(to: str) -> Exception | None:
        if to == "reader5@example.org" and "later" not in seen:
            seen.add("later")
            return TemporaryMailError("SMTPDataError 451", slows=True)
        if to in gone:
            return PermanentMailError("refused 550", bounce=BounceKind.NO_SUCH_ADDRESS)
        return None

    def end(to: str) -> None:
        """While it goes, two who have not got it yet end mails of this kind."""
        if to != "reader20@example.org":
            return
        rows = row_reads.list_recipients(mailing_id)[0]
        for row in [each for each in rows if each.supporter.email in leave]:
            with transaction():
                leaving.unsubscribe(row.public_id, now=clock.utcnow())

    seen = set[str]()
    post.answer, post.after = answer, end
    run_to_the_end(mailing_id, traveller)
    assert len(post.taken) == len(set(post.taken)) == MAILS - 5
    assert not leave & set(post.taken)
    counted = reads.count_states([mailing_id])[mailing_id]
    assert counted == {
        RecipientState.SENT: MAILS - 5,
        RecipientState.REFUSED: 3,
        RecipientState.SKIPPED: 2,
    }
    assert reads.count_bounced(mailing_id) == 3
    assert reads.count_unsubscribed(mailing_id) == 2


def test_ten_workers_with_pauses_send_each_one_once(disk_app: Flask, post: Post) -> None:
    with disk_app.app_context():
        with transaction():
            made = make_group()
        mailing_id = readers(made, 30)
    # What a test settings object says holds in each thread.
    given, over = settings(), threading.Event()

    def work() -> None:
        activate(given)
        with disk_app.app_context():
            while not over.is_set():
                try:
                    flow.run(mailing_id)
                except RetryLater:
                    clock.sleep(0.01)
                over.wait(0.01)
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for each in threads:
        each.start()
    with disk_app.app_context():
        _hold_and_go_on(mailing_id, times=5)
        for _ in range(1500):
            db.session.remove()
            if reads.get_by_id(mailing_id).state is MailingState.SENT:
                break
            clock.sleep(0.02)
        over.set()
        for each in threads:
            each.join()
        db.session.remove()
        assert reads.get_by_id(mailing_id).state is MailingState.SENT
        assert len(post.taken) == len(set(post.taken)) == 30


def _hold_and_go_on(mailing_id: int, *, times: int) -> None:
    for _ in range(times):
        clock.sleep(0.03)
        for change in (starting.pause, starting.resume):
            db.session.remove()
            if reads.get_by_id(mailing_id).state is MailingState.SENT:
                return
            try:
                with transaction():
                    change(mailing_id, now=clock.utcnow(), by=BY)
            except NotNowError:
                return


def send_and_die(given: Settings, mailing_id: int, after: int) -> None:
    """In a process of its own: kill -9 between a server's yes and our note of it."""
    send, taken = gateway.Session.send, list[int]()

    def dying(self: gateway.Session, *message: Any, **named: Any) -> None:
        send(self, *message, **named)
        taken.append(1)
        if len(taken) == after:
            os.kill(os.getpid(), signal.SIGKILL)

    gateway.Session.send = dying  # type: ignore[method-assign]
    with create_app(given).app_context():
        flow.run(mailing_id)


@pytest.mark.one_database
def test_a_process_that_is_killed_leaves_one_mail_in_doubt(disk_app: Flask) -> None:
    server = FakeSmtp()
    server.start()
    given = settings().model_copy(update={"smtp_port": server.port})
    activate(given)
    with disk_app.app_context():
        with transaction():
            made = make_group()
        mailing_id = readers(made, 6)
        db.session.remove()
        process = processes().Process(target=send_and_die, args=(given, mailing_id, 3))
        process.start()
        process.join(120)
        assert process.exitcode == -signal.SIGKILL
        assert len(server.messages) == 3
        later = clock.utcnow() + STALE_AFTER + timedelta(seconds=1)
        with time_machine.travel(later, tick=True):
            flow.run(mailing_id)
        counted = Counter(str(each["Message-ID"]) for each in server.messages)
        assert (len(counted), sum(counted.values())) == (6, 7)
        assert reads.count_states([mailing_id])[mailing_id] == {RecipientState.SENT: 6}
    server.stop()
