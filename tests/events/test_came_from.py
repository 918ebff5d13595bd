"""Posters and flyers are counted by a code that all copies share; nobody is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Role
from app.db.session import transaction
from app.events.rules.words import Paper, RsvpState
from tests.appeals.donors import forms_of
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.events.guests import Guest, rsvps, the_rsvp
from tests.factories.events import make_event, make_rsvp

if TYPE_CHECKING:
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database


def typed_at(client: FlaskClient, path: str) -> dict[str, str]:
    return forms_of(client.get(path))[-1].values


def test_a_poster_is_kept_from_its_code_to_the_list(client: FlaskClient) -> None:
    with transaction():
        event = make_event()
    page = f"/events/{event.slug}"
    assert f"{page}/rsvp?from=poster" in client.get(f"{page}?from=poster").text
    assert typed_at(client, f"{page}/rsvp?from=poster")["came_from"] == "poster"
    guest = Guest(client, event.slug)
    # What was typed wrong does not lose it.
    again = guest.send(guest.type(came_from="poster", email="no address"))
    assert again.status_code == 422
    assert forms_of(again)[-1].values["came_from"] == "poster"
    guest.come(came_from="poster")
    assert the_rsvp(event.id).came_from is Paper.POSTER


def test_a_code_that_nobody_printed_changes_nothing(client: FlaskClient) -> None:
    with transaction():
        event = make_event()
    for page in (f"/events/{event.slug}", f"/events/{event.slug}/rsvp"):
        assert "from=" not in client.get(f"{page}?from=salma-7").text
    assert typed_at(client, f"/events/{event.slug}/rsvp?from=salma-7")["came_from"] == ""
    Guest(client, event.slug).come(came_from="salma-7")
    assert [each.came_from for each in rsvps(event.id)] == [None]


def test_the_list_sums_up_who_came_by_which(client: FlaskClient) -> None:
    with transaction():
        event = make_event()
        for paper, size in ((Paper.POSTER, 2), (Paper.POSTER, 3), (Paper.FLYER, 1), (None, 4)):
            make_rsvp(event, party_size=size, came_from=paper)
        make_rsvp(event, state=RsvpState.WITHDRAWN, party_size=5, came_from=Paper.POSTER)
    sign_in_as(client, Role.ORGANISER)
    shown = words(client.get(f"/desk/events/{event.public_id}/attendees"))
    assert "Found it on a poster 5 Found it on a flyer 1" in shown
