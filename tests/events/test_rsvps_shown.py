"""What a guest's own page says of events that are off, over, or out of sight."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.db.session import transaction
from app.events.rules.words import EventState, PlaceShown, Status
from app.lib import clock
from tests.appeals.test_giving import words
from tests.events.guests import SALMA, own
from tests.factories.events import make_event, make_rsvp

if TYPE_CHECKING:
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("values", "heading", "sees_the_place", "may_step_back"),
    [
        ({}, "See you there", True, True),
        ({"status": Status.CANCELLED}, "The event is cancelled", True, False),
        ({"status": Status.POSTPONED}, "See you there", True, True),
        ({"starts_in": -timedelta(hours=9)}, "Thank you for coming", True, False),
        ({"state": EventState.HIDDEN}, "See you there", False, True),
        ({"state": EventState.WITHDRAWN}, "See you there", False, True),
        ({"place_shown": PlaceShown.AREA}, "See you there", False, True),
        ({"place_shown": PlaceShown.ACCEPTED}, "See you there", True, True),
        (
            {"place_shown": PlaceShown.ACCEPTED, "state": EventState.HIDDEN},
            *("See you there", False, True),
        ),
    ],
)
def test_a_page_of_ones_own(
    client: FlaskClient,
    values: dict[str, Any],
    heading: str,
    sees_the_place: bool,
    may_step_back: bool,
) -> None:
    with transaction():
        now = clock.utcnow()
        event = make_event(**values)
        rsvp = make_rsvp(event, email=SALMA, confirmed_at=now, accepted_at=now)
    answer = client.get(own(rsvp))
    assert answer.status_code == 200
    assert f"<h1>{heading}</h1>" in answer.get_data(as_text=True)
    assert ("12 Hoe Street" in words(answer)) is sees_the_place
    assert ("I am not coming" in words(answer)) is may_step_back
