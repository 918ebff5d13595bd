"""The people of one's groups, and who may open which page of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from flask import g
from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter

from app.accounts import queries
from app.accounts.guard import check, groups_with
from app.accounts.rules.permissions import ROLE_PERMISSIONS, Permission, Role, may
from app.accounts.rules.sessions import PROOF_LIFE
from app.accounts.service import accounts as service
from app.audit import queries as audit
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.lib.errors import ForbiddenError, NotFoundError
from app.mail.models.outbox import OutboxMail
from tests.accounts.test_views import NEW_PASSWORD, NOON, choose, follow_mail, is_signed_in
from tests.factories.accounts import PASSWORD, make_account, post, sign_in, token_on

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

    from app.accounts.models import User
    from app.groups.models import Group

SYSTEM = Actor.system()


@pytest.fixture
def stranger(other_group: Group) -> User:
    """Who owns the other group."""
    with transaction():
        return make_account(
            Role.OWNER, group=other_group, email="sami@example.org", name="Sami Stranger"
        )


# --- who may open what ------------------------------------------------------------------------


def desk_rules(app: Flask) -> list[tuple[Rule, Permission | None]]:
    """Each guarded rule of the desk with what it asks for."""
    return [
        (rule, getattr(app.view_functions[rule.endpoint], "permission", None))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk") and not rule.endpoint.startswith("accounts.")
    ]


def sample(app: Flask, rule: Rule) -> str:
    """An address of the rule that names nothing."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        match rule._converters[name]:
            case IntegerConverter():
                values[name] = 10**9
            case AnyConverter() as choice:
                values[name] = min(choice.items)
            case _:
                values[name] = "nowhere"
    return str(app.url_map.bind("localhost").build(rule.endpoint, values))


@pytest.mark.one_database
@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_its_permissions_say(
    app: Flask, client: FlaskClient, group: Group, role: Role
) -> None:
    with transaction():
        someone = make_account(role, group=group)
    sign_in(client, someone.email)
    token = {"csrf_token": token_on(client.get("/desk/account"))}
    for rule, permission in desk_rules(app):
        is_allowed = permission is None or permission in ROLE_PERMISSIONS[role]
        for method in (rule.methods or set()) & {"GET", "POST"}:
            if permission is None and method == "POST":
                continue  # one's own account: tried with its own forms
            answer = client.open(sample(app, rule), method=method, data=token, buffered=True)
            assert (answer.status_code == 403) is not is_allowed, (rule, method)
            assert answer.status_code < 500, (rule, method)


@pytest.mark.one_database
def test_who_has_no_role_opens_nothing_but_her_account(app: Flask, client: FlaskClient) -> None:
    with transaction():
        someone = make_account()
    sign_in(client, someone.email)
    for rule, permission in desk_rules(app):
        if "GET" in (rule.methods or set()) and permission is not None:
            assert client.get(sample(app, rule)).status_code == 403, rule
    page = client.get("/desk/").get_data(as_text=True)
    assert "You have no role in any group yet." in page


def test_a_row_of_another_group_does_not_exist(
    app: Flask, editor: User, group: Group, other_group: Group
) -> None:
    with app.test_request_context("/desk/"):
        g.desk_account = editor
        assert groups_with(Permission.APPEALS_EDIT) == [group.id]
        assert groups_with(Permission.ACCOUNTS_MANAGE) == []
        check(Permission.APPEALS_EDIT, group.id)
        with pytest.raises(ForbiddenError):
            check(Permission.APPEALS_PUBLISH, group.id)
        with pytest.raises(NotFoundError):
            check(Permission.APPEALS_EDIT, other_group.id)


def test_the_navigation_shows_only_what_opens(
    client: FlaskClient, owner: User, editor: User
) -> None:
    sign_in(client, owner.email)
    assert 'href="/desk/people/"' in client.get("/desk/account").get_data(as_text=True)
    other = client.application.test_client()
    sign_in(other, editor.email)
    page = other.get("/desk/account").get_data(as_text=True)
    assert 'href="/desk/people/"' not in page
    assert 'href="/desk/queues"' not in page


# --- the people of one's groups ---------------------------------------------------------------


def test_an_owner_sees_the_people_of_her_groups_alone(
    client: FlaskClient, owner: User, editor: User, stranger: User
) -> None:
    sign_in(client, owner.email)
    page = client.get("/desk/people/").get_data(as_text=True)
    assert editor.email in page
    assert stranger.email not in page
    assert client.get(f"/desk/people/{editor.id}").status_code == 200
    assert client.get(f"/desk/people/{stranger.id}").status_code == 404


def test_somebody_is_invited_chooses_a_password_and_comes_in(
    app: Flask, client: FlaskClient, owner: User, group: Group
) -> None:
    sign_in(client, owner.email)
    answer = post(
        client, "/desk/people/invite",
        name="Nour", email="Nour@Example.org", group=str(group.id), roles=["editor", "auditor"],
    )  # fmt: skip
    assert answer.status_code == 303
    assert "A mail is on its way" in client.get(answer.location).get_data(as_text=True)
    visitor = app.test_client()
    text, path = follow_mail(visitor, "accounts/invitation")
    assert "Olga Owner" in text
    assert choose(visitor, path).status_code == 303
    assert sign_in(visitor, "nour@example.org", NEW_PASSWORD).location == "/desk/"
    nour = queries.find_account_by_email("nour@example.org")
    assert nour is not None
    assert nour.roles_in(group.id) == {Role.EDITOR, Role.AUDITOR}


def test_an_invitation_is_sent_again_with_a_new_link(
    client: FlaskClient, owner: User, group: Group
) -> None:
    with transaction():
        nour = service.invite_to_group(
            email="nour@example.org", name="Nour", group_id=group.id, roles=[Role.EDITOR],
            now=clock.utcnow(), by=SYSTEM,
        )  # fmt: skip
    first = follow_mail(client, "accounts/invitation")[1]
    sign_in(client, owner.email)
    page = f"/desk/people/{nour.id}"
    assert post(client, f"{page}/invite", on=page).status_code == 303
    second = follow_mail(client, "accounts/invitation")[1]
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    choose(client, second)
    sign_in(client, owner.email)
    assert post(client, f"{page}/invite", on=page).status_code == 403


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Enter a name."),
        ({"email": "nour"}, "e-mail"),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["king"]}, ""),
        ({"roles": ["owner", "owner' OR 1=1"]}, ""),
        ({"group": "x"}, ""),
    ],
)
def test_a_wrong_invitation_is_shown_again(
    client: FlaskClient, owner: User, group: Group, typed: dict[str, Any], sentence: str
) -> None:
    sign_in(client, owner.email)
    given: dict[str, Any] = {
        "name": "Nour",
        "email": "nour@example.org",
        "group": str(group.id),
        "roles": ["editor"],
    }
    answer = post(client, "/desk/people/invite", **(given | typed))
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert queries.find_account_by_email("nour@example.org") is None


def test_nobody_is_invited_to_a_group_of_others(
    client: FlaskClient, owner: User, other_group: Group
) -> None:
    sign_in(client, owner.email)
    answer = post(
        client, "/desk/people/invite",
        name="Nour", email="nour@example.org", group=str(other_group.id), roles=["owner"],
    )  # fmt: skip
    assert answer.status_code == 422
    assert queries.find_account_by_email("nour@example.org") is None


def test_an_owner_gives_and_takes_roles(
    app: Flask, client: FlaskClient, owner: User, editor: User, group: Group
) -> None:
    theirs = app.test_client()
    sign_in(theirs, editor.email)
    sign_in(client, owner.email)
    page = f"/desk/people/{editor.id}"
    answer = post(client, f"{page}/roles/{group.id}", on=page, roles=["treasurer", "auditor"])
    assert answer.status_code == 303
    assert editor.roles_in(group.id) == {Role.TREASURER, Role.AUDITOR}
    assert not is_signed_in(theirs)
    written = audit.list_for(f"account:{editor.id}")[0]
    assert (written.action, written.group_id) == ("account.roles_changed", group.id)
    assert written.account_id == owner.id


def test_roles_are_given_in_ones_own_groups_alone(
    client: FlaskClient, owner: User, editor: User, stranger: User, other_group: Group
) -> None:
    sign_in(client, owner.email)
    page = f"/desk/people/{editor.id}"
    elsewhere = f"{page}/roles/{other_group.id}"
    assert post(client, elsewhere, on=page, roles=["owner"]).status_code == 404
    theirs = f"/desk/people/{stranger.id}/roles/{owner.group_ids[0]}"
    assert post(client, theirs, on=page, roles=["owner"]).status_code == 404
    assert editor.roles_in(other_group.id) == set()


def test_who_may_see_may_not_therefore_change(
    client: FlaskClient, editor: User, owner: User, group: Group
) -> None:
    sign_in(client, editor.email)
    for address in (
        f"/desk/people/{editor.id}/roles/{group.id}",
        f"/desk/people/{owner.id}/disable",
        "/desk/people/invite",
    ):
        assert post(client, address, on="/desk/account", roles=["owner"]).status_code == 403
    assert editor.roles_in(group.id) == {Role.EDITOR}
    assert owner.active


def test_the_password_is_asked_for_again_before_roles_change(
    client: FlaskClient, owner: User, editor: User, group: Group
) -> None:
    page = f"/desk/people/{editor.id}"
    with time_machine.travel(NOON, tick=False) as traveller:
        sign_in(client, owner.email)
        traveller.shift(PROOF_LIFE - timedelta(seconds=1))
        token = {"csrf_token": token_on(client.get(page))}
        traveller.shift(timedelta(seconds=1))
        for address in ("/desk/people/invite", page):
            assert client.get(address).location == f"/desk/prove?next={address}"
        assert client.get("/desk/people/").status_code == 200
        for action in ("disable", "enable", "invite", f"roles/{group.id}"):
            from_page = {"Referer": f"http://localhost{page}"}
            answer = client.post(
                f"{page}/{action}", data=token | {"roles": "owner"}, headers=from_page
            )
            assert (answer.status_code, answer.location) == (303, f"/desk/prove?next={page}")
        broken = client.post(f"{page}/disable", data=token, headers={"Referer": "http://["})
        assert (broken.status_code, broken.location) == (303, "/desk/prove")
        assert editor.active
        assert editor.roles_in(group.id) == {Role.EDITOR}
        asked = client.get(page).location
        assert post(client, asked, present="wrong").status_code == 422
        assert client.get(page).status_code == 303
        proved = post(client, asked, present=PASSWORD)
        assert (proved.status_code, proved.location) == (303, page)
        assert client.get(page).status_code == 200
        changed = post(client, f"{page}/roles/{group.id}", on=page, roles=["auditor"])
        assert changed.status_code == 303
        assert editor.roles_in(group.id) == {Role.AUDITOR}


def test_nobody_is_sent_elsewhere_after_the_proof(client: FlaskClient, owner: User) -> None:
    sign_in(client, owner.email)
    answer = post(client, "/desk/prove?next=//evil.example", present=PASSWORD)
    assert answer.location == "/desk/"


def test_the_last_owner_cannot_leave_by_accident(
    client: FlaskClient, owner: User, group: Group
) -> None:
    sign_in(client, owner.email)
    page = f"/desk/people/{owner.id}"
    answer = post(client, f"{page}/roles/{group.id}", on=page, roles=["editor"])
    assert answer.status_code == 422
    assert "A group needs at least one owner." in answer.get_data(as_text=True)
    assert owner.roles_in(group.id) == {Role.OWNER}
    assert post(client, f"{page}/disable", on=page).status_code == 403


def test_a_closed_account_is_out_at_once_and_may_come_back(
    app: Flask, client: FlaskClient, owner: User, editor: User
) -> None:
    theirs = app.test_client()
    sign_in(theirs, editor.email)
    sign_in(client, owner.email)
    page = f"/desk/people/{editor.id}"
    assert post(client, f"{page}/disable", on=page).status_code == 303
    assert not is_signed_in(theirs)
    assert sign_in(theirs, editor.email).status_code == 422
    assert post(client, f"{page}/enable", on=page).status_code == 303
    assert sign_in(theirs, editor.email).status_code == 303


def test_who_works_for_others_too_is_not_closed_by_one_group(
    client: FlaskClient, owner: User, editor: User, other_group: Group
) -> None:
    with transaction():
        service.grant_role(editor, other_group.id, Role.EDITOR, now=clock.utcnow(), by=SYSTEM)
    sign_in(client, owner.email)
    page = f"/desk/people/{editor.id}"
    assert "Close the account" not in client.get(page).get_data(as_text=True)
    assert post(client, f"{page}/disable", on=page).status_code == 403
    assert editor.active


def test_a_name_is_shown_as_it_is_and_runs_nothing(
    client: FlaskClient, owner: User, group: Group
) -> None:
    name = "<script>alert(1)</script>{{7*7}}\u202eلور"
    sign_in(client, owner.email)
    post(
        client, "/desk/people/invite",
        name=name, email="nour@example.org", group=str(group.id), roles=["editor"],
    )  # fmt: skip
    page = client.get("/desk/people/").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "{{7*7}}" in page
    assert "\u202e" not in page


def test_a_name_cannot_add_a_header_to_a_mail(
    client: FlaskClient, owner: User, group: Group
) -> None:
    sign_in(client, owner.email)
    post(
        client, "/desk/people/invite",
        name="Nour\r\nBcc: x@example.org", email="nour@example.org", group=str(group.id),
        roles=["editor"],
    )  # fmt: skip
    to = list(db.session.scalars(select(OutboxMail.to)))
    assert to in ([], ["nour@example.org"])


@pytest.mark.one_database
def test_permissions_of_several_roles_add_up(app: Flask, group: Group) -> None:
    with transaction():
        someone = make_account(Role.EDITOR, Role.AUDITOR, group=group)
    roles = someone.roles_in(group.id)
    assert may(roles, Permission.APPEALS_EDIT)
    assert may(roles, Permission.BOOKS_SEE)
    assert not may(roles, Permission.BOOKS_EDIT)
