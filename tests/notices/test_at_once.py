"""Workers beside each other, and ones that die, tell each thing once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.rules.permissions import Role
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.mail.models.outbox import OutboxMail
from app.notices.errors import InHandError, LastHearerError
from app.notices.models import Notice, NoticeTold
from app.notices.rules import SUMMARY, Pace
from app.notices.service import choosing, taking, telling
from app.queue.models import Job
from tests.factories.accounts import make_account
from tests.factories.groups import make_group
from tests.notices.conftest import NOW, ZONE, Heap

if TYPE_CHECKING:
    from flask import Flask


BY = Actor.system()
WORKERS = 4


@pytest.fixture
def people(disk_app: Flask) -> tuple[int, list[int]]:
    """A group and its two owners."""
    with disk_app.app_context(), transaction():
        group = make_group()
        owners = [make_account(Role.OWNER, group=group, now=NOW) for _ in range(2)]
        db.session.flush()
        return group.id, [each.id for each in owners]


def at_once(app: Flask, *works: Callable[[], None]) -> list[Exception]:
    """Do works at the same moment, each in a thread of its own; what they raised."""
    barrier, raised = threading.Barrier(len(works)), list[Exception]()

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            barrier.wait(10)
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def count(app: Flask, model: type) -> int:
    """How many rows there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def tell(heap: Heap, now: datetime = NOW) -> None:
    """Look at what waits."""
    with transaction():
        telling.tell([heap.source], zone=ZONE, now=now)


def test_workers_beside_each_other_tell_each_thing_once(
    disk_app: Flask, people: tuple[int, list[int]], disputes: Heap
) -> None:
    disputes.add("a", "b", "c")
    assert at_once(disk_app, *[lambda: tell(disputes)] * WORKERS) == []
    assert count(disk_app, Notice) == 3
    assert count(disk_app, NoticeTold) == 6
    assert count(disk_app, OutboxMail) == 2
    assert count(disk_app, Job) == 2


def test_a_worker_that_dies_in_between_told_nothing(
    disk_app: Flask, people: tuple[int, list[int]], disputes: Heap
) -> None:
    def die() -> None:
        with transaction():
            telling.tell([disputes.source], zone=ZONE, now=NOW)
            raise ConnectionAbortedError

    disputes.add("a")
    assert [type(error) for error in at_once(disk_app, die)] == [ConnectionAbortedError]
    assert count(disk_app, OutboxMail) == 0
    assert at_once(disk_app, lambda: tell(disputes)) == []
    assert count(disk_app, OutboxMail) == 2


def test_of_two_who_take_the_same_one_has_it(
    disk_app: Flask, people: tuple[int, list[int]], disputes: Heap
) -> None:
    group_id, owners = people
    disputes.add("a")

    def take(account_id: int) -> Callable[[], None]:
        def work() -> None:
            with transaction():
                person = _person(account_id)
                taking.take(disputes.source, person, [group_id], over=False, now=NOW, by=BY)

        return work

    raised = at_once(disk_app, *map(take, owners))
    assert [type(error) for error in raised] == [InHandError]
    assert count(disk_app, Notice) == 1


def test_of_two_who_want_to_hear_no_more_one_keeps_hearing(
    disk_app: Flask, people: tuple[int, list[int]], disputes: Heap
) -> None:
    def silence(account_id: int) -> Callable[[], None]:
        def work() -> None:
            wanted = {"disputes": Pace.NEVER, SUMMARY: Pace.WEEKLY}
            with transaction():
                person = _person(account_id)
                choosing.choose(person, wanted, [disputes.kind], now=NOW, by=BY)
                threading.Event().wait(0.3)  # the other looks before this one commits

        return work

    raised = at_once(disk_app, *map(silence, people[1]))
    assert [type(error) for error in raised] == [LastHearerError]


def _person(account_id: int) -> User:
    person = db.session.get(User, account_id)
    assert person is not None
    return person
