"""“Something is wrong here”: two reports from two networks hide an event until somebody looked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.events.jobs import forget_networks, lapse_offers
from app.events.models.events import Event
from app.events.models.hosting import EventReport
from app.events.rules.words import EventState
from app.lib import clock
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.events.hosts import press
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import make_network
from tests.factories.events import make_event
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

ONE, OTHER = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def event(app: Flask) -> Event:
    with transaction():
        make_account(Role.MODERATOR, group=make_network(), email="amal@example.org")
        return make_event(slug="vigil")


@pytest.fixture
def desk(app: Flask, event: Event) -> FlaskClient:
    browser = Visitor(app, app.response_class)
    sign_in(browser, "amal@example.org")
    return browser


def tell(
    client: FlaskClient, address: str = ONE, slug: str = "vigil", **typed: str
) -> TestResponse:
    form = forms_of(client.get(f"/events/{slug}/report"))[-1]
    values = form.values | {"kind": "not_happening", "text": "I was there."} | typed
    return client.post(form.action, data=values, environ_base={"REMOTE_ADDR": address})


def state(event: Event) -> EventState:
    db.session.expire_all()
    return event.state


def test_two_networks_hide_it_and_an_organiser_shows_it_again(
    client: FlaskClient, event: Event, desk: FlaskClient
) -> None:
    assert "Something is wrong here" in words(client.get("/events/vigil"))
    sent = tell(client)
    assert (sent.status_code, sent.location) == (303, "/events/vigil/report/sent")
    tell(client)
    assert state(event) is EventState.PUBLISHED, "one network is one voice"
    tell(client, OTHER)
    assert state(event) is EventState.HIDDEN
    assert client.get("/events/vigil").status_code == 410
    assert "Vigil with lanterns" not in words(client.get("/events/"))
    assert "Vigil with lanterns" not in words(client.get("/events/vigil/report"))
    assert client.get(sent.location).status_code == 200

    waits = "Events of which somebody says that something is wrong"
    assert waits in words(desk.get("/desk/waiting"))
    shown = desk.get("/desk/reports/")
    assert "I was there." in words(shown)
    assert press(desk, "/desk/reports/", "/wrong").status_code == 303
    assert state(event) is EventState.PUBLISHED
    assert "Nobody says" in words(desk.get("/desk/reports/"))
    for address in ("192.0.2.1", "192.0.2.99", "198.18.5.5"):
        tell(client, address)
    assert state(event) is EventState.PUBLISHED, "found in order, it is immune for a while"


def test_what_was_right_stays_out_of_sight(
    client: FlaskClient, event: Event, desk: FlaskClient
) -> None:
    tell(client)
    assert press(desk, "/desk/reports/", "/right").status_code == 303
    assert state(event) is EventState.HIDDEN
    assert client.get("/events/vigil").status_code == 410


@pytest.mark.one_database
def test_a_report_that_came_meanwhile_is_not_closed_unread(
    client: FlaskClient, event: Event, desk: FlaskClient
) -> None:
    tell(client)
    form = next(
        each for each in forms_of(desk.get("/desk/reports/")) if each.action.endswith("/wrong")
    )
    tell(client, OTHER)
    assert desk.post(form.action, data=form.values).status_code == 303
    assert state(event) is EventState.HIDDEN
    assert "Somebody changed or decided this meanwhile" in words(desk.get("/desk/reports/"))


@pytest.mark.one_database
def test_one_form_sent_twice_is_one_report(client: FlaskClient, event: Event) -> None:
    form = forms_of(client.get("/events/vigil/report"))[-1]
    for address in (ONE, OTHER):
        values = form.values | {"kind": "spam"}
        client.post(form.action, data=values, environ_base={"REMOTE_ADDR": address})
    assert db.session.scalar(select(func.count(EventReport.id))) == 1


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": ""}, "Choose what is wrong."),
        ({"kind": "nonsense"}, "Choose what is wrong."),
        ({"text": "x" * 10_000}, "at most 2000 characters"),
        ({"fax_number": "1"}, "is to stay empty"),
    ],
)
def test_bad_input_is_said_and_kept(
    client: FlaskClient, event: Event, typed: dict[str, str], said: str
) -> None:
    answer = tell(client, **typed)
    assert answer.status_code == 422
    assert said in words(answer)
    kept = typed.get("text", "I was there.")
    assert forms_of(answer)[-1].values["text"].strip() == kept


@pytest.mark.one_database
def test_one_network_cannot_empty_the_site(client: FlaskClient, event: Event) -> None:
    """Two networks together hide few events a day, and one network sends few reports."""
    with transaction():
        events = [make_event(slug=f"v{number}") for number in range(8)]
    for each in events:
        for address in (ONE, OTHER):
            tell(client, address, each.slug)
    hidden = [each for each in events if state(each) is EventState.HIDDEN]
    assert len(hidden) == 3
    answers = [tell(client).status_code for _ in range(4)]
    assert answers[-1] == 429


@pytest.mark.one_database
def test_networks_are_not_kept_and_reports_are_forgotten(
    client: FlaskClient, event: Event, desk: FlaskClient
) -> None:
    tell(client)
    kept = db.session.scalars(select(EventReport.network)).one()
    assert kept
    assert ONE not in kept
    with time_machine.travel(clock.utcnow() + timedelta(days=2)):
        forget_networks({})
    db.session.expire_all()
    assert db.session.scalars(select(EventReport.network)).one() is None
    press(desk, "/desk/reports/", "/wrong")
    with time_machine.travel(clock.utcnow() + timedelta(days=100)):
        lapse_offers({})
    assert db.session.scalar(select(func.count(EventReport.id))) == 0


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["draft", "pending", "unconfirmed", "rejected"])
def test_what_nobody_sees_cannot_be_reported(client: FlaskClient, event: Event, kind: str) -> None:
    with transaction():
        make_event(slug="unseen", state=EventState(kind))
    assert client.get("/events/unseen/report").status_code == 404
    assert client.post("/events/unseen/report", data={"kind": "spam"}).status_code == 404


@pytest.mark.one_database
def test_no_report_comes_from_another_site(client: FlaskClient, event: Event) -> None:
    form = forms_of(client.get("/events/vigil/report"))[-1]
    values = form.values | {"kind": "spam"}
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post(form.action, data=values, headers=foreign).status_code == 403
    assert client.post(form.action, data={"kind": "spam"}).status_code == 400
