"""What `muster account add` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.accounts import service
from app.accounts.rules import Role
from app.audit.facts import Actor
from app.db.session import transaction
from app.groups import queries as groups
from app.lib import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.accounts.models import User


def add_account(
    *, email: str, name: str, password: str, group_slug: str, roles: Iterable[str]
) -> User:
    """Open an account with roles in a group, and commit it.

    Raises NotFoundError for an unknown group, ValueError for an unknown role, and what
    `service.add_account` raises.
    """
    chosen = [Role(role) for role in roles]
    now = clock.utcnow()
    with transaction():
        group = groups.get_group(group_slug)
        account = service.add_account(
            email=email, name=name, password=password, now=now, by=Actor.cli()
        )
        for role in chosen:
            service.grant_role(account, group.id, role, now=now, by=Actor.cli())
    return account
