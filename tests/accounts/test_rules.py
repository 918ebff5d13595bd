"""Roles, limits, passwords and paths, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.rules.permissions import (
    ROLE_HINTS,
    ROLE_NAMES,
    ROLE_PERMISSIONS,
    Permission,
    Role,
    may,
    roles_with,
)
from app.accounts.rules.sessions import (
    ABSOLUTE_LIMIT,
    IDLE_LIMIT,
    PasswordProblem,
    TryKind,
    bucket_of,
    local_desk_path,
    network_of,
    password_problem,
    session_is_over,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_every_role_is_named_explained_and_allowed_something() -> None:
    assert set(ROLE_PERMISSIONS) == set(ROLE_NAMES) == set(ROLE_HINTS) == set(Role)
    assert all(Permission.TODAY_SEE in allowed for allowed in ROLE_PERMISSIONS.values())


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.ACCOUNTS_MANAGE, {Role.OWNER}),
        (Permission.GROUP_EDIT, {Role.OWNER}),
        (Permission.DONATIONS_EXPORT, {Role.OWNER, Role.TREASURER}),
        (Permission.DONATIONS_EDIT, {Role.OWNER, Role.TREASURER, Role.ORGANISER}),
        (Permission.BOOKS_EDIT, {Role.OWNER, Role.TREASURER}),
        (Permission.QUEUES_RETRY, {Role.OWNER, Role.TREASURER}),
        (Permission.BOOKS_SEE, {Role.OWNER, Role.TREASURER, Role.AUDITOR}),
        (Permission.QUEUES_SEE, {Role.OWNER, Role.TREASURER, Role.AUDITOR}),
        (Permission.AUDIT_SEE, {Role.OWNER, Role.TREASURER, Role.AUDITOR}),
        (Permission.DONATIONS_SEE_PEOPLE, {Role.OWNER, Role.TREASURER, Role.ORGANISER}),
        (Permission.DONATIONS_SEE, set(Role) - {Role.EDITOR}),
        (Permission.APPEALS_EDIT, {Role.OWNER, Role.ORGANISER, Role.EDITOR}),
        (Permission.APPEALS_PUBLISH, {Role.OWNER, Role.ORGANISER}),
        (Permission.APPEALS_SEE, set(Role)),
        (Permission.TODAY_SEE, set(Role)),
    ],
)
def test_a_permission_belongs_to_these_roles(permission: Permission, roles: set[Role]) -> None:
    assert roles_with(permission) == roles


def test_an_auditor_changes_nothing() -> None:
    writing = {each for each in Permission if not each.value.endswith(("see", "see_people"))}
    assert not writing & ROLE_PERMISSIONS[Role.AUDITOR]


def test_several_roles_allow_what_any_of_them_allows() -> None:
    assert may({Role.EDITOR, Role.AUDITOR}, Permission.BOOKS_SEE)
    assert not may({Role.EDITOR, Role.AUDITOR}, Permission.APPEALS_PUBLISH)
    assert not may(set(), Permission.TODAY_SEE)


@pytest.mark.parametrize(
    ("began", "seen", "is_over"),
    [
        (NOON, NOON, False),
        (NOON - IDLE_LIMIT, NOON - IDLE_LIMIT + SECOND, False),
        (NOON - IDLE_LIMIT, NOON - IDLE_LIMIT, True),
        (NOON - ABSOLUTE_LIMIT + SECOND, NOON - SECOND, False),
        (NOON - ABSOLUTE_LIMIT, NOON - SECOND, True),
        (NOON + SECOND, NOON, True),
    ],
)
def test_a_session_ends_when_left_alone_or_old(
    began: datetime, seen: datetime, is_over: bool
) -> None:
    assert session_is_over(began, seen, NOON) is is_over


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("otter ladder violet thunder", None),
        ("kettle-marble-9-orbit", None),
        ("مظلة زرقاء فوق السطح القديم", None),
        ("zR4!kQ9#vT2@mX7", None),
        ("zR4!kQ9#vT2@mX", PasswordProblem.TOO_SHORT),
        ("", PasswordProblem.TOO_SHORT),
        ("z9k" * 42 + "xy", PasswordProblem.GUESSABLE),
        ("zR4!kQ9#vT2@mX7 " * 8 + "a", PasswordProblem.TOO_LONG),
        ("passwordpassword", PasswordProblem.GUESSABLE),
        ("Password123456789", PasswordProblem.GUESSABLE),
        ("aaaaaaaaaaaaaaaaaaaa", PasswordProblem.GUESSABLE),
        ("123456789012345", PasswordProblem.GUESSABLE),
        ("qwertyuiopasdfghjkl", PasswordProblem.GUESSABLE),
        ("poiuytrewqlkjhgfdsa", PasswordProblem.GUESSABLE),
        ("abcabcabcabcabcabc", PasswordProblem.GUESSABLE),
        ("               ", PasswordProblem.GUESSABLE),
        ("correcthorsebatterystaple", PasswordProblem.GUESSABLE),
        ("MusterMuster2026!", PasswordProblem.GUESSABLE),
        ("letmein letmein 2026", PasswordProblem.GUESSABLE),
        ("Lea Valley Lea Valley", PasswordProblem.GUESSABLE),
        ("amal.haddad@example.org", PasswordProblem.GUESSABLE),
        ("HaddadAmal19871987", PasswordProblem.GUESSABLE),
    ],
)
def test_a_password_is_long_and_hard_to_guess(
    password: str, problem: PasswordProblem | None
) -> None:
    known = ["amal.haddad@example.org", "Amal Haddad", "Lea Valley Solidarity Network"]
    assert password_problem(password, known=known) is problem


@pytest.mark.parametrize(
    "path",
    [
        "/desk",
        "/desk/",
        "/desk?page=2",
        "/desk/appeals/12",
        "/desk/donations/?q=amal%20haddad&page=3",
        "/desk/donations/?since=2026-11-01",
    ],
)
def test_a_page_of_the_desk_may_come_after_the_sign_in(path: str) -> None:
    assert local_desk_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "/",
        "/appeals/",
        "/deskx",
        "//evil.example",
        "//evil.example/desk/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https://evil.example/desk/",
        "https://localhost/desk/",
        "http:///evil.example",
        "\thttps://evil.example",
        " /desk/",
        "/desk/ ",
        "/desk/\t",
        "/\t/evil.example",
        "/desk\n/x",
        "/desk/\r\nLocation: https://evil.example",
        "/desk/\x00",
        "/%09/evil.example",
        "/desk//evil.example",
        "/desk/../../evil.example",
        "/desk/\\evil.example",
        "//evil.example@localhost/desk",
        "https://user:pass@evil.example/desk",
        "javascript:alert(1)",
        "data:text/html,x",
        "//еvil.example",
        "/desk/еvil",
        "https://xn--vil-5cd.example",
        "///evil.example",
        "////evil.example",
        "/desk/" + "a" * 2000,
    ],
)
def test_nothing_that_could_lead_elsewhere_comes_after_the_sign_in(text: str | None) -> None:
    assert local_desk_path(text) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("::ffff:203.0.113.9", "203.0.113.9/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_counts_as_what_one_visitor_holds(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_a_bucket_tells_nothing_and_is_its_own_for_each_kind() -> None:
    bucket = bucket_of("secret", TryKind.SIGN_IN_ACCOUNT, "amal@example.org")
    assert "amal" not in bucket
    assert bucket != bucket_of("secret", TryKind.RESET_ACCOUNT, "amal@example.org")
    assert bucket != bucket_of("another", TryKind.SIGN_IN_ACCOUNT, "amal@example.org")
