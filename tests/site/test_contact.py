"""Writing to us: relayed, answered by mail, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.rules.permissions import Role
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.groups.models import Group
from app.lib.clock import utcnow
from app.lib.text import Translated
from app.mail.models.outbox import OutboxMail
from app.site import jobs
from app.site.errors.contact import MessageAnsweredError, NoAddressToAnswerError
from app.site.models.pages import ContactMessage
from app.site.queries import contact as reads
from app.site.rules.words import ContactAbout, ContactState
from app.site.service import contact as service
from app.site.service import holding
from app.site.service.contact import Letter
from tests.appeals.donors import Form, forms_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.groups import make_group

BY = Actor.system()


@pytest.fixture
def group(app: Flask) -> Group:
    """A group that can be written to, and two of its people."""
    with transaction():
        made = make_group()
        make_account(Role.MODERATOR, group=made, email="moderator@example.org", name="Noor Aziz")
        make_account(Role.TREASURER, group=made, email="treasurer@example.org")
    return made


def keep(group: Group, nonce: str = "n1", **changes: Any) -> ContactMessage:
    """Somebody wrote."""
    values: dict[str, Any] = {
        "group_id": group.id,
        "about": ContactAbout.GENERAL,
        "text": "When do you meet?",
        "name": "Salma",
        "email": "salma@example.org",
        "locale": "ar",
    }
    with transaction():
        return service.keep(
            Letter(**(values | changes)), nonce=nonce, network="x", now=utcnow(), by=BY
        )


def messages() -> Sequence[ContactMessage]:
    """Everything that was written to us."""
    return db.session.scalars(select(ContactMessage).order_by(ContactMessage.id)).all()


def fill(client: FlaskClient, path: str = "/contact", **typed: str) -> dict[str, str]:
    """What a fresh form sends."""
    form = contact_form(client.get(path))
    values = {"text": "Where can I bring coats?", "email": "Salma@Example.org", "name": "Salma"}
    values["about"] = "aid"
    return {**form.values, **values, **typed}


def contact_form(page: TestResponse) -> Form:
    """The form on the contact page."""
    return next(each for each in forms_of(page) if each.action.endswith("/contact"))


def test_an_answer_goes_by_mail_once(group: Group) -> None:
    message = keep(group)
    with transaction():
        service.answer(message.id, "On Tuesdays.", now=utcnow(), by=BY)
    with pytest.raises(MessageAnsweredError), transaction():
        service.answer(message.id, "On Mondays.", now=utcnow(), by=BY)
    (mail,) = db.session.scalars(select(OutboxMail)).all()
    assert (mail.to, mail.locale, mail.reply_to) == (
        "salma@example.org",
        "ar",
        group.contact_email,
    )
    assert mail.values["message_text"] == "On Tuesdays."
    assert messages()[0].state is ContactState.ANSWERED


def test_the_same_form_makes_one_message(group: Group) -> None:
    assert keep(group).id == keep(group, text="Something else").id
    assert [each.text for each in messages()] == ["When do you meet?"]


def test_who_rang_without_an_address_cannot_be_answered_by_mail(group: Group) -> None:
    message = keep(group, email=None)
    with pytest.raises(NoAddressToAnswerError), transaction():
        service.answer(message.id, "Yes.", now=utcnow(), by=BY)
    with transaction():
        service.put_aside(message.id, now=utcnow(), by=BY)
    with transaction():
        service.take_up(message.id, now=utcnow(), by=BY)
    assert messages()[0].state is ContactState.UNREAD


def test_the_press_comes_first(group: Group) -> None:
    keep(group, nonce="a")
    press = keep(group, nonce="b", about=ContactAbout.PRESS)
    assert reads.list_unread({group.id})[0].id == press.id
    assert reads.list_unread(set()) == []


def test_what_was_answered_long_ago_is_forgotten(group: Group) -> None:
    now = utcnow()
    answered, waits = keep(group, nonce="a"), keep(group, nonce="b")
    with transaction():
        service.answer(answered.id, "Yes.", now=now - timedelta(days=91), by=BY)
        reads.lock_message(waits.id).received_at = now - timedelta(days=91)
    (purge,) = holding.PURGES
    assert purge.count(now) == 1
    jobs.purge_messages({})
    first, second = messages()
    assert (first.text, first.email, first.name, first.answer) == (None, None, None, None)
    assert second.text == "When do you meet?"
    (mail,) = db.session.scalars(select(OutboxMail)).all()
    assert mail.values == {}
    assert purge.run(now + timedelta(days=365)) == 1
    assert messages()[1].state is ContactState.DONE


def test_networks_are_forgotten_after_a_day(group: Group) -> None:
    message = keep(group)
    jobs.forget_networks({})
    assert messages()[0].network == "x"
    with transaction():
        reads.lock_message(message.id).received_at = utcnow() - timedelta(hours=25)
    jobs.forget_networks({})
    assert messages()[0].network is None


def test_whoever_wrote_sees_it_and_can_have_it_erased(group: Group) -> None:
    keep(group)
    keep(group, nonce="other", email="other@example.org")
    (line,) = holding.HOLDING.find("salma@example.org")
    assert line.facts["text"] == "When do you meet?"
    with transaction():
        assert holding.HOLDING.erase("salma@example.org", utcnow()).gone == 1
    assert holding.HOLDING.find("salma@example.org") == []
    assert [each.text for each in messages()] == [None, "When do you meet?"]


@pytest.mark.one_database
def test_a_visitor_writes_in_her_language(group: Group, client: FlaskClient) -> None:
    typed = fill(client, "/ar/contact")
    answer = client.post("/ar/contact", data=typed)
    assert (answer.status_code, answer.location) == (303, "/ar/contact/sent")
    assert client.get(answer.location).status_code == 200
    client.post("/ar/contact", data=typed)
    (message,) = messages()
    assert (message.email, message.locale) == ("salma@example.org", "ar")
    assert message.network
    assert "127.0.0.1" not in message.network
    assert db.session.scalars(select(OutboxMail)).all() == []


@pytest.mark.one_database
def test_what_was_typed_is_kept_where_something_is_wrong(group: Group, client: FlaskClient) -> None:
    answer = client.post("/contact", data=fill(client, email="salma@", name="Sal"))
    assert answer.status_code == 422
    assert "Where can I bring coats?" in answer.text
    assert 'value="salma@"' in answer.text
    trapped = client.post("/contact", data=fill(client, fax_number="1"))
    assert trapped.status_code == 422
    assert messages() == []


@pytest.mark.one_database
def test_one_network_cannot_flood_us(group: Group, client: FlaskClient) -> None:
    codes = [client.post("/contact", data=fill(client)).status_code for _ in range(11)]
    assert codes == [303] * 10 + [429]
    assert len(messages()) == 10


@pytest.mark.one_database
def test_a_link_chooses_group_and_subject(group: Group, client: FlaskClient) -> None:
    with transaction():
        other = make_group(slug="other", name=Translated.of(en="Other"))
    page = client.get(f"/contact?group={other.slug}&about=press")
    assert f'<option value="{other.id}" selected>' in page.text
    assert '<option value="press" selected>' in page.text
    assert client.get("/contact?group=nobody&about=nothing").status_code == 200


@pytest.mark.one_database
def test_nobody_s_own_address_stands_on_the_page(group: Group, client: FlaskClient) -> None:
    page = client.get("/contact").text
    assert "moderator@example.org" not in page
    assert "treasurer@example.org" not in page


@pytest.mark.one_database
def test_a_moderator_answers_at_the_desk(group: Group, client: FlaskClient) -> None:
    message = keep(group, about=ContactAbout.PRESS, text="Who <i>speaks</i> for you?")
    sign_in(client, "moderator@example.org")
    listed = client.get("/desk/messages-in/").text
    assert "Who &lt;i&gt;speaks&lt;/i&gt; for you?" in listed
    assert "salma@example.org" not in listed
    page = client.get(f"/desk/messages-in/{message.public_id}")
    assert "salma@example.org" in page.text
    form = next(each for each in forms_of(page) if each.action.endswith(message.public_id))
    assert client.post(form.action, data={**form.values, "text": " "}).status_code == 422
    assert client.post(form.action, data={**form.values, "text": "Noor."}).status_code == 303
    again = client.post(form.action, data={**form.values, "text": "Somebody else."})
    assert again.status_code == 409
    assert "Somebody else." not in again.text or "Noor." in again.text
    assert "Noor." in client.get(f"/desk/messages-in/{message.public_id}").text


@pytest.mark.one_database
def test_a_message_is_put_aside_taken_up_and_passed_on(group: Group, client: FlaskClient) -> None:
    with transaction():
        other = make_group(slug="other", name=Translated.of(en="Other"))
    message = keep(group)
    sign_in(client, "moderator@example.org")
    path = f"/desk/messages-in/{message.public_id}"
    for end in ("/aside", "/again", "/group"):
        form = next(each for each in forms_of(client.get(path)) if each.action.endswith(end))
        values = {**form.values, **({"group": str(other.id)} if end == "/group" else {})}
        assert client.post(form.action, data=values).status_code == 303
    assert messages()[0].group_id == other.id
    assert client.get(path).status_code == 404


@pytest.mark.one_database
def test_who_rang_is_entered(group: Group, client: FlaskClient) -> None:
    sign_in(client, "moderator@example.org")
    page = client.get("/desk/messages-in/new")
    form = next(each for each in forms_of(page) if each.action.endswith("/new"))
    chosen = {"group": str(group.id), "about": "event", "locale": "ar"}
    typed = {**form.values, **chosen, "text": "She asks for a lift.", "name": "Rania"}
    assert client.post(form.action, data={**typed, "text": ""}).status_code == 422
    answer = client.post(form.action, data=typed)
    assert answer.status_code == 303
    client.post(form.action, data=typed)
    (message,) = messages()
    assert (message.name, message.email, message.network) == ("Rania", None, None)
    assert "This person left no e-mail address." in client.get(answer.location).text


@pytest.mark.one_database
def test_others_do_not_read_it(group: Group, client: FlaskClient) -> None:
    message = keep(group)
    sign_in(client, "treasurer@example.org")
    assert client.get("/desk/messages-in/").status_code == 403
    assert client.get(f"/desk/messages-in/{message.public_id}").status_code == 403
    with transaction():
        stranger = make_group(slug="stranger")
        make_account(Role.OWNER, group=stranger, email="stranger@example.org")
    client.post("/desk/sign-out", data={})
    client.delete_cookie("muster", path="/desk")
    sign_in(client, "stranger@example.org")
    assert client.get(f"/desk/messages-in/{message.public_id}").status_code == 404
