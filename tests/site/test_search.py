"""Anything public is found on one page, in the reader's language and as far as anybody may see."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.aid.rules.words import PointState, Visibility
from app.aid.service.listing import relist
from app.db.session import transaction
from app.lib.clock import utcnow
from app.lib.text import Translated
from app.parts.indexes import rebuilders
from app.search.service import documents
from tests.factories.aid import make_drop, make_point
from tests.factories.events import make_campaign


@pytest.fixture
def campaign(app: Flask) -> None:
    with transaction():
        made = make_campaign(title=Translated.of(en="Lanterns for all", ar="فوانيس للجميع"))
    assert made.published_at is not None
    rebuild()


def rebuild() -> None:
    """As `muster search rebuild` does it."""
    with transaction():
        documents.remove_all()
    for write in rebuilders(utcnow()).values():
        with transaction():
            write()


def test_an_empty_question_says_what_can_be_found(client: FlaskClient, campaign: None) -> None:
    page = client.get("/search").text
    assert "Nothing was found" not in page
    assert "Lanterns" not in page


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("/search?q=lantern", "Lanterns for all"),
        ("/ar/search?q=الفوانيس", "فوانيس للجميع"),
        ("/ar/search?q=lanterns", "فوانيس للجميع"),
        ("/search?q=lanterns&kind=campaign", "Lanterns for all"),
    ],
)
def test_words_find_it(client: FlaskClient, campaign: None, address: str, seen: str) -> None:
    assert seen in client.get(address).text


@pytest.mark.parametrize("query", ["q=lanterns&kind=event", "q=zzz", "q=lanterns&page=2"])
def test_what_is_not_there_is_not_found(client: FlaskClient, campaign: None, query: str) -> None:
    assert "Lanterns for all" not in client.get(f"/search?{query}").text


@pytest.mark.parametrize(
    "query",
    ["q=x&page=zero", "q=x&page=-1", "q=x&page=" + "9" * 5000, "q='", "q=" + "a" * 9000],
)
def test_nonsense_is_answered(client: FlaskClient, campaign: None, query: str) -> None:
    assert client.get(f"/search?{query}").status_code == 200


def test_a_standing_page_is_found_by_its_name(client: FlaskClient) -> None:
    assert 'href="/privacy">Privacy</a>' in client.get("/search?q=privacy").text.split("<main")[1]


@pytest.mark.parametrize(
    ("visibility", "is_found"),
    [(Visibility.PUBLIC, True), (Visibility.AREA_ONLY, True), (Visibility.PRIVATE, False)],
)
def test_a_private_point_is_never_found(
    client: FlaskClient, visibility: Visibility, is_found: bool
) -> None:
    with transaction():
        drop = make_drop(announced_at=utcnow())
        point = make_point(drop, visibility=visibility, state=PointState.LIVE, name="Cobalt hall")
        relist(point, now=utcnow())
        name, spot = point.name, point.place
        street = spot.spot.street if spot else ""
    page = client.get("/search?q=cobalt").text
    assert (name in page) is is_found
    assert street
    assert "found__row" not in client.get(f"/search?q={street}").text
