"""The list of what is on: for everybody, without a script, near and far."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db.session import transaction
from app.events.rules.words import EventKind, Mode, PlaceShown, Status
from app.lib.text import Translated
from app.places.rules import Spot
from tests.factories.events import make_campaign, make_event, make_place
from tests.house.pages import parse

pytestmark = pytest.mark.one_database


def make_at(slug: str, lat: float, lon: float, **changes: Any) -> None:
    """An event at a position."""
    spot = Spot(name="The square", lat=lat, lon=lon)
    place = make_place(spot, locality=slug.title(), area_lat=lat, area_lon=lon, district=None)
    make_event(slug=slug, place_id=place.id, **changes)


def listed(client: FlaskClient, path: str) -> list[str]:
    """The slugs of the events on a page, in their order."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    page = parse(path, answer)
    links = [str(link.get("href")) for each in page.all("h3") for link in each.iter("a")]
    return [link.rsplit("/", 1)[1] for link in links if link.startswith("/")]


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    page = parse(path, answer)
    return page.text(page.root)


@pytest.fixture
def towns(app: Flask) -> None:
    """Events in Walthamstow, Tottenham, Leeds, Kraków and online, one a day."""
    with transaction():
        make_at("walthamstow", 51.5859, -0.0203, starts_in=timedelta(days=5))
        make_at("tottenham", 51.597, -0.07, starts_in=timedelta(days=1), kind=EventKind.MARCH)
        make_at("leeds", 53.797, -1.543, starts_in=timedelta(days=2), languages=["ar"])
        make_at("krakow", 50.061, 19.937, starts_in=timedelta(days=3), status=Status.CANCELLED)
        make_event(slug="online", mode=Mode.ONLINE, starts_in=timedelta(days=4))
        make_at("over", 51.5859, -0.0203, starts_in=timedelta(days=-9))


ANSWERS = {
    "": "tottenham leeds krakow online walthamstow",
    "when=past": "over",
    "when=nonsense&kind=nonsense&km=nonsense&country=nonsense": (
        "tottenham leeds krakow online walthamstow"
    ),
    "near=E17+4PP": "tottenham walthamstow",
    "near=e174pp&km=5": "tottenham walthamstow",
    "near=E17&km=any": "walthamstow tottenham leeds",
    "near=Leeds": "leeds",
    "near=ليدز": "leeds",
    "near=Krak%C3%B3w": "krakow",
    "near=London&kind=march": "tottenham",
    "kind=vigil&lang=en": "krakow online walthamstow",
    "lang=ar": "leeds",
    "way=online": "online",
    "way=in_person": "tottenham leeds krakow walthamstow",
    "access=y": "online",
    "q=LANTERNS": "tottenham leeds krakow online walthamstow",
    "q=فانوس": "tottenham leeds krakow online walthamstow",
    "q=بالفوانيس": "tottenham leeds krakow online walthamstow",
    "q=tottenham+lant": "tottenham",
    "q=%25": "tottenham leeds krakow online walthamstow",
    "q=zeppelin": "",
}


def test_each_question_has_its_answer(towns: None, client: FlaskClient) -> None:
    for asked, wanted in ANSWERS.items():
        assert " ".join(listed(client, f"/events/?{asked}")) == wanted, asked
        assert " ".join(listed(client, f"/ar/events/?{asked}")) == wanted, asked


def test_the_map_shows_the_events_of_the_list(towns: None, client: FlaskClient) -> None:
    page = parse("/events/", client.get("/events/"))
    (drawing,) = (each for each in page.root.iter() if each.get("class") == "map")
    marks = [each for each in drawing.iter() if str(each.get("href", "")).startswith("#e-")]
    labels = [str(each.get("aria-label")) for each in marks]
    # Walthamstow and Tottenham are one mark on a map of Europe.
    assert len(marks) == 3
    assert "2 events, Tottenham" in labels
    assert any("Leeds" in label for label in labels)
    ids = {each.get("id") for each in page.all("li")}
    assert {str(each.get("href"))[1:] for each in marks} <= ids


def test_where_nothing_is_near_the_way_leads_on(towns: None, client: FlaskClient) -> None:
    said = text(client, "/events/?near=Bradford&km=5")
    assert "Nothing is on within 5 km of Bradford." in said
    assert "Look within 25 km" in said
    nearest = ["leeds", "tottenham", "walthamstow"]
    assert listed(client, "/events/?near=Bradford&km=5") == nearest
    assert "Show the nearest, however far" in text(client, "/events/?near=Penzance&km=5")
    assert "Nothing that is on fits" in text(client, "/events/?near=E17&q=zeppelin")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Lodnon", "Which place do you mean?"),
        ("Newport", "Which place do you mean?"),
        ("BT1 1AA", "For Northern Ireland, Jersey, Guernsey and the Isle of Man"),
        ("GY1", "please type the name of the town"),
        ("qqqqqqqq", "We do not know that place."),
        ("London", "Another place of that name?"),
    ],
)
def test_what_cannot_be_found_is_asked_for_kindly(
    towns: None, client: FlaskClient, typed: str, said: str
) -> None:
    page = client.get("/events/", query_string={"near": typed})
    assert said in text(client, f"/events/?near={typed.replace(' ', '+')}")
    assert f'value="{typed}"' in page.get_data(as_text=True)


def test_the_town_that_was_meant_is_chosen_by_a_link(towns: None, client: FlaskClient) -> None:
    page = client.get("/events/?near=Newport&km=100").get_data(as_text=True)
    link = next(each for each in re.findall(r'href="([^"]+)"', page) if "town=" in each)
    assert "Near Newport" in text(client, link.replace("&amp;", "&").replace("km=100", "km=any"))


def test_nothing_at_all_is_said(client: FlaskClient) -> None:
    assert "Nothing is on at the moment." in text(client, "/events/")
    assert "What is on" in text(client, "/")


def test_long_lists_come_page_by_page(app: Flask, client: FlaskClient) -> None:
    with transaction():
        place = make_place()
        for number in range(64):
            # Some begin at the same moment.
            make_event(
                slug=f"n-{number}", starts_in=timedelta(days=1 + number // 3), place_id=place.id
            )
    pages, path = [], "/events/?q=lanterns"
    for _ in range(6):
        pages.append(listed(client, path))
        match = re.search(r'rel="next" href="([^"]+)"', client.get(path).get_data(as_text=True))
        path = match[1].replace("&amp;", "&") if match else ""
    assert [len(each) for each in pages] == [12, 12, 12, 12, 12, 4]
    assert path == ""
    seen = [slug for each in pages for slug in each]
    assert len(set(seen)) == 64
    # And back again.
    key = re.search(r'rel="next" href="[^"]*after=([^"&]+)', client.get("/events/").text)
    assert key
    second = client.get(f"/events/?after={key[1]}").text
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back
    assert listed(client, back[1].replace("&amp;", "&")) == pages[0]
    for broken in ("after=x", "before=%00", "after=MjAyNg", "before=" + "a" * 5000):
        assert client.get(f"/events/?{broken}").status_code in {200, 400}


def test_hostile_questions_are_answered(towns: None, client: FlaskClient) -> None:
    for name in ("q", "near", "kind", "when", "km", "lang", "country", "town"):
        for typed in (
            "<script>alert(1)</script>",
            "' OR 1=1 --",
            "x" * 9000,
            "\u202e",
            "-1",
            "9" * 40,
        ):
            answer = client.get("/events/", query_string={name: typed})
            assert answer.status_code == 200, (name, typed[:20])
            assert "<script>alert" not in answer.get_data(as_text=True)
    for name in ("campaign", "group", "mobilisation"):
        assert client.get(f"/events/?{name}=nowhere").status_code == 404


def test_the_page_names_its_feeds_and_is_asked_for_each_time(
    towns: None, client: FlaskClient
) -> None:
    answer = client.get("/events/?kind=march&near=E17")
    page = parse("/events/", answer)
    feeds = [each.get("href") for each in page.all("link") if each.get("rel") == "alternate"]
    for name in ("ics", "atom", "geojson"):
        assert f"/events.{name}?near=E17&kind=march" in feeds
    assert answer.headers["Cache-Control"] == "public, no-cache"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/events/?kind=march&near=E17", headers=known).status_code == 304


def test_a_filter_by_campaign_is_offered(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_event(slug="of-it", campaign_id=make_campaign().id)
        make_event(slug="not-of-it")
    assert listed(client, "/events/?campaign=tell-the-truth") == ["of-it"]
    assert 'value="tell-the-truth"' in client.get("/events/").get_data(as_text=True)


def test_what_comes_next_stands_on_the_home_page(towns: None, client: FlaskClient) -> None:
    # What can be done stands above it, and who we are below.
    assert listed(client, "/")[-5:-1] == ["tottenham", "leeds", "krakow", "online"]
    assert listed(client, "/groups/lea-valley")[:2] == ["tottenham", "leeds"]


def test_a_row_says_how_it_stands(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_event(slug="full", capacity=2).seats[0].taken = 2
        make_event(slug="hidden", place_shown=PlaceShown.AREA, starts_in=timedelta(days=8))
        make_event(
            slug="days",
            lasts=timedelta(days=3),
            starts_in=timedelta(days=9),
            title=Translated.of(ar="مخيم"),
            status=Status.POSTPONED,
        )
    said = text(client, "/events/?near=E17")
    for part in ("Full", "London E17", "about 1 km away", "Postponed", "Kings Hall, London"):
        assert part in said
    assert 'lang="ar"' in client.get("/events/").get_data(as_text=True)
