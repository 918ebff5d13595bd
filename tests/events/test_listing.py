"""The index holds what anybody may find, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.db.session import db, transaction
from app.events.rules.words import EventState, PlaceShown
from app.events.service.listing import release_places, relist
from app.lib import clock
from app.search.models.index import SearchEntry, SearchFacet, SearchWord
from tests.factories.events import (
    make_campaign,
    make_event,
    make_host,
    make_mobilisation,
    make_rsvp,
    make_shift,
    make_signup,
)


def facets() -> set[str]:
    return set(db.session.scalars(select(SearchFacet.facet)))


def words() -> set[str]:
    return set(db.session.scalars(select(SearchWord.word)))


def test_a_published_event_is_found_by_what_it_is(app: Flask) -> None:
    with transaction():
        campaign = make_campaign()
        mobilisation = make_mobilisation()
        event = make_event(campaign_id=campaign.id, mobilisation_id=mobilisation.id, capacity=3)
        make_host(event)
        make_rsvp(event)
        make_signup(make_shift(event))
    assert {"event|kind:vigil", "event|country:GB", "event|lang:en", "event|cell:51:-1"} <= (
        facets()
    )
    assert {f"event|campaign:{campaign.id}", f"event|mob:{mobilisation.id}"} <= facets()
    assert {"event|lanterns", "event|london", "event|kings", "event|بالفوانيس"} <= words()


def test_a_hidden_event_is_in_no_list(app: Flask) -> None:
    with transaction():
        event = make_event()
    with transaction():
        event.state = EventState.HIDDEN
        relist(event, now=clock.utcnow())
    assert db.session.scalars(select(SearchEntry)).all() == []
    assert facets() == set()
    assert words() == set()


def test_a_place_comes_into_the_lists_when_it_is_released(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        event = make_event(
            place_shown=PlaceShown.RELEASED, place_released_at=now + timedelta(hours=1)
        )
    assert "event|kings" not in words()
    entry = db.session.scalars(select(SearchEntry)).one()
    assert (entry.lat, entry.lon) == (51.5859, -0.0136)
    with transaction():
        assert list(release_places(now=now, limit=10)) == []
    with transaction():
        assert len(release_places(now=now + timedelta(hours=1), limit=10)) == 1
    assert "event|kings" in words()
    assert event.sequence == 1
    with transaction():
        assert list(release_places(now=now + timedelta(hours=2), limit=10)) == []
