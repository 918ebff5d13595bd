"""Calendars, feeds and points, read by others' programs, say the same as the pages."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import feedparser
import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db.session import db, transaction
from app.events.models.events import Event, EventNote
from app.events.rules.words import LinkShown, Mode, PlaceShown, Status
from app.events.service.listing import relist
from app.lib import clock
from app.lib.text import Translated
from tests.factories.events import make_campaign, make_event, make_mobilisation
from tests.house.pages import parse

pytestmark = pytest.mark.one_database

LONG = "Justice; truth, and \\ lanterns " * 20


def calendar(client: FlaskClient, path: str) -> Any:
    """A calendar as another program reads it."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    text = answer.get_data()
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    read = icalendar.Calendar.from_ical(text)
    assert isinstance(read, icalendar.Calendar)
    assert not read.errors
    assert all(not part.errors for part in read.events)
    return read


def only(client: FlaskClient, path: str) -> Any:
    """The one event of a calendar."""
    (event,) = calendar(client, path).events
    return event


def feed(client: FlaskClient, path: str) -> Any:
    """A feed as another program reads it."""
    answer = client.get(path)
    assert answer.mimetype == "application/atom+xml"
    read = feedparser.parse(answer.get_data())
    assert not read.bozo
    return read


def test_a_calendar_says_what_the_page_says(app: Flask, client: FlaskClient) -> None:
    with transaction():
        event = make_event(slug="vigil", sequence=3, zone="Asia/Damascus")
        starts, ends, uid = event.starts_at, event.ends_at, event.public_id
    read = only(client, "/events/vigil.ics")
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (starts, ends)
    assert (read["UID"], read["SEQUENCE"], read["STATUS"]) == (f"{uid}@localhost", 3, "CONFIRMED")
    assert (read["SUMMARY"], read["URL"]) == (
        "Vigil with lanterns",
        "http://localhost/events/vigil",
    )
    assert read["LOCATION"] == "Kings Hall, 12 Hoe Street, London E17 4PP"
    assert read["GEO"].to_ical() == "51.5859;-0.0203"
    page = client.get("/events/vigil")
    for line in read["LOCATION"].split(", "):
        assert line in page.get_data(as_text=True)
    (stamp,) = parse("/events/vigil", page).all("time")
    assert datetime.fromisoformat(str(stamp.get("datetime"))) == starts
    assert only(client, "/ar/events/vigil.ics")["SUMMARY"] == "وقفة بالفوانيس"


STATUSES = [
    (Status.TENTATIVE, "TENTATIVE", ""),
    (Status.CONFIRMED, "CONFIRMED", ""),
    (Status.POSTPONED, "TENTATIVE", "POSTPONED: "),
    (Status.RESCHEDULED, "CONFIRMED", ""),
    (Status.MOVED_ONLINE, "CONFIRMED", ""),
    (Status.CANCELLED, "CANCELLED", "CANCELLED: "),
]


def test_each_status_is_told_and_nothing_is_dropped(app: Flask, client: FlaskClient) -> None:
    with transaction():
        for status, _, _ in STATUSES:
            make_event(slug=status.value.replace("_", "-"), status=status)
    read = {each["URL"].rsplit("/", 1)[1]: each for each in calendar(client, "/events.ics").events}
    titles = [entry.title for entry in feed(client, "/events.atom").entries]
    points = json.loads(client.get("/events.geojson").get_data())["features"]
    listed = client.get("/events/").get_data(as_text=True)
    for status, in_calendars, prefix in STATUSES:
        slug = status.value.replace("_", "-")
        assert read[slug]["STATUS"] == in_calendars
        assert read[slug]["SUMMARY"] == f"{prefix}Vigil with lanterns"
        assert f"/events/{slug}" in listed
    assert sorted(titles) == sorted(f"{each[2]}Vigil with lanterns" for each in STATUSES)
    assert {each["properties"]["status"] for each in points} == {each[0].value for each in STATUSES}


def test_whole_days_are_days(app: Flask, client: FlaskClient) -> None:
    first = date(2027, 3, 27)
    begins = datetime.combine(first, time())
    with transaction():
        # Over the night in which the clocks change.
        make_event(
            slug="camp",
            is_all_day=True,
            starts_at=datetime(2027, 3, 27, tzinfo=UTC),
            lasts=timedelta(hours=47),
            starts_local=begins,
            ends_local=begins + timedelta(days=2),
        )
    read = only(client, "/events/camp.ics")
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (first, first + timedelta(days=2))
    assert read["DTSTART"].params["VALUE"] == "DATE"
    (point,) = json.loads(client.get("/events.geojson").get_data())["features"]
    assert point["properties"]["starts"] == "2027-03-27"


def test_an_open_end_is_not_made_up(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_event(slug="open", is_end_open=True)
    assert "DTEND" not in only(client, "/events/open.ics")


def test_hostile_texts_stay_texts(app: Flask, client: FlaskClient) -> None:
    title = "Truth\r\nATTENDEE:mailto:x@example.org <b>&amp;</b> \u202e"
    with transaction():
        make_event(
            slug="odd",
            title=Translated.of(en=title),
            summary=Translated.of(en=LONG, ar="فانوس " * 90),
        )
    read = only(client, "/events/odd.ics")
    assert "ATTENDEE" not in read
    assert read["SUMMARY"].split("\n")[0] == "Truth"
    assert LONG.strip() in read["DESCRIPTION"]
    (entry,) = feed(client, "/events.atom").entries
    assert "<b>" in entry.title_detail.value or "&lt;b" in entry.title_detail.value
    assert ("فانوس " * 90).strip() in only(client, "/ar/events/odd.ics")["DESCRIPTION"]
    points = json.loads(client.get("/events.geojson").get_data())
    assert points["features"][0]["properties"]["title"] == title


def test_online_rooms_are_told_where_everybody_may_join(app: Flask, client: FlaskClient) -> None:
    with transaction():
        for slug, shown in (("open", LinkShown.PUBLIC), ("closed", LinkShown.ACCEPTED)):
            url = f"https://rooms.example/{slug}"
            make_event(slug=slug, mode=Mode.ONLINE, online_url=url, online_shown=shown)
    assert only(client, "/events/open.ics")["CONFERENCE"] == "https://rooms.example/open"
    closed = only(client, "/events/closed.ics")
    assert "CONFERENCE" not in closed
    assert closed["LOCATION"] == "Online"
    points = json.loads(client.get("/events.geojson").get_data())["features"]
    assert [each["geometry"] for each in points] == [None, None]


def test_points_are_coarse_where_places_are_hidden(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_event(slug="open")
        make_event(slug="hidden", place_shown=PlaceShown.AREA)
    features = json.loads(client.get("/events.geojson").get_data())["features"]
    points = {each["properties"]["url"].rsplit("/", 1)[1]: each for each in features}
    assert points["open"]["geometry"]["coordinates"] == [-0.0203, 51.5859]
    assert points["open"]["properties"]["precision"] == "exact"
    assert points["hidden"]["geometry"]["coordinates"] == [-0.0136, 51.5859]
    assert points["hidden"]["properties"]["precision"] == "area"
    assert points["hidden"]["properties"]["place"] == "London, E17"


def test_notes_of_the_day_are_in_the_feed(app: Flask, client: FlaskClient) -> None:
    now = clock.utcnow()
    with transaction():
        event = make_event(slug="vigil")
        for text, withdrawn_at in (("We are behind the station.", None), ("A slip.", now)):
            note = EventNote(
                event_id=event.id,
                text=Translated.of(en=text),
                posted_at=now + timedelta(minutes=1),
                withdrawn_at=withdrawn_at,
            )
            db.session.add(note)
    entries = feed(client, "/events.atom").entries
    assert [entry.summary for entry in entries][:1] == ["We are behind the station."]
    assert len(entries) == 2
    assert len({entry.id for entry in entries}) == 2
    assert all(entry.link == "http://localhost/events/vigil" for entry in entries)


@pytest.fixture
def varied(app: Flask) -> dict[str, str]:
    """Events of several kinds; the addresses of feeds and the slugs they hold."""
    with transaction():
        day = make_mobilisation(slug="the-day")
        campaign = make_campaign()
        make_event(slug="of-the-day", mobilisation_id=day.id)
        make_event(slug="of-the-campaign", campaign_id=campaign.id, kind="march")
        make_event(slug="lately", starts_in=timedelta(days=-3))
        make_event(slug="long-ago", starts_in=timedelta(days=-300), mobilisation_id=day.id)
        hidden: Event = make_event(slug="out-of-sight", mobilisation_id=day.id)
        hidden.state = hidden.state.HIDDEN
        relist(hidden, now=clock.utcnow())
    return {
        "/events.ics": "lately of-the-campaign of-the-day",
        "/events.ics?kind=march": "of-the-campaign",
        "/events.ics?campaign=tell-the-truth": "of-the-campaign",
        "/events.ics?group=lea-valley": "lately of-the-campaign of-the-day",
        "/events.ics?near=E17+4PP&km=5&q=lanterns": "lately of-the-campaign of-the-day",
        "/events.ics?near=Glasgow": "",
        "/mobilisations/the-day.ics": "long-ago of-the-day",
        "/events.ics?mobilisation=the-day": "of-the-day",
    }


def test_each_feed_holds_what_it_is_asked_for(client: FlaskClient, varied: dict[str, str]) -> None:
    for path, wanted in varied.items():
        slugs = sorted(each["URL"].rsplit("/", 1)[1] for each in calendar(client, path).events)
        assert " ".join(slugs) == wanted, path
    whole = calendar(client, "/events.ics?campaign=tell-the-truth")
    assert whole["NAME"] == "Muster – What is on – Tell the truth"
    assert whole["SOURCE"] == "http://localhost/events.ics?campaign=tell-the-truth"


def test_an_unknown_place_or_campaign_is_no_feed(client: FlaskClient) -> None:
    for asked in ("near=Lodnon", "near=BT1+1AA", "campaign=no", "group=no", "mobilisation=no"):
        assert client.get(f"/events.ics?{asked}").status_code == 404, asked


def test_feeds_are_asked_for_again_and_answered_briefly(app: Flask, client: FlaskClient) -> None:
    with transaction():
        event = make_event(slug="vigil")
    for path in ("/events.ics", "/events.atom", "/events.geojson", "/events/vigil.ics"):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "public, no-cache"
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        known = {"If-None-Match": first.headers["ETag"]}
        assert client.get(path, headers=known).status_code == 304
        with transaction():
            event.title = Translated.of(en=f"Vigil {path}")
        assert client.get(path, headers=known).status_code == 200


def test_an_event_out_of_sight_is_no_file(app: Flask, client: FlaskClient) -> None:
    with transaction():
        event = make_event(slug="vigil")
        event.state = event.state.HIDDEN
    assert client.get("/events/vigil.ics").status_code == 410
    assert client.get("/events/nothing.ics").status_code == 404
