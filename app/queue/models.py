"""Jobs, what holds them back, and the workers that gave a sign of life."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import JsonValue, str_enum
from app.queue.rules import JobState


class Job(Base):
    """A piece of work for later."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "ix_job_open",
            "run_at",
            "id",
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
        Index(None, "state", "finished_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Which handler, such as "mail.deliver".
    kind: Mapped[str] = mapped_column(String(80))
    #: What the handler needs, ids where there are any; empty once the job is done.
    payload: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    #: Work with the same key is put once.
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    state: Mapped[JobState] = mapped_column(str_enum(JobState, name="state"))
    run_at: Mapped[datetime]
    tries: Mapped[int]
    #: Who runs it, and until when it is his without a sign of life.
    worker: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None]
    #: Where it failed, without what it was about.
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Worker(Base):
    """A worker and when it was last seen."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class JobHold(Base):
    """No job of a kind is run until somebody says so: after a restore, mails may be out already."""

    __tablename__ = "job_hold"

    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    held_at: Mapped[datetime]
