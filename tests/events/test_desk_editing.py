"""Each part of an event is changed by a form of its own; nobody's words are lost."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import inspect

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.rules.words import EventKind, EventState, Mode, PlaceShown, Status, Way
from app.places.models import Place
from tests.appeals.donors import forms_of
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import token_on
from tests.factories.events import make_campaign, make_event, make_rsvp
from tests.house.pages import parse
from tests.house.test_pages import faults_of

pytestmark = pytest.mark.one_database
LONG = "x" * 10_000
PARTS = ("basics", "when", "where", "joining", "links", "picture", "safety", "address")


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """An organiser of the network, signed in."""
    sign_in_as(client, Role.ORGANISER)
    return client


def make(**changes: Any) -> Event:
    with transaction():
        return make_event(**changes)


def fresh(event: Event) -> Event:
    db.session.expire_all()
    return reads.get_by_id(event.id)


def path_of(event: Event, part: str) -> str:
    return f"/desk/events/{event.public_id}/edit/{part}"


def untouched(client: FlaskClient, path: str) -> dict[str, Any]:
    """What the page's form sends where nobody types anything, choices of a list apart."""
    page = client.get(path)
    assert page.status_code == 200
    return next(each for each in forms_of(page) if each.action == path).values


def send(client: FlaskClient, event: Event, part: str, **changes: Any) -> Any:
    path = path_of(event, part)
    return client.post(path, data={**untouched(client, path), **changes})


# --- each part ----------------------------------------------------------------------------------


def test_what_is_saved_untouched_stays_as_it_was(organiser: FlaskClient) -> None:
    event = make(kind=EventKind.MARCH, capacity=40)
    chosen = {"kind": "march", "country": "GB", "nation": ""}
    columns = [each.key for each in inspect(Event).column_attrs]
    kept = {name: getattr(fresh(event), name) for name in columns}
    for part in (*PARTS, "march", "programme"):
        form = untouched(organiser, path_of(event, part))
        fitting = {name: value for name, value in chosen.items() if part in _ASKS.get(name, ())}
        points = {
            name[:-5]: "unknown" for name in form if part == "safety" and name[-5:] == "_note"
        }
        rows = {f"kind_{number}": "talk" for number in range(3)} if part == "programme" else {}
        languages = {"languages": ["en"]} if part == "basics" else {}
        data = {**form, **fitting, **points, **rows, **languages}
        answer = organiser.post(path_of(event, part), data=data)
        assert answer.status_code == 303, (part, words(answer))
    now_ = fresh(event)
    changed = {name for name, value in kept.items() if getattr(now_, name) != value}
    assert changed <= {"version", "updated_at", "changed_at"}
    assert now_.sequence == 0


_ASKS = {"kind": ("basics",), "country": ("where",), "nation": ("march",)}


@pytest.mark.parametrize("part", [*PARTS, "march", "programme"])
def test_each_form_is_in_order(organiser: FlaskClient, part: str) -> None:
    path = path_of(
        make(kind=EventKind.MARCH, mode=Mode.HYBRID, online_url="https://a.example"), part
    )
    assert list(faults_of(parse(path, organiser.get(path)))) == []


def test_texts_are_kept_in_both_languages_and_shown(organiser: FlaskClient) -> None:
    event = make()
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    answer = send(
        organiser,
        event,
        "basics",
        **{
            "kind": "static_protest",
            "title-ar": "احتجاج",
            "body-en": hostile,
            "languages": ["ar", "bfi"],
            "supported_by": "Friends \n\n Neighbours",
            "aimed_at-en": "The broadcaster",
            "aimed_why-en": "It does not tell.",
        },
    )
    assert answer.status_code == 303
    changed = fresh(event)
    assert (changed.kind, changed.languages) == ("static_protest", ["ar", "bfi"])
    assert changed.supported_by == "Friends\nNeighbours"
    page = organiser.get(f"/events/{event.slug}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "onerror" not in page.replace("&lt;img src=x onerror", "")
    assert 'href="javascript' not in page
    assert "The broadcaster" in page
    assert "British Sign Language" in page
    assert "احتجاج" in organiser.get(f"/ar/events/{event.slug}").get_data(as_text=True)


def test_a_place_is_changed_hidden_and_released(organiser: FlaskClient) -> None:
    event = make()
    old = event.place_id
    day = (event.starts_local - timedelta(days=1)).date().isoformat()
    answer = send(
        organiser,
        event,
        "where",
        **{
            "country": "GB",
            "place_name": "Town Hall",
            "position": "51.59, -0.01",
            "place_shown": "released",
            "released_on": day,
            "released_time": "9:00",
            "meeting_point-en": "By the fountain",
        },
    )
    assert answer.status_code == 303
    changed = fresh(event)
    assert changed.place is not None
    assert changed.place.spot.name == "Town Hall"
    assert changed.place_shown is PlaceShown.RELEASED
    assert db.session.get(Place, old) is None
    page = organiser.get(f"/events/{event.slug}").get_data(as_text=True)
    for hidden in ("Town Hall", "Hoe Street", "fountain", "51.59"):
        assert hidden not in page
    assert "E17" in page
    assert "The exact place stands here from" in page


@pytest.mark.parametrize(
    ("part", "changes", "sentence"),
    [
        ("basics", {"kind": "vigil", "title-en": LONG}, "Please shorten this to 150 characters."),
        ("basics", {"kind": "vigil", "called_by": LONG}, "Please shorten this to 200 characters."),
        ("when", {"starts_time": "20:00", "ends_time": "3 o'clock"}, "Enter when it ends"),
        ("when", {"starts_on": "2030-05-01", "ends_on": "2030-04-01"}, "It ends before it starts."),
        ("when", {"zone": "Mars/Olympus"}, "There is no time zone called “Mars/Olympus”."),
        ("where", {"country": "GB", "position": "95, 200"}, "That position is not on the earth."),
        ("where", {"country": "GB", "position": "here"}, "That position is not on the earth."),
        ("where", {"country": "GB", "place_shown": "released"}, "Say from when the place is shown"),
        (
            "where",
            {"country": "GB", "place_shown": "released", "released_on": "9999-12-31"},
            "Please choose a day between 2000 and 2200.",
        ),
        ("where", {"country": "GB", "locality": ""}, "Please say in which town it is."),
        ("where", {"country": "GB", "mode": "hybrid"}, "Enter the address at which people join"),
        ("joining", {"party_max": "0"}, "Enter a whole number from 1 to 10."),
        ("joining", {"seats_in_person": "-4"}, "Enter a whole number from 1 to 1000000."),
        ("joining", {"retention_days": "91"}, "Enter a whole number from 0 to 90."),
        ("joining", {"rsvp_mode": "external"}, "Enter the address of the page"),
        ("safety", {"safety-en": LONG}, "Please shorten this to 2000 characters."),
        ("safety", {"step_free_note": LONG}, "Please shorten this to 200 characters."),
        ("address", {"slug": "Not A Slug"}, "Use small Latin letters"),
        ("address", {"slug": "map"}, "Use small Latin letters"),
    ],
)
def test_what_cannot_be_keeps_what_was_typed_and_writes_nothing(
    organiser: FlaskClient, part: str, changes: dict[str, Any], sentence: str
) -> None:
    event = make()
    path = path_of(event, part)
    form = untouched(organiser, path)
    points = {name[:-5]: "unknown" for name in form if part == "safety" and name[-5:] == "_note"}
    answer = organiser.post(path, data={**form, **points, **changes})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in words(answer)
    for value in changes.values():
        assert value.replace("'", "&#39;") in text
    assert fresh(event).version == 1


def test_an_event_belongs_to_what_its_group_has(organiser: FlaskClient) -> None:
    with transaction():
        event, campaign = make_event(), make_campaign()
    chosen = {"campaign_id": str(campaign.id), "appeal_id": "", "mobilisation_id": ""}
    assert send(organiser, event, "links", **chosen).status_code == 303
    assert "Tell the truth" in words(organiser.get(f"/events/{event.slug}"))
    assert send(organiser, event, "links", **chosen | {"appeal_id": "77"}).status_code == 422


def test_a_picture_needs_words_and_can_go_again(organiser: FlaskClient) -> None:
    event = make()
    file = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(file, "JPEG")
    bad = send(organiser, event, "picture", picture=(BytesIO(file.getvalue()), "a.jpg"))
    assert (bad.status_code, "Say what the picture shows." in words(bad)) == (422, True)
    told = {"picture_alt-en": "Lanterns"}
    new = send(organiser, event, "picture", picture=(BytesIO(file.getvalue()), "a.jpg"), **told)
    assert new.status_code == 303
    assert fresh(event).picture_id is not None
    assert send(organiser, event, "picture", remove_picture="y").status_code == 303
    assert fresh(event).picture_id is None


def test_seats_safety_march_and_programme_are_written(organiser: FlaskClient) -> None:
    event = make(kind=EventKind.SCREENING)
    assert send(organiser, event, "joining", seats_in_person="40").status_code == 303
    assert {each.way: each.capacity for each in fresh(event).seats} == {Way.IN_PERSON: 40}
    form = untouched(organiser, path_of(event, "safety"))
    points = {name[:-5]: "unknown" for name in form if name.endswith("_note")}
    answer = send(
        organiser,
        event,
        "safety",
        **points | {"step_free": "yes", "step_free_note": "Ramp", "has_first_aid": "yes"},
    )
    assert answer.status_code == 303
    assert fresh(event).access == {"step_free": ["yes", "Ramp"]}
    answer = send(
        organiser,
        event,
        "programme",
        **{f"kind_{number}": "qa" for number in range(3)},
        **{"film_title": "The Voice", "film_year": "2024", "title_1-en": "Questions"},
        people_1="Hind, teacher",
        time_1="20:15",
    )
    assert answer.status_code == 303
    (part,) = fresh(event).programme
    assert (part.kind, part.people) == ("qa", "Hind, teacher")
    assert part.starts_local is not None
    assert part.starts_local.hour == 20
    page = words(organiser.get(f"/events/{event.slug}"))
    for told in ("The Voice", "Questions", "Hind, teacher", "Ramp", "Not known"):
        assert told in page


def test_an_old_address_leads_on(organiser: FlaskClient) -> None:
    event = make(slug="old-name")
    assert send(organiser, event, "address", slug="new-name").status_code == 303
    answer = organiser.get("/ar/events/old-name?from=x")
    assert (answer.status_code, answer.location) == (301, "/ar/events/new-name?from=x")


# --- two at once --------------------------------------------------------------------------------


def test_somebody_else_saved_in_between(organiser: FlaskClient) -> None:
    event = make()
    path = path_of(event, "basics")
    form = untouched(organiser, path) | {"kind": "vigil", "languages": ["en"]}
    organiser.post(path, data={**form, "called_by": "Others"})
    answer = organiser.post(path, data={**form, "called_by": "Mine"})
    assert answer.status_code == 409
    text = words(answer)
    assert "Others" in text
    assert 'value="Mine"' in answer.get_data(as_text=True)
    assert fresh(event).called_by == "Others"
    again = {**form, "called_by": "Mine", "version": "2", "csrf_token": token_on(answer)}
    assert organiser.post(path, data=again).status_code == 303
    assert fresh(event).called_by == "Mine"


def test_a_changed_time_is_told_beforehand_and_reschedules(organiser: FlaskClient) -> None:
    with transaction():
        event = make_event()
        make_rsvp(event, email="samir@example.org", wants_reminders=True)
    page = organiser.get(path_of(event, "when"))
    assert "1 person who left an address is told of a change by mail." in words(page)
    later = (event.starts_local + timedelta(days=7)).date().isoformat()
    assert send(organiser, event, "when", starts_on=later).status_code == 303
    changed = fresh(event)
    assert (changed.status, changed.sequence) == (Status.RESCHEDULED, 1)


@pytest.mark.parametrize("part", [*PARTS, "march", "programme"])
def test_parts_of_others_events_are_not_there(organiser: FlaskClient, part: str) -> None:
    assert organiser.get(f"/desk/events/00000000000000000000/edit/{part}").status_code == 404


def test_a_treasurer_changes_nothing(client: FlaskClient, app: Flask) -> None:
    event = make()
    sign_in_as(client, Role.TREASURER)
    assert client.get(path_of(event, "basics")).status_code == 403


def test_an_editor_moves_nothing_that_is_on_the_site(client: FlaskClient, app: Flask) -> None:
    with transaction():
        event, draft = make_event(), make_event(state=EventState.DRAFT)
    sign_in_as(client, Role.EDITOR)
    answers = [client.get(path_of(each, "when")).status_code for each in (event, draft)]
    assert answers == [403, 200]
    page = client.get(f"/desk/events/{event.public_id}").get_data(as_text=True)
    assert (path_of(event, "basics") in page, path_of(event, "when") in page) == (True, False)
