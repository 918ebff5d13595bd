"""Reads of notices, of who hears of them, of the week that was, and of mail that fails."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.rules.permissions import ROLE_PERMISSIONS, Permission, Role
from app.appeals.models.regular import RegularDonation
from app.appeals.rules.words import Frequency
from app.db.session import db
from app.ledger.models import Fund, LedgerEntry, LedgerLine
from app.ledger.rules import Category
from app.lib.money import Money
from app.lib.text import Translated
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import GIVE_UP_AFTER, MailState
from app.notices.models import Notice, NoticeChoice, NoticeTold
from app.notices.rules import DEBOUNCE, Week
from app.settings import settings

#: How the outbox names a refusal of one address; says nothing about other mails.
_REFUSED_ADDRESS = "SMTPRecipientsRefused%"


# --- notices ----------------------------------------------------------------------------------


def list_open(kind: str | None = None) -> Sequence[Notice]:
    """What waits as far as we noted, or what of one kind does, the oldest first."""
    query = select(Notice).where(Notice.gone_at.is_(None)).order_by(Notice.id)
    if kind is not None:
        query = query.where(Notice.kind == kind)
    return db.session.scalars(query).all()


def list_in_hand() -> Sequence[Notice]:
    """What waits and somebody is on, with who that is."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.gone_at.is_(None), Notice.taken_by_id.is_not(None))
        .options(joinedload(Notice.taken_by))
        .order_by(Notice.taken_at, Notice.id)
    ).all()


def list_told() -> Sequence[NoticeTold]:
    """Who was told of what waits now."""
    waiting = select(Notice.id).where(Notice.gone_at.is_(None))
    query = select(NoticeTold).where(NoticeTold.notice_id.in_(waiting))
    return db.session.scalars(query).all()


def told_lately(now: datetime) -> Mapping[tuple[int, str], datetime]:
    """When somebody last got a mail about a kind, by account and kind; a short while back alone."""
    rows = db.session.execute(
        select(NoticeTold.account_id, Notice.kind, func.max(NoticeTold.told_at))
        .join(Notice, Notice.id == NoticeTold.notice_id)
        .where(NoticeTold.told_at > now - DEBOUNCE)
        .group_by(NoticeTold.account_id, Notice.kind)
    )
    return {(account_id, kind): told_at for account_id, kind, told_at in rows}


# --- people -----------------------------------------------------------------------------------


def list_people() -> Sequence[User]:
    """Everybody who can sign in and see what waits, with their roles."""
    query = (
        select(User)
        .where(User.active.is_(True), User.password.is_not(None))
        .options(selectinload(User.memberships))
        .order_by(User.id)
    )
    if not settings().is_demo:
        query = query.where(User.is_demo.is_(False))
    return db.session.scalars(query).all()


def roles_for(person: User, permission: str, group_id: int | None) -> frozenset[Role]:
    """The roles of somebody in a group, or in any, that allow one thing."""
    wanted = Permission(permission)
    return frozenset(
        each.role
        for each in person.memberships
        if group_id in {None, each.group_id} and wanted in ROLE_PERMISSIONS[each.role]
    )


def choices() -> Mapping[tuple[int, str], NoticeChoice]:
    """What people chose, by account and kind."""
    return {(each.account_id, each.kind): each for each in db.session.scalars(select(NoticeChoice))}


def choices_of(account_id: int) -> Mapping[str, NoticeChoice]:
    """What one person chose, by kind."""
    query = select(NoticeChoice).where(NoticeChoice.account_id == account_id)
    return {each.kind: each for each in db.session.scalars(query)}


# --- the week ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class FundSum:
    """What came into a fund in one currency, less what went back."""

    group_id: int
    fund_id: int
    fund_name: Translated
    amount: Money


def received(week: Week) -> list[FundSum]:
    """What came into each fund in a week."""
    rows = db.session.execute(
        select(Fund.group_id, Fund.id, Fund.name, LedgerLine.currency, func.sum(-LedgerLine.minor))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(Fund, Fund.id == LedgerLine.fund_id)
        .where(
            LedgerLine.category == Category.INCOME,
            LedgerEntry.posted_at >= week.since,
            LedgerEntry.posted_at < week.until,
        )
        .group_by(Fund.id, Fund.group_id, LedgerLine.currency)
        .order_by(Fund.id, LedgerLine.currency)
    )
    return [
        FundSum(group, fund, name, Money(int(minor), code))
        for group, fund, name, code, minor in rows
    ]


@dataclass(frozen=True)
class NewRegular:
    """How many regular gifts began, and what they come to each time."""

    group_id: int
    frequency: Frequency
    count: int
    amount: Money


def begun_regular(week: Week) -> list[NewRegular]:
    """The regular gifts that were decided in a week and paid for the first time since."""
    total = func.sum(RegularDonation.amount_minor + RegularDonation.covered_fee_minor)
    kind = (Fund.group_id, RegularDonation.frequency, RegularDonation.currency)
    rows = db.session.execute(
        select(*kind, func.count(), total)
        .join(Fund, Fund.id == RegularDonation.fund_id)
        .where(
            RegularDonation.created_at >= week.since,
            RegularDonation.created_at < week.until,
            RegularDonation.started_at.is_not(None),
        )
        .group_by(*kind)
        .order_by(*kind)
    )
    return [
        NewRegular(group, frequency, count, Money(int(minor), code))
        for group, frequency, code, count, minor in rows
    ]


def keys_of(template: str, keys: Collection[str]) -> set[str]:
    """Which of these mails of one kind were put into the outbox."""
    query = select(OutboxMail.key).where(
        OutboxMail.template == template, OutboxMail.key.in_(list(keys))
    )
    return set(db.session.scalars(query))


# --- mail -------------------------------------------------------------------------------------


def no_mail_since(now: datetime, *, patience: timedelta) -> datetime | None:
    """Since when every mail fails; nothing while any goes out, or before `patience` is over.

    A mailbox that is full, or an address that does not exist, says nothing about the others.
    """
    is_tried = and_(OutboxMail.state == MailState.WAITING, OutboxMail.tries > 0)
    was_given_up = and_(
        OutboxMail.state == MailState.FAILED, OutboxMail.finished_at > now - 2 * GIVE_UP_AFTER
    )
    first = db.session.scalar(
        select(func.min(OutboxMail.created_at)).where(
            or_(is_tried, was_given_up),
            OutboxMail.last_error.is_not(None),
            OutboxMail.last_error.not_like(_REFUSED_ADDRESS),
        )
    )
    if first is None or now - first < patience:
        return None
    sent = db.session.scalar(
        select(OutboxMail.id)
        .where(OutboxMail.state == MailState.SENT, OutboxMail.finished_at >= first)
        .limit(1)
    )
    return None if sent is not None else first
