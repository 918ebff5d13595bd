"""The desk puts things first on the home page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.lib.clock import utcnow
from app.lib.text import Translated
from app.site.queries import pins as reads
from app.site.rules.words import PinKind
from tests.appeals.test_desk_appeals import post
from tests.appeals.test_desk_donations import sign_in_as
from tests.factories.appeals import make_appeal, make_network
from tests.factories.events import make_event
from tests.factories.groups import make_group
from tests.site.test_home import pin, text_of

pytestmark = pytest.mark.one_database
PAGE = "/desk/site/home"


@pytest.fixture
def editor(client: FlaskClient, app: Flask) -> FlaskClient:
    """An editor of the network, signed in."""
    with transaction():
        make_network()
    sign_in_as(client, Role.EDITOR)
    return client


def order() -> list[tuple[PinKind, int]]:
    """What is put first now."""
    db.session.expire_all()
    return [each.key for each in reads.list_pins(utcnow())]


def test_an_editor_puts_things_first_moves_them_and_takes_them_off(editor: FlaskClient) -> None:
    with transaction():
        appeal = make_appeal().id
        event = make_event(title=Translated.of(en="Vigil at the bridge")).id
    last = (utcnow() + timedelta(days=3)).date().isoformat()
    for thing, until in ((f"appeal:{appeal}", ""), (f"event:{event}", last)):
        assert post(editor, PAGE, {"thing": thing, "until": until}).status_code == 303
    assert order() == [(PinKind.APPEAL, appeal), (PinKind.EVENT, event)]
    first, second = (each.pin for each in reads.list_pins(utcnow()))
    assert first.until is None
    assert second.until is not None
    assert second.until > utcnow() + timedelta(days=2)
    assert "Up to and with" in text_of(editor, PAGE)
    moved, gone = f"{PAGE}/{second.id}/up", f"{PAGE}/{first.id}/remove"
    assert post(editor, moved, {}, on=PAGE).status_code == 303
    assert order() == [(PinKind.EVENT, event), (PinKind.APPEAL, appeal)]
    assert 'id="home-lead"' in text_of(editor, "/")
    assert post(editor, gone, {}, on=PAGE).status_code == 303
    assert order() == [(PinKind.EVENT, event)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"thing": ""}, "Please choose from what is offered."),
        ({"thing": "appeal:4711"}, "Please choose from what is offered."),
        ({"thing": "it", "until": "2020-01-01"}, "Choose a day from today on."),
        ({"thing": "it", "until": "soon"}, "Enter"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    editor: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    with transaction():
        appeal = make_appeal().id
    values = typed | {"thing": typed["thing"].replace("it", f"appeal:{appeal}")}
    answer = post(editor, PAGE, values)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert order() == []


def test_pins_of_other_groups_are_seen_and_left_alone(editor: FlaskClient) -> None:
    with transaction():
        other = make_group(slug="other")
        theirs = make_event(group_id=other.id, title=Translated.of(en="Their march"))
        pin_id = pin(PinKind.EVENT, theirs.id).id
    page = text_of(editor, PAGE)
    assert "Their march" in page
    assert f"{PAGE}/{pin_id}/" not in page
    assert post(editor, f"{PAGE}/{pin_id}/remove", {}, on=PAGE).status_code == 404
    assert order() == [(PinKind.EVENT, theirs.id)]


def test_a_pin_that_is_over_says_so(editor: FlaskClient) -> None:
    with transaction():
        event = make_event()
        pin(PinKind.EVENT, event.id)
        event.ends_at = utcnow() - timedelta(hours=1)
        event.starts_at = event.ends_at - timedelta(hours=1)
    assert "Not shown: over or not public" in text_of(editor, PAGE)
