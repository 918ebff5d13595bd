"""Two groups and their people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.accounts.rules import Role
from app.audit.facts import Actor
from app.db.session import transaction
from app.groups import service as groups
from app.groups.rules import GroupKind
from app.groups.service import NewGroup
from app.lib import clock
from app.lib.text import Translated
from tests.factories.accounts import make_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from app.accounts.models import User
    from app.groups.models import Group


@pytest.fixture
def add_group(app: Flask) -> Callable[[str], Group]:
    """Save a group under an address."""

    def add(slug: str) -> Group:
        new = NewGroup(
            slug=slug,
            name=Translated.of(en=slug.replace("-", " ").title(), ar="شبكة وادي لي"),
            about=Translated.of(en="We help."),
            kind=GroupKind.NETWORK,
            legal_name=slug,
            legal_form="Unincorporated association",
            contact_email="hello@example.org",
        )
        with transaction():
            return groups.create_group(new, now=clock.utcnow(), by=Actor.system())

    return add


@pytest.fixture
def group(add_group: Callable[[str], Group]) -> Group:
    """Our group."""
    return add_group("lea-valley")


@pytest.fixture
def other_group(add_group: Callable[[str], Group]) -> Group:
    """Somebody else's group."""
    return add_group("open-hands")


@pytest.fixture
def owner(group: Group) -> User:
    """Who owns our group."""
    with transaction():
        return make_account(Role.OWNER, group=group, email="olga@example.org", name="Olga Owner")


@pytest.fixture
def editor(group: Group) -> User:
    """Who writes for our group."""
    with transaction():
        return make_account(Role.EDITOR, group=group, email="edi@example.org", name="Edi Editor")
