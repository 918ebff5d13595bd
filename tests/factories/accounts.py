"""Organisers for tests."""

from __future__ import annotations

from datetime import datetime

from app.accounts import service
from app.accounts.models import User
from app.accounts.rules import Role
from app.audit.facts import Actor
from app.groups.models import Group
from app.lib import clock, ids

#: Long, and made of words that have nothing to do with each other.
PASSWORD = "otter ladder violet thunder"


def make_account(
    *roles: Role,
    group: Group | None = None,
    email: str | None = None,
    name: str = "Amal Haddad",
    password: str | None = PASSWORD,
    locale: str = "en",
    is_demo: bool = False,
    now: datetime | None = None,
) -> User:
    """Save an account, with these roles in a group; call it inside a transaction."""
    at = now or clock.utcnow()
    account = service.add_account(
        email=email or f"{ids.public_id()}@example.org",
        name=name,
        password=password,
        locale=locale,
        is_demo=is_demo,
        now=at,
        by=Actor.system(),
    )
    for role in roles:
        assert group is not None
        service.grant_role(account, group.id, role, now=at, by=Actor.system())
    return account
