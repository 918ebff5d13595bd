"""One pace for all workers, receipts first, and a brake when a server asks for patience."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.db.session import db, transaction
from app.mail.facts import Allowance
from app.mail.queries import pacing as queries
from app.mail.rules.addresses import Purpose
from app.mail.rules.pacing import (
    FIRST_REST,
    LONGEST_REST,
    WINDOW,
    asks_for_patience,
    eased,
    next_rest,
    room_for,
)
from app.mail.service import outbox, pacing
from app.settings import activate, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

NOW = datetime(2026, 3, 15, 12, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMIT = 60


@pytest.fixture
def limited(app: Flask) -> Iterator[Flask]:
    """An installation that may send sixty mails within an hour."""
    before = settings()
    activate(before.model_copy(update={"mail_per_hour": LIMIT}))
    yield app
    activate(before)


def ask(purpose: Purpose = Purpose.MAILING, at: datetime = NOW, wanted: int = 1) -> Allowance:
    with transaction():
        return pacing.may_send(purpose, now=at, wanted=wanted)


def slow_down(at: datetime) -> timedelta:
    with transaction():
        return pacing.slow_down(now=at)


@pytest.mark.usefixtures("limited")
def test_two_mailings_leave_room_for_a_receipt() -> None:
    assert [ask(wanted=40).granted, ask(wanted=40).granted] == [40, 14]
    full = ask(wanted=5)
    assert (full.granted, full.is_allowed) == (0, False)
    assert full.wait == NOW.replace(second=0) + WINDOW + MINUTE - NOW
    assert [ask(Purpose.SERVICE).granted for _ in range(4)] == [1, 1, 1, 0]
    assert [ask(Purpose.ASKED_FOR).granted for _ in range(4)] == [1, 1, 1, 0]
    assert queries.count_sent(NOW) == LIMIT


@pytest.mark.usefixtures("limited")
def test_no_hour_holds_more_than_the_limit() -> None:
    sent: list[datetime] = []
    for minute in range(0, 240, 5):
        at = NOW + minute * MINUTE + timedelta(seconds=37 * minute % 40)
        sent += [at] * ask(wanted=11, at=at).granted
        sent += [at] * ask(Purpose.SERVICE, at=at).granted
    assert len(sent) > 3 * 50
    assert all(sum(each <= other < each + WINDOW for other in sent) <= LIMIT for each in sent)


@pytest.mark.usefixtures("limited")
def test_room_that_was_not_used_comes_back() -> None:
    assert ask(wanted=54).granted == 54
    with transaction():
        pacing.give_back(10, now=NOW)
        pacing.give_back(0, now=NOW)
    assert ask(wanted=54).granted == 10
    with transaction():
        pacing.give_back(1000, now=NOW)
    assert queries.count_sent(NOW) == 0


def test_without_a_limit_all_may_leave_and_are_counted(app: Flask) -> None:
    assert ask(wanted=5000).granted == 5000
    assert ask(Purpose.SERVICE).granted == 1
    assert queries.count_sent(NOW) == 5001
    with transaction():
        pacing.purge(now=NOW + timedelta(days=3))
    assert queries.count_sent(NOW) == 0


def test_a_mailing_waits_for_a_receipt_that_is_due(app: Flask) -> None:
    with transaction():
        outbox.put("testing/hello", key="1", to="a@example.org", locale="en", values={}, now=NOW)
    assert ask(wanted=10) == Allowance(0, timedelta(seconds=2))
    assert ask(Purpose.SERVICE).is_allowed
    # So many receipts that this one has not had its turn for a while.
    assert not ask(at=NOW + 10 * MINUTE).is_allowed
    stuck = NOW + 31 * MINUTE
    assert ask(at=stuck, wanted=10).granted == 10


def test_four_workers_together_keep_the_limit(disk_app: Flask) -> None:
    before = settings()
    activate(before.model_copy(update={"mail_per_hour": LIMIT}))
    granted: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        with disk_app.app_context():
            start.wait(20)
            mine = [ask(wanted=3).granted for _ in range(10)]
            db.session.remove()
        granted.extend(mine)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    with disk_app.app_context():
        assert ask(Purpose.SERVICE).is_allowed
    activate(before)
    assert (len(granted), sum(granted)) == (40, room_for(Purpose.MAILING, LIMIT))


# --- the brake ----------------------------------------------------------------------------------


def test_mailings_rest_and_receipts_do_not(app: Flask) -> None:
    assert slow_down(NOW) == timedelta(seconds=FIRST_REST)
    assert ask() == Allowance(0, timedelta(seconds=FIRST_REST))
    assert ask(Purpose.SERVICE).is_allowed
    assert ask(at=NOW + timedelta(seconds=FIRST_REST)).is_allowed


def test_each_rest_is_longer_until_the_server_takes_mail_again(app: Flask) -> None:
    at, rests = NOW, list[int]()
    for _ in range(8):
        rests.append(int(slow_down(at).total_seconds()))
        at += timedelta(seconds=rests[-1])
    assert rests == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    for _ in range(3):
        with transaction():
            pacing.speed_up(now=at)
    assert slow_down(at) == timedelta(seconds=900)


def test_workers_that_hear_it_together_slow_down_once(app: Flask) -> None:
    assert slow_down(NOW) == slow_down(NOW) == timedelta(seconds=FIRST_REST)
    with transaction():
        pacing.speed_up(now=NOW)
    assert slow_down(NOW + MINUTE) == timedelta(seconds=2 * FIRST_REST)


def test_where_nobody_asked_for_patience_there_is_no_brake(app: Flask) -> None:
    with transaction():
        pacing.speed_up(now=NOW)
    assert queries.find_brake() is None


def test_rests_grow_and_ease() -> None:
    assert next_rest(0) == FIRST_REST
    assert next_rest(LONGEST_REST) == LONGEST_REST
    assert [eased(3600), eased(60), eased(59), eased(0)] == [1800, 30, 0, 0]


@pytest.mark.parametrize(
    ("limit", "rooms"),
    [
        (1, (1, 1, 1)),
        (2, (1, 1, 2)),
        (10, (9, 9, 10)),
        (60, (54, 57, 60)),
        (1000, (900, 950, 1000)),
    ],
)
def test_room_is_kept_free_for_what_somebody_waits_for(
    limit: int, rooms: tuple[int, int, int]
) -> None:
    found = [
        room_for(each, limit) for each in (Purpose.MAILING, Purpose.SERVICE, Purpose.ASKED_FOR)
    ]
    assert tuple(found) == rooms


@pytest.mark.parametrize(
    ("code", "words", "asks"),
    [
        (421, "4.7.0 too many messages, try again later", True),
        (450, "try again later", True),
        (454, "4.7.1 relay limit exceeded", True),
        (451, "4.3.0 mail server temporarily rejected", True),
        (452, "4.5.3 too many recipients", True),
        (450, "4.2.0 greylisted, see http://example.org", False),
        (451, "4.7.1 Greylisting in action", True),
        (452, "4.2.2 mailbox full", False),
        (450, "4.1.1 user unknown for now", False),
        (550, "5.7.1 too many", False),
        (550, "5.4.5 Daily user sending quota exceeded.", True),
        (550, "5.4.5 That was enough for today.", True),
        (554, "Message rejected: maximum sending rate exceeded", True),
        (552, "5.2.0 Submission quota exceeded", True),
        (554, "5.7.0 too many messages in this session", True),
        (550, "5.1.1 user unknown", False),
        (550, "5.1.1 <rate-limit@example.org>: user unknown", False),
        (550, "5.7.1 no corporate limits", False),
        (554, "5.2.122 The recipient has exceeded the number of messages per hour", False),
        (550, "She may receive no more than 30 messages per hour", False),
        (552, "5.3.4 The message is larger than the outgoing size limit", False),
        (552, "5.2.2 mailbox size limit exceeded", False),
        (552, "5.3.4 Message size exceeds fixed limit", False),
        (550, "5.7.1 message content rejected due to policy", False),
        (250, "fine", False),
    ],
)
def test_what_asks_for_patience(code: int, words: str, asks: bool) -> None:
    assert asks_for_patience(code, words) is asks
