"""The desk's events: begun, led to the public and back, never by whom they are none of hers."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.rules.words import EventState
from app.places.models import Place
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import post
from tests.factories.appeals import make_network
from tests.factories.events import make_event
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """An organiser of the network, signed in."""
    sign_in_as(client, Role.ORGANISER)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    """An event as it is begun."""
    return {
        "group": str(make_network().id),
        "kind": "vigil",
        "title-en": "Vigil with lanterns",
        "title-ar": "وقفة بالفوانيس",
        "starts_on": "2030-05-04",
        "starts_time": "18:30",
        "ends_time": "20:00",
        "zone": "Europe/London",
        "mode": "in_person",
        "locality": "London",
        "country": "GB",
        "place_name": "Kings Hall",
        "street": "12 Hoe Street",
        "postcode": "e17 4pp",
        **changes,
    }


def begin(client: FlaskClient, **changes: Any) -> Any:
    return post(client, "/desk/events/new", **typed(**changes))


def the_event() -> Event:
    db.session.expire_all()
    return db.session.scalars(select(Event)).one()


@pytest.mark.parametrize(
    ("changes", "zone"),
    [
        ({"country": "SY", "locality": "Damascus", "postcode": ""}, "Asia/Damascus"),
        ({"country": "FR", "locality": "Paris", "zone": "Europe/Paris"}, "Europe/Paris"),
        ({"country": "SY", "locality": "Damascus", "zone": "Asia/Beirut"}, "Asia/Beirut"),
        ({"locality": "London"}, "Europe/London"),
    ],
)
def test_an_event_elsewhere_goes_by_the_clocks_there(
    organiser: FlaskClient, changes: dict[str, str], zone: str
) -> None:
    assert begin(organiser, **{"postcode": "", **changes}).status_code == 303
    assert the_event().zone == zone


def test_an_event_is_begun_as_a_draft_and_published(organiser: FlaskClient) -> None:
    answer = begin(organiser)
    event = the_event()
    assert answer.status_code == 303
    assert answer.location == f"/desk/events/{event.public_id}"
    assert (event.state, event.slug) == (EventState.DRAFT, "vigil-with-lanterns")
    assert event.starts_at.isoformat() == "2030-05-04T17:30:00+00:00"
    assert event.place is not None
    assert event.place.spot.postcode == "E17 4PP"
    assert organiser.get("/events/vigil-with-lanterns").status_code == 404
    page = organiser.get(answer.location)
    assert "Draft" in words(page)
    assert "Nothing is said about access" in words(page)
    done = post(organiser, f"{answer.location}/publish", on=answer.location)
    assert done.status_code == 303
    shown = organiser.get("/ar/events/vigil-with-lanterns")
    assert "وقفة بالفوانيس" in words(shown)
    assert "18:30–20:00" in words(shown)
    assert "Vigil with lanterns" in words(organiser.get("/desk/events/"))
    assert "Vigil with lanterns" not in words(organiser.get("/desk/events/?view=drafts"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title-en": "", "title-ar": ""}, "Give the event a title."),
        ({"title-en": "x" * 10_000}, "Please shorten this to 150 characters."),
        ({"starts_on": ""}, "Enter the day."),
        ({"starts_on": "2030-02-30"}, "Enter a day, like 2026-11-22."),
        ({"starts_on": "1999-12-31"}, "Please choose a day between 2000 and 2200."),
        ({"starts_on": "9999-12-31", "ends_time": "2"}, "Please choose a day between"),
        ({"ends_on": "9999-12-31"}, "Please choose a day between 2000 and 2200."),
        ({"is_all_day": "y", "starts_on": "9999-12-31"}, "Please choose a day between"),
        ({"starts_time": ""}, "Enter when it starts, like 13:00."),
        ({"starts_time": "25:00"}, "Enter when it starts, like 13:00."),
        ({"ends_on": "2030-05-03"}, "It ends before it starts."),
        ({"starts_time": "18:00", "ends_time": "16:00"}, "It ends before it starts."),
        ({"ends_on": "2030-09-04"}, "An event lasts at most 31 days."),
        ({"zone": "Europe/Lodon"}, "Did you mean Europe/London?"),
        ({"zone": ""}, "Say in which time zone it is"),
        (
            {"starts_on": "2027-03-28", "starts_time": "01:30"},
            "There is no 2027-03-28 01:30 in Europe/London: the clocks go forward.",
        ),
        (
            {"starts_on": "2027-10-31", "starts_time": "01:30", "ends_time": "04:00"},
            "2027-10-31 01:30 comes twice in Europe/London",
        ),
        ({"locality": ""}, "Please say in which town it is."),
        ({"country": "XX"}, "Please choose a country."),
        ({"postcode": "nowhere"}, "That is no British postcode."),
        ({"mode": "online"}, "Enter the address at which people join online."),
        (
            {"mode": "online", "online_url": "javascript:alert(1)"},
            "Enter the address of a web page",
        ),
        ({"mode": "elsewhere"}, "Please choose from what is offered."),
        ({"kind": "convoy"}, "Please choose from what is offered."),
        ({"group": "999"}, "Please choose from what is offered."),
    ],
)
def test_what_cannot_be_is_asked_again_and_nothing_is_written(
    organiser: FlaskClient, changes: dict[str, Any], sentence: str
) -> None:
    answer = begin(organiser, **changes)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Kings Hall" in answer.get_data(as_text=True)  # what was typed is still there
    assert db.session.scalars(select(Event)).all() == []
    assert db.session.scalars(select(Place)).all() == []


def test_of_two_equal_times_one_is_chosen(organiser: FlaskClient) -> None:
    twice = {"starts_on": "2027-10-31", "starts_time": "01:30", "ends_time": "04:00"}
    asked = begin(organiser, **twice)
    assert "The first of the two (UTC+01:00)" in words(asked)
    assert begin(organiser, **twice, starts_which="second").status_code == 303
    event = the_event()
    assert event.starts_fold
    assert event.starts_at.isoformat() == "2027-10-31T01:30:00+00:00"


def test_an_event_may_go_on_past_midnight_or_last_whole_days(organiser: FlaskClient) -> None:
    begin(organiser, starts_time="22.00", ends_time="2")
    event = the_event()
    assert event.ends_local.isoformat() == "2030-05-05T02:00:00"
    answer = begin(organiser, is_all_day="y", starts_time="", ends_time="", ends_on="2030-05-06")
    event = reads.get_for_desk(answer.location.rpartition("/")[2])
    assert (event.is_all_day, event.ends_local.isoformat()) == (True, "2030-05-07T00:00:00")


@pytest.mark.parametrize(
    ("role", "answers"),
    [
        (Role.EDITOR, (200, 200, 403)),
        (Role.TREASURER, (200, 403, 403)),
        (Role.ORGANISER, (200, 200, 303)),
    ],
)
def test_each_role_does_what_it_may(
    client: FlaskClient, app: Flask, role: Role, answers: tuple[int, int, int]
) -> None:
    with transaction():
        path = f"/desk/events/{make_event(state=EventState.DRAFT).public_id}"
    sign_in_as(client, role)
    publish = post(client, f"{path}/publish", on="/desk/account")
    given = (client.get(path), client.get("/desk/events/new"), publish)
    assert tuple(each.status_code for each in given) == answers


def test_what_is_not_certain_yet_is_confirmed(organiser: FlaskClient) -> None:
    path = begin(organiser, is_tentative="y").location
    post(organiser, f"{path}/publish", on=path)
    assert "It is not certain yet" in words(organiser.get("/events/vigil-with-lanterns"))
    assert post(organiser, f"{path}/become/confirm").status_code == 303
    assert "It is not certain yet" not in words(organiser.get("/events/vigil-with-lanterns"))


def test_events_of_another_group_are_as_if_they_were_not_there(organiser: FlaskClient) -> None:
    with transaction():
        event = make_event(group_id=make_group(slug="others").id, title=make_event().title)
        path = f"/desk/events/{event.public_id}"
    assert organiser.get(path).status_code == 404
    assert post(organiser, f"{path}/withdraw", on="/desk/account").status_code == 404
    assert begin(organiser, group=str(event.group_id)).status_code == 422
