"""Reads of groups and payment accounts."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.groups.models import Group, PaymentAccount
from app.groups.rules import CardsCause, GroupKind
from app.lib.errors import NotFoundError
from app.lib.text import lacks
from app.web.panels import Untranslated


def find_group(slug: str) -> Group | None:
    """The group at this address, or nothing."""
    query = select(Group).where(Group.slug == slug).options(selectinload(Group.payment_accounts))
    return db.session.scalar(query)


def get_group(slug: str) -> Group:
    """The group at this address; raises NotFoundError."""
    group = find_group(slug)
    if group is None:
        raise NotFoundError
    return group


def get_group_by_id(group_id: int) -> Group:
    """The group with this key; raises NotFoundError."""
    group = db.session.get(Group, group_id)
    if group is None:
        raise NotFoundError
    return group


def lock_group(group_id: int) -> Group:
    """The group, held against other writers until the transaction ends; raises NotFoundError."""
    group = db.session.scalar(
        select(Group)
        .where(Group.id == group_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if group is None:
        raise NotFoundError
    return group


def list_groups(*kinds: GroupKind) -> Sequence[Group]:
    """All groups (of the given kinds, if any is given), the oldest first."""
    query = select(Group).order_by(Group.id)
    if kinds:
        query = query.where(Group.kind.in_(kinds))
    return db.session.scalars(query).all()


def find_payment_account(name: str) -> PaymentAccount | None:
    """The payment account with this name, or nothing."""
    query = (
        select(PaymentAccount)
        .where(PaymentAccount.name == name)
        .options(selectinload(PaymentAccount.group))
    )
    return db.session.scalar(query)


def get_payment_account(name: str) -> PaymentAccount:
    """The payment account with this name; raises NotFoundError."""
    account = find_payment_account(name)
    if account is None:
        raise NotFoundError
    return account


def list_payment_accounts() -> Sequence[PaymentAccount]:
    """All payment accounts, the oldest first."""
    return db.session.scalars(select(PaymentAccount).order_by(PaymentAccount.id)).all()


def get_account_of(group_id: int, account_id: int) -> PaymentAccount:
    """A payment account of one group; raises NotFoundError."""
    account = db.session.get(PaymentAccount, account_id)
    if account is None or account.group_id != group_id:
        raise NotFoundError
    return account


def lock_payment_account(account_id: int) -> PaymentAccount:
    """The payment account, held until the transaction ends; raises NotFoundError."""
    account = db.session.scalar(
        select(PaymentAccount)
        .where(PaymentAccount.id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if account is None:
        raise NotFoundError
    return account


def list_resting_accounts(*causes: CardsCause) -> Sequence[PaymentAccount]:
    """The payment accounts that take no cards now (for one of these causes, if any is given)."""
    query = select(PaymentAccount).where(PaymentAccount.cards_on.is_(False))
    if causes:
        query = query.where(PaymentAccount.cards_cause.in_(causes))
    return db.session.scalars(query.order_by(PaymentAccount.id)).all()


def untranslated(group_ids: set[int], locale: str) -> list[Untranslated]:
    """Groups that say of themselves in a language less than in another."""
    return [
        Untranslated(group.name, _l("Group"), "groups_desk.edit", {"group_id": group.id})
        for group in list_groups()
        if group.id in group_ids and lacks(locale, group.name, group.about)
    ]
