"""Signing in and out, sessions and their ends, and what attackers try."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from app.accounts import jobs
from app.accounts.flows import signing_in as flows
from app.accounts.rules.permissions import Role
from app.accounts.rules.sessions import ABSOLUTE_LIMIT, BUDGETS, IDLE_LIMIT, TryKind
from app.accounts.service import accounts as service
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.queue.jobs import run_due
from tests.factories.accounts import PASSWORD, make_account, post, sign_in, token_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.accounts.models import User
    from app.groups.models import Group

NEW_PASSWORD = "saddle comet walnut harbour"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
COOKIE = "muster"


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with a copy of the cookie, as a thief has."""
    cookie = client.get_cookie(COOKIE, path="/desk")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie(COOKIE, cookie.value, path="/desk")
    return thief


def is_signed_in(client: FlaskClient) -> bool:
    """Whether the desk opens."""
    return client.get("/desk/account").status_code == 200


# --- the way in -------------------------------------------------------------------------------


def test_a_visitor_is_sent_to_sign_in_and_then_on(client: FlaskClient, owner: User) -> None:
    turned = client.get("/desk/account?tab=1")
    assert turned.status_code == 303
    assert turned.location == "/desk/sign-in?next=/desk/account?tab%3D1"
    page = client.get(turned.location)
    typed = {"csrf_token": token_on(page), "email": owner.email, "password": PASSWORD}
    answer = client.post(turned.location, data=typed)
    assert (answer.status_code, answer.location) == (303, "/desk/account?tab=1")
    assert "Olga Owner" in client.get(answer.location).get_data(as_text=True)
    assert client.get("/desk/sign-in").location == "/desk/"


def test_what_a_visitor_posts_to_the_desk_is_refused(client: FlaskClient) -> None:
    assert client.post("/desk/account", data={"name": "x"}).status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "/desk/\\evil.example",
        "https:evil.example",
        "\thttps://evil.example",
        "/%09/evil.example",
        "https://localhost@evil.example/desk/",
        "/desk//evil.example",
        "//еvil.example",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_elsewhere_after_the_sign_in(
    client: FlaskClient, owner: User, wanted: str
) -> None:
    page = client.get("/desk/sign-in", query_string={"next": wanted})
    assert "evil" not in page.get_data(as_text=True)
    typed = {"csrf_token": token_on(page), "email": owner.email, "password": PASSWORD}
    answer = client.post("/desk/sign-in", query_string={"next": wanted}, data=typed)
    assert answer.location == "/desk/"


def test_the_cookie_goes_to_the_desk_alone(client: FlaskClient, owner: User) -> None:
    answer = sign_in(client, owner.email)
    header = answer.headers["Set-Cookie"]
    assert "Path=/desk;" in header
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    for address in ("/about", "/"):
        public = client.get(address)
        assert "Set-Cookie" not in public.headers
        assert "Cookie" not in public.headers.get("Vary", "")


@pytest.mark.usefixtures("owner")
def test_known_and_unknown_addresses_get_the_same_answer(client: FlaskClient) -> None:
    answers = []
    for email in ("olga@example.org", "nora@example.org"):
        fresh = client.application.test_client()
        answer = sign_in(fresh, email, "a wrong password")
        token = re.compile(r'value="[^"]{60,}"')
        text = token.sub("", answer.get_data(as_text=True)).replace(email, "")
        answers.append((answer.status_code, len(answer.data), text))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert "The e-mail address or the password is not right." in answers[0][2]


def test_a_wrong_password_is_never_sent_back(client: FlaskClient, owner: User) -> None:
    answer = sign_in(client, owner.email, "my other secret")
    assert "my other secret" not in answer.get_data(as_text=True)
    assert 'value="olga@example.org"' in answer.get_data(as_text=True)


def test_too_many_tries_get_a_page_even_with_the_right_password(
    client: FlaskClient, owner: User
) -> None:
    for _ in range(BUDGETS[TryKind.SIGN_IN_ACCOUNT].tries):
        assert sign_in(client, owner.email, "wrong").status_code == 422
    refused = sign_in(client, owner.email)
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert not is_signed_in(client)


def test_a_browser_that_signed_in_is_known_and_opens_nothing(
    app: Flask, client: FlaskClient, owner: User
) -> None:
    sign_in(client, owner.email)
    known = client.get_cookie("muster_browser", path="/desk")
    assert known is not None
    thief = app.test_client()
    thief.set_cookie("muster_browser", known.value, path="/desk")
    assert not is_signed_in(thief)
    post(client, "/desk/sign-out", on="/desk/account")
    for number in range(BUDGETS[TryKind.SIGN_IN_ACCOUNT].tries):
        from_afar = {"REMOTE_ADDR": f"198.51.100.{number}"}
        stranger = app.test_client()
        token = token_on(stranger.get("/desk/sign-in"))
        typed = {"csrf_token": token, "email": owner.email, "password": "wrong"}
        assert (
            stranger.post("/desk/sign-in", data=typed, environ_overrides=from_afar).status_code
            == 422
        )
    assert sign_in(app.test_client(), owner.email).status_code == 429
    assert sign_in(client, owner.email).status_code == 303


def test_a_forwarded_address_changes_no_budget(client: FlaskClient) -> None:
    for number in range(BUDGETS[TryKind.SIGN_IN_ADDRESS].tries):
        sign_in(client, f"person{number}@example.org", "wrong")
    page = client.get("/desk/sign-in")
    typed = {"csrf_token": token_on(page), "email": "last@example.org", "password": "x"}
    spoofed = client.post("/desk/sign-in", data=typed, headers={"X-Forwarded-For": "192.0.2.77"})
    assert spoofed.status_code == 429


@pytest.mark.one_database
@pytest.mark.parametrize(
    "address", ["/desk/sign-in", "/desk/sign-out", "/desk/reset", "/desk/account"]
)
def test_a_form_of_another_page_is_refused(client: FlaskClient, owner: User, address: str) -> None:
    sign_in(client, owner.email)
    typed = {"email": owner.email, "password": PASSWORD, "name": "x"}
    assert client.post(address, data=typed).status_code == 400
    foreign = {"Origin": "https://evil.example"}
    token = {"csrf_token": token_on(client.get("/desk/account"))}
    assert client.post(address, data=typed | token, headers=foreign).status_code == 403
    assert is_signed_in(client)


def test_a_form_left_open_until_its_cookie_ended_is_shown_again(
    client: FlaskClient, owner: User
) -> None:
    token = token_on(client.get("/desk/sign-in"))
    fresh = client.application.test_client()
    typed = {"csrf_token": token, "email": owner.email, "password": PASSWORD}
    answer = fresh.post("/desk/sign-in", data=typed)
    assert answer.status_code == 422
    assert not is_signed_in(fresh)


def test_whatever_session_a_browser_brought_along_is_dropped(
    app: Flask, client: FlaskClient, owner: User
) -> None:
    client.get("/desk/sign-in")
    planted, before = copy_of(app, client), client.get_cookie(COOKIE, path="/desk")
    sign_in(client, owner.email)
    after = client.get_cookie(COOKIE, path="/desk")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert is_signed_in(client)
    assert not is_signed_in(planted)


def test_a_token_is_no_second_way_in(app: Flask, client: FlaskClient, owner: User) -> None:
    with app.test_request_context():
        token = owner.get_auth_token()
    assert isinstance(token, str)
    assert client.get("/desk/account", headers={"Authentication-Token": token}).status_code == 303
    assert client.get(f"/desk/account?auth_token={token}").status_code == 303


def test_a_forged_cookie_opens_nothing(app: Flask, client: FlaskClient, owner: User) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    now = int(clock.utcnow().timestamp())
    forged = [
        {"_user_id": owner.fs_uniquifier},
        {"_user_id": str(owner.id), "began": now, "seen": now},
        {"_user_id": "", "began": now, "seen": now},
        {"_user_id": None, "began": now, "seen": now},
        {"_user_id": owner.fs_uniquifier, "began": "soon", "seen": now},
        {"_user_id": owner.fs_uniquifier, "began": now + 3600, "seen": now + 3600},
    ]
    for values in forged:
        client.set_cookie(COOKIE, signer.dumps(values), path="/desk")
        assert client.get("/desk/account").status_code == 303, values
    value = signer.dumps({"_user_id": owner.fs_uniquifier, "began": now, "seen": now})
    client.set_cookie(COOKIE, value, path="/desk")
    assert is_signed_in(client)
    client.set_cookie(COOKIE, value[:-2] + "xx", path="/desk")
    assert not is_signed_in(client)


@pytest.mark.one_database
@pytest.mark.parametrize(
    "address",
    ["/login", "/logout", "/register", "/reset", "/change", "/verify", "/tf-setup", "/wan-signin"],
)
def test_pages_of_the_library_do_not_exist(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, json={"email": "a@example.org"}).status_code == 404


def test_json_signs_nobody_in(client: FlaskClient, owner: User) -> None:
    answer = client.post("/desk/sign-in", json={"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 400
    assert not is_signed_in(client)


# --- the way out ------------------------------------------------------------------------------


def test_signing_out_ends_every_browser_and_every_copy(
    app: Flask, client: FlaskClient, owner: User
) -> None:
    phone = app.test_client()
    sign_in(client, owner.email)
    sign_in(phone, owner.email)
    thief = copy_of(app, client)
    assert is_signed_in(phone)
    assert is_signed_in(thief)
    answer = post(client, "/desk/sign-out", on="/desk/account")
    assert (answer.status_code, answer.location) == (303, "/desk/sign-in")
    assert "You are signed out" in client.get(answer.location).get_data(as_text=True)
    assert not is_signed_in(client)
    assert not is_signed_in(phone)
    assert not is_signed_in(thief)


def test_signing_out_is_no_link(client: FlaskClient, owner: User) -> None:
    sign_in(client, owner.email)
    assert client.get("/desk/sign-out").status_code == 405
    assert is_signed_in(client)


def test_signing_out_twice_is_no_error(app: Flask, client: FlaskClient, owner: User) -> None:
    phone = app.test_client()
    sign_in(client, owner.email)
    sign_in(phone, owner.email)
    token = token_on(phone.get("/desk/account"))
    post(client, "/desk/sign-out", on="/desk/account")
    assert phone.post("/desk/sign-out", data={"csrf_token": token}).status_code == 303


SYSTEM = Actor.system()


@pytest.mark.parametrize(
    "change",
    [
        lambda who, _: service.disable(who, now=clock.utcnow(), by=SYSTEM),
        lambda who, group: service.grant_role(
            who, group.id, Role.TREASURER, now=clock.utcnow(), by=SYSTEM
        ),
        lambda who, group: service.revoke_role(
            who, group.id, Role.EDITOR, now=clock.utcnow(), by=SYSTEM
        ),
        lambda who, _: service.set_password(
            who, service.hashed(NEW_PASSWORD), now=clock.utcnow(), by=SYSTEM
        ),
        lambda who, _: service.change_details(
            who, name="E", email="e@example.org", locale="en", now=clock.utcnow(), by=SYSTEM
        ),
    ],
    ids=["disabled", "role given", "role taken", "password", "e-mail"],
)
def test_a_change_from_elsewhere_ends_a_copied_cookie(
    app: Flask,
    client: FlaskClient,
    editor: User,
    group: Group,
    change: Callable[[User, Group], None],
) -> None:
    sign_in(client, editor.email)
    thief = copy_of(app, client)
    assert is_signed_in(thief)
    with transaction():
        change(editor, group)
    assert not is_signed_in(thief)
    assert not is_signed_in(client)


def test_a_new_password_keeps_this_browser_and_ends_all_others(
    app: Flask, client: FlaskClient, owner: User
) -> None:
    sign_in(client, owner.email)
    thief = copy_of(app, client)
    typed = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert post(client, "/desk/account/password", **typed).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(thief)
    assert sign_in(app.test_client(), owner.email, PASSWORD).status_code == 422
    assert sign_in(app.test_client(), owner.email, NEW_PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"present": "wrong"}, "This is not your present password."),
        ({"new": "short", "again": "short"}, "Choose a password of at least 15 characters."),
        ({"new": "z" * 129, "again": "z" * 129}, "Choose a password of at most 128 characters."),
        ({"new": "passwordpassword", "again": "passwordpassword"}, "easy to guess"),
        ({"again": "something else entirely"}, "The two new passwords are not the same."),
    ],
)
def test_a_bad_new_password_changes_nothing(
    client: FlaskClient, owner: User, typed: dict[str, str], sentence: str
) -> None:
    sign_in(client, owner.email)
    given = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD} | typed
    answer = post(client, "/desk/account/password", **given)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert is_signed_in(client)
    assert service.password_matches(owner, PASSWORD)


def test_every_sign_of_a_password_counts(app: Flask, client: FlaskClient, owner: User) -> None:
    odd = "  two  blanks, a tab\there\u200f and marks  "
    sign_in(client, owner.email)
    post(client, "/desk/account/password", present=PASSWORD, new=odd, again=odd)
    assert sign_in(app.test_client(), owner.email, odd.strip()).status_code == 422
    assert sign_in(app.test_client(), owner.email, odd).status_code == 303


def test_a_session_left_alone_ends(client: FlaskClient, owner: User) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        sign_in(client, owner.email)
        traveller.shift(IDLE_LIMIT - timedelta(minutes=1))
        assert is_signed_in(client)
        traveller.shift(IDLE_LIMIT - timedelta(minutes=1))
        assert is_signed_in(client)
        traveller.shift(IDLE_LIMIT)
        assert not is_signed_in(client)


def test_a_copied_cookie_does_not_live_on_the_original(
    app: Flask, client: FlaskClient, owner: User
) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        sign_in(client, owner.email)
        thief = copy_of(app, client)
        traveller.shift(IDLE_LIMIT - timedelta(minutes=1))
        assert is_signed_in(client)
        traveller.shift(timedelta(minutes=1))
        assert not is_signed_in(thief)
        assert is_signed_in(client)


def test_a_session_in_use_ends_after_half_a_day(client: FlaskClient, owner: User) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        sign_in(client, owner.email)
        for _ in range(int(ABSOLUTE_LIMIT / timedelta(hours=1)) - 1):
            traveller.shift(timedelta(hours=1))
            assert is_signed_in(client)
        post(client, "/desk/account", name="Olga", email=owner.email, locale="en")
        traveller.shift(timedelta(hours=1))
        assert not is_signed_in(client)


# --- a password by mail -----------------------------------------------------------------------


def follow_mail(client: FlaskClient, template: str) -> tuple[str, str]:
    """Let the worker work and render the newest mail: its text, and the path of its link."""
    run_due({flows.RESET_JOB: jobs.HANDLERS[flows.RESET_JOB], "mail.deliver": lambda _: None})
    mail = db.session.scalars(
        select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id.desc())
    ).first()
    assert mail is not None
    body = build_message(mail).get_body(("plain",))
    assert body is not None
    text = body.get_content()
    found = re.search(r"http://localhost(/desk/reset/\S+)", text)
    assert found, text
    return text, found.group(1)


def choose(client: FlaskClient, path: str, password: str = NEW_PASSWORD) -> TestResponse:
    """Choose a password with a link."""
    return post(client, path, new=password, again=password)


def test_a_password_is_chosen_by_mail(app: Flask, client: FlaskClient, owner: User) -> None:
    phone = app.test_client()
    sign_in(phone, owner.email)
    asked = post(client, "/desk/reset", email="Olga@Example.org")
    assert (asked.status_code, asked.location) == (303, "/desk/reset/sent")
    text, path = follow_mail(client, "accounts/reset")
    assert "Hello" in text
    before = owner.password
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert owner.password == before
    answer = choose(client, path)
    assert (answer.status_code, answer.location) == (303, "/desk/sign-in")
    assert not is_signed_in(client)
    assert not is_signed_in(phone)
    assert client.get(path).status_code == 410
    assert client.post(path, data={"new": "x"}).status_code == 410
    assert sign_in(client, owner.email, NEW_PASSWORD).status_code == 303


def test_asking_for_a_link_says_the_same_for_everybody(client: FlaskClient, owner: User) -> None:
    answers = {
        (answer.status_code, answer.location, len(answer.data))
        for answer in (
            post(client, "/desk/reset", email=owner.email),
            post(client, "/desk/reset", email="nobody@example.org"),
        )
    }
    assert len(answers) == 1


def test_a_link_is_never_built_from_the_host_header(client: FlaskClient, owner: User) -> None:
    page = client.get("/desk/reset")
    typed = {"csrf_token": token_on(page), "email": owner.email}
    poisoned = client.post("/desk/reset", data=typed, headers={"X-Forwarded-Host": "evil.example"})
    assert poisoned.status_code == 303
    text, _ = follow_mail(client, "accounts/reset")
    assert "evil" not in text
    assert (
        client.post("/desk/reset", data=typed, headers={"Host": "evil.example"}).status_code == 400
    )


def test_a_token_is_stored_nowhere(client: FlaskClient, owner: User) -> None:
    post(client, "/desk/reset", email=owner.email)
    _, path = follow_mail(client, "accounts/reset")
    token = path.rsplit("/", 1)[1]
    mails = db.session.scalars(select(OutboxMail)).all()
    assert all(token not in str(mail.values) for mail in mails)


@pytest.mark.one_database
@pytest.mark.parametrize("token", ["x", "1.1.AAAAAAAAAAAAAAAAAAAAAA", "..%2f..", "%00", "a" * 3000])
def test_a_wrong_link_gets_its_page(client: FlaskClient, token: str) -> None:
    assert client.get(f"/desk/reset/{token}").status_code in {400, 404}


def test_a_mail_says_when_a_password_was_changed(client: FlaskClient, owner: User) -> None:
    sign_in(client, owner.email)
    typed = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    post(client, "/desk/account/password", **typed)
    templates = db.session.scalars(select(OutboxMail.template)).all()
    assert list(templates) == ["accounts/password_changed"]


# --- language and one's own account -----------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_the_desk_speaks_her_language(client: FlaskClient) -> None:
    with transaction():
        make_account(email="layla@example.org", locale="ar")
    assert 'dir="ltr"' in client.get("/desk/sign-in").get_data(as_text=True)
    sign_in(client, "layla@example.org")
    assert '<html lang="ar" dir="rtl">' in client.get("/desk/account").get_data(as_text=True)


def test_before_the_sign_in_the_desk_speaks_the_language_of_the_browser(
    client: FlaskClient,
) -> None:
    for asked, lang in (("ar-SY,en;q=0.5", "ar"), ("en-GB", "en"), ("fi", "en"), ("", "en")):
        page = client.get("/desk/sign-in", headers={"Accept-Language": asked})
        assert f'<html lang="{lang}"' in page.text


def test_a_link_for_a_password_speaks_the_language_of_its_account(client: FlaskClient) -> None:
    with transaction():
        make_account(email="amal@example.org", locale="ar")
    post(client, "/desk/reset", email="amal@example.org")
    _, path = follow_mail(client, "accounts/reset")
    assert '<html lang="ar" dir="rtl"' in client.get(path).text
    refused = post(client, path, new="short", again="short")
    assert refused.status_code == 422
    assert '<html lang="ar" dir="rtl"' in refused.text
    assert "كلمة المرور" in refused.text


def test_what_no_form_asks_for_is_never_changed(client: FlaskClient, editor: User) -> None:
    sign_in(client, editor.email)
    columns = {
        "id": "1", "password": "x", "active": "", "fs_uniquifier": "x", "is_demo": "1",
        "created_at": "2000-01-01", "reset_version": "9", "reset_until": "2099-01-01",
        "memberships": "owner", "role": "owner", "roles": "owner", "group_id": "1",
    }  # fmt: skip
    before = {name: getattr(editor, name) for name in ("id", "password", "active", "is_demo")}
    given = columns | {"name": "Edith", "email": editor.email, "locale": "en"}
    assert post(client, "/desk/account", **given).status_code == 303
    assert editor.name == "Edith"
    assert {name: getattr(editor, name) for name in before} == before
    assert editor.roles_in(editor.group_ids[0]) == {Role.EDITOR}


def test_an_address_of_somebody_else_is_not_taken(
    client: FlaskClient, owner: User, editor: User
) -> None:
    sign_in(client, editor.email)
    answer = post(
        client, "/desk/account", name="E", email=owner.email, locale="en", present=PASSWORD
    )
    assert answer.status_code == 422
    assert editor.email == "edi@example.org"


def test_every_page_of_the_desk_is_kept_by_nobody(client: FlaskClient, owner: User) -> None:
    pages = ["/desk/sign-in", "/desk/reset", "/desk/reset/sent"]
    sign_in(client, owner.email)
    pages += ["/desk/", "/desk/account", "/desk/people/", "/desk/queues", "/desk/nowhere"]
    for page in pages:
        assert client.get(page).headers["Cache-Control"] == "private, no-store", page
