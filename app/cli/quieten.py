"""What a database that was put back must not do by itself: it does not know what came after it.

Mails that wait in it may have been sent, its scheduled work was done, its wishes to Stripe may be
fulfilled. So mail is held until somebody looks, the past is not worked off, and the sweeps begin
far enough back to find everything that happened since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from app.mail.service.outbox import DELIVER
from app.mailings.service import starting as mailings
from app.payments.models.inbox import SweepCursor
from app.payments.models.plans import PlanChange
from app.payments.rules.plans import PlanChangeKind, PlanChangeState
from app.payments.service import changes
from app.queue import service as queue
from app.queue.models import Job, Worker
from app.queue.rules import JobState

#: Jobs of these kinds wait for `muster mail release`.
HELD_KINDS = (DELIVER, "mail.sweep", mailings.SEND)
#: Stripe dates what it shows; what was on its way when the backup was made is asked about again.
SWEEP_OVERLAP = timedelta(days=3)
#: So long Stripe recognises a call that is repeated; an older wish may have been overtaken.
KEYS_LIVE = timedelta(hours=24)
#: Seconds between two jobs that are late: Stripe and the database are asked one by one.
APART = timedelta(seconds=1)


@dataclass(frozen=True)
class Quietened:
    """What was found in a database that was put back."""

    mails: int
    skipped: int
    late: int
    wishes: int
    refused: int


def quieten(made_at: datetime, *, now: datetime) -> Quietened:
    """Let nothing of the past happen again; belongs into a transaction on the database put back."""
    mails = _hold_mail(now)
    mailings.wait_for_a_person(now=now)
    skipped = _skip_schedules(now)
    late = _spread_late_jobs(now)
    db.session.execute(delete(Worker))
    since = made_at - SWEEP_OVERLAP
    db.session.execute(
        update(SweepCursor).where(SweepCursor.swept_until > since).values(swept_until=since)
    )
    refused = _refuse_old_wishes(now) if now - made_at > KEYS_LIVE else 0
    wishes = db.session.scalar(
        select(func.count())
        .select_from(PlanChange)
        .where(PlanChange.state == PlanChangeState.REQUESTED)
    )
    audit.record(
        Actor.cli(),
        "database.restored",
        "database",
        now=now,
        detail={"made_at": made_at.isoformat(), "mails_held": mails},
    )
    return Quietened(mails, skipped, late, wishes or 0, refused)


def _hold_mail(now: datetime) -> int:
    for kind in HELD_KINDS:
        queue.hold(kind, now=now)
    # Whether the server took it before the machine went is not known: it waits with the others.
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.state == MailState.SENDING)
        .values(state=MailState.WAITING)
    )
    waiting = select(func.count()).where(OutboxMail.state == MailState.WAITING)
    return db.session.scalar(waiting) or 0


def _skip_schedules(now: datetime) -> int:
    """Scheduled work of the past counts as done; each schedule begins anew with its next period."""
    open_ones = Job.state.in_((JobState.WAITING, JobState.RUNNING))
    skipped = db.session.execute(
        update(Job)
        .where(open_ones, Job.key.startswith("schedule:", autoescape=True))
        .values(state=JobState.DONE, finished_at=now, worker=None, leased_until=None)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return len(skipped.all())


def _spread_late_jobs(now: datetime) -> int:
    late = db.session.scalars(
        select(Job)
        .where(
            Job.state.in_((JobState.WAITING, JobState.RUNNING)),
            Job.run_at <= now,
            Job.kind.not_in(HELD_KINDS),
        )
        .order_by(Job.run_at, Job.id)
    ).all()
    for number, job in enumerate(late):
        job.state, job.run_at = JobState.WAITING, now + number * APART
        job.worker = job.leased_until = None
    return len(late)


def _refuse_old_wishes(now: datetime) -> int:
    """Only a wish to stop is certain to be right still; whoever asked for another asks again."""
    old = db.session.scalars(
        select(PlanChange.id)
        .where(
            PlanChange.state == PlanChangeState.REQUESTED, PlanChange.kind != PlanChangeKind.STOP
        )
        .order_by(PlanChange.id)
    ).all()
    for change_id in old:
        changes.refuse(change_id, "older than the backup that was put back", now=now)
    return len(old)
