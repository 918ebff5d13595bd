"""The one way to write."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import OperationalError

from app.db.locks import FifoLock
from app.db.session import (
    NestedTransactionError,
    PendingChangesError,
    WriteOutsideTransactionError,
    assert_no_transaction,
    db,
    in_transaction,
    retry_deadlocks,
    transaction,
    writing,
)
from app.factory import create_app
from app.settings import settings
from tests.support.processes import processes
from tests.support.tables import Counter

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Executable

    from app.settings import Settings

THREADS, PROCESSES, ROUNDS = 4, 3, 30


def number() -> int | None:
    return db.session.scalar(select(Counter.number).where(Counter.id == 1))


@pytest.fixture
def counter(app: Flask) -> Counter:
    row = Counter(id=1, number=0)
    with transaction():
        db.session.add(row)
    return row


def test_what_happens_inside_is_kept(counter: Counter) -> None:
    with transaction():
        counter.number += 1
    db.session.expire_all()
    assert number() == 1


def test_an_exception_leaves_nothing(counter: Counter) -> None:
    def fail() -> None:
        with transaction():
            counter.number = 5
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert number() == 0
    assert not in_transaction()


def test_a_transaction_does_not_nest(counter: Counter) -> None:
    with transaction():
        counter.number = 3
        with pytest.raises(NestedTransactionError), transaction():
            pass
    assert number() == 3


@pytest.mark.parametrize("change", ["new", "dirty", "deleted"])
def test_changes_made_before_it_are_refused(counter: Counter, change: str) -> None:
    if change == "new":
        db.session.add(Counter(id=2, number=0))
    elif change == "dirty":
        counter.number = 4
    else:
        db.session.delete(counter)
    with pytest.raises(PendingChangesError), transaction():
        pass
    db.session.rollback()


def test_a_flush_outside_raises(counter: Counter) -> None:
    counter.number = 9
    with pytest.raises(WriteOutsideTransactionError):
        db.session.flush()
    db.session.rollback()
    assert number() == 0


@pytest.mark.parametrize(
    "statement",
    [
        update(Counter).values(number=9),
        delete(Counter),
        insert(Counter).values(id=7, number=7),
        text("UPDATE testing_counter SET number = 9"),
    ],
    ids=["update", "delete", "insert", "text"],
)
def test_a_bulk_change_outside_raises(counter: Counter, statement: Executable) -> None:
    with pytest.raises(WriteOutsideTransactionError):
        db.session.execute(statement)
    assert number() == 0


def test_who_calls_out_holds_no_lock_and_no_connection(disk_app: Flask) -> None:
    start(disk_app)
    with disk_app.app_context():
        row = db.session.get_one(Counter, 1)
        assert db.session().in_transaction()
        assert_no_transaction()
        assert not db.session().in_transaction()
        with writing(db.engine) as other:
            other.execute(update(Counter).values(number=7))
        assert row.number == 7
    assert_no_transaction()


def test_no_call_goes_out_of_a_transaction(counter: Counter) -> None:
    with transaction(), pytest.raises(RuntimeError):
        assert_no_transaction()


def test_rows_loaded_before_are_read_again_under_the_lock(disk_app: Flask) -> None:
    with disk_app.app_context():
        with transaction():
            db.session.add(Counter(id=1, number=0))
        row = db.session.get_one(Counter, 1)
        assert row.number == 0
        with writing(db.engine) as other:
            other.execute(update(Counter).values(number=41))
        with transaction():
            row.number += 1
        assert number() == 42


def increment(app: Flask) -> None:
    for _ in range(ROUNDS):
        with app.app_context():
            row = db.session.get_one(Counter, 1)
            with transaction():
                db.session.refresh(row, with_for_update=True)
                row.number += 1


def increment_from_afresh(given: Settings) -> None:
    increment(create_app(given))


def start(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.add(Counter(id=1, number=0))


def test_threads_lose_no_update(disk_app: Flask) -> None:
    start(disk_app)
    threads = [threading.Thread(target=increment, args=(disk_app,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with disk_app.app_context():
        assert number() == THREADS * ROUNDS


def test_processes_lose_no_update(disk_app: Flask) -> None:
    start(disk_app)
    server = processes()
    made = [
        server.Process(target=increment_from_afresh, args=(settings(),)) for _ in range(PROCESSES)
    ]
    for process in made:
        process.start()
    for process in made:
        process.join()
    assert [process.exitcode for process in made] == [0] * PROCESSES
    with disk_app.app_context():
        assert number() == PROCESSES * ROUNDS


def die_in_the_middle(given: Settings) -> None:
    app = create_app(given)
    with app.app_context(), transaction():
        db.session.get_one(Counter, 1).number = 99
        db.session.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_killed_in_the_middle_wrote_nothing_and_blocks_nobody(disk_app: Flask) -> None:
    start(disk_app)
    process = processes().Process(target=die_in_the_middle, args=(settings(),))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    with disk_app.app_context():
        assert number() == 0
        with transaction():
            db.session.get_one(Counter, 1).number += 1
        assert number() == 1


def test_a_reader_is_not_held_up_by_a_writer(disk_app: Flask) -> None:
    start(disk_app)
    seen: list[int | None] = []

    def read() -> None:
        with disk_app.app_context():
            seen.append(number())

    with disk_app.app_context(), transaction():
        db.session.get_one(Counter, 1).number = 1
        db.session.flush()
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(60)
    assert seen == [0]


def test_writers_of_a_process_take_turns_in_order() -> None:
    lock, order = FifoLock(), list[int]()
    assert lock.acquire(1)
    threads = []
    for place in range(5):
        threads.append(threading.Thread(target=take_turn, args=(lock, order, place)))
        threads[-1].start()
        while len(lock._waiting) <= place:
            threading.Event().wait(0.001)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def take_turn(lock: FifoLock, order: list[int], place: int) -> None:
    assert lock.acquire(60)
    order.append(place)
    lock.release()


def test_a_writer_whose_turn_does_not_come_gives_up() -> None:
    lock, gave_up = FifoLock(), list[bool]()
    assert lock.acquire(1)
    thread = threading.Thread(target=lambda: gave_up.append(not lock.acquire(0.01)))
    thread.start()
    thread.join()
    lock.release()
    assert gave_up == [True]
    assert lock.acquire(0.01)


class DeadlockError(Exception):
    sqlstate = "40P01"


@pytest.mark.parametrize(("failures", "outcome"), [(0, "done"), (3, "done"), (9, None)])
def test_a_victim_of_a_deadlock_tries_again(
    failures: int, outcome: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.lib.clock.sleep", lambda _seconds: None)
    left = [OperationalError("", {}, DeadlockError()) for _ in range(failures)]

    def work() -> str:
        if left:
            raise left.pop()
        return "done"

    attempt: Callable[[], str] = lambda: retry_deadlocks(work)  # noqa: E731
    if outcome is None:
        with pytest.raises(OperationalError):
            attempt()
    else:
        assert attempt() == outcome


def test_two_transactions_that_lock_crosswise_both_end(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        db.session.add_all([Counter(id=1, number=0), Counter(id=2, number=0)])
    barrier = threading.Barrier(2)

    def cross(first: int, second: int) -> None:
        met = list[bool]()

        def work() -> None:
            with transaction():
                bump(first)
                if not met and db.engine.dialect.name == "postgresql":
                    met.append(True)
                    barrier.wait(60)
                bump(second)

        with disk_app.app_context():
            retry_deadlocks(work)

    threads = [threading.Thread(target=cross, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with disk_app.app_context():
        assert db.session.scalars(select(Counter.number)).all() == [2, 2]


def bump(row_id: int) -> None:
    db.session.execute(
        update(Counter).where(Counter.id == row_id).values(number=Counter.number + 1)
    )
