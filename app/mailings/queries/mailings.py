"""Reads of mailings and of what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, tuple_

from app.campaigns.models.members import Member
from app.campaigns.rules.members import MemberState
from app.db.session import db
from app.mailings.errors.mailings import MailingNotFoundError
from app.mailings.models.mailings import Mailing, MailingRecipient
from app.mailings.rules.mailings import LOST_AFTER, OPEN_ROWS
from app.mailings.rules.words import MailingState, RecipientState
from app.web.paging import Key, Page
from app.web.panels import Waiting

PER_PAGE = 50


def get_mailing(public_id: str, group_ids: Collection[int]) -> Mailing:
    """A mailing of one of these groups; raises MailingNotFoundError."""
    mailing = db.session.scalar(select(Mailing).where(Mailing.public_id == public_id))
    if mailing is None or mailing.group_id not in group_ids:
        raise MailingNotFoundError
    return mailing


def get_by_id(mailing_id: int) -> Mailing:
    """A mailing; raises MailingNotFoundError."""
    mailing = db.session.get(Mailing, mailing_id)
    if mailing is None:
        raise MailingNotFoundError
    return mailing


def lock_mailing(mailing_id: int) -> Mailing:
    """A mailing held against other writers; raises MailingNotFoundError."""
    mailing = db.session.scalar(
        select(Mailing)
        .where(Mailing.id == mailing_id)
        .with_for_update(of=Mailing)
        .execution_options(populate_existing=True)
    )
    if mailing is None:
        raise MailingNotFoundError
    return mailing


def list_mailings(group_ids: Collection[int], after: Key | None = None) -> Page[Mailing]:
    """The mailings of these groups, the newest first."""
    wanted = select(Mailing).where(Mailing.group_id.in_(group_ids))
    if after is not None:
        key = tuple_(Mailing.created_at, Mailing.id)
        wanted = wanted.where(key < tuple_(after.at, after.row_id))
    newest = wanted.order_by(Mailing.created_at.desc(), Mailing.id.desc())
    rows = db.session.scalars(newest.limit(PER_PAGE + 1)).unique().all()
    shown = rows[:PER_PAGE]
    last = shown[-1] if len(rows) > PER_PAGE else None
    return Page(shown, Key(last.created_at, last.id).encode() if last else None)


def count_states(mailing_ids: Collection[int]) -> Mapping[int, Mapping[RecipientState, int]]:
    """For each mailing how many people stand where: always counted, never kept beside the rows."""
    rows = db.session.execute(
        select(MailingRecipient.mailing_id, MailingRecipient.state, func.count())
        .where(MailingRecipient.mailing_id.in_(mailing_ids))
        .group_by(MailingRecipient.mailing_id, MailingRecipient.state)
    )
    found: dict[int, dict[RecipientState, int]] = {each: {} for each in mailing_ids}
    for mailing_id, state, count in rows:
        found[mailing_id][state] = count
    return found


def count_bounced(mailing_id: int) -> int:
    """To how many it came back."""
    return _count(mailing_id, MailingRecipient.bounced_at.is_not(None))


def count_unsubscribed(mailing_id: int) -> int:
    """How many ended mails of its kind by its link."""
    return _count(mailing_id, MailingRecipient.unsubscribed_at.is_not(None))


def count_joined(mailing: Mailing) -> int:
    """How many joined the group after they came by one of its links; who they were is not told."""
    wanted = select(func.count()).select_from(Member)
    wanted = wanted.where(
        Member.group_id == mailing.group_id,
        Member.came_from == mailing.source_word,
        Member.state == MemberState.MEMBER,
    )
    return db.session.scalar(wanted) or 0


def is_word_taken(group_ids: Collection[int], word: str) -> bool:
    """Whether a mailing of these groups has a word in its links already."""
    wanted = select(Mailing.id).where(Mailing.group_id.in_(group_ids), Mailing.source_word == word)
    return db.session.scalar(wanted.limit(1)) is not None


def _count(mailing_id: int, condition: ColumnElement[bool]) -> int:
    wanted = select(func.count()).select_from(MailingRecipient)
    wanted = wanted.where(MailingRecipient.mailing_id == mailing_id, condition)
    return db.session.scalar(wanted) or 0


def has_open_rows(mailing_id: int) -> bool:
    """Whether somebody waits for it still."""
    wanted = select(MailingRecipient.id).where(
        MailingRecipient.mailing_id == mailing_id, MailingRecipient.state.in_(OPEN_ROWS)
    )
    return db.session.scalar(wanted.limit(1)) is not None


def list_due(now: datetime) -> Sequence[int]:
    """The mailings whose hour has come."""
    wanted = select(Mailing.id).where(
        Mailing.state == MailingState.SCHEDULED, Mailing.send_at <= now
    )
    return db.session.scalars(wanted.order_by(Mailing.send_at, Mailing.id)).all()


def list_lost(now: datetime) -> Sequence[int]:
    """The mailings under way that no worker looked at for a while."""
    wanted = select(Mailing.id).where(
        Mailing.state == MailingState.SENDING, Mailing.worked_at < now - LOST_AFTER
    )
    return db.session.scalars(wanted.order_by(Mailing.id)).all()


def waiting(_now: datetime) -> Iterable[Waiting]:
    """The mailings that wait for a person: their hour passed while nobody could send them."""
    rows = db.session.execute(
        select(Mailing.public_id, Mailing.group_id, Mailing.send_at, Mailing.updated_at).where(
            Mailing.state == MailingState.OVERDUE
        )
    )
    return [
        Waiting(key=public_id, since=send_at or updated_at, group_id=group_id)
        for public_id, group_id, send_at, updated_at in rows
    ]
