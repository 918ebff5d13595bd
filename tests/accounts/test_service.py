"""What happens to accounts, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.accounts import queries
from app.accounts.errors import (
    AccountClosedError,
    AccountExistsError,
    LastOwnerError,
    LinkUsedError,
    WeakPasswordError,
)
from app.accounts.flows import signing_in as flows
from app.accounts.models import AccountTry, User
from app.accounts.rules.permissions import Role
from app.accounts.rules.sessions import INVITATION_LIFE, RESET_LIFE
from app.accounts.service import accounts as service
from app.audit import queries as audit
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.lib.emails import EmailProblem
from app.mail.models.outbox import OutboxMail
from tests.factories.accounts import PASSWORD, make_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.groups.models import Group

SYSTEM = Actor.system()
NEW_PASSWORD = "saddle comet walnut harbour"


def actions(account: User) -> list[str]:
    """What was written down about an account, the first first."""
    return [entry.action for entry in audit.list_for(f"account:{account.id}")][::-1]


def mails(account: User) -> list[str]:
    """The templates of the mails to an account, the first first."""
    wanted = select(OutboxMail).where(OutboxMail.to == account.email).order_by(OutboxMail.id)
    return [mail.template for mail in db.session.scalars(wanted)]


def test_an_account_keeps_no_password_but_its_hash(owner: User) -> None:
    assert owner.password is not None
    assert owner.password.startswith("$argon2id$")
    assert PASSWORD not in owner.password
    assert actions(owner)[0] == "account.added"


def test_the_right_password_matches_and_no_other(owner: User) -> None:
    assert service.password_matches(owner, PASSWORD)
    assert not service.password_matches(owner, PASSWORD + " ")
    assert not service.password_matches(owner, PASSWORD.upper())
    assert not service.password_matches(None, PASSWORD)


def test_an_unknown_account_is_checked_as_long_as_a_known_one(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def note(password: str, stored: str) -> bool:
        checked.append(stored)
        return True

    monkeypatch.setattr(service, "verify_password", note)
    with transaction():
        invited = make_account(password=None)
    assert service.password_matches(owner, PASSWORD)
    # Even a hash that fits lets nobody in where there is no password.
    assert not service.password_matches(None, PASSWORD)
    assert not service.password_matches(invited, PASSWORD)
    parameters = {stored.rsplit("$", 2)[0] for stored in checked}
    assert len(checked) == 3
    assert len(parameters) == 1


@pytest.mark.usefixtures("app")
def test_without_a_password_no_password_matches() -> None:
    with transaction():
        invited = make_account(password=None)
    assert not service.password_matches(invited, "")
    assert not service.password_matches(invited, PASSWORD)


def test_two_accounts_cannot_share_an_address(owner: User) -> None:
    with pytest.raises(AccountExistsError), transaction():
        make_account(email="OLGA@example.org")
    assert queries.count_accounts() == 1


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("email", ["", "olga", "olga@", "olga@example.org\nBcc: x@example.org"])
def test_an_address_must_be_one(email: str) -> None:
    with pytest.raises(EmailProblem), transaction():
        service.add_account(email=email, name="Olga", password=None, now=clock.utcnow(), by=SYSTEM)


@pytest.mark.usefixtures("app")
def test_a_weak_password_opens_no_account() -> None:
    with pytest.raises(WeakPasswordError), transaction():
        make_account(password="passwordpassword1")
    assert queries.count_accounts() == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda someone, group: service.grant_role(
            someone, group.id, Role.TREASURER, now=clock.utcnow(), by=SYSTEM
        ),
        lambda someone, group: service.revoke_role(
            someone, group.id, Role.EDITOR, now=clock.utcnow(), by=SYSTEM
        ),
        lambda someone, _: service.disable(someone, now=clock.utcnow(), by=SYSTEM),
        lambda someone, _: service.sign_out(someone, now=clock.utcnow(), by=SYSTEM),
        lambda someone, _: service.set_password(
            someone, service.hashed(NEW_PASSWORD), now=clock.utcnow(), by=SYSTEM
        ),
        lambda someone, _: service.change_details(
            someone,
            name=someone.name,
            email="new@example.org",
            locale="en",
            now=clock.utcnow(),
            by=SYSTEM,
        ),
    ],
    ids=["grant", "revoke", "disable", "sign out", "password", "e-mail"],
)
def test_what_changes_an_account_ends_its_cookies_and_is_written_down(
    editor: User, group: Group, change: Callable[[User, Group], None]
) -> None:
    before, written = editor.fs_uniquifier, len(actions(editor))
    with transaction():
        change(editor, group)
    assert editor.fs_uniquifier != before
    assert len(actions(editor)) > written


def test_another_name_ends_nothing(editor: User) -> None:
    before = editor.fs_uniquifier
    with transaction():
        service.change_details(
            editor, name="Edith", email=editor.email, locale="ar", now=clock.utcnow(), by=SYSTEM
        )
    assert (editor.name, editor.locale, editor.fs_uniquifier) == ("Edith", "ar", before)


def test_a_new_address_is_told_to_both(editor: User) -> None:
    with transaction():
        service.change_details(
            editor, name="Edi", email="New@example.org", locale="en", now=clock.utcnow(), by=SYSTEM
        )
    to = list(db.session.scalars(select(OutboxMail.to).order_by(OutboxMail.id)))
    assert sorted(to) == ["edi@example.org", "new@example.org"]


def test_a_group_keeps_an_owner_who_can_sign_in(owner: User, group: Group) -> None:
    with transaction():
        second = make_account(Role.OWNER, group=group)
        service.disable(second, now=clock.utcnow(), by=SYSTEM)
    attempts: list[Callable[[], None]] = [
        lambda: service.revoke_role(owner, group.id, Role.OWNER, now=clock.utcnow(), by=SYSTEM),
        lambda: service.set_roles(owner, group.id, [], now=clock.utcnow(), by=SYSTEM),
        lambda: service.disable(owner, now=clock.utcnow(), by=SYSTEM),
    ]
    for attempt in attempts:
        with pytest.raises(LastOwnerError), transaction():
            attempt()
    with transaction():
        service.enable(second, now=clock.utcnow(), by=SYSTEM)
        service.disable(owner, now=clock.utcnow(), by=SYSTEM)
    assert not owner.active


def test_exactly_the_chosen_roles_are_held(editor: User, group: Group, other_group: Group) -> None:
    with transaction():
        service.grant_role(editor, other_group.id, Role.AUDITOR, now=clock.utcnow(), by=SYSTEM)
        service.set_roles(
            editor, group.id, [Role.TREASURER, Role.MODERATOR], now=clock.utcnow(), by=SYSTEM
        )
    assert editor.roles_in(group.id) == {Role.TREASURER, Role.MODERATOR}
    assert editor.roles_in(other_group.id) == {Role.AUDITOR}
    assert editor.group_ids == sorted([group.id, other_group.id])


def test_a_role_is_held_once(editor: User, group: Group) -> None:
    before = len(editor.memberships)
    with transaction():
        service.grant_role(editor, group.id, Role.EDITOR, now=clock.utcnow(), by=SYSTEM)
    assert len(editor.memberships) == before


def test_a_closed_account_gets_no_role(editor: User, group: Group) -> None:
    with transaction():
        service.disable(editor, now=clock.utcnow(), by=SYSTEM)
    with pytest.raises(AccountClosedError), transaction():
        service.grant_role(editor, group.id, Role.OWNER, now=clock.utcnow(), by=SYSTEM)


def test_who_has_no_account_is_invited_to_choose_a_password(group: Group) -> None:
    now = clock.utcnow()
    with transaction():
        invited = service.invite_to_group(
            email="nour@example.org",
            name="Nour",
            group_id=group.id,
            roles=[Role.EDITOR],
            now=now,
            by=SYSTEM,
        )
    assert invited.is_invited
    assert mails(invited) == ["accounts/invitation"]
    assert invited.reset_until == now + INVITATION_LIFE
    assert invited.roles_in(group.id) == {Role.EDITOR}


def test_who_has_an_account_is_told_of_the_roles(editor: User, other_group: Group) -> None:
    with transaction():
        same = service.invite_to_group(
            email="edi@example.org",
            name="Somebody else",
            group_id=other_group.id,
            roles=[Role.AUDITOR],
            now=clock.utcnow(),
            by=SYSTEM,
        )
    assert same is editor
    assert editor.name == "Edi Editor"
    assert mails(editor) == ["accounts/added"]


def test_a_link_counts_until_it_is_used_replaced_or_late(editor: User) -> None:
    now = clock.utcnow()
    with transaction():
        service.send_reset(editor, now=now, by=SYSTEM)
    first = editor.reset_version
    assert service.check_link(editor, first, now=now + RESET_LIFE - timedelta(seconds=1)) is editor
    with pytest.raises(LinkUsedError):
        service.check_link(editor, first, now=now + RESET_LIFE)
    with transaction():
        service.send_reset(editor, now=now, by=SYSTEM)
    with pytest.raises(LinkUsedError):
        service.check_link(editor, first, now=now)
    with transaction():
        service.set_password(editor, service.hashed(NEW_PASSWORD), now=now, by=SYSTEM)
    with pytest.raises(LinkUsedError):
        service.check_link(editor, first + 1, now=now)
    with pytest.raises(LinkUsedError):
        service.check_link(None, 1, now=now)


def test_a_closed_account_has_no_link(editor: User) -> None:
    now = clock.utcnow()
    with transaction():
        service.send_reset(editor, now=now, by=SYSTEM)
        service.disable(editor, now=now, by=SYSTEM)
    with pytest.raises(LinkUsedError):
        service.check_link(editor, editor.reset_version, now=now)
    with transaction():
        flows_mails = len(mails(editor))
    flows.send_reset(editor.id, now=now)
    assert len(mails(editor)) == flows_mails


@pytest.mark.usefixtures("app")
def test_old_tries_are_forgotten() -> None:
    now = clock.utcnow()
    with transaction():
        service.note_tries(["old"], now=now - timedelta(days=2))
        service.note_tries(["new"], now=now)
        service.purge_tries(now=now)
    assert list(db.session.scalars(select(AccountTry.bucket))) == ["new"]
