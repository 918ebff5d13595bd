"""Looking at the queue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.db.session import db
from app.lib.errors import NotFoundError
from app.queue.models import Job, JobHold, Worker
from app.queue.rules import JobState


def is_due(now: datetime) -> ColumnElement[bool]:
    """The condition that a job may be taken now: it waits, or its worker died; nothing holds it."""
    return and_(
        or_(
            and_(Job.state == JobState.WAITING, Job.run_at <= now),
            and_(Job.state == JobState.RUNNING, Job.leased_until < now),
        ),
        Job.kind.not_in(select(JobHold.kind)),
    )


def has_due(now: datetime) -> bool:
    """Whether there is anything to do now."""
    return db.session.scalar(select(Job.id).where(is_due(now)).limit(1)) is not None


def get_job(job_id: int) -> Job:
    """One job; raises NotFoundError."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFoundError
    return job


def find_by_key(key: str) -> Job | None:
    """The job with this key."""
    return db.session.scalar(select(Job).where(Job.key == key))


def list_failed(*, limit: int = 100) -> Sequence[Job]:
    """Jobs that were given up, newest first."""
    wanted = select(Job).where(Job.state == JobState.FAILED)
    return db.session.scalars(wanted.order_by(Job.finished_at.desc(), Job.id).limit(limit)).all()


def count_failed() -> int:
    """How many jobs were given up."""
    wanted = select(func.count()).select_from(Job).where(Job.state == JobState.FAILED)
    return db.session.scalar(wanted) or 0


def count_overdue(before: datetime) -> int:
    """How many jobs should have run before an instant and did not."""
    wanted = select(func.count()).select_from(Job)
    return db.session.scalar(wanted.where(is_due(before))) or 0


def heartbeat(now: datetime) -> datetime | None:
    """When any worker last gave a sign of life, up to now."""
    return db.session.scalar(select(func.max(Worker.seen_at)).where(Worker.seen_at <= now))


def held_since(kind: str) -> datetime | None:
    """Since when jobs of a kind are held back; None while they are run."""
    return db.session.scalar(select(JobHold.held_at).where(JobHold.kind == kind))
