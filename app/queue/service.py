"""Putting jobs, and what a worker does to them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.queue import queries
from app.queue.models import Job, JobHold, Worker
from app.queue.rules import KEEP_DONE, LEASE, MAX_TRIES, JobState, backoff

_LOST = "the worker did not come back"


def put(
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """Put a job in the open transaction; one with the same key is put only once."""
    values = {
        "kind": kind,
        "payload": dict(payload),
        "key": key,
        "state": JobState.WAITING,
        "run_at": run_at or now,
        "tries": 0,
        "created_at": now,
    }
    db.session.execute(_insert()(Job).values(values).on_conflict_do_nothing())


def claim(worker: str, *, now: datetime, limit: int, lease: timedelta = LEASE) -> list[int]:
    """Take due jobs, oldest first, so that no other worker takes them; returns their ids.

    One statement. On PostgreSQL rows that another worker is taking are skipped, in a materialised
    part: else the planner may run the choice twice and take more than the limit.
    """
    due = select(Job.id).where(queries.is_due(now), Job.tries < MAX_TRIES)
    due = due.order_by(Job.run_at, Job.id).limit(limit)
    if not _is_sqlite():
        skipping = due.with_for_update(skip_locked=True).cte("due")
        due = select(skipping.prefix_with("MATERIALIZED").c.id)
    claimed = db.session.execute(
        update(Job)
        .where(Job.id.in_(due))
        .values(
            state=JobState.RUNNING, worker=worker, leased_until=now + lease, tries=Job.tries + 1
        )
        .returning(Job.id, Job.run_at)
        .execution_options(synchronize_session=False)
    )
    return [row.id for row in sorted(claimed, key=lambda row: (row.run_at, row.id))]


def give_up_lost(*, now: datetime) -> None:
    """Fail the jobs whose last worker died and that were tried often enough."""
    lost = (Job.state == JobState.RUNNING, Job.leased_until < now, Job.tries >= MAX_TRIES)
    db.session.execute(
        update(Job)
        .where(*lost)
        .values(state=JobState.FAILED, finished_at=now, last_error=_LOST, leased_until=None)
        .execution_options(synchronize_session=False)
    )


def finish(job_id: int, worker: str, *, now: datetime) -> bool:
    """The job is done; False when the lease had run out and another worker has it.

    Its key is kept, what it was told is not: a message of an event need not outlive the event.
    """
    return _release(
        job_id, worker, state=JobState.DONE, finished_at=now, last_error=None, payload={}
    )


def postpone(job_id: int, worker: str, *, run_at: datetime) -> bool:
    """The handler asked for a later time; this try does not count."""
    return _release(
        job_id, worker, state=JobState.WAITING, run_at=run_at, tries=Job.tries - 1, last_error=None
    )


def fail(job_id: int, worker: str, error: str, *, now: datetime, spread: float) -> bool:
    """The handler failed: run it again later, or give it up after MAX_TRIES."""
    tries = queries.get_job(job_id).tries
    if tries >= MAX_TRIES:
        return _release(
            job_id, worker, state=JobState.FAILED, finished_at=now, last_error=error[:300]
        )
    run_at = now + backoff(tries, spread)
    return _release(job_id, worker, state=JobState.WAITING, run_at=run_at, last_error=error[:300])


def retry(job: Job, by: Actor, now: datetime) -> None:
    """Give a failed job all its tries again, now."""
    job.state, job.run_at, job.tries = JobState.WAITING, now, 0
    job.finished_at = job.worker = job.leased_until = None
    audit.record(by, "job.retried", f"job:{job.id}", now=now, detail={"kind": job.kind})


def let_go(job: Job, by: Actor, now: datetime) -> None:
    """Try a failed job no more; what went wrong stays with it until it is forgotten."""
    job.state, job.finished_at, job.payload = JobState.DONE, now, {}
    audit.record(by, "job.let_go", f"job:{job.id}", now=now, detail={"kind": job.kind})


def hold(kind: str, *, now: datetime) -> None:
    """Run no job of a kind until it is released."""
    db.session.execute(_insert()(JobHold).values(kind=kind, held_at=now).on_conflict_do_nothing())


def release(kind: str, *, now: datetime, by: Actor) -> None:
    """Run the jobs of a kind again, those that waited meanwhile first."""
    released = db.session.execute(delete(JobHold).where(JobHold.kind == kind))
    if released.rowcount:  # type: ignore[attr-defined]
        audit.record(by, "job.released", f"kind:{kind}", now=now)


def beat(name: str, *, now: datetime) -> None:
    """Note that a worker is alive."""
    db.session.execute(
        _insert()(Worker)
        .values(name=name, started_at=now, seen_at=now)
        .on_conflict_do_update(index_elements=[Worker.name], set_={"seen_at": now})
    )


def purge(*, now: datetime) -> None:
    """Forget done jobs and workers that were last seen long ago."""
    old = now - KEEP_DONE
    db.session.execute(delete(Job).where(Job.state == JobState.DONE, Job.finished_at < old))
    db.session.execute(delete(Worker).where(Worker.seen_at < old))


def _release(job_id: int, worker: str, **values: Any) -> bool:  # noqa: ANN401 - column values
    mine = (Job.id == job_id, Job.worker == worker, Job.state == JobState.RUNNING)
    released = db.session.execute(
        update(Job)
        .where(*mine)
        .values(worker=None, leased_until=None, **values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return released.first() is not None


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


def _insert() -> Any:  # noqa: ANN401 - each dialect has its own class
    return sqlite.insert if _is_sqlite() else postgresql.insert
