"""Reads across packages: the money that came in, what waits, what a group still lacks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import contains_eager

from app.appeals.models.appeals import Appeal
from app.db.session import db
from app.desk.rules import (
    ANSWERABLE_DISPUTES,
    EVENT_PATIENCE,
    Comparison,
    Days,
    Step,
    comparisons,
    steps,
)
from app.groups import queries as groups
from app.groups.models import Group, PaymentAccount
from app.ledger import queries as ledger
from app.ledger.models import Finding, Fund, LedgerEntry, LedgerLine
from app.ledger.rules import Category
from app.lib.clock import day_in, start_of_day
from app.lib.errors import NotFoundError
from app.lib.money import Money
from app.mail.models.outbox import OutboxMail
from app.mail.queries import outbox
from app.mail.rules.outbox import MailState
from app.payments.models.collecting import Dispute, Payment
from app.payments.models.inbox import StripeEvent
from app.payments.queries import events as event_reads
from app.payments.rules.events import UNAPPLIED_EVENTS
from app.queue import queries as queue
from app.queue.models import Job
from app.queue.rules import JobState
from app.settings import settings
from app.web.panels import Waiting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

#: More than this nobody works through on one page.
LIST_LIMIT = 100


def list_waiting_events(group_ids: Collection[int], *, now: datetime) -> Sequence[StripeEvent]:
    """Messages from Stripe to these groups' accounts that were not worked in for a while."""
    accounts = select(PaymentAccount.id).where(PaymentAccount.group_id.in_(group_ids))
    return db.session.scalars(
        select(StripeEvent)
        .where(*_waits_as_event(now), StripeEvent.payment_account_id.in_(accounts))
        .order_by(StripeEvent.received_at, StripeEvent.id)
        .limit(LIST_LIMIT)
    ).all()


def _waits_as_event(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        StripeEvent.state.in_(UNAPPLIED_EVENTS),
        StripeEvent.received_at < now - EVENT_PATIENCE,
    )


def list_disputes(group_ids: Collection[int]) -> Sequence[Dispute]:
    """Disputes that wait for evidence from these groups, the one that is due first at the top."""
    return db.session.scalars(
        select(Dispute)
        .join(Dispute.payment)
        .join(Payment.payment_account)
        .where(Dispute.status.in_(ANSWERABLE_DISPUTES), PaymentAccount.group_id.in_(group_ids))
        .options(contains_eager(Dispute.payment).contains_eager(Payment.payment_account))
        .order_by(Dispute.due_by.is_(None), Dispute.due_by, Dispute.id)
        .limit(LIST_LIMIT)
    ).all()


def get_waiting_event(event_id: int, group_ids: Collection[int]) -> StripeEvent:
    """A message to one of these groups' accounts that was not worked in; raises NotFoundError."""
    event = event_reads.get_event(event_id)
    if event.state not in UNAPPLIED_EVENTS or event.payment_account.group_id not in group_ids:
        raise NotFoundError
    return event


def get_failed_job(job_id: int) -> Job:
    """A job that was given up; raises NotFoundError."""
    job = queue.get_job(job_id)
    if job.state is not JobState.FAILED:
        raise NotFoundError
    return job


def get_failed_mail(mail_id: int) -> OutboxMail:
    """A mail that was given up and whose text is still kept; raises NotFoundError."""
    mail = outbox.get_mail(mail_id)
    if mail.state is not MailState.FAILED or mail.purged_at is not None:
        raise NotFoundError
    return mail


def list_failed_mails() -> Sequence[OutboxMail]:
    """Mails that were given up and can still be sent, the newest first."""
    return db.session.scalars(
        select(OutboxMail)
        .where(*_waits_as_mail())
        .order_by(OutboxMail.finished_at.desc(), OutboxMail.id)
        .limit(LIST_LIMIT)
    ).all()


def _waits_as_mail() -> tuple[ColumnElement[bool], ...]:
    """What came back from a donor's address stands in a list of its own."""
    return (
        OutboxMail.state == MailState.FAILED,
        OutboxMail.purged_at.is_(None),
        or_(OutboxMail.bounced_at.is_(None), OutboxMail.about.is_(None)),
    )


def list_findings() -> Sequence[Finding]:
    """Differences in the books that nobody has settled, the oldest first."""
    return ledger.list_open_findings()[:LIST_LIMIT]


# --- what waits, of all groups: a few columns each --------------------------------------------


def waiting_disputes(_now: datetime) -> Iterator[Waiting]:
    """Disputes that wait for evidence."""
    rows = db.session.execute(
        select(Dispute.id, Dispute.created_at, PaymentAccount.group_id, Dispute.due_by)
        .join(PaymentAccount, PaymentAccount.id == Dispute.payment_account_id)
        .where(Dispute.status.in_(ANSWERABLE_DISPUTES))
    )
    for dispute_id, since, group_id, due_at in rows:
        yield Waiting(str(dispute_id), since=since, group_id=group_id, due_at=due_at)


def waiting_events(now: datetime) -> Iterator[Waiting]:
    """Messages from Stripe that were not worked in for a while."""
    rows = db.session.execute(
        select(StripeEvent.id, StripeEvent.received_at, PaymentAccount.group_id)
        .join(PaymentAccount, PaymentAccount.id == StripeEvent.payment_account_id)
        .where(*_waits_as_event(now))
    )
    for event_id, since, group_id in rows:
        yield Waiting(str(event_id), since=since, group_id=group_id)


def waiting_findings(_now: datetime) -> Iterator[Waiting]:
    """Differences in the books that nobody has settled."""
    rows = db.session.execute(
        select(Finding.id, Finding.found_at).where(Finding.settled_at.is_(None))
    )
    for finding_id, since in rows:
        yield Waiting(str(finding_id), since=since)


def waiting_jobs(now: datetime) -> Iterator[Waiting]:
    """Jobs that were given up."""
    rows = db.session.execute(select(Job.id, Job.finished_at).where(Job.state == JobState.FAILED))
    for job_id, since in rows:
        yield Waiting(str(job_id), since=since or now)


def waiting_mails(now: datetime) -> Iterator[Waiting]:
    """Mails that were given up and can still be sent."""
    rows = db.session.execute(
        select(OutboxMail.id, OutboxMail.finished_at).where(*_waits_as_mail())
    )
    for mail_id, since in rows:
        yield Waiting(str(mail_id), since=since or now)


# --- money ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MoneyIn:
    """What came in over a span of days and over the same days before, one sum per currency."""

    comparison: Comparison
    now: list[Money]
    before: list[Money]


def money_in(group_ids: Collection[int], *, zone: str, now: datetime) -> list[MoneyIn]:
    """What the books show as income of these groups' funds, less what was given back.

    Days are days in the zone. Looks at two months of the books at most.
    """
    currencies = sorted({fund.currency for fund in ledger.list_funds(group_ids)})
    found = [(each, _sums(group_ids, each, zone)) for each in comparisons(day_in(zone, now))]
    return [
        MoneyIn(
            comparison=each,
            now=[Money(sums[currency][0], currency) for currency in currencies],
            before=[Money(sums[currency][1], currency) for currency in currencies],
        )
        for each, sums in found
    ]


def _sums(
    group_ids: Collection[int], comparison: Comparison, zone: str
) -> defaultdict[str, tuple[int, int]]:
    """Income in minor units by currency: over these days, and over the same days before."""
    (since, until), (since_before, until_before) = (
        _edges(days, zone) for days in (comparison.now, comparison.before)
    )
    is_now = LedgerEntry.posted_at >= since
    query = (
        select(
            LedgerLine.currency,
            func.sum(case((is_now, -LedgerLine.minor), else_=0)),
            func.sum(case((LedgerEntry.posted_at < until_before, -LedgerLine.minor), else_=0)),
        )
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(Fund, Fund.id == LedgerLine.fund_id)
        .where(
            Fund.group_id.in_(group_ids),
            LedgerLine.category == Category.INCOME,
            LedgerEntry.posted_at >= since_before,
            LedgerEntry.posted_at < until,
        )
        .group_by(LedgerLine.currency)
    )
    rows = db.session.execute(query)
    return defaultdict(
        lambda: (0, 0), {currency: (int(now), int(before)) for currency, now, before in rows}
    )


def _edges(days: Days, zone: str) -> tuple[datetime, datetime]:
    return start_of_day(zone, days.first), start_of_day(zone, days.last + timedelta(days=1))


# --- setting up -------------------------------------------------------------------------------


def steps_of(group: Group, funds: Sequence[Fund], appeals: Sequence[Appeal]) -> list[Step]:
    """What a group has done and what it still has to do before it can collect."""
    keys = settings().stripe_accounts
    names = [account.name for account in group.payment_accounts]
    return steps(
        kind=group.kind,
        is_described=group.about != group.name,
        has_account=bool(names),
        has_keys=any(name in keys for name in names),
        has_fund=bool(funds),
        has_open_appeal=any(appeal.published_at is not None for appeal in appeals),
    )


def lack_funds(group_ids: Collection[int]) -> bool:
    """Whether somebody has groups to look after, and none of them can collect yet."""
    return bool(group_ids) and not ledger.list_funds(group_ids)


def unused_keys() -> list[str]:
    """The names under which the settings hold keys that no payment account uses yet."""
    known = {account.name for account in groups.list_payment_accounts()}
    return sorted(settings().stripe_accounts.keys() - known)


def find_slug_of_appeal(payment_account_id: int) -> str | None:
    """The latest appeal whose money goes into a payment account, or nothing."""
    return db.session.scalar(
        select(Appeal.slug)
        .join(Fund, Fund.id == Appeal.fund_id)
        .where(Fund.payment_account_id == payment_account_id)
        .order_by(Appeal.id.desc())
        .limit(1)
    )
