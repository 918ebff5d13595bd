"""A local event is offered, confirmed by mail, looked at by an organiser, and shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.events.jobs import lapse_offers
from app.events.models.events import Event
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.rules.hosting import OFFER_LIFE, OPEN_OFFERS
from app.events.rules.words import EventState, HostPolicy, HowChecked, PlaceShown
from app.lib import clock
from app.lib.text import Translated
from app.places.models import Place
from app.settings import activate, settings
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.events.hosts import (
    TYPED,
    fill,
    host_page,
    link_in,
    mails,
    make_day,
    offer,
    press,
    send,
    the_host,
)
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import make_network
from tests.factories.events import make_event, make_host
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@pytest.fixture
def day(app: Flask) -> Mobilisation:
    return make_day()


@pytest.fixture
def desk(app: Flask, day: Mobilisation) -> FlaskClient:
    """An organiser of the group, signed in."""
    with transaction():
        make_account(Role.ORGANISER, group=make_network(), email="amal@example.org")
    browser = Visitor(app, app.response_class)
    sign_in(browser, "amal@example.org")
    return browser


def offer_page() -> str:
    return f"/desk/offers/{the_host().public_id}"


def approve(desk: FlaskClient, **typed: str) -> TestResponse:
    given = {"how": "own_page", "note": "Their page names it.", **typed}
    return press(desk, offer_page(), "/approve", **given)


def test_an_offer_is_confirmed_approved_and_shown(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    answer = offer(client)
    assert (answer.status_code, answer.location) == (303, "/mobilisations/global-day/host/sent")
    assert "Look into your mail" in words(client.get(answer.location))
    host = the_host()
    assert host.event.state is EventState.UNCONFIRMED
    assert (host.event.zone, host.event.starts_local.hour) == ("Europe/Warsaw", 13)
    assert desk.get(offer_page()).status_code == 404

    page = link_in(mails("events/offer_confirm")[0])
    client.get(page)
    client.get(page)
    assert the_host().event.state is EventState.UNCONFIRMED, "a GET confirms nothing"
    assert press(client, page, "/confirm").status_code == 303
    assert the_host().event.state is EventState.PENDING
    assert "Kraków" not in words(client.get("/mobilisations/global-day"))

    assert "Truth in Kraków" in words(desk.get("/desk/offers/"))
    refused = approve(desk, how="")
    assert refused.status_code == 422
    assert "Say how you made sure of it" in words(refused)
    assert approve(desk).status_code == 303
    host = the_host()
    assert host.event.state is EventState.PUBLISHED
    assert (host.how_checked, host.checked_note) == (HowChecked.OWN_PAGE, "Their page names it.")
    assert host.checked_by is not None

    shown = words(client.get("/mobilisations/global-day"))
    assert "Truth in Kraków" in shown
    assert "1 place, 1 country" in shown
    assert "Poland" in shown
    public = client.get(f"/events/{host.event.slug}")
    assert "By the Cloth Hall" in words(public)
    for secret in ("Zofia", "zofia@", "600 000", "film club", "names it"):
        assert secret not in public.get_data(as_text=True)
    assert mails("events/offer_approved")[0].to == TYPED["email"]
    db.session.refresh(day)
    assert (day.place_count, day.country_count) == (1, 1)


@pytest.mark.one_database
def test_a_host_reads_and_types_arabic(client: FlaskClient, day: Mobilisation) -> None:
    answer = offer(client, "/ar", words="نقف معًا في الساحة", starts="١٣:٠٠")
    assert answer.location == "/ar/mobilisations/global-day/host/sent"
    (mail,) = mails("events/offer_confirm")
    assert mail.locale == "ar"
    assert link_in(mail).startswith("/ar/actions/")
    assert the_host().event.summary.origin == "ar"


def test_a_form_sent_twice_is_one_offer(client: FlaskClient, day: Mobilisation) -> None:
    values = fill(client)
    again = forms_of(send(client, values))[-1].values
    assert [send(client, again).status_code for _ in range(2)] == [303, 303]
    assert the_host().name == "Zofia"
    assert len(mails("events/offer_confirm")) == 1


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"town": ""}, "Enter the town."),
        ({"country": "XX"}, ""),
        ({"starts": "soon"}, "Enter when it starts, like 13:00."),
        ({"ends": "late"}, "Enter when it ends"),
        ({"on_day": "2020-01-01"}, "Choose a day of the mobilisation."),
        ({"zone": "Mars/Olympus"}, ""),
        ({"email": "zofia"}, "e-mail address"),
        ({"email": ""}, "Enter your e-mail address"),
        ({"name": ""}, "Tell us how to call you"),
        ({"is_adult": ""}, "18 or older"),
        ({"place_shown": "anybody"}, "Say who may see the place."),
        ({"title": "x" * 10_000}, "at most 120 characters"),
        ({"words": "x" * 10_000}, "at most 600 characters"),
        ({"fax_number": "1"}, "is to stay empty"),
    ],
)
def test_bad_input_is_said_and_nothing_is_lost(
    client: FlaskClient, day: Mobilisation, typed: dict[str, str], said: str
) -> None:
    answer = send(client, fill(client, **typed))
    assert answer.status_code == 422
    assert said in words(answer)
    kept = forms_of(answer)[-1].values
    if "words" not in typed:
        assert kept["words"].strip() == TYPED["words"]
    assert kept["called_by"] == TYPED["called_by"]
    assert db.session.scalar(select(func.count()).select_from(EventHost)) == 0
    assert mails("events/offer_confirm") == []


@pytest.mark.one_database
def test_change_leads_back_to_the_form_with_everything(
    client: FlaskClient, day: Mobilisation
) -> None:
    checked = send(client, fill(client))
    assert "Zofia" in words(checked)
    back = send(client, forms_of(checked)[-1].values | {"change": "y"})
    kept = forms_of(back)[-1].values
    assert (kept["town"], kept["is_adult"]) == ("Kraków", "y")


@pytest.mark.one_database
@pytest.mark.parametrize(
    "changes",
    [
        {"host_policy": HostPolicy.CLOSED},
        {"cancelled_at": clock.utcnow()},
    ],
)
def test_a_day_that_takes_no_offers_says_so(app: Flask, client: FlaskClient, changes: dict) -> None:  # type: ignore[type-arg]
    make_day(**changes)
    page = client.get("/mobilisations/global-day/host")
    assert "can no longer be offered" in words(page)
    assert client.post("/mobilisations/global-day/host", data=TYPED).status_code == 422
    shown = client.get("/mobilisations/global-day").get_data(as_text=True)
    assert "/mobilisations/global-day/host" not in shown


@pytest.mark.one_database
def test_a_day_that_is_not_public_is_nowhere(app: Flask, client: FlaskClient) -> None:
    make_day(published_at=None)
    for path in ("", "/host", "/host/sent"):
        assert client.get(f"/mobilisations/global-day{path}").status_code == 404
    assert "A day for the truth" not in words(client.get("/mobilisations/"))


@pytest.mark.one_database
def test_a_town_that_has_one_already_is_named(client: FlaskClient, day: Mobilisation) -> None:
    with transaction():
        make_event(mobilisation_id=day.id, title=Translated.of(en="Truth by the Thames"))
    same = send(client, fill(client, town="LONDON", country="GB"))
    assert "Truth by the Thames" in words(same)
    assert "Truth by the Thames" not in words(send(client, fill(client)))


@pytest.mark.one_database
def test_a_program_is_quicker_than_a_person(client: FlaskClient, day: Mobilisation) -> None:
    before = settings()
    activate(before.model_copy(update={"gift_form_seconds": 3}))
    try:
        with time_machine.travel(clock.utcnow(), tick=False) as traveller:
            checked = send(client, fill(client))
            assert checked.status_code == 200, "a look costs nothing"
            quick = send(client, forms_of(checked)[-1].values)
            assert quick.status_code == 422
            assert "That was very quick." in words(quick)
            traveller.shift(timedelta(seconds=4))
            again = send(client, forms_of(quick)[-1].values | {"country": "PL"})
            assert send(client, forms_of(again)[-1].values).status_code == 303
    finally:
        activate(before)
    assert the_host().event.place is not None


def test_an_address_with_many_open_offers_hears_the_same(
    client: FlaskClient, day: Mobilisation
) -> None:
    with transaction():
        for _ in range(OPEN_OFFERS):
            make_host(make_event(state=EventState.PENDING, mobilisation_id=day.id))
    answer = offer(client)
    assert answer.location == "/mobilisations/global-day/host/sent"
    assert mails("events/offer_confirm") == []
    assert db.session.scalar(select(func.count()).select_from(EventHost)) == OPEN_OFFERS


@pytest.mark.one_database
def test_one_network_cannot_offer_without_end(client: FlaskClient, day: Mobilisation) -> None:
    answers = [offer(client, email=f"z{n}@example.org").status_code for n in range(11)]
    assert answers == [303] * 10 + [429]


def test_what_nobody_confirms_is_deleted_whole(client: FlaskClient, day: Mobilisation) -> None:
    offer(client)
    with time_machine.travel(clock.utcnow() + OFFER_LIFE + timedelta(hours=1)):
        lapse_offers({})
    for table in (EventHost, Event, Place):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_rejected_host_hears_why_and_may_be_looked_at_again(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    page = host_page(client)
    refused = press(desk, offer_page(), "/reject", reason="")
    assert refused.status_code == 422
    assert press(desk, offer_page(), "/reject", reason="It is on the wrong day.").status_code == 303
    assert the_host().event.state is EventState.REJECTED
    (mail,) = mails("events/offer_rejected")
    assert mail.values["reason"] == "It is on the wrong day."
    assert "It is on the wrong day." in words(client.get(page))
    assert press(desk, offer_page(), "/reconsider").status_code == 303
    assert the_host().event.state is EventState.PENDING
    assert approve(desk).status_code == 303


def test_two_organisers_cannot_decide_twice(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    host_page(client)
    shown = desk.get(offer_page())
    form = next(each for each in forms_of(shown) if each.action.endswith("/reject"))
    assert approve(desk).status_code == 303
    late = desk.post(form.action, data=form.values | {"reason": "No."})
    assert late.status_code == 409
    assert the_host().event.state is EventState.PUBLISHED


@pytest.mark.one_database
def test_a_question_goes_by_mail_once(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    host_page(client)
    shown = desk.get(offer_page())
    form = next(each for each in forms_of(shown) if each.action.endswith("/ask"))
    for _ in range(2):
        desk.post(form.action, data=form.values | {"question": "Who are you?"})
    (mail,) = mails("events/offer_question")
    assert mail.values["question"] == "Who are you?"
    assert mail.reply_to == the_host().event.group.contact_email
    assert press(desk, offer_page(), "/ask", question="").status_code == 422


@pytest.mark.one_database
def test_a_late_offer_is_marked_and_waits_on_today(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    host_page(client)
    assert "Offered events that wait for a decision" in words(desk.get("/desk/waiting"))
    with transaction():
        the_host().confirmed_at = clock.utcnow() - timedelta(hours=49)
    assert "late" in words(desk.get("/desk/offers/"))


@pytest.mark.one_database
def test_the_same_words_and_links_are_marked(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    for town in ("Kraków", "Lublin"):
        host_page(client, town=town, words="Come, and see www.lure.example!")
    listed = words(desk.get("/desk/offers/"))
    assert listed.count("the same words as another") == 2
    assert listed.count("links or numbers in it") == 2


def test_a_host_who_rang_is_entered_and_waits(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    page = f"/desk/offers/new/{day.public_id}"
    shown = forms_of(desk.get(page))[-1]
    values = shown.values | TYPED | {"email": "", "source": "phone"}
    assert desk.post(page, data=values | {"town": ""}).status_code == 422
    answers = [desk.post(page, data=values) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert the_host().event.state is EventState.PENDING
    assert mails("events/offer_entered") == []
    assert approve(desk).status_code == 303
    assert "Kraków" in words(client.get("/mobilisations/global-day"))


# --- lures and scrapers ---------------------------------------------------------------------------


def test_a_lure_gains_nothing(client: FlaskClient, day: Mobilisation, desk: FlaskClient) -> None:
    """A stranger's event is nowhere before approval, and nobody can tell it anything."""
    page = host_page(client, place_shown="accepted", place_name="Zeppelin House")
    event = the_host().event
    for path in (
        *(f"/events/{event.slug}", f"/events/{event.public_id}", f"/events/{event.slug}/rsvp"),
        *(f"/events/{event.slug}.ics", f"/events/{event.slug}/report"),
    ):
        assert client.get(path).status_code == 404, path
    for path in ("/events/", "/events.ics", "/events.atom", "/events.geojson", "/mobilisations/"):
        said = client.get(path).get_data(as_text=True)
        assert "Kraków" not in said, path
        assert "Zeppelin" not in said, path

    assert approve(desk).status_code == 303
    slug = the_host().event.slug
    for path in (f"/events/{slug}", "/mobilisations/global-day", "/events/", "/events.geojson"):
        said = client.get(path).get_data(as_text=True)
        assert "Zeppelin" not in said, path
        assert "Rynek" not in said, path
    own = client.get(page).get_data(as_text=True)
    assert "no names or addresses" in own


def test_a_host_never_learns_who_comes(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    from tests.factories.events import make_rsvp  # noqa: PLC0415

    page = host_page(client)
    approve(desk)
    with transaction():
        make_rsvp(the_host().event, name="Salma", email="salma@example.org", party_size=3)
    said = client.get(page).get_data(as_text=True)
    assert "Salma" not in said
    assert "salma@" not in said
    assert "3" in words(client.get(page))


@pytest.mark.one_database
def test_looking_at_a_link_changes_nothing(client: FlaskClient, day: Mobilisation) -> None:
    offer(client)
    page = link_in(mails("events/offer_confirm")[0])
    before = the_host().event.version
    for path in ("", "/edit", "/cancel", "/tell", "/confirm", "/reinstate", "/link"):
        client.get(f"{page}{path}", follow_redirects=True)
    host = the_host()
    assert (host.event.version, host.event.state) == (before, EventState.UNCONFIRMED)


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_or_forged_link_opens_nothing(
    client: FlaskClient, day: Mobilisation, method: str
) -> None:
    page = host_page(client)
    token = page.rpartition("/")[2]
    for forged in (token[:-2] + "xx", "abc", f"{token}x"):
        path = f"/actions/{forged}" if method == "get" else f"/actions/{forged}/cancel"
        assert getattr(client, method)(path).status_code == 404
    assert the_host().event.state is EventState.PENDING


def test_a_place_is_encrypted_in_the_table(client: FlaskClient, day: Mobilisation) -> None:
    offer(client, place_shown="area")
    raw = db.session.connection().exec_driver_sql("SELECT precise FROM place").scalar()
    assert "Rynek" not in str(raw)
    host = the_host()
    assert host.event.place_shown is PlaceShown.AREA
    row = db.session.connection().exec_driver_sql("SELECT phone, about FROM event_host").one()
    assert "600" not in str(row[0])
    assert "film" not in str(row[1])
