"""The worker: takes due jobs and runs their handlers, each outside any transaction."""

import os
import socket
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Engine, update

from app.db.session import db, end_read, retry_deadlocks, transaction, writing
from app.lib import clock, ids
from app.queue import queries, service
from app.queue.facts import Handler, RetryLater, Schedule
from app.queue.models import Job
from app.queue.rules import LEASE, period_key

log = structlog.get_logger(__name__)

#: Seconds between two looks at an empty queue.
PAUSE = 0.5
#: Seconds between two signs of life.
BEAT: Final = 10.0


def _purge(_payload: Mapping[str, Any]) -> None:
    with transaction():
        service.purge(now=clock.utcnow())


HANDLERS: Mapping[str, Handler] = {"queue.purge": _purge}
SCHEDULES: tuple[Schedule, ...] = (Schedule("queue.purge", timedelta(days=1)),)


@dataclass(frozen=True)
class _Shift:
    """A worker with what it can do and how long its leases last."""

    handlers: Mapping[str, Handler]
    name: str
    lease: timedelta


def run_worker(
    handlers: Mapping[str, Handler],
    schedules: Sequence[Schedule],
    *,
    stop: Callable[[], bool],
    lease: timedelta = LEASE,
) -> None:
    """Run jobs until `stop` says so; the job at hand is finished first.

    Needs an application context. Any number of workers may run beside each other.
    """
    shift = _Shift(handlers, f"{socket.gethostname()}:{os.getpid()}:{ids.token(4)}", lease)
    next_beat, put = clock.monotonic(), set[str]()
    while not stop():
        try:
            if clock.monotonic() >= next_beat:
                next_beat = clock.monotonic() + BEAT
                _beat(shift.name)
            _put_scheduled(schedules, put)
            if not _run_one(shift):
                clock.sleep(PAUSE)
        except Exception as error:  # noqa: BLE001 - the database may be away for a while
            log.error("worker.hindered", error=_place(error))  # noqa: TRY400
            clock.sleep(PAUSE * 4)
        finally:
            db.session.remove()


def run_due(
    handlers: Mapping[str, Handler], schedules: Sequence[Schedule] = (), *, limit: int = 1000
) -> int:
    """Run everything that is due now, also what these jobs put; returns how many ran."""
    shift = _Shift(handlers, f"once:{ids.token(4)}", LEASE)
    _put_scheduled(schedules, set())
    for ran in range(limit):
        if not _run_one(shift):
            return ran
    return limit


def _beat(name: str) -> None:
    with transaction():
        service.beat(name, now=clock.utcnow())


def _put_scheduled(schedules: Sequence[Schedule], put: set[str]) -> None:
    """Put one job per schedule and period; `put` remembers what this worker saw in the table."""
    now = clock.utcnow()
    keys = {period_key(schedule, now): schedule for schedule in schedules}
    put.intersection_update(keys)
    missing = [key for key in keys.keys() - put if queries.find_by_key(key) is None]
    if missing:
        with transaction():
            for key in sorted(missing):
                service.put(keys[key].kind, keys[key].payload, now=now, key=key)
    put.update(keys)


def _run_one(shift: _Shift) -> bool:
    now = clock.utcnow()
    # Looking costs nobody anything; only a claim waits for its turn to write.
    if not queries.has_due(now):
        return False
    claimed = retry_deadlocks(lambda: _claim(shift, now))
    for job_id in claimed:
        job = queries.get_job(job_id)
        _run(shift, job_id, job.kind, dict(job.payload))
    return bool(claimed)


def _claim(shift: _Shift, now: datetime) -> list[int]:
    with transaction():
        service.give_up_lost(now=now)
        return service.claim(shift.name, now=now, limit=1, lease=shift.lease)


def _run(shift: _Shift, job_id: int, kind: str, payload: Mapping[str, Any]) -> None:
    end_read()  # a handler begins with a fresh one
    later: timedelta | None = None
    failure: str | None = None
    try:
        with _kept_alive(job_id, shift):
            shift.handlers[kind](payload)
    except RetryLater as wish:
        later = wish.after
    except Exception as error:  # noqa: BLE001 - whatever a handler does, the worker lives
        failure = _place(error)
        log.error("job.failed", job=job_id, kind=kind, error=failure)  # noqa: TRY400 - _place says why
    finally:
        db.session.rollback()
    if not retry_deadlocks(lambda: _settle(job_id, shift.name, later, failure)):
        log.warning("job.lease_lost", job=job_id, kind=kind)


def _settle(job_id: int, name: str, later: timedelta | None, failure: str | None) -> bool:
    now = clock.utcnow()
    with transaction():
        if later is not None:
            return service.postpone(job_id, name, run_at=now + later)
        if failure is not None:
            return service.fail(job_id, name, failure, now=now, spread=ids.spread())
        return service.finish(job_id, name, now=now)


@contextmanager
def _kept_alive(job_id: int, shift: _Shift) -> Iterator[None]:
    """Renew the lease while a handler takes long; a worker that died renews nothing."""
    engine: object = db.engine
    over = threading.Event()
    if not isinstance(engine, Engine):  # inside a test, on one connection
        yield
        return
    beats = threading.Thread(target=_renew, args=(engine, job_id, shift, over), daemon=True)
    beats.start()
    try:
        yield
    finally:
        over.set()
        beats.join()


def _renew(engine: Engine, job_id: int, shift: _Shift, over: threading.Event) -> None:
    while not over.wait(shift.lease.total_seconds() / 3):
        try:
            with writing(engine) as connection:
                connection.execute(
                    update(Job)
                    .where(Job.id == job_id, Job.worker == shift.name)
                    .values(leased_until=clock.utcnow() + shift.lease)
                )
        except Exception as error:  # noqa: BLE001 - the next beat may work
            log.error("job.renewal_failed", job=job_id, error=_place(error))  # noqa: TRY400


def _place(error: Exception) -> str:
    """What went wrong and where, without the text of the error: it may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/app/" in frame.filename] or list(frames)
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} at {ours[-1].filename.rpartition('/app/')[2]}:{ours[-1].lineno}"
