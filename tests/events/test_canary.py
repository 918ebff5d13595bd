"""What is hidden of a place stands in no output of any format, for anybody who asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db.session import transaction
from app.events.models.events import Event
from app.events.rules.words import LinkShown, Mode, PlaceShown
from app.events.service.listing import relist
from app.lib import clock
from app.lib.text import Translated
from app.places.rules import Spot
from tests.factories.events import make_campaign, make_event, make_mobilisation, make_place
from tests.house import pages

pytestmark = pytest.mark.one_database

#: Far from the middle of its area, so that a distance would tell.
SPOT = Spot(
    name="Zanzibargate Hall", street="77 Quincunx Row", postcode="CM3 9QX", lat=51.8137, lon=0.4716
)
ROOM = "https://rooms.example/canary-4711"
#: What must not be seen, in any spelling that a format may give it.
CANARIES = re.compile(
    r"zanzibargate|quincunx|CM3|9QX|51[.,]81|0[.,]471|canary-4711|heliotrope|obelisk", re.IGNORECASE
)
ASKED = (
    *("q=zanzibargate", "q=quincunx", "q=heliotrope", "q=CM3", "near=CM3+9QX", "near=E17"),
    *("near=CM3&km=any", "kind=vigil", "country=GB", "when=30days", "way=online", "way=in_person"),
    *("lang=en", "campaign=tell-the-truth", "group=lea-valley", "mobilisation=the-day"),
)
LISTS = ("/events/", "/events.ics", "/events.atom", "/events.geojson")
OTHERS = (
    *("/", "/robots.txt", "/mobilisations/the-day.ics", "/mobilisations/the-day"),
    *("/mobilisations/", "/campaigns/tell-the-truth", "/sitemap.xml", "/groups/lea-valley"),
)
HIDDEN: dict[str, dict[str, Any]] = {
    "area": {"place_shown": PlaceShown.AREA},
    "accepted": {"place_shown": PlaceShown.ACCEPTED},
    "released": {
        "place_shown": PlaceShown.RELEASED,
        "place_released_at": clock.utcnow() + timedelta(days=400),
    },
}


def make(shown: str, **changes: Any) -> Event:
    point = Translated.of(en="Behind the heliotrope fountain")
    return make_event(
        slug=f"hidden-{shown}",
        mode=Mode.HYBRID,
        place_id=make_place(SPOT).id,
        meeting_point=point,
        dispersal_point=Translated.of(en="At the obelisk"),
        online_url=ROOM,
        **changes,
    )


@pytest.fixture
def scene(app: Flask) -> list[str]:
    """One event of each way to hide a place; the slugs of their pages."""
    with transaction():
        mobilisation = make_mobilisation(slug="the-day")
        belongs = {"campaign_id": make_campaign().id, "mobilisation_id": mobilisation.id}
        events = [
            make(shown, online_shown=LinkShown.ACCEPTED, **belongs, **changes)
            for shown, changes in HIDDEN.items()
        ]
        # What was moved online is nowhere any more.
        events.append(make("moved", online_shown=LinkShown.ACCEPTED, **belongs, **HIDDEN["area"]))
        events[-1].mode = Mode.ONLINE
        relist(events[-1], now=clock.utcnow())
        return [event.slug for event in events]


def addresses(slugs: list[str]) -> Iterator[str]:
    """Every public address about events, with every filter, in both languages."""
    bare = [*OTHERS, *LISTS, *(f"{each}?{asked}" for each in LISTS for asked in ASKED)]
    for slug in slugs:
        bare += [f"/events/{slug}", f"/events/{slug}.ics", f"/events/{slug}/rsvp"]
    for path in bare:
        yield path
        yield f"/ar{path}"


def all_of(answer: TestResponse) -> str:
    """Everything that went over the line, without what the asker said herself."""
    asked = answer.request.query_string.decode()
    text = f"{answer.headers}\n{answer.get_data(as_text=True)}"
    for typed in re.findall("[a-z]+=([^&]+)", asked):
        text = re.sub(rf"{typed.replace('+', '(?:%20|[+ ])')}", "", text, flags=re.IGNORECASE)
    # The town in which she looks, by her own postcode.
    return re.sub(r"map__line[^>]+>", "", text)


def test_nobody_sees_a_hidden_place(app: Flask, client: FlaskClient, scene: list[str]) -> None:
    links = pages.crawl(app, client, ("/", "/events/"), is_wanted=lambda path: "/desk" not in path)
    walked = [*links, *((path, client.get(path)) for path in addresses(scene))]
    assert sum(answer.status_code == 200 for _, answer in walked) > 100
    for path, answer in walked:
        found = CANARIES.search(all_of(answer))
        assert found is None, (path, found)


@pytest.mark.parametrize("path", [*LISTS, "/events/hidden-open", "/events/hidden-open.ics"])
def test_the_same_walk_sees_what_is_public(app: Flask, client: FlaskClient, path: str) -> None:
    with transaction():
        make("open")
    assert CANARIES.search(all_of(client.get(path)))


def test_no_search_finds_by_what_is_hidden(client: FlaskClient, scene: list[str]) -> None:
    for word in ("zanzibargate", "quincunx", "quinc", "heliotrope", "obelisk", "9QX"):
        assert "hidden-" not in client.get(f"/events/?q={word}").get_data(as_text=True)
        assert "hidden-" not in client.get(f"/events.atom?q={word}").get_data(as_text=True)


def test_distances_tell_of_the_area_alone(client: FlaskClient, scene: list[str]) -> None:
    near_spot = client.get("/events/?near=CM3+9QX&km=10").get_data(as_text=True)
    assert "Nothing is on within 10 km" in near_spot
    near_area = client.get("/events/?near=E17&km=5").get_data(as_text=True)
    assert near_area.count('href="/events/hidden-') == 3
    assert near_area.count("about 1 km away") == 3


def test_a_released_place_is_everywhere_at_once(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make(
            "released",
            place_shown=PlaceShown.RELEASED,
            place_released_at=clock.utcnow() - timedelta(minutes=1),
        )
    for path in (*LISTS, "/events/hidden-released", "/events/hidden-released.ics"):
        assert "Zanzibargate" in client.get(path).get_data(as_text=True), path
