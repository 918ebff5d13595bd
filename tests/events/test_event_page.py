"""The public page of an event: what it says, to whom, in which words, and what it keeps back."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db.session import db, transaction
from app.events.models.events import Event, EventNote, EventSlug, ProgrammeItem, SafetyContact
from app.events.rules.words import (
    EventKind,
    EventState,
    LinkShown,
    Mode,
    Nation,
    PlaceShown,
    ProgrammeKind,
    Status,
)
from app.lib import clock
from app.lib.text import Translated
from app.places.rules import Spot
from tests.appeals.test_giving import words
from tests.factories.events import make_campaign, make_event, make_mobilisation, make_place

pytestmark = pytest.mark.one_database
HIDDEN = Spot(name="Canary House", street="7 Canary Lane", postcode="E17 9QQ", lat=51.1, lon=-0.2)
CANARIES = ("Canary", "E17 9QQ", "51.1", "by the canary gate", "canary-room")


def make(**changes: Any) -> Event:
    with transaction():
        return make_event(**changes)


def show(client: FlaskClient, event: Event, prefix: str = "") -> TestResponse:
    return client.get(f"{prefix}/events/{event.slug}")


def data_of(page: TestResponse) -> dict[str, Any]:
    """What the page says to search engines."""
    text = page.get_data(as_text=True)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


# --- what it says -------------------------------------------------------------------------------


def test_the_page_says_everything_that_is_known(client: FlaskClient, app: Flask) -> None:
    with transaction():
        event = make_event(
            kind=EventKind.MARCH,
            nation=Nation.ENGLAND_WALES,
            campaign_id=make_campaign().id,
            mobilisation_id=make_mobilisation().id,
            called_by="Friends of Syria",
            supported_by="Trades Council\nSt Mary",
            aimed_at=Translated.of(en="The broadcaster", ar="الإذاعة"),
            aimed_why=Translated.of(en="It has been silent."),
            safety=Translated.of(en="Stay together."),
            meeting_point=Translated.of(en="By the bandstand"),
            languages=["ar"],
            access={"step_free": ["partly", "One kerb"]},
        )
        number = SafetyContact(
            group_id=event.group_id,
            kind="legal_support",
            name="Legal line",
            phone="020 7946 0000",
            checked_on=date(2026, 3, 1),
        )
        talk = ProgrammeItem(
            event_id=event.id,
            position=0,
            kind=ProgrammeKind.TALK,
            title=Translated.of(en="First speech"),
            people="Hind",
        )
        text = Translated.of(en="We are at the bridge.", ar="نحن عند الجسر.")
        note = EventNote(event_id=event.id, text=text, posted_at=clock.utcnow())
        db.session.add_all([number, talk, note])
    page = show(client, event)
    english = words(page)
    for told in (
        *("March", "Kings Hall", "12 Hoe Street", "By the bandstand", "Friends of Syria"),
        *("Trades Council", "St Mary", "The broadcaster", "It has been silent.", "Arabic"),
        *("Stay together.", "020 7946 0000", "Checked on 1 March 2026", "One kerb", "Not known"),
        *("First speech", "Hind", "We are at the bridge.", "A day for the truth"),
        *("Tell the truth", "If you are arrested in England or Wales", "no comment"),
    ):
        assert told in english, told
    assert page.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in page.headers
    arabic = words(show(client, event, "/ar"))
    assert "الإذاعة" in arabic
    assert "نحن عند الجسر." in arabic


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": Status.CANCELLED}, "This event is cancelled. Please do not come."),
        ({"status": Status.POSTPONED}, "The new date is not known yet."),
        ({"status": Status.RESCHEDULED}, "New time:"),
        ({"status": Status.TENTATIVE}, "It is not certain yet that this takes place."),
        (
            {"status": Status.MOVED_ONLINE, "mode": Mode.ONLINE, "online_url": "https://x.example"},
            "This event takes place online only.",
        ),
        ({"starts_in": timedelta(days=-3)}, "This event is over."),
        ({"zone": "Asia/Damascus"}, "time in Damascus, UTC+03:00"),
        ({"status_note": Translated.of(en="Use the back door.")}, "Use the back door."),
    ],
)
def test_the_page_says_how_the_event_stands(
    client: FlaskClient, app: Flask, changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in words(show(client, make(**changes)))


def test_a_whole_day_and_several_have_no_hours(client: FlaskClient, app: Flask) -> None:
    event = make(starts_at=clock.utcnow().replace(hour=0, minute=0) + timedelta(days=9))
    with transaction():
        row = db.session.get_one(Event, event.id)
        first = row.starts_local.replace(hour=0, minute=0, second=0, microsecond=0)
        row.starts_local, row.ends_local = first, first + timedelta(days=2)
        row.is_all_day = True
    page = show(client, event)
    assert re.search(r"20\d\d – \w+, \d", words(page))
    assert data_of(page)["startDate"] == first.date().isoformat()
    assert data_of(page)["endDate"] == (first.date() + timedelta(days=1)).isoformat()


# --- what it keeps back -------------------------------------------------------------------------


@pytest.mark.parametrize("shown", [PlaceShown.AREA, PlaceShown.ACCEPTED, PlaceShown.RELEASED])
def test_a_hidden_place_stands_nowhere_on_the_page(
    client: FlaskClient, app: Flask, shown: PlaceShown
) -> None:
    released = clock.utcnow() + timedelta(days=6) if shown is PlaceShown.RELEASED else None
    with transaction():
        event = make_event(
            place_id=make_place(HIDDEN).id,
            place_shown=shown,
            place_released_at=released,
            mode=Mode.HYBRID,
            online_url="https://canary-room.example.org",
            online_shown=LinkShown.ACCEPTED,
            meeting_point=Translated.of(en="by the canary gate"),
            dispersal_point=Translated.of(en="by the canary gate"),
            route=Translated.of(en="by the canary gate"),
        )
    for prefix in ("", "/ar"):
        page = show(client, event, prefix).get_data(as_text=True)
        assert [each for each in CANARIES if each in page] == []
    assert "E17" in words(show(client, event))


def test_a_released_place_stands_there_from_its_moment_on(client: FlaskClient, app: Flask) -> None:
    with transaction():
        event = make_event(
            place_id=make_place(HIDDEN).id,
            place_shown=PlaceShown.RELEASED,
            place_released_at=clock.utcnow() - timedelta(minutes=1),
        )
    assert "7 Canary Lane" in words(show(client, event))


def test_hostile_texts_do_nothing(client: FlaskClient, app: Flask) -> None:
    bad = "</script><script>alert(1)</script> <b onclick=x>\u202e [go](javascript:alert(1))"
    with transaction():
        event = make_event(
            title=Translated.of(en=bad),
            summary=Translated.of(en=bad),
            body=Translated.of(en=bad * 50),
            called_by=bad,
            supported_by=bad,
            access={"seating": ["yes", bad]},
        )
    page = show(client, event)
    text = page.get_data(as_text=True)
    assert "<script>alert" not in text
    assert "<b onclick" not in text
    assert 'href="javascript' not in text
    assert data_of(page)["name"] == bad


# --- search engines, previews -------------------------------------------------------------------


def test_search_engines_read_the_same(client: FlaskClient, app: Flask) -> None:
    event = make(status=Status.RESCHEDULED)
    page = show(client, event)
    data = data_of(page)
    assert data["@type"] == "Event"
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"
    assert data["location"][0]["address"]["postalCode"] == "E17 4PP"
    assert data["url"] == f"http://localhost/events/{event.slug}"
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:00:00[+]0\d:00", data["startDate"])
    text = page.get_data(as_text=True)
    assert f'<meta property="og:url" content="http://localhost/events/{event.slug}">' in text
    assert "Kings Hall" in re.search(r'og:description" content="([^"]*)', text)[1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.TENTATIVE, "EventScheduled"),
        (Status.POSTPONED, "EventPostponed"),
        (Status.CANCELLED, "EventCancelled"),
        (Status.MOVED_ONLINE, "EventMovedOnline"),
    ],
)
def test_search_engines_learn_how_it_stands(
    client: FlaskClient, app: Flask, status: Status, word: str
) -> None:
    assert data_of(show(client, make(status=status)))["eventStatus"].endswith(f"/{word}")


# --- addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "published", "status"),
    [
        (EventState.DRAFT, False, 404),
        (EventState.UNCONFIRMED, False, 404),
        (EventState.PENDING, False, 404),
        (EventState.REJECTED, False, 404),
        (EventState.WITHDRAWN, False, 404),
        (EventState.WITHDRAWN, True, 410),
        (EventState.HIDDEN, True, 410),
    ],
)
def test_what_is_not_on_the_site_has_no_page(
    client: FlaskClient,
    app: Flask,
    state: EventState,
    published: bool,
    status: int,
) -> None:
    event = make(state=state, published_at=clock.utcnow() if published else None)
    page = show(client, event)
    assert page.status_code == status
    assert "Vigil with lanterns" not in page.get_data(as_text=True)


def test_old_and_merged_addresses_lead_on(client: FlaskClient, app: Flask) -> None:
    with transaction():
        event = make_event(slug="new")
        db.session.add(EventSlug(slug="old", event_id=event.id))
        make_event(slug="twin", state=EventState.MERGED, merged_into_id=event.id)
    for address in ("old", "twin"):
        answer = client.get(f"/ar/events/{address}?from=poster")
        assert (answer.status_code, answer.location) == (301, "/ar/events/new?from=poster")
    assert client.get("/events/nowhere").status_code == 404
    # A form that was open while the address changed loses nothing on its way.
    assert client.post("/events/old/report", data={"text": "Words"}).status_code == 308
