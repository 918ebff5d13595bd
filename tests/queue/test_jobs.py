"""The queue: nothing is lost, nothing runs twice at once, nothing stops the worker."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import func, select, update

from app.audit import queries as audit
from app.audit.facts import Actor
from app.db.session import db, in_transaction, transaction
from app.factory import create_app
from app.lib import clock
from app.lib.errors import NotFoundError
from app.queue import queries, service
from app.queue.facts import RetryLater, Schedule
from app.queue.jobs import HANDLERS, run_due, run_worker
from app.queue.models import Job, Worker
from app.queue.rules import LEASE, LONGEST_DELAY, MAX_TRIES, JobState, backoff, period_key
from app.settings import settings
from tests.support.processes import processes
from tests.support.tables import Counter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask

    from app.queue.facts import Handler
    from app.settings import Settings

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def put(kind: str = "try", **kwargs: Any) -> None:
    with transaction():
        service.put(kind, kwargs.pop("payload", {}), now=clock.utcnow(), **kwargs)


def the_job() -> Job:
    db.session.expire_all()
    return db.session.scalars(select(Job)).one()


class Notes:
    """A handler that notes what it was given and does what it was told to."""

    def __init__(self, outcome: Exception | None = None) -> None:
        self.seen: list[Mapping[str, Any]] = []
        self.outcome = outcome

    def __call__(self, payload: Mapping[str, Any]) -> None:
        assert not in_transaction()
        self.seen.append(payload)
        if self.outcome is not None:
            raise self.outcome


@pytest.mark.usefixtures("app")
def test_a_job_runs_once_with_its_payload(noon: time_machine.Traveller) -> None:
    put(payload={"id": 3})
    notes = Notes()
    assert run_due({"try": notes}) == 1
    assert run_due({"try": notes}) == 0
    assert notes.seen == [{"id": 3}]
    assert the_job().state is JobState.DONE
    assert the_job().finished_at == NOW


@pytest.mark.one_database
@pytest.mark.usefixtures("app")
def test_what_a_job_was_told_is_kept_no_longer_than_it_is_needed(
    noon: time_machine.Traveller,
) -> None:
    put(payload={"text": "See you at noon."})
    run_due({"try": Notes(ZeroDivisionError())})
    assert the_job().payload == {"text": "See you at noon."}
    noon.shift(timedelta(hours=1))
    run_due({"try": Notes()})
    assert (the_job().state, the_job().payload) == (JobState.DONE, {})
    with transaction():
        service.put("other", {"text": "And after."}, now=clock.utcnow())
        job = db.session.scalars(select(Job).where(Job.kind == "other")).one()
        service.let_go(job, Actor.system(), clock.utcnow())
        assert job.payload == {}


@pytest.mark.usefixtures("app")
def test_a_key_is_put_once(noon: time_machine.Traveller) -> None:
    put(key="mail:1")
    put(key="mail:1")
    assert run_due({"try": Notes()}) == 1
    put(key="mail:1")
    assert run_due({"try": Notes()}) == 0


@pytest.mark.usefixtures("app")
def test_a_job_waits_for_its_time(noon: time_machine.Traveller) -> None:
    put(run_at=NOW + timedelta(hours=1))
    assert run_due({"try": Notes()}) == 0
    noon.shift(timedelta(hours=1))
    assert run_due({"try": Notes()}) == 1


@pytest.mark.usefixtures("app")
def test_a_job_rolled_back_with_its_cause_never_was() -> None:
    def fail() -> None:
        with transaction():
            service.put("try", {}, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert queries.has_due(NOW) is False


@pytest.mark.usefixtures("app")
def test_what_a_job_puts_runs_too(noon: time_machine.Traveller) -> None:
    second = Notes()

    def first(_payload: Mapping[str, Any]) -> None:
        put("second")

    put("first")
    assert run_due({"first": first, "second": second}) == 2
    assert len(second.seen) == 1


@pytest.mark.usefixtures("app")
def test_a_failing_job_comes_back_later_and_says_where(noon: time_machine.Traveller) -> None:
    put()
    notes = Notes(ZeroDivisionError("somebody@example.org"))
    assert run_due({"try": notes}) == 1
    assert run_due({"try": notes}) == 0
    job = the_job()
    assert job.state is JobState.WAITING
    assert job.run_at > NOW
    assert job.last_error is not None
    assert job.last_error.startswith("ZeroDivisionError at ")
    assert "example.org" not in job.last_error


@pytest.mark.usefixtures("app")
def test_a_job_of_an_unknown_kind_waits_for_a_worker_that_knows_it(
    noon: time_machine.Traveller,
) -> None:
    put("new-kind")
    assert run_due({}) == 1
    assert the_job().state is JobState.WAITING


@pytest.mark.usefixtures("app")
def test_a_job_that_always_fails_is_given_up_and_can_be_retried(
    noon: time_machine.Traveller,
) -> None:
    put()
    notes = Notes(ZeroDivisionError())
    for _ in range(MAX_TRIES + 3):
        run_due({"try": notes})
        noon.shift(LONGEST_DELAY * 2)
    assert len(notes.seen) == MAX_TRIES
    assert [job.id for job in queries.list_failed()] == [the_job().id]
    assert queries.count_failed() == 1
    with transaction():
        service.retry(the_job(), Actor.account(7), clock.utcnow())
    notes.outcome = None
    run_due({"try": notes})
    assert the_job().state is JobState.DONE
    assert [entry.action for entry in audit.list_for(f"job:{the_job().id}")] == ["job.retried"]


@pytest.mark.usefixtures("app")
def test_retry_later_is_no_failure(noon: time_machine.Traveller) -> None:
    put()
    notes = Notes(RetryLater(timedelta(minutes=5)))
    for _ in range(MAX_TRIES + 3):
        assert run_due({"try": notes}) == 1
        noon.shift(timedelta(minutes=5))
    assert the_job().state is JobState.WAITING


@pytest.mark.usefixtures("app")
def test_a_job_whose_worker_died_is_taken_again_after_the_lease(
    noon: time_machine.Traveller,
) -> None:
    put()
    with transaction():
        assert service.claim("dead", now=NOW, limit=1) == [the_job().id]
    assert run_due({"try": Notes()}) == 0
    noon.shift(LEASE + timedelta(seconds=1))
    notes = Notes()
    assert run_due({"try": notes}) == 1
    assert len(notes.seen) == 1


@pytest.mark.usefixtures("app")
def test_a_worker_that_lost_its_lease_cannot_end_the_job(noon: time_machine.Traveller) -> None:
    put()
    with transaction():
        (job_id,) = service.claim("slow", now=NOW, limit=1)
        service.claim("next", now=NOW + LEASE * 2, limit=1)
        assert not service.finish(job_id, "slow", now=NOW)
        assert not service.postpone(job_id, "slow", run_at=NOW)
        assert service.finish(job_id, "next", now=NOW)


@pytest.mark.usefixtures("app")
def test_a_job_that_kills_its_worker_each_time_is_given_up(noon: time_machine.Traveller) -> None:
    put()
    for _ in range(MAX_TRIES):
        with transaction():
            assert service.claim("dies", now=clock.utcnow(), limit=1)
        noon.shift(LEASE * 2)
    assert run_due({"try": Notes()}) == 0
    assert the_job().state is JobState.FAILED


@pytest.mark.usefixtures("app")
def test_a_schedule_puts_one_job_in_each_period(noon: time_machine.Traveller) -> None:
    hourly = (Schedule("try", timedelta(hours=1), {"deep": True}),)
    notes = Notes()
    assert [run_due({"try": notes}, hourly) for _ in range(3)] == [1, 0, 0]
    noon.shift(timedelta(hours=1))
    assert run_due({"try": notes}, hourly) == 1
    assert notes.seen == [{"deep": True}] * 2


def test_a_period_is_counted_from_a_fixed_instant() -> None:
    daily = Schedule("try", timedelta(days=1))
    evening = NOW.replace(hour=23, minute=59)
    assert period_key(daily, NOW) == period_key(daily, evening)
    assert period_key(daily, NOW) != period_key(daily, evening + timedelta(minutes=1))


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 10), (5, 80), (11, 5120), (12, 7200)])
def test_retries_come_ever_more_rarely(tries: int, seconds: int) -> None:
    assert backoff(tries, 0.5) == timedelta(seconds=seconds)
    assert backoff(tries, 0) == timedelta(seconds=seconds) * 0.8


@pytest.mark.usefixtures("app")
def test_done_jobs_are_forgotten_in_time(noon: time_machine.Traveller) -> None:
    put()
    run_due({"try": Notes()})
    noon.shift(timedelta(days=31))
    put("queue.purge")
    run_due(HANDLERS)
    assert [job.kind for job in db.session.scalars(select(Job))] == ["queue.purge"]


@pytest.mark.usefixtures("app")
def test_a_job_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        queries.get_job(99)
    assert queries.find_by_key("nothing") is None
    assert queries.heartbeat(NOW) is None


def stop_when_idle(app: Flask) -> bool:
    with app.app_context():
        now = clock.utcnow()
        running = select(func.count()).select_from(Job).where(Job.state == JobState.RUNNING)
        return not queries.has_due(now) and not db.session.scalar(running)


def test_two_workers_share_the_work_and_never_a_job(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        for number in range(40):
            service.put("try", {"number": number}, now=clock.utcnow())
    seen, guard = list[int](), threading.Lock()

    def handler(payload: Mapping[str, Any]) -> None:
        with guard:
            seen.append(payload["number"])

    def work() -> None:
        with disk_app.app_context():
            run_worker({"try": handler}, (), stop=lambda: stop_when_idle(disk_app))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(seen) == list(range(40))
    with disk_app.app_context():
        assert queries.heartbeat(clock.utcnow() + timedelta(minutes=1)) is not None
        assert db.session.scalar(select(func.count()).select_from(Worker)) == 3


def test_a_long_handler_keeps_its_lease(disk_app: Flask) -> None:
    lease, runs, others = timedelta(seconds=2), list[int](), list[list[int]]()

    def slow(_payload: Mapping[str, Any]) -> None:
        runs.append(1)
        threading.Event().wait(3)
        with disk_app.app_context(), transaction():
            others.append(service.claim("other", now=clock.utcnow(), limit=1))

    with disk_app.app_context():
        put()
        run_worker({"try": slow}, (), stop=lambda: stop_when_idle(disk_app), lease=lease)
    assert (runs, others) == ([1], [[]])


def count(_payload: Mapping[str, Any]) -> None:
    with transaction():
        row = db.session.get_one(Counter, 1, with_for_update=True)
        row.number += 1


def count_and_die(payload: Mapping[str, Any]) -> None:
    count(payload)
    os.kill(os.getpid(), signal.SIGKILL)


def work_in_a_process(given: Settings, handlers: Mapping[str, Handler]) -> None:
    app = create_app(given)
    with app.app_context():
        run_worker(handlers, (), stop=lambda: stop_when_idle(app), lease=timedelta(seconds=3))


def test_a_job_survives_the_death_of_its_worker(disk_app: Flask) -> None:
    with disk_app.app_context():
        with transaction():
            db.session.add(Counter(id=1, number=0))
        put()
    codes = []
    for handler in (count_and_die, count):
        process = processes().Process(target=work_in_a_process, args=(settings(), {"try": handler}))
        process.start()
        process.join(120)
        codes.append(process.exitcode)
    assert codes == [-signal.SIGKILL, 0]
    with disk_app.app_context():
        assert db.session.get_one(Counter, 1).number == 2
        assert the_job().state is JobState.DONE


def test_a_worker_bears_a_database_that_is_away(
    disk_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = list[int]()

    def has_due(_now: datetime) -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise ConnectionError
        return False

    monkeypatch.setattr(queries, "has_due", has_due)
    monkeypatch.setattr(clock, "sleep", lambda _seconds: None)
    with disk_app.app_context():
        run_worker({}, (), stop=lambda: len(calls) >= 3)
    assert len(calls) == 3


@pytest.mark.usefixtures("app")
def test_overdue_jobs_are_counted(noon: time_machine.Traveller) -> None:
    put()
    assert queries.count_overdue(NOW - timedelta(minutes=1)) == 0
    with transaction():
        db.session.execute(update(Job).values(run_at=NOW - timedelta(hours=1)))
    assert queries.count_overdue(NOW - timedelta(minutes=1)) == 1
