"""What a form with somebody else's address can do: nothing is learned, little is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from app.db.session import db, transaction
from app.events import jobs
from app.events.errors.rsvps import NotNowError
from app.events.mails.rsvps import UNSUBSCRIBE
from app.events.models.events import Event, EventSeats
from app.events.rules import rsvps as rules
from app.events.rules.words import PlaceShown, RsvpState, Status, Way
from app.events.service import attending, statuses
from app.lib import clock
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.events.guests import (
    SALMA,
    Guest,
    outbox,
    own,
    press,
    proof,
    rsvps,
    seats_agree,
    the_rsvp,
    token_of,
)
from tests.events.test_editing import BY
from tests.factories.events import make_event, make_rsvp

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.one_database
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELSEWHERE = "198.51.100.7"


def event_with(**values: Any) -> Event:
    with transaction():
        return make_event(**values)


def change(client: FlaskClient, page: str, **typed: str) -> TestResponse:
    """Fill in the form with which somebody changes how she comes, and press the button."""
    form = forms_of(client.get(f"{page}/change"))[-1]
    return client.post(form.action, data={**form.values, **typed})


def page_of(answer: TestResponse) -> str:
    return answer.location.partition("?")[0]


def taken(event: Event) -> int:
    db.session.expire_all()
    return db.session.get_one(EventSeats, (event.id, Way.IN_PERSON)).taken


# --- an address -----------------------------------------------------------------------------------


def test_the_same_form_again_gives_no_link_that_ended(client: FlaskClient) -> None:
    event = event_with(place_shown=PlaceShown.ACCEPTED)
    guest = Guest(client, event.slug)
    typed = guest.type(email=SALMA)
    first = guest.send(typed)
    with transaction():
        attending.accept(the_rsvp(event.id), now=clock.utcnow(), by=BY)
    again = guest.send(typed)
    assert again.location == first.location
    page = client.get(again.location)
    assert (page.status_code, "Have my links sent" in words(page)) == (410, True)
    assert "Hoe Street" not in words(page)


@pytest.mark.parametrize("capacity", [200, None])
def test_the_form_does_not_tell_who_comes(client: FlaskClient, capacity: int | None) -> None:
    event = event_with(capacity=capacity)
    with transaction():
        for _ in range(1 if capacity else 10):
            make_rsvp(event, email=SALMA, party_size=10, confirmed_at=clock.utcnow())
    pages = []
    for place, email in enumerate((SALMA, "nobody@example.org")):
        guest = Guest(client, event.slug, address=f"198.51.100.{place}")
        answer = guest.come(email=email, party_size="10")
        assert answer.status_code == 303
        code = rsvps(event.id)[-1].code.upper()
        pages.append(words(client.get(answer.location)).replace(code, "").replace(email, ""))
    assert pages[0] == pages[1]


def test_a_mailbox_has_ten_seats_that_are_proven(client: FlaskClient) -> None:
    event = event_with(capacity=200)
    # What a stranger typed takes nothing from her.
    Guest(client, event.slug, address="192.0.2.9").come(email=SALMA, party_size="10")
    for place, size in enumerate(("6", "5")):
        Guest(client, event.slug, address=f"198.51.100.{place}").come(email=SALMA, party_size=size)
    _stranger, six, five = rsvps(event.id)
    assert press(client, proof(six), "/confirm").status_code == 303
    answer = press(client, proof(five), "/confirm")
    assert (answer.status_code, "ten seats are taken already" in words(answer)) == (422, True)
    states = [each.state for each in rsvps(event.id)[1:]]
    assert states == [RsvpState.GOING, RsvpState.UNCONFIRMED]
    seats_agree(event.id)


def test_a_strangers_address_gets_few_mails(client: FlaskClient) -> None:
    event = event_with()
    for place in range(12):
        Guest(client, event.slug, address=f"198.51.100.{place}").come(email=SALMA)
    assert len(outbox("rsvp_going")) == rules.ANSWERS_OF_EVENT
    page = own(rsvps(event.id)[0])
    for _ in range(3):
        press(client, page, "/withdraw")
        press(client, page, "/back")
    assert len(outbox("rsvp_going")) == rules.ANSWERS_OF_EVENT
    for _ in range(6):
        other = event_with()
        for place in range(3):
            Guest(client, other.slug, address=f"198.51.100.{place}").come(email=SALMA)
    assert len(outbox("rsvp_going")) == rules.ANSWERS_TO_ADDRESS
    with time_machine.travel(event.starts_at - 20 * HOUR):
        jobs.remind_guests({})
    about = [each.about for each in outbox("rsvp_reminder")]
    assert about.count(rsvps(event.id)[0].public_id) == 1
    assert not {each.public_id for each in rsvps(event.id)[1:]} & set(about)


def test_a_stranger_uses_up_nobodys_proof(client: FlaskClient) -> None:
    event = event_with(capacity=200)
    for _ in range(rules.ANSWERS_OF_EVENT + 2):
        Guest(client, event.slug, address="198.51.100.7").come(email=SALMA)
    assert len(outbox("rsvp_proof")) == rules.ANSWERS_OF_EVENT
    Guest(client, event.slug).come(email=SALMA)
    assert outbox("rsvp_proof")[-1].about == rsvps(event.id)[-1].public_id
    # Her network had one: what she corrects again and again sends no more.
    Guest(client, event.slug).come(email=SALMA)
    assert len(outbox("rsvp_proof")) == rules.ANSWERS_OF_EVENT + 1
    # Whoever has many networks is stopped, too.
    for place in range(rules.PROOFS_TO_ADDRESS):
        Guest(client, event.slug, address=f"203.0.113.{place + 100}").come(email=SALMA)
    assert len(outbox("rsvp_proof")) == rules.PROOFS_TO_ADDRESS


def test_one_who_proved_her_mailbox_is_reminded_and_not_the_strangers_row(
    client: FlaskClient,
) -> None:
    event = event_with()
    with transaction():
        values = {"email": SALMA, "wants_reminders": True, "created_at": clock.utcnow() - DAY}
        make_rsvp(event, **values)
        hers = make_rsvp(event, **values, confirmed_at=clock.utcnow()).public_id
    with time_machine.travel(event.starts_at - 20 * HOUR):
        jobs.remind_guests({})
    assert [each.about for each in outbox("rsvp_reminder")] == [hers]


def test_a_strangers_row_mutes_nobody(client: FlaskClient) -> None:
    event = event_with()
    with transaction():
        values = {"email": SALMA, "created_at": clock.utcnow() - DAY}
        make_rsvp(event, **values, wants_reminders=False)
        hers = make_rsvp(event, **values, wants_reminders=True)
        make_rsvp(event, **values, wants_reminders=True)
    with time_machine.travel(event.starts_at - 20 * HOUR):
        jobs.remind_guests({})
    assert [each.about for each in outbox("rsvp_reminder")] == [hers.public_id]
    # Who reads the mailbox ends them all.
    assert client.post(f"/unsubscribe/{token_of(hers, UNSUBSCRIBE)}").status_code == 200
    assert not any(each.wants_reminders for each in rsvps(event.id))


@pytest.mark.parametrize(
    "changed", [{"email": "other@example.org"}, {"name": "Umm Samir"}, {"party_size": "3"}]
)
def test_nobody_is_accepted_for_what_an_organiser_did_not_see(
    client: FlaskClient, changed: dict[str, str]
) -> None:
    event = event_with(place_shown=PlaceShown.ACCEPTED)
    page = page_of(Guest(client, event.slug).come(email=SALMA))
    seen = the_rsvp(event.id).fingerprint
    change(client, page, **{"email": SALMA, **changed})
    with pytest.raises(NotNowError), transaction():
        attending.accept(the_rsvp(event.id), seen=seen, now=clock.utcnow(), by=BY)
    assert the_rsvp(event.id).state is RsvpState.ASKED


def test_a_corrected_address_ends_the_link_of_the_wrong_one(client: FlaskClient) -> None:
    event = event_with()
    page = page_of(Guest(client, event.slug).come(email="wrong@example.org"))
    answer = change(client, page, email="right@example.org")
    assert client.get(page).status_code == 410
    assert client.get(answer.location).status_code == 200
    wrong, right = outbox("rsvp_going")
    assert (wrong.state.value, right.to) == ("withdrawn", "right@example.org")
    page = page_of(answer)
    for place in range(12):
        email = "wrong@example.org" if place % 2 else "right@example.org"
        page = page_of(change(client, page, email=email))
    sent = [each.to for each in outbox("rsvp_going")]
    assert sent.count("wrong@example.org") <= rules.ANSWERS_OF_EVENT
    page = page_of(change(client, page, email=""))
    assert (the_rsvp(event.id).email, client.get(page).status_code) == (None, 200)


# --- a network ------------------------------------------------------------------------------------


def test_coming_back_passes_no_limit(client: FlaskClient) -> None:
    event = event_with(capacity=50, confirms_by_mail=False)
    pages = []
    for place in range(3):
        guest = Guest(client, event.slug)
        pages.append(page_of(guest.come(party_size="10", email=f"h{place}@example.org")))
        press(client, pages[-1], "/withdraw")
    codes = [press(client, page, "/back").status_code for page in pages]
    assert (codes, taken(event)) == ([303, 422, 422], 10)


def test_growing_passes_no_limit(client: FlaskClient) -> None:
    event = event_with()
    with transaction():
        for _ in range(9):
            make_rsvp(event, party_size=10, network="same")
        page = own(make_rsvp(event, party_size=5, network="same"))
    assert change(client, page, party_size="10").status_code == 303
    with transaction():
        page = own(make_rsvp(event, party_size=5, network="same"))
    assert change(client, page, party_size="6").status_code == 429


def test_a_share_does_not_begin_anew_at_midnight(client: FlaskClient) -> None:
    event = event_with(capacity=100, confirms_by_mail=False, starts_in=20 * DAY)
    late = clock.utcnow().replace(hour=23, minute=50)
    codes = []
    for at in (late, late + HOUR / 3):
        with time_machine.travel(at):
            codes.append(Guest(client, event.slug).come(party_size="10").status_code)
    assert (codes, taken(event)) == ([303, 422], 10)


def test_nobody_takes_more_of_what_is_called_off(client: FlaskClient) -> None:
    event = event_with(capacity=9)
    with transaction():
        make_rsvp(event, party_size=2, email=SALMA, confirmed_at=clock.utcnow())
    with transaction():
        statuses.cancel(event.id, now=clock.utcnow(), by=BY)
    page = own(the_rsvp(event.id))
    answer = change(client, page, party_size="4")
    assert (answer.status_code, "This event is cancelled." in words(answer)) == (409, True)
    assert change(client, page, party_size="1").status_code == 303
    assert the_rsvp(event.id).party_size == 1
    assert db.session.get_one(Event, event.id).status is Status.CANCELLED
