"""On the desk a name, an address, a reference or a title leads to its page, for whoever may."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.rules.permissions import Role
from app.accounts.service import accounts
from app.audit.facts import Actor
from app.campaigns.service import indexing
from app.db.session import transaction
from app.lib.clock import utcnow
from app.lib.text import Translated
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import make_appeal, make_donation, make_network
from tests.factories.events import make_campaign
from tests.factories.members import make_member

pytestmark = pytest.mark.one_database


@pytest.fixture
def reference(app: Flask) -> str:
    """A member who gave, and a campaign; the reference of her gift."""
    with transaction():
        group = make_network()
        make_member("salma@example.org", group=group, name="Salma Haddad")
        gift = make_donation(appeal=make_appeal(), email="salma@example.org")
        indexing.index(make_campaign(group_id=group.id, title=Translated.of(en="Lanterns")))
    return gift.reference


def page(client: FlaskClient, role: Role, words: str) -> str:
    """What somebody with a role finds."""
    with transaction():
        someone = make_account(email=f"{role.value}@example.org")
        accounts.grant_role(someone, make_network().id, role, now=utcnow(), by=Actor.cli())
    sign_in(client, someone.email)
    return client.get("/desk/search/", query_string={"q": words}).text.split("<main")[1]


@pytest.mark.parametrize("words", ["Salma", "salma@example.org", "haddad"])
def test_a_person_and_her_gifts_are_found(client: FlaskClient, reference: str, words: str) -> None:
    found = page(client, Role.OWNER, words)
    assert "Salma Haddad" in found
    assert "/desk/supporters/" in found


def test_a_reference_leads_to_its_gift(client: FlaskClient, reference: str) -> None:
    assert f">{reference}</a>" in page(client, Role.TREASURER, reference)


def test_a_title_leads_to_its_page(client: FlaskClient, reference: str) -> None:
    assert ">Lanterns</a>" in page(client, Role.EDITOR, "lantern")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.AUDITOR])
def test_who_may_not_see_people_finds_none(client: FlaskClient, reference: str, role: Role) -> None:
    found = page(client, role, "salma@example.org")
    assert "Salma Haddad" not in found
    assert reference not in found


def test_nothing_asked_shows_nothing(client: FlaskClient, reference: str) -> None:
    assert "Nothing was found" not in page(client, Role.OWNER, " ")
