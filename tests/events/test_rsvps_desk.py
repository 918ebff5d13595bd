"""The desk's list of those who come: decided about, entered, let in, written to, thanked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.events.desk.attendees import WAITING_ASKED, WAITING_REPORT
from app.events.models.events import Event
from app.events.rules.words import EntrySource, PlaceShown, RsvpMode, RsvpState
from app.events.service import messaging
from app.lib import clock
from app.lib.bounces import BounceKind
from app.mail.service import outbox as mail
from tests.appeals.donors import forms_of
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.events.guests import SALMA, Guest, kinds, outbox, rsvps, seats_agree, work
from tests.factories.accounts import post, token_on
from tests.factories.events import make_event, make_rsvp
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.one_database
HOUR = timedelta(hours=1)


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """An organiser of the network, signed in."""
    sign_in_as(client, Role.ORGANISER)
    return client


def event_with(**values: object) -> Event:
    with transaction():
        return make_event(**values)  # type: ignore[arg-type]


def at(event: Event, end: str = "attendees") -> str:
    return f"/desk/events/{event.public_id}/{end}"


def press(client: FlaskClient, event: Event, end: str) -> TestResponse:
    action = at(event, f"attendees/{end}")
    shown = [each for each in forms_of(client.get(at(event))) if each.action == action]
    return (
        client.post(action, data=shown[0].values) if shown else post(client, action, on=at(event))
    )


def test_whoever_may_not_see_people_sees_none(client: FlaskClient, app: Flask) -> None:
    event = event_with()
    with transaction():
        make_rsvp(event, name="Umm Samir", email=SALMA)
        other = make_event(group_id=make_group(slug="open-hands").id)
    sign_in_as(client, Role.EDITOR)
    for end in ("attendees", "attendees/enter", "attendees/release", "door", "message"):
        assert client.get(at(event, end)).status_code == 403, end
    assert "Umm Samir" not in words(client.get(f"/desk/events/{event.public_id}"))
    assert at(event) not in client.get(f"/desk/events/{event.public_id}").get_data(as_text=True)
    past = event_with(starts_in=-20 * HOUR)
    assert "Thank those who came" not in words(client.get(at(past, "afterwards")))
    assert client.get(at(other)).status_code in {403, 404}


def test_the_list_is_searched_and_pages(organiser: FlaskClient) -> None:
    event = event_with()
    with transaction():
        for place in range(51):
            make_rsvp(event, name=f"Guest {place:02}", email=f"g{place}@example.org")
    page = organiser.get(at(event))
    assert "Guest 49" in words(page)
    assert "Guest 50" not in words(page)
    more = page.get_data(as_text=True).partition('rel="next" href="')[2].partition('"')[0]
    assert "Guest 50" in words(organiser.get(more.replace("&amp;", "&")))
    found = words(organiser.get(at(event) + "?q=guest+07"))
    assert ("Guest 07" in found, "Guest 08" in found) == (True, False)
    code = rsvps(event.id)[3].code.upper()
    assert "Guest 03" in words(organiser.get(at(event) + f"?q={code}"))
    assert "Nobody fits." in words(organiser.get(at(event) + "?state=waiting"))
    assert organiser.get(at(event) + "?state=x&after=x&q=%25_").status_code == 200
    assert "Vigil with lanterns" in words(organiser.get("/desk/attendees/"))


def test_asking_is_decided_about(organiser: FlaskClient) -> None:
    event = event_with(rsvp_mode=RsvpMode.APPROVAL)
    Guest(organiser, event.slug).come(email=SALMA)
    assert [each.key for each in WAITING_ASKED.find(clock.utcnow())] == [event.public_id]
    (rsvp,) = rsvps(event.id)
    assert press(organiser, event, f"{rsvp.public_id}/accept").status_code == 303
    assert rsvps(event.id)[0].state is RsvpState.GOING
    assert list(WAITING_ASKED.find(clock.utcnow())) == []
    press(organiser, event, f"{rsvp.public_id}/decline")
    assert rsvps(event.id)[0].state is RsvpState.DECLINED
    assert kinds() == ["rsvp_asked", "rsvp_going", "rsvp_declined"]
    press(organiser, event, f"{rsvp.public_id}/accept")
    assert rsvps(event.id)[0].state is RsvpState.GOING
    # The mail of the second thought was taken back in time.
    assert outbox("rsvp_declined")[0].state.value == "withdrawn"
    seats_agree(event.id)


def test_a_click_on_what_changed_meanwhile_accepts_nobody(organiser: FlaskClient) -> None:
    event = event_with(rsvp_mode=RsvpMode.APPROVAL)
    Guest(organiser, event.slug).come(email=SALMA)
    (rsvp,) = rsvps(event.id)
    for seen in ({}, {"seen": "other"}):
        post(organiser, at(event, f"attendees/{rsvp.public_id}/accept"), on=at(event), **seen)
        assert "This has changed meanwhile." in words(organiser.get(at(event)))
        assert rsvps(event.id)[0].state is RsvpState.ASKED


def test_a_full_room_takes_nobody_more(organiser: FlaskClient) -> None:
    event = event_with(rsvp_mode=RsvpMode.APPROVAL, capacity=2)
    with transaction():
        make_rsvp(event, party_size=2)
        asked = make_rsvp(event, state=RsvpState.ASKED, email=SALMA)
    press(organiser, event, f"{asked.public_id}/accept")
    assert rsvps(event.id)[1].state is RsvpState.ASKED
    assert "All seats are taken." in words(organiser.get(at(event)))
    seats_agree(event.id)


def test_whoever_rang_is_written_down_once(organiser: FlaskClient) -> None:
    event = event_with(capacity=3)
    path = at(event, "attendees/enter")
    (form,) = [each for each in forms_of(organiser.get(path)) if each.action == path]
    typed = {**form.values, "party_size": "2", "name": "Abu Karim", "source": "phone"}
    for _ in range(2):
        assert organiser.post(path, data=typed).status_code == 303
    (rsvp,) = rsvps(event.id)
    assert (rsvp.state, rsvp.source, rsvp.party_size) == (RsvpState.GOING, EntrySource.PHONE, 2)
    answer = post(organiser, path, party_size="2", name="Too late", source="phone")
    assert answer.status_code == 422
    assert "Only one seat is left." in words(answer)
    assert "Too late" in answer.get_data(as_text=True)
    answer = post(organiser, path, party_size="2", name="Too late", source="phone", may_wait="y")
    assert rsvps(event.id)[1].state is RsvpState.WAITING
    assert post(organiser, path, party_size="1", source="door").status_code == 422
    press(organiser, event, f"{rsvp.public_id}/withdraw")
    assert [each.state.value for each in rsvps(event.id)] == ["withdrawn", "offered"]
    seats_agree(event.id)


def test_codes_are_let_in_at_the_door(organiser: FlaskClient) -> None:
    event = event_with()
    with transaction():
        one = make_rsvp(event, code="k7m2xp", party_size=3)
        make_rsvp(event, code="aaaaaa")
        make_rsvp(event, code="bbbbbb", state=RsvpState.WITHDRAWN)
    assert "Umm" not in words(organiser.get(at(event, "door") + "?code=K7M2XP"))
    page = organiser.get(at(event, "door") + "?code=K7M2XP")
    assert "3 people" in words(page)
    typed = "K7M 2XP 2\naaaaaa\nbbbbbb\nzzzzzz\n\nK7M 2XP 2"
    answer = post(organiser, at(event, "door"), codes=typed)
    assert answer.status_code == 303
    said = words(organiser.get(at(event, "door")))
    assert "2 codes let in." in said
    assert "Have no place: " in said
    assert "Not known at this event: " in said
    assert [each.checked_in_size for each in rsvps(event.id)] == [2, 1, None]
    assert "Let in: 3 of 4 people" in said
    post(organiser, at(event, "door"), codes="k7m2xp")
    assert "In already:" in words(organiser.get(at(event, "door")))
    press(organiser, event, f"{one.public_id}/out")
    assert rsvps(event.id)[0].checked_in_at is None
    assert post(organiser, at(event, "door"), codes=" \n ").status_code == 422


def test_a_burst_is_taken_back_in_one_step_and_put_back(organiser: FlaskClient) -> None:
    event = event_with(capacity=100, confirms_by_mail=False)
    with transaction():
        for _ in range(6):
            make_rsvp(event, network="abc", party_size=5)
        make_rsvp(event, network="xyz")
        make_rsvp(event, network="abc", source=EntrySource.PHONE)
    path = at(event, "attendees/release")
    assert "7 times, 31 people, 0 confirmed" in words(organiser.get(path))
    assert post(organiser, path).status_code == 422
    assert post(organiser, path, network="abc", only_unproven="y").status_code == 303
    states = [each.state.value for each in rsvps(event.id)]
    assert states == ["released"] * 6 + ["going", "going"]
    seats_agree(event.id)
    page = organiser.get(at(event))
    assert "6 taken back." in words(page)
    form = next(each for each in forms_of(page) if "put-back" in each.action)
    assert organiser.post(form.action, data=form.values).status_code == 303
    assert {each.state for each in rsvps(event.id)} == {RsvpState.GOING}
    seats_agree(event.id)


def test_a_message_is_looked_at_before_it_is_sent(organiser: FlaskClient) -> None:
    event = event_with()
    with transaction():
        make_rsvp(event, email=SALMA, wants_reminders=True)
        make_rsvp(event, email="quiet@example.org")
        make_rsvp(event)
    path = at(event, "message")
    typed = {"audience": "going", "subject": "Bring water", "text": "And <bread>.\n\nSee you."}
    preview = post(organiser, path, **typed)
    assert preview.status_code == 200
    assert "And &lt;bread&gt;." in preview.get_data(as_text=True)
    assert "1 mail" in words(preview)
    work(messaging.SEND_MESSAGE)
    assert outbox("rsvp_message") == []
    (send,) = [each for each in forms_of(preview) if each.values.get("confirmed") == "y"]
    for _ in range(2):
        assert organiser.post(send.action, data=send.values).status_code == 303
    work(messaging.SEND_MESSAGE)
    assert [each.to for each in outbox("rsvp_message")] == [SALMA]
    wrong = post(organiser, path, audience="nobody", subject="", text="x" * 6000)
    assert wrong.status_code == 422
    assert "Give the message a subject." in words(wrong)


def test_afterwards_it_is_written_down_and_they_are_thanked(organiser: FlaskClient) -> None:
    event = event_with(starts_in=-20 * HOUR)
    with transaction():
        other = make_event()
        make_rsvp(event, email=SALMA, wants_reminders=True)
    assert [each.key for each in WAITING_REPORT.find(clock.utcnow())] == [event.public_id]
    path = at(event, "afterwards")
    page = organiser.get(path)
    (form,) = [each for each in forms_of(page) if each.action == path]
    typed = {
        **form.values,
        "headcount": "120",
        "report-en": "We were **many**.",
        "report-ar": "كنا كثيرين.",
    }
    assert organiser.post(path, data={**typed, "headcount": "-1"}).status_code == 422
    assert organiser.post(path, data=typed).status_code == 303
    assert organiser.post(path, data=typed).status_code == 409
    assert list(WAITING_REPORT.find(clock.utcnow())) == []
    assert "About 120 people came." in words(organiser.get(f"/events/{event.slug}"))
    thanks = {"text": "Thank you.", "next_thing": f"events.show:{other.slug}"}
    for _ in range(2):
        answer = organiser.post(
            at(event, "thanks"), data={"csrf_token": token_on(organiser.get(path)), **thanks}
        )
        assert answer.status_code == 303
    work(messaging.SEND_MESSAGE)
    assert [each.to for each in outbox("rsvp_thanks")] == [SALMA]
    foreign = {**thanks, "next_thing": "events.show:nowhere"}
    assert post(organiser, at(event, "thanks"), on=path, **foreign).status_code == 422
    assert organiser.get(at(event_with(), "afterwards")).status_code == 404


def test_a_mail_that_came_back_is_marked(organiser: FlaskClient) -> None:
    event = event_with(place_shown=PlaceShown.ACCEPTED)
    Guest(organiser, event.slug).come(email=SALMA)
    with transaction():
        (row,) = outbox("rsvp_asked")
        mail.mark_sent(row, now=clock.utcnow())
        db.session.flush()
        mail.mark_bounced(row.message_id, BounceKind.NO_SUCH_ADDRESS, now=clock.utcnow())
    assert "mail came back" in words(organiser.get(at(event)))


def test_after_the_purge_the_sums_are_shown(organiser: FlaskClient) -> None:
    event = event_with(starts_in=-20 * HOUR)
    with transaction():
        held = db.session.get_one(Event, event.id)
        held.purged_at, held.people_count, held.checked_in_count = clock.utcnow(), 17, 12
    with time_machine.travel(clock.utcnow() + HOUR):
        page = words(organiser.get(at(event)))
    assert "The list was deleted" in page
    assert "17" in page
