"""Two groups and their people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Role
from app.db.session import transaction
from tests.factories.accounts import make_account
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask

    from app.accounts.models import User
    from app.groups.models import Group


@pytest.fixture
def group(app: Flask) -> Group:
    """Our group."""
    with transaction():
        return make_group(slug="lea-valley")


@pytest.fixture
def other_group(app: Flask) -> Group:
    """Somebody else's group."""
    with transaction():
        return make_group(slug="open-hands")


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
