"""The desk's campaigns: written in two languages, published, closed, never overwritten unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.campaigns.models.campaigns import Campaign
from app.db.session import db, transaction
from app.groups.queries import get_group
from app.lib.text import Translated
from tests.appeals.test_desk_appeals import picture, post
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.appeals import make_network
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database
NEW = "/desk/campaigns/new"


def typed(**changes: Any) -> dict[str, Any]:
    """A whole campaign as it is typed."""
    return {
        "slug": "warm-homes",
        "group": str(get_group("lea-valley").id),
        "title-en": "Warm homes",
        "title-ar": "بيوت دافئة",
        "summary-en": "Nobody should choose between rent and heat.",
        "story-en": "## Why\n\nIt is cold.",
        **changes,
    }


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """An organiser of the network, signed in."""
    with transaction():
        make_network()
    sign_in_as(client, Role.ORGANISER)
    return client


def the_campaign() -> Campaign:
    db.session.expire_all()
    return db.session.scalars(select(Campaign)).one()


def test_a_campaign_is_written_published_closed_and_taken_up_again(organiser: FlaskClient) -> None:
    made = post(organiser, NEW, typed(picture=picture(), **{"picture_alt-en": "A hall."}))
    assert made.status_code == 303
    address = f"/desk/campaigns/{the_campaign().id}"
    assert organiser.get("/campaigns/warm-homes").status_code == 404
    for change, words_of_it in (
        ("publish", "Nobody should choose"),
        ("close", "This campaign is over"),
        ("reopen", "It is cold"),
    ):
        assert post(organiser, f"{address}/{change}", {}, on=address).status_code == 303
        assert words_of_it in words(organiser.get("/campaigns/warm-homes"))
    assert "بيوت دافئة" in words(organiser.get("/ar/campaigns/warm-homes"))
    assert "Warm homes" in words(organiser.get("/groups/lea-valley"))
    post(organiser, f"{address}/withdraw", {}, on=address)
    assert organiser.get("/campaigns/warm-homes").status_code == 404
    assert "Warm homes" in words(organiser.get("/desk/campaigns/"))


def test_what_cannot_be_kept_comes_back_as_it_was_typed(organiser: FlaskClient) -> None:
    for wrong, sentence in (
        ({"title-en": "", "title-ar": ""}, "Give the campaign a title."),
        ({"slug": "Warm Homes"}, "Use small Latin letters"),
        ({"picture": picture()}, "Describe the picture"),
    ):
        page = post(organiser, NEW, typed(**wrong))
        assert page.status_code == 422
        assert sentence in words(page)
        assert "Nobody should choose between rent and heat." in page.text
    assert db.session.scalars(select(Campaign)).all() == []
    post(organiser, NEW, typed())
    assert "has this address already" in words(post(organiser, NEW, typed()))


def test_nothing_is_overwritten_unseen(organiser: FlaskClient) -> None:
    post(organiser, NEW, typed())
    address = f"/desk/campaigns/{the_campaign().id}"
    first = typed(version="1", **{"title-en": "Warm rooms"})
    assert post(organiser, address, first).status_code == 303
    second = typed(version="1", **{"title-en": "Warm halls"})
    page = post(organiser, address, second)
    assert page.status_code == 409
    assert "Warm halls" in page.text
    assert "What differs" in words(page)
    assert "en: Warm rooms" in words(page)
    assert the_campaign().title.texts["en"] == "Warm rooms"


def test_a_campaign_of_another_group_is_not_there(organiser: FlaskClient) -> None:
    with transaction():
        other = make_group(slug="others")
        campaign = Campaign(
            slug="theirs",
            group=other,
            title=(first := Translated({"en": "Theirs"}, "en")),
            summary=first,
            story=first,
            created_at=other.created_at,
            updated_at=other.created_at,
        )
        db.session.add(campaign)
    assert organiser.get(f"/desk/campaigns/{the_campaign().id}").status_code == 404
    assert "Theirs" not in organiser.get("/desk/campaigns/").text
