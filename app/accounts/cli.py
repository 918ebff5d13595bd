"""What `muster account` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.accounts import queries
from app.accounts.errors import UnknownAccountError, UnknownGroupError
from app.accounts.rules.permissions import Role
from app.accounts.service import accounts as service
from app.accounts.service import second_factor
from app.audit.facts import Actor
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.rules import GroupKind
from app.groups.service import NewGroup, create_group
from app.lib import clock
from app.lib.text import Translated
from app.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.accounts.models import User
    from app.groups.models import Group


def add_account(
    *,
    email: str,
    name: str,
    password: str,
    group_slug: str,
    roles: Iterable[str],
    group_name: str | None = None,
) -> User:
    """Open an account with roles in a group, and commit it.

    With a name for it, a group that does not exist yet is founded: a new installation has none.
    Raises NotFoundError for an unknown group without a name, ValueError for an unknown role, and
    what `service.add_account` and `groups.service.create_group` raise.
    """
    chosen = [Role(role) for role in roles]
    now = clock.utcnow()
    with transaction():
        group = _group(group_slug, group_name, contact_email=email)
        account = service.add_account(
            email=email, name=name, password=password, now=now, by=Actor.cli()
        )
        for role in chosen:
            service.grant_role(account, group.id, role, now=now, by=Actor.cli())
    return account


def reset_second_factor(email: str) -> bool:
    """Take the second factor off an account, and commit it; says whether it had one.

    Raises NotFoundError for an address without an account.
    """
    now = clock.utcnow()
    with transaction():
        found = queries.find_account_by_email(email)
        if found is None:
            raise UnknownAccountError(email)
        account = queries.lock_account(found.id)
        had_one = account.has_second_factor
        if had_one:
            second_factor.reset(account, now=now, by=Actor.cli())
    return had_one


def _group(slug: str, name: str | None, *, contact_email: str) -> Group:
    found = groups.find_group(slug)
    if found is not None:
        return found
    if name is None:
        raise UnknownGroupError(slug)
    spoken = Translated({settings().default_locale: name}, origin=settings().default_locale)
    new = NewGroup(
        slug=slug,
        name=spoken,
        about=spoken,
        kind=GroupKind.NETWORK,
        legal_name=name,
        legal_form="Unincorporated association",
        contact_email=settings().contact_email or contact_email,
    )
    return create_group(new, now=clock.utcnow(), by=Actor.cli())
