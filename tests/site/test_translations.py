"""The list of what lacks a translation, over all packages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import event

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.groups.models import Group
from app.lib.text import Translated, lacks
from app.web.panels import panels
from tests.factories.accounts import make_account, sign_in
from tests.factories.aid import make_drop, make_item, make_need
from tests.factories.appeals import make_appeal, make_network
from tests.factories.articles import make_article
from tests.factories.events import make_campaign, make_event, make_mobilisation

ENGLISH = Translated.of(en="Only English")
BOTH = Translated.of(en="Both", ar="كلاهما")


@pytest.fixture
def group(app: Flask) -> Group:
    """A group with something of each kind that nobody has translated."""
    with transaction():
        made = make_network()
        make_account(Role.OWNER, group=made, email="owner@example.org")
        make_appeal(title=ENGLISH, summary=ENGLISH, story=ENGLISH)
        make_campaign(group_id=made.id, title=ENGLISH)
        make_mobilisation(group_id=made.id, title=ENGLISH)
        make_event(group_id=made.id, title=ENGLISH)
        drop = make_drop(made, title=ENGLISH)
        make_need(drop, make_item(made, name=ENGLISH), why=ENGLISH)
        make_article(group_id=made.id, title=ENGLISH)
    return made


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_text_lacks_what_it_was_not_written_in() -> None:
    assert lacks("ar", ENGLISH)
    assert not lacks("ar", BOTH, None)
    assert not lacks("en", ENGLISH, Translated.of())


def test_it_names_everything_once_and_leads_to_its_form(group: Group, client: FlaskClient) -> None:
    sign_in(client, "owner@example.org")
    with current_app.test_request_context("/desk/"):
        found = panels().lacking({group.id}, "ar")
        addresses = [each.href for each in found]
        kinds = {str(each.what) for each in found}
    wanted = {"Appeal", "Campaign", "Day of action", "Event", "Round", "What a round needs"}
    assert kinds >= wanted | {"Kind of thing", "Article"}
    assert len(addresses) == len(set(addresses))
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_others_see_nothing_of_it(group: Group) -> None:
    with current_app.test_request_context("/desk/"):
        kinds = {str(each.what) for each in panels().lacking({group.id + 1}, "ar")}
    # The standing pages belong to everybody.
    assert kinds <= {"Standing page"}


@pytest.mark.one_database
def test_its_length_does_not_cost_questions(group: Group, asked: list[str]) -> None:
    with current_app.test_request_context("/desk/"):
        panels().lacking({group.id}, "ar")
        few = len(asked)
    with transaction():
        for number in range(5):
            make_event(group_id=group.id, title=ENGLISH)
            make_campaign(group_id=group.id, title=ENGLISH, slug=f"more-{number}")
    asked.clear()
    db.session.expire_all()
    with current_app.test_request_context("/desk/"):
        panels().lacking({group.id}, "ar")
    assert len(asked) <= few + 2


@pytest.mark.one_database
def test_the_page_shows_one_language_at_a_time(group: Group, client: FlaskClient) -> None:
    sign_in(client, "owner@example.org")
    page = client.get("/desk/site/translations").text
    assert page.count("Only English") >= 7
    assert "Only English" not in client.get("/desk/site/translations?lacking=en").text
    assert client.get("/desk/site/translations?lacking=xx").text.count("Only English") >= 7
