"""What `muster account add` does, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts import cli, queries
from app.accounts.errors import AccountExistsError, UnknownGroupError, WeakPasswordError
from app.accounts.rules.permissions import Role
from app.accounts.service import accounts as service
from app.groups import queries as groups
from app.groups.models import Group
from tests.factories.accounts import PASSWORD


def add(**changes: Any) -> Any:
    """Add an account as the command does."""
    given: dict[str, Any] = {
        "email": "Nour@Example.org",
        "name": "Nour",
        "password": PASSWORD,
        "group_slug": "lea-valley",
        "roles": ["owner"],
    }
    return cli.add_account(**(given | changes))


def test_an_account_is_added_with_its_roles(group: Group) -> None:
    account = add(roles=["owner", "auditor"])
    assert account.email == "nour@example.org"
    assert account.roles_in(group.id) == {Role.OWNER, Role.AUDITOR}
    assert service.password_matches(account, PASSWORD)


@pytest.mark.usefixtures("app")
def test_the_first_group_is_founded_with_its_owner() -> None:
    account = add(group_name="Lea Valley Solidarity Network")
    found = groups.get_group("lea-valley")
    assert found.name.origin_text == "Lea Valley Solidarity Network"
    assert account.roles_in(found.id) == {Role.OWNER}


def test_a_group_that_exists_keeps_its_name(group: Group) -> None:
    before = group.name
    add(group_name="Another name")
    assert groups.get_group("lea-valley").name == before


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"group_slug": "nowhere"}, UnknownGroupError),
        ({"password": "short"}, WeakPasswordError),
        ({"roles": ["king"]}, ValueError),
    ],
)
def test_what_is_wrong_adds_nothing(
    group: Group, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        add(**changes)
    assert queries.count_accounts() == 0


@pytest.mark.usefixtures("group")
def test_an_address_is_used_once() -> None:
    add()
    with pytest.raises(AccountExistsError):
        add(name="Somebody else")
