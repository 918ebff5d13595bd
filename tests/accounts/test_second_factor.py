"""The second factor: set up, asked for, no code twice, and a way back for lost phones."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from passlib.totp import TOTP  # type: ignore[import-untyped]
from sqlalchemy import select

from app.accounts import cli, queries
from app.accounts.errors import SecondFactorNeededError, TooManyTriesError, WrongCodeError
from app.accounts.flows import second_factor as flows
from app.accounts.rules.permissions import POWERFUL_ROLES, Role
from app.accounts.rules.sessions import (
    BUDGETS,
    RECOVERY_CODES,
    TryKind,
    find_recovery_code,
    plain_code,
    recovery_codes,
)
from app.accounts.service import accounts
from app.accounts.service import second_factor as service
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.settings import SecondFactor, activate, settings
from tests.factories.accounts import PASSWORD, make_account, post, sign_in, token_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from app.accounts.models import User
    from app.groups.models import Group

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STEP = timedelta(seconds=30)


# --- rules ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("123-456", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("۱۲۳۴۵۶", "123456"),
        ("K7M2P-X9Q4R", "k7m2px9q4r"),
        ("", ""),
    ],
)
def test_how_a_code_may_be_typed(typed: str, plain: str) -> None:
    assert plain_code(typed) == plain


def test_recovery_codes_are_of_one_account_one_set_and_one_secret() -> None:
    codes = recovery_codes("secret-one", 7, 1)
    assert len(set(codes)) == RECOVERY_CODES
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}", each) for each in codes)
    for other in (("secret-two", 7, 1), ("secret-one", 8, 1), ("secret-one", 7, 2)):
        assert not set(codes) & set(recovery_codes(*other))


def test_a_recovery_code_is_found_by_the_present_or_an_earlier_secret() -> None:
    code = recovery_codes("old", 7, 1)[3]
    assert find_recovery_code(["new", "old"], 7, 1, f" {code.upper()} ") == 3
    assert find_recovery_code(["new"], 7, 1, code) == -1
    assert find_recovery_code(["old"], 7, 2, code) == -1


@pytest.mark.parametrize(
    ("role", "has_power"),
    [
        (Role.OWNER, True),
        (Role.TREASURER, True),
        (Role.ORGANISER, True),
        (Role.MODERATOR, True),
        (Role.EDITOR, False),
        (Role.AUDITOR, False),
    ],
)
def test_who_has_power(role: Role, has_power: bool) -> None:
    assert (role in POWERFUL_ROLES) is has_power


# --- the way of an account --------------------------------------------------------------------


def app_of(account: User) -> TOTP:
    """The authenticator app on her phone."""
    key = service.pending_key(account)
    assert key is not None
    secret = parse_qs(urlsplit(key[0]).query)["secret"][0]
    return TOTP(key=secret)


def shows(phone: TOTP) -> str:
    """What it shows at the moment."""
    return str(phone.generate(clock.timestamp()).token)


def equip(account: User) -> TOTP:
    """Set a second factor up; returns the phone."""
    flows.begin(account)
    phone = app_of(account)
    flows.confirm(account, shows(phone), now=clock.utcnow())
    return phone


def test_a_code_counts_once_and_for_a_minute_and_a_half(owner: User) -> None:
    with time_machine.travel(NOON, tick=False) as wall:
        phone = equip(owner)
        with pytest.raises(WrongCodeError):
            flows.give_code(owner, shows(phone), now=clock.utcnow())
        wall.shift(STEP)
        code = shows(phone)
        assert flows.give_code(owner, f" {code[:3]} {code[3:]}", now=clock.utcnow()).id == owner.id
        for typed in (code, f"{code} ", code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))):
            with pytest.raises(WrongCodeError):
                flows.give_code(owner, typed, now=clock.utcnow())
        old = shows(phone)
        wall.shift(3 * STEP)
        with pytest.raises(WrongCodeError):
            flows.give_code(owner, old, now=clock.utcnow())


def test_the_key_is_kept_encrypted(owner: User) -> None:
    flows.begin(owner)
    key = service.pending_key(owner)
    assert key is not None
    assert key[1].replace("-", "") not in (owner.totp_pending or "")
    assert parse_qs(urlsplit(key[0]).query)["secret"][0] not in (owner.totp_pending or "")


def test_guessing_codes_ends_soon(owner: User) -> None:
    with time_machine.travel(NOON, tick=False):
        equip(owner)
        for _ in range(BUDGETS[TryKind.CODE].tries):
            with pytest.raises(WrongCodeError):
                flows.give_code(owner, "000000", now=clock.utcnow())
        with pytest.raises(TooManyTriesError):
            flows.give_code(owner, "000000", now=clock.utcnow())


def test_a_recovery_code_counts_once_and_she_is_told(owner: User) -> None:
    with time_machine.travel(NOON, tick=False):
        equip(owner)
        code = service.left_recovery_codes(owner)[4]
        flows.give_code(owner, code, now=clock.utcnow())
        with pytest.raises(WrongCodeError):
            flows.give_code(owner, code, now=clock.utcnow())
        assert len(service.left_recovery_codes(owner)) == RECOVERY_CODES - 1
    mails = db.session.scalars(select(OutboxMail.template)).all()
    assert "accounts/recovery_code_used" in mails
    old = service.left_recovery_codes(owner)[0]
    flows.renew_codes(owner, now=clock.utcnow())
    with pytest.raises(WrongCodeError):
        flows.give_code(owner, old, now=clock.utcnow())


def test_the_command_line_takes_it_off(owner: User) -> None:
    equip(owner)
    before = owner.fs_uniquifier
    assert cli.reset_second_factor("Olga@example.org") is True
    assert not owner.has_second_factor
    assert owner.fs_uniquifier != before
    assert cli.reset_second_factor("olga@example.org") is False


def test_who_lacks_one(owner: User, editor: User) -> None:
    assert [each.id for each in queries.list_without_second_factor()] == [owner.id]
    equip(owner)
    assert queries.list_without_second_factor() == []
    assert not editor.has_power


# --- pages ------------------------------------------------------------------------------------


@pytest.fixture
def required(app: Flask) -> Iterator[None]:
    """As in production: whose roles have power need a second factor."""
    assert app.name
    before = settings()
    activate(before.model_copy(update={"second_factor": SecondFactor.REQUIRED}))
    yield
    activate(before)


@pytest.mark.one_database
def test_setting_it_up_and_signing_in_with_it(client: FlaskClient, owner: User) -> None:
    with time_machine.travel(NOON, tick=False) as wall:
        sign_in(client, owner.email)
        page = client.get("/desk/account/second-factor/")
        assert client.post(
            "/desk/account/second-factor/begin", data={"csrf_token": token_on(page)}
        ).location.endswith("/set-up")
        shown = client.get("/desk/account/second-factor/set-up")
        assert '<svg role="img"' in shown.get_data(as_text=True)
        phone = app_of(db.session.get_one(type(owner), owner.id))
        wrong = post(client, "/desk/account/second-factor/set-up", code="000000")
        assert wrong.status_code == 422
        done = post(client, "/desk/account/second-factor/set-up", code=shows(phone))
        assert done.location.endswith("/codes")
        codes = re.findall(
            r"<code>([^<]+)</code>", client.get(done.location).get_data(as_text=True)
        )
        assert len(codes) == RECOVERY_CODES
        client.delete_cookie("muster", path="/desk")

        wall.shift(timedelta(minutes=1))
        half = sign_in(client, owner.email)
        assert half.location.startswith("/desk/sign-in/code")
        assert client.get("/desk/account").status_code == 303
        refused = post(client, "/desk/sign-in/code", code="111111")
        assert refused.status_code == 422
        assert client.get("/desk/account").status_code == 303
        assert post(client, "/desk/sign-in/code", code=shows(phone)).status_code == 303
        assert client.get("/desk/account").status_code == 200


@pytest.mark.one_database
def test_the_password_alone_is_forgotten_after_ten_minutes(
    client: FlaskClient, owner: User
) -> None:
    with time_machine.travel(NOON, tick=False) as wall:
        phone = equip(owner)
        sign_in(client, owner.email)
        page = client.get("/desk/sign-in/code")
        wall.shift(timedelta(minutes=10))
        late = {"csrf_token": token_on(page), "code": shows(phone)}
        assert client.post("/desk/sign-in/code", data=late).location.startswith("/desk/sign-in")
        assert client.get("/desk/account").status_code == 303


@pytest.mark.one_database
def test_a_changed_password_ends_a_half_sign_in(client: FlaskClient, owner: User) -> None:
    with time_machine.travel(NOON, tick=False):
        phone = equip(owner)
        sign_in(client, owner.email)
        page = client.get("/desk/sign-in/code")
        with transaction():
            accounts.end_sessions(queries.lock_account(owner.id))
        sent = {"csrf_token": token_on(page), "code": shows(phone)}
        assert client.post("/desk/sign-in/code", data=sent).location.startswith("/desk/sign-in")
        assert client.get("/desk/account").status_code == 303


@pytest.mark.one_database
@pytest.mark.usefixtures("required")
def test_who_has_power_sets_it_up_before_anything_else(
    client: FlaskClient, owner: User, editor: User
) -> None:
    sign_in(client, owner.email)
    for path in ("/desk/", "/desk/people/", "/desk/appeals/"):
        assert client.get(path).location == "/desk/account/second-factor/"
    token = token_on(client.get("/desk/account/second-factor/"))
    sent = client.post("/desk/account", data={"csrf_token": token, "name": "Other"})
    assert sent.status_code == 403
    equip(db.session.get_one(type(owner), owner.id))
    client.delete_cookie("muster", path="/desk")
    sign_in(client, editor.email)
    assert client.get("/desk/").status_code == 200


@pytest.mark.usefixtures("required")
def test_who_has_power_cannot_do_without(owner: User, editor: User) -> None:
    equip(owner)
    with pytest.raises(SecondFactorNeededError):
        flows.turn_off(owner, now=clock.utcnow())
    equip(editor)
    assert not flows.turn_off(editor, now=clock.utcnow()).has_second_factor


@pytest.mark.one_database
def test_an_owner_helps_who_lost_her_phone(
    client: FlaskClient, owner: User, group: Group, other_group: Group
) -> None:
    with transaction():
        lost = make_account(Role.TREASURER, group=group, email="tess@example.org")
        elsewhere = make_account(Role.TREASURER, group=other_group, email="omar@example.org")
        lost_id, elsewhere_id = lost.id, elsewhere.id
    equip(db.session.get_one(type(owner), lost_id))
    sign_in(client, owner.email, PASSWORD)
    reset = f"/desk/people/{lost_id}/second-factor/reset"
    assert post(client, reset, on=f"/desk/people/{lost_id}").status_code == 303
    assert not db.session.get_one(type(owner), lost_id).has_second_factor
    told = db.session.scalars(
        select(OutboxMail).where(OutboxMail.template == "accounts/second_factor_off")
    ).one()
    assert told.to == "tess@example.org"
    token = token_on(client.get("/desk/account"))
    foreign = f"/desk/people/{elsewhere_id}/second-factor/reset"
    assert client.post(foreign, data={"csrf_token": token}).status_code == 404


def test_taking_it_off_is_written_down(owner: User) -> None:
    equip(owner)
    with transaction():
        service.reset(queries.lock_account(owner.id), now=clock.utcnow(), by=Actor.cli())
    assert not owner.has_second_factor
    assert service.pending_key(owner) is None
