"""Reads of accounts, of who may do what where, and of recent tries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from app.accounts.models import AccountTry, Membership, User
from app.accounts.rules.permissions import POWERFUL_ROLES, Role
from app.accounts.rules.sessions import BUDGETS, ERASED_DOMAIN, TryKind
from app.db.session import db
from app.groups.models import Group
from app.lib.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def find_account(account_id: int) -> User | None:
    """An account by its number."""
    return db.session.get(User, account_id)


def get_account(account_id: int) -> User:
    """An account by its number; raises NotFoundError."""
    account = find_account(account_id)
    if account is None:
        raise NotFoundError
    return account


def list_without_second_factor() -> Sequence[User]:
    """The accounts in use whose roles have power and that sign in with a password alone."""
    return db.session.scalars(
        select(User)
        .where(
            User.active,
            User.totp_secret.is_(None),
            User.is_demo.is_(False),
            User.memberships.any(Membership.role.in_(POWERFUL_ROLES)),
        )
        .order_by(User.id)
    ).all()


def find_account_by_email(email: str) -> User | None:
    """An account by its normalised e-mail address."""
    return db.session.scalar(select(User).where(User.email == email.lower()))


def lock_account(account_id: int) -> User:
    """An account, held against other writers until the transaction ends; raises NotFoundError."""
    account = db.session.scalar(
        select(User)
        .where(User.id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if account is None:
        raise NotFoundError
    return account


def lock_with_owners(account_id: int, group_ids: Collection[int]) -> User:
    """An account, held together with the owners of some groups; raises NotFoundError.

    All are locked in the order of their ids, so that two owners who change each other at the same
    moment wait instead of blocking each other for ever.
    """
    owners = select(Membership.account_id).where(
        Membership.group_id.in_(group_ids), Membership.role == Role.OWNER
    )
    held = db.session.scalars(
        select(User)
        .where(or_(User.id == account_id, User.id.in_(owners.scalar_subquery())))
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    account = next((each for each in held if each.id == account_id), None)
    if account is None:
        raise NotFoundError
    return account


def list_accounts(group_ids: Collection[int]) -> Sequence[User]:
    """The accounts with a role in any of these groups, by name."""
    return db.session.scalars(
        select(User)
        .where(User.memberships.any(Membership.group_id.in_(group_ids)))
        .options(selectinload(User.memberships))
        .order_by(User.name, User.id)
    ).all()


def list_groups_of(group_ids: Collection[int]) -> Sequence[Group]:
    """These groups, in the order they were founded here."""
    return db.session.scalars(select(Group).where(Group.id.in_(group_ids)).order_by(Group.id)).all()


def lock_owners(group_id: int) -> Sequence[User]:
    """The accounts that own a group and can sign in, held until the transaction ends."""
    owners = (
        select(Membership.account_id)
        .where(Membership.group_id == group_id, Membership.role == Role.OWNER)
        .scalar_subquery()
    )
    return db.session.scalars(
        select(User)
        .where(User.id.in_(owners), User.active.is_(True))
        .order_by(User.id)
        .with_for_update()
    ).all()


def list_closed_before(moment: datetime) -> Sequence[User]:
    """The accounts that were closed before an instant and still say whose they were."""
    return db.session.scalars(
        select(User)
        .where(User.closed_at < moment, User.email.not_like(f"%{ERASED_DOMAIN}"))
        .options(selectinload(User.memberships))
        .order_by(User.id)
    ).all()


def count_accounts() -> int:
    """How many accounts there are."""
    return db.session.scalar(select(func.count(User.id))) or 0


def is_over_budget(kind: TryKind, bucket: str, *, now: datetime, besides: int = 0) -> bool:
    """Whether a bucket holds more tries than its budget, besides some that were just written."""
    budget = BUDGETS[kind]
    tries = db.session.scalar(
        select(func.count(AccountTry.id)).where(
            AccountTry.bucket == bucket, AccountTry.at > now - budget.within
        )
    )
    return (tries or 0) - besides >= budget.tries
