"""Reads of the people of a mailing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.db.session import db
from app.mailings.models.mailings import Mailing, MailingRecipient
from app.mailings.rules.mailings import OVER
from app.mailings.rules.words import RecipientState
from app.supporters.models.people import Supporter

PER_PAGE = 100


def find_recipient(public_id: str) -> MailingRecipient | None:
    """The row behind a link, or None."""
    return db.session.scalar(
        select(MailingRecipient)
        .where(MailingRecipient.public_id == public_id)
        .options(joinedload(MailingRecipient.mailing), joinedload(MailingRecipient.supporter))
    )


def lock_recipient(public_id: str) -> MailingRecipient | None:
    """The same, held against other writers."""
    return db.session.scalar(
        select(MailingRecipient)
        .where(MailingRecipient.public_id == public_id)
        .with_for_update(of=MailingRecipient)
        .execution_options(populate_existing=True)
    )


def take_next(mailing_id: int, now: datetime) -> MailingRecipient | None:
    """The next row that may be tried, held; rows that another worker holds are passed over."""
    return db.session.scalar(
        select(MailingRecipient)
        .where(
            MailingRecipient.mailing_id == mailing_id,
            MailingRecipient.state == RecipientState.WAITING,
            MailingRecipient.next_try_at <= now,
        )
        .order_by(MailingRecipient.next_try_at, MailingRecipient.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def went_to_her_elsewhere(mailing_id: int, person: Supporter) -> bool:
    """Whether another address of the same person got a mailing, or a server is taking it now."""
    stands = person.merged_into_id or person.id
    hers = select(Supporter.id).where(
        or_(Supporter.id == stands, Supporter.merged_into_id == stands), Supporter.id != person.id
    )
    wanted = select(MailingRecipient.id).where(
        MailingRecipient.mailing_id == mailing_id,
        MailingRecipient.supporter_id.in_(hers),
        MailingRecipient.state.in_([RecipientState.SENDING, RecipientState.SENT]),
    )
    return db.session.scalar(wanted.limit(1)) is not None


def next_try(mailing_id: int) -> datetime | None:
    """When the next row may be tried; None where nobody waits."""
    return db.session.scalar(
        select(func.min(MailingRecipient.next_try_at)).where(
            MailingRecipient.mailing_id == mailing_id,
            MailingRecipient.state == RecipientState.WAITING,
        )
    )


def list_recipients(
    mailing_id: int, state: RecipientState | None = None, after_id: int = 0
) -> tuple[Sequence[MailingRecipient], int | None]:
    """Some rows in the order they were written, and after which one the next page begins."""
    wanted = select(MailingRecipient).where(
        MailingRecipient.mailing_id == mailing_id, MailingRecipient.id > after_id
    )
    if state is not None:
        wanted = wanted.where(MailingRecipient.state == state)
    wanted = wanted.options(joinedload(MailingRecipient.supporter)).order_by(MailingRecipient.id)
    rows = db.session.scalars(wanted.limit(PER_PAGE + 1)).all()
    shown = rows[:PER_PAGE]
    return shown, shown[-1].id if len(rows) > PER_PAGE else None


def list_of_person(email: str, group_ids: Collection[int] | None = None) -> list[MailingRecipient]:
    """The mailings that were for the person behind an address, the latest first."""
    wanted = (
        select(MailingRecipient)
        .join(MailingRecipient.supporter)
        .join(MailingRecipient.mailing)
        .where(Supporter.email == email)
        .options(
            contains_eager(MailingRecipient.mailing), contains_eager(MailingRecipient.supporter)
        )
    )
    if group_ids is not None:
        wanted = wanted.where(Mailing.group_id.in_(group_ids))
    return list(db.session.scalars(wanted.order_by(MailingRecipient.id.desc())))


def list_old(before: datetime, limit: int) -> Sequence[int]:
    """Mailings that were over before an instant and whose list is still kept."""
    wanted = select(Mailing.id).where(
        Mailing.state.in_(OVER), Mailing.finished_at < before, Mailing.totals.is_(None)
    )
    return db.session.scalars(wanted.order_by(Mailing.id).limit(limit)).all()


def count_old(before: datetime) -> int:
    """How many people stand on those lists."""
    wanted = (
        select(func.count())
        .select_from(MailingRecipient)
        .join(MailingRecipient.mailing)
        .where(Mailing.state.in_(OVER), Mailing.finished_at < before)
    )
    return db.session.scalar(wanted) or 0
