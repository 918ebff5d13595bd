"""Signing in, budgets of tries and links to choose a password, on both databases."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.accounts import jobs, queries
from app.accounts.errors import (
    AccountExistsError,
    LastOwnerError,
    LinkUsedError,
    TooManyTriesError,
    WeakPasswordError,
    WrongPasswordError,
    WrongSignInError,
)
from app.accounts.flows import signing_in as flows
from app.accounts.mails import PASSWORD_PURPOSE
from app.accounts.models import AccountTry
from app.accounts.rules.permissions import Role
from app.accounts.rules.sessions import BUDGETS, RESET_LIFE, TryKind
from app.accounts.service import accounts as service
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.mail.models.outbox import OutboxMail
from app.queue.jobs import run_due
from app.settings import activate, settings
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.groups import make_group
from tests.support.apps import make_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from app.accounts.models import User

HERE = "203.0.113.9"
NEW_PASSWORD = "saddle comet walnut harbour"


def reset_token(account: User) -> str:
    """The token of the newest link to an account."""
    return links.sign(
        settings().secret_key, PASSWORD_PURPOSE, str(account.id), version=account.reset_version
    )


def send_reset(account: User) -> str:
    """Ask for a link and let the worker send it; its token."""
    flows.ask_for_reset(account.email, address=HERE, now=clock.utcnow())
    run_due({flows.RESET_JOB: jobs.HANDLERS[flows.RESET_JOB], "mail.deliver": lambda _: None})
    return reset_token(account)


def count(column: object) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def test_the_right_password_signs_in_and_costs_no_try(owner: User) -> None:
    now = clock.utcnow()
    for _ in range(BUDGETS[TryKind.SIGN_IN_ACCOUNT].tries + 2):
        assert flows.sign_in("Olga@Example.org", PASSWORD, address=HERE, now=now).id == owner.id
    assert owner.last_sign_in_at == now
    assert count(AccountTry.id) == 0


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("olga@example.org", "not her password at all"),
        ("olga@example.org", ""),
        ("olga@example.org", PASSWORD + "\n"),
        ("nobody@example.org", PASSWORD),
    ],
)
def test_nobody_learns_what_was_wrong(email: str, password: str) -> None:
    with pytest.raises(WrongSignInError) as caught:
        flows.sign_in(email, password, address=HERE, now=clock.utcnow())
    assert str(caught.value) == "The e-mail address or the password is not right."
    assert count(AccountTry.id) == 2


def test_a_closed_account_says_no_more_than_a_wrong_password(editor: User) -> None:
    with transaction():
        service.disable(editor, now=clock.utcnow(), by=Actor.system())
    with pytest.raises(WrongSignInError):
        flows.sign_in(editor.email, PASSWORD, address=HERE, now=clock.utcnow())


def test_an_account_is_tried_ten_times_and_then_rests(owner: User) -> None:
    now, budget = clock.utcnow(), BUDGETS[TryKind.SIGN_IN_ACCOUNT]
    for number in range(budget.tries):
        with pytest.raises(WrongSignInError):
            flows.sign_in(owner.email, "wrong", address=f"198.51.100.{number}", now=now)
    with pytest.raises(TooManyTriesError):
        flows.sign_in(owner.email, PASSWORD, address="192.0.2.1", now=now)
    later = now + budget.within + timedelta(seconds=1)
    assert flows.sign_in(owner.email, PASSWORD, address=HERE, now=later).id == owner.id


@pytest.mark.usefixtures("app")
def test_one_place_tries_ten_accounts_and_then_rests() -> None:
    now, budget = clock.utcnow(), BUDGETS[TryKind.SIGN_IN_ADDRESS]
    for number in range(budget.tries):
        with pytest.raises(WrongSignInError):
            flows.sign_in(f"person{number}@example.org", "guess", address=HERE, now=now)
    with pytest.raises(TooManyTriesError):
        flows.sign_in("person99@example.org", "guess", address=HERE, now=now)
    assert count(AccountTry.id) == 2 * budget.tries


@pytest.mark.usefixtures("app")
def test_a_network_of_addresses_is_one_place() -> None:
    now = clock.utcnow()
    for number in range(BUDGETS[TryKind.SIGN_IN_ADDRESS].tries):
        with pytest.raises(WrongSignInError):
            flows.sign_in("a@example.org", "x", address=f"2001:db8::{number}", now=now)
    with pytest.raises(TooManyTriesError):
        flows.sign_in("b@example.org", "x", address="2001:db8::ffff", now=now)


def at_once(app: Flask, *works: Callable[[], object]) -> list[object]:
    """Do several things at the same moment; what each gave or raised, in no order."""
    start, outcomes = Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes.append(work())
            except UserError as error:
                outcomes.append(error)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_tries_at_once_are_all_counted(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        make_account(email="olga@example.org")

    def guess() -> User:
        return flows.sign_in("olga@example.org", "wrong", address=HERE, now=clock.utcnow())

    outcomes = [type(each) for each in at_once(disk_app, *[guess] * 14)]
    assert set(outcomes) <= {WrongSignInError, TooManyTriesError}
    assert outcomes.count(WrongSignInError) <= BUDGETS[TryKind.SIGN_IN_ACCOUNT].tries


def test_strangers_do_not_lock_her_own_browser_out(owner: User, editor: User) -> None:
    now = clock.utcnow()
    for number in range(BUDGETS[TryKind.SIGN_IN_ACCOUNT].tries):
        with pytest.raises(WrongSignInError):
            flows.sign_in(owner.email, "wrong", address=f"198.51.100.{number}", now=now)
    strangers = [None, "", "x", flows.known_browser(editor), flows.known_browser(owner)[:-1]]
    for browser in strangers:
        with pytest.raises(TooManyTriesError):
            flows.sign_in(owner.email, PASSWORD, address=HERE, browser=browser, now=now)
    hers = flows.known_browser(owner)
    assert flows.sign_in(owner.email, PASSWORD, address=HERE, browser=hers, now=now).id == owner.id
    for number in range(BUDGETS[TryKind.SIGN_IN_KNOWN].tries):
        with pytest.raises(WrongSignInError):
            flows.sign_in(owner.email, "x", address=f"192.0.2.{number}", browser=hers, now=now)
    with pytest.raises(TooManyTriesError):
        flows.sign_in(owner.email, PASSWORD, address=HERE, browser=hers, now=now)


def test_two_owners_cannot_both_throw_the_other_out(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        group = make_group()
        ids = [make_account(Role.OWNER, group=group).id for _ in range(2)]
        group_id = group.id

    def throw_out(account_id: int) -> Callable[[], None]:
        def work() -> None:
            with transaction():
                account = queries.lock_with_owners(account_id, [group_id])
                service.set_roles(account, group_id, [], now=clock.utcnow(), by=Actor.system())

        return work

    outcomes = at_once(disk_app, *(throw_out(each) for each in ids))
    assert {type(each) for each in outcomes} == {LastOwnerError, type(None)}
    with disk_app.app_context():
        assert len(queries.lock_owners(group_id)) == 1


def test_one_address_invited_twice_at_once_is_one_account(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        group_id = make_group().id

    def invite() -> None:
        with transaction():
            service.invite_to_group(
                email="nour@example.org", name="Nour", group_id=group_id, roles=[Role.EDITOR],
                now=clock.utcnow(), by=Actor.system(),
            )  # fmt: skip

    outcomes = at_once(disk_app, *[invite] * 4)
    assert {type(each) for each in outcomes} <= {type(None), AccountExistsError}
    with disk_app.app_context():
        assert queries.count_accounts() == 1


@pytest.fixture
def elsewhere(app: Flask, tmp_path: Path) -> Iterator[None]:
    """The same installation as a demo."""
    before = settings()
    demo = {
        "environment": "demo",
        "rehearsal_url": "http://127.0.0.1:9",
        "stripe_api_base": "http://127.0.0.1:9",
    }
    activate(make_settings(before.database_url, tmp_path, **demo))
    yield
    activate(before)


@pytest.mark.usefixtures("app")
def test_a_demo_account_is_worth_nothing_outside_the_demo() -> None:
    with transaction():
        demo = make_account(is_demo=True)
    with pytest.raises(WrongSignInError):
        flows.sign_in(demo.email, PASSWORD, address=HERE, now=clock.utcnow())
    flows.send_reset(demo.id, now=clock.utcnow())
    assert count(OutboxMail.id) == 0


@pytest.mark.usefixtures("elsewhere")
def test_a_demo_account_works_in_the_demo() -> None:
    with transaction():
        demo = make_account(is_demo=True)
    assert flows.sign_in(demo.email, PASSWORD, address=HERE, now=clock.utcnow()).id == demo.id


def test_a_weaker_hash_is_renewed_at_the_next_sign_in(app: Flask, owner: User) -> None:
    weak = owner.password
    context = app.extensions["security"].pwd_context
    context.update(argon2__time_cost=4)
    try:
        flows.sign_in(owner.email, PASSWORD, address=HERE, now=clock.utcnow())
    finally:
        context.update(argon2__time_cost=3)
    assert owner.password != weak
    assert service.password_matches(owner, PASSWORD)


def test_asking_for_a_link_does_the_same_for_any_address(owner: User) -> None:
    def statements(email: str) -> list[str]:
        seen: list[str] = []
        connection = db.session.connection()

        @db.event.listens_for(connection, "before_cursor_execute")  # type: ignore[untyped-decorator]
        def note(_c: object, _k: object, statement: str, *_: object) -> None:
            seen.append(statement)

        flows.ask_for_reset(email, address=HERE, now=clock.utcnow())
        db.event.remove(connection, "before_cursor_execute", note)
        return seen

    assert len(statements(owner.email)) == len(statements("nobody@example.org"))


@pytest.mark.usefixtures("app")
def test_an_unknown_address_gets_no_mail() -> None:
    flows.ask_for_reset("nobody@example.org", address=HERE, now=clock.utcnow())
    run_due({flows.RESET_JOB: jobs.HANDLERS[flows.RESET_JOB]})
    assert count(OutboxMail.id) == 0


def test_links_are_asked_for_five_times_a_day(owner: User) -> None:
    now = clock.utcnow()
    for _ in range(BUDGETS[TryKind.RESET_ACCOUNT].tries):
        flows.ask_for_reset(owner.email, address=HERE, now=now)
    with pytest.raises(TooManyTriesError):
        flows.ask_for_reset(owner.email, address="192.0.2.1", now=now)


def test_a_link_works_once(owner: User) -> None:
    token, now = send_reset(owner), clock.utcnow()
    uniquifier = owner.fs_uniquifier
    flows.choose_password(token, NEW_PASSWORD, now=now)
    assert owner.fs_uniquifier != uniquifier
    assert service.password_matches(owner, NEW_PASSWORD)
    with pytest.raises(LinkUsedError):
        flows.open_link(token, now=now)
    with pytest.raises(LinkUsedError):
        flows.choose_password(token, "another pebble window crane", now=now)
    assert service.password_matches(owner, NEW_PASSWORD)


def test_a_link_dies_with_time_password_and_address(owner: User) -> None:
    now = clock.utcnow()
    token = send_reset(owner)
    with pytest.raises(LinkUsedError):
        flows.open_link(token, now=now + RESET_LIFE + timedelta(minutes=1))
    flows.change_password(owner, PASSWORD, NEW_PASSWORD, now=now)
    with pytest.raises(LinkUsedError):
        flows.open_link(token, now=now)
    token = send_reset(owner)
    flows.change_details(
        owner, name="O", email="o@example.org", locale="en", present=NEW_PASSWORD, now=now
    )
    with pytest.raises(LinkUsedError):
        flows.open_link(token, now=now)


def test_a_link_is_signed_for_one_purpose_and_one_account(owner: User, editor: User) -> None:
    token, now = send_reset(owner), clock.utcnow()
    foreign = links.sign(settings().secret_key, "thanks", str(owner.id), version=1)
    with pytest.raises(BadLinkError):
        flows.open_link(foreign, now=now)
    with pytest.raises(BadLinkError):
        flows.open_link(token.replace(f"{owner.id}.", f"{editor.id}.", 1), now=now)
    with pytest.raises(BadLinkError):
        flows.open_link(token[:-1], now=now)
    far = links.sign(settings().secret_key, PASSWORD_PURPOSE, "999999", version=1)
    with pytest.raises(LinkUsedError):
        flows.open_link(far, now=now)
    word = links.sign(settings().secret_key, PASSWORD_PURPOSE, "olga", version=1)
    with pytest.raises(BadLinkError):
        flows.open_link(word, now=now)


def test_a_weak_password_uses_no_link_up(owner: User) -> None:
    token, now = send_reset(owner), clock.utcnow()
    with pytest.raises(WeakPasswordError):
        flows.choose_password(token, "short", now=now)
    with pytest.raises(WeakPasswordError):
        flows.choose_password(token, "olga@example.org", now=now)
    assert flows.open_link(token, now=now).id == owner.id


def test_a_change_needs_the_present_password(owner: User) -> None:
    now, before = clock.utcnow(), owner.password
    for _ in range(BUDGETS[TryKind.PASSWORD_CHECK].tries):
        with pytest.raises(WrongPasswordError):
            flows.change_password(owner, "wrong", NEW_PASSWORD, now=now)
    with pytest.raises(TooManyTriesError):
        flows.change_password(owner, PASSWORD, NEW_PASSWORD, now=now)
    assert owner.password == before


def test_another_address_needs_the_present_password(owner: User) -> None:
    now = clock.utcnow()
    with pytest.raises(WrongPasswordError):
        flows.change_details(
            owner, name="O", email="o@example.org", locale="en", present="", now=now
        )
    flows.change_details(owner, name="Olga", email=owner.email, locale="ar", present="", now=now)
    assert (owner.name, owner.locale, owner.email) == ("Olga", "ar", "olga@example.org")


def test_the_same_person_is_not_signed_in_with_a_password_changed_meanwhile(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = service.password_matches

    def slow_match(account: User | None, password: str) -> bool:
        is_right = right(account, password)
        with transaction():
            service.set_password(
                owner, service.hashed(NEW_PASSWORD), now=clock.utcnow(), by=Actor.system()
            )
        return is_right

    monkeypatch.setattr(service, "password_matches", slow_match)
    with pytest.raises(WrongSignInError):
        flows.sign_in(owner.email, PASSWORD, address=HERE, now=clock.utcnow())


def test_closed_accounts_forget_whose_they_were(owner: User, editor: User) -> None:
    now = clock.utcnow()
    with transaction():
        service.disable(editor, now=now - timedelta(days=400), by=Actor.system())
    run_due({jobs.ERASE_JOB: jobs.HANDLERS[jobs.ERASE_JOB]}, jobs.SCHEDULES[1:])
    assert editor.is_erased
    assert (editor.name, editor.password, editor.group_ids) == ("", None, [])
    assert owner.roles_in(owner.group_ids[0]) == {Role.OWNER}
