"""Saying that one comes: the form, one's own page, the mailbox, and who gains nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import func, select

from app.db.session import db, transaction
from app.events import jobs
from app.events.flows import rsvps as flows
from app.events.mails.rsvps import PROOF, RSVP, UNSUBSCRIBE
from app.events.models.events import Event
from app.events.rules.words import (
    EventState,
    LinkShown,
    Mode,
    PlaceShown,
    RoleKind,
    RsvpMode,
    RsvpState,
    Status,
    Way,
)
from app.events.service import attending
from app.lib import clock, links
from app.lib.text import Translated
from app.mail.render import build_message
from app.settings import settings
from app.supporters.models.people import Consent
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.appeals.test_mails import text_of
from tests.events.guests import (
    SALMA,
    Guest,
    kinds,
    outbox,
    own,
    press,
    proof,
    rsvps,
    seats_agree,
    the_rsvp,
    token_of,
    work,
)
from tests.events.test_editing import BY
from tests.factories.events import make_event, make_rsvp, make_shift, make_signup

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def event_with(**values: Any) -> Event:
    with transaction():
        return make_event(**values)


# --- without an account ---------------------------------------------------------------------------


def test_a_number_is_enough(client: FlaskClient, app: Flask) -> None:
    event = event_with()
    guest = Guest(client, event.slug)
    answer = guest.come(party_size="3")
    assert answer.status_code == 303
    rsvp = the_rsvp(event.id)
    assert (rsvp.state, rsvp.party_size, rsvp.email, rsvp.name) == (RsvpState.GOING, 3, None, None)
    assert kinds() == []
    page = client.get(answer.location)
    assert "Thank you for telling us." in words(page)
    assert rsvp.code.upper() in words(page)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in page.headers
    seats_agree(event.id)


def test_the_page_of_the_event_leads_to_the_form(client: FlaskClient) -> None:
    event = event_with()
    with transaction():
        for _ in range(13):
            make_rsvp(event)
    page = client.get(f"/events/{event.slug}")
    assert f"/events/{event.slug}/rsvp" in page.get_data(as_text=True)
    assert "10 or more people are coming." in words(page)
    assert "Will you come?" in words(page)


def test_what_was_typed_is_sent_back_and_nothing_is_written(client: FlaskClient) -> None:
    event = event_with(capacity=10)
    guest = Guest(client, event.slug)
    for typed, sentence in (
        ({"party_size": "2"}, "Enter an e-mail address"),
        ({"party_size": "11", "email": SALMA}, "You can bring up to 10 people"),
        ({"party_size": "-1", "email": SALMA}, "You can bring up to 10 people"),
        ({"party_size": "9" * 5000, "email": SALMA}, "You can bring up to 10 people"),
        ({"party_size": "٣", "email": SALMA}, "You can bring up to 10 people"),
        ({"email": "not an address"}, "e-mail address"),
        ({"email": SALMA, "name": "x" * 200}, "at most 120 characters"),
        ({"email": SALMA, "needs": "x" * 600}, "at most 500 characters"),
    ):
        answer = guest.come(**{"name": "Umm Samir", **typed})
        assert answer.status_code == 422, typed
        assert sentence in words(answer)
        assert typed.get("name", "Umm Samir") in answer.get_data(as_text=True)
    assert rsvps(event.id) == []


@pytest.mark.one_database
def test_a_program_that_fills_in_everything_is_asked_again(client: FlaskClient) -> None:
    event = event_with()
    answer = Guest(client, event.slug).come(fax_number="12345")
    assert answer.status_code == 422
    assert rsvps(event.id) == []


def test_one_form_is_one_rsvp(client: FlaskClient) -> None:
    event = event_with(capacity=10)
    guest = Guest(client, event.slug)
    typed = guest.type(email=SALMA, party_size="2")
    first, second = guest.send(typed), guest.send(typed)
    assert first.location == second.location
    assert len(rsvps(event.id)) == 1
    assert kinds() == ["rsvp_proof"]
    other = event_with()
    assert Guest(client, other.slug).send(typed).location == first.location
    assert rsvps(other.id) == []


def test_where_nobody_can_come_the_page_says_why(client: FlaskClient) -> None:
    hour = timedelta(hours=1)
    for values, status, sentence in (
        ({"starts_in": -5 * hour}, 410, "This event is over."),
        ({"status": Status.CANCELLED}, 410, "This event is cancelled."),
        ({"status": Status.POSTPONED}, 409, "This event is postponed."),
        ({"starts_in": -hour, "lasts": 4 * hour, "capacity": 5}, 409, "This event has begun."),
        ({"rsvp_mode": RsvpMode.NONE}, 404, "You need not tell us that you come."),
        ({"state": EventState.HIDDEN}, 410, "This event is not shown at the moment"),
        ({"state": EventState.DRAFT}, 404, "We could not find that event."),
    ):
        event = event_with(**values)
        path = f"/events/{event.slug}/rsvp"
        assert client.get(path).status_code == status, values
        assert sentence in words(client.get(path)), values
        open_event = event_with()
        typed = Guest(client, open_event.slug).type(party_size="2")
        answer = client.post(path, data=typed)
        assert (answer.status_code, sentence in words(answer)) == (status, True), values
        assert rsvps(event.id) == []


def test_another_site_keeps_the_list(client: FlaskClient) -> None:
    event = event_with(rsvp_mode=RsvpMode.EXTERNAL, external_url="https://tickets.example.org/x")
    answer = client.get(f"/events/{event.slug}/rsvp")
    assert (answer.status_code, answer.location) == (303, f"/events/{event.slug}")
    page = client.get(f"/events/{event.slug}")
    assert 'href="https://tickets.example.org/x"' in page.get_data(as_text=True)
    assert "tickets.example.org" in words(page)


def test_an_open_event_that_has_begun_still_counts_people(client: FlaskClient) -> None:
    event = event_with(starts_in=-timedelta(hours=1), lasts=timedelta(hours=4))
    assert Guest(client, event.slug).come(party_size="2").status_code == 303


# --- a seat, confirmed by mail --------------------------------------------------------------------


def test_a_seat_is_kept_by_mail(client: FlaskClient) -> None:
    event = event_with(capacity=10)
    Guest(client, event.slug).come(email=SALMA, party_size="2")
    rsvp = the_rsvp(event.id)
    assert rsvp.state is RsvpState.UNCONFIRMED
    assert rsvp.lapses_at == rsvp.created_at + timedelta(hours=24)
    (mail,) = outbox("rsvp_proof")
    text = text_of(build_message(mail))
    assert f"http://localhost{proof(rsvp)}" in text
    typed_page = own(rsvp)
    for _ in range(3):
        assert "Yes, I am coming" in words(client.get(proof(rsvp)))
    assert the_rsvp(event.id).state is RsvpState.UNCONFIRMED
    answer = press(client, proof(rsvp), "/confirm")
    rsvp = the_rsvp(event.id)
    assert (answer.status_code, answer.location) == (303, own(rsvp) + "?done=confirm")
    assert (rsvp.state, rsvp.lapses_at) == (RsvpState.GOING, None)
    assert kinds() == ["rsvp_proof", "rsvp_going"]
    assert client.get(typed_page).status_code == 410
    assert "You have done this already." in words(client.get(proof(rsvp)))
    seats_agree(event.id)


def test_an_unconfirmed_seat_lapses_sooner_in_the_last_days(client: FlaskClient) -> None:
    event = event_with(capacity=10, starts_in=timedelta(hours=40))
    Guest(client, event.slug).come(email=SALMA)
    rsvp = the_rsvp(event.id)
    assert rsvp.lapses_at == rsvp.created_at + timedelta(hours=6)
    with time_machine.travel(clock.utcnow() + timedelta(hours=6, minutes=1)):
        jobs.lapse_seats({})
        assert the_rsvp(event.id).state is RsvpState.LAPSED
        seats_agree(event.id)
        # Whoever reads the mail too late has the seat if it is free still.
        press(client, proof(the_rsvp(event.id)), "/confirm")
        assert the_rsvp(event.id).state is RsvpState.GOING
        seats_agree(event.id)


def test_the_organiser_may_do_without_confirming(client: FlaskClient) -> None:
    event = event_with(capacity=10, confirms_by_mail=False)
    Guest(client, event.slug).come(party_size="2")
    assert the_rsvp(event.id).state is RsvpState.GOING


def test_consent_is_apart_unticked_and_needs_a_proven_mailbox(client: FlaskClient) -> None:
    event = event_with(capacity=10)
    guest = Guest(client, event.slug)
    assert "wants_updates" not in guest.type()
    assert guest.come(wants_updates="y", party_size="1").status_code == 422
    guest.come(email=SALMA, wants_updates="y")
    rsvp = the_rsvp(event.id)
    assert consents() == 0
    press(client, proof(rsvp), "/confirm")
    assert consents() == 1


def consents() -> int:
    return db.session.scalar(select(func.count()).select_from(Consent)) or 0


# --- her own page ---------------------------------------------------------------------------------


def test_she_changes_it_and_takes_it_back(client: FlaskClient) -> None:
    event = event_with(capacity=10, confirms_by_mail=False)
    page = Guest(client, event.slug).come(party_size="2").location.partition("?")[0]
    form = next(each for each in forms_of(client.get(f"{page}/change")))
    answer = client.post(form.action, data={**form.values, "party_size": "4", "name": "Umm Samir"})
    assert answer.status_code == 303
    rsvp = the_rsvp(event.id)
    assert (rsvp.party_size, rsvp.name) == (4, "Umm Samir")
    press(client, page, "/withdraw")
    assert the_rsvp(event.id).state is RsvpState.WITHDRAWN
    seats_agree(event.id)
    assert press(client, page, "/back").status_code == 303
    assert the_rsvp(event.id).state is RsvpState.GOING
    seats_agree(event.id)
    form = next(each for each in forms_of(client.get(f"{page}/change")))
    answer = client.post(form.action, data={**form.values, "party_size": "11"})
    assert answer.status_code == 422
    assert the_rsvp(event.id).party_size == 4


def test_an_address_is_replaced_once_the_new_one_is_proven(client: FlaskClient) -> None:
    event = event_with(capacity=10)
    Guest(client, event.slug).come(email=SALMA)
    press(client, proof(the_rsvp(event.id)), "/confirm")
    page = own(the_rsvp(event.id))
    form = forms_of(client.get(f"{page}/change"))[-1]
    client.post(form.action, data={**form.values, "email": "new@example.org"})
    rsvp = the_rsvp(event.id)
    assert (rsvp.email, rsvp.new_email) == (SALMA, "new@example.org")
    assert outbox("rsvp_proof")[-1].to == "new@example.org"
    press(client, proof(rsvp), "/confirm")
    rsvp = the_rsvp(event.id)
    assert (rsvp.email, rsvp.new_email, rsvp.state) == ("new@example.org", None, RsvpState.GOING)
    assert client.get(page).status_code == 410


def test_the_place_is_shown_to_whom_an_organiser_accepted(client: FlaskClient) -> None:
    event = event_with(place_shown=PlaceShown.ACCEPTED, online_url=None)
    answer = Guest(client, event.slug).come(email=SALMA)
    rsvp = the_rsvp(event.id)
    assert rsvp.state is RsvpState.ASKED
    assert "12 Hoe Street" not in words(client.get(answer.location))
    with transaction():
        attending.accept(the_rsvp(event.id), now=clock.utcnow(), by=BY)
    rsvp = the_rsvp(event.id)
    page = client.get(own(rsvp))
    assert "12 Hoe Street" in words(page)
    # Whoever typed another's address has a link that ended.
    assert client.get(answer.location).status_code == 410
    for mail in (*outbox("rsvp_asked"), *outbox("rsvp_going")):
        message = build_message(mail)
        assert "Hoe Street" not in text_of(message) + text_of(message, "html")
        assert "Hoe Street" not in str(mail.values)
    with transaction():
        attending.decline(the_rsvp(event.id), now=clock.utcnow(), by=BY)
    assert "12 Hoe Street" not in words(client.get(own(rsvp)))


def test_the_room_is_open_to_those_whose_mailbox_is_proven(client: FlaskClient) -> None:
    event = event_with(
        mode=Mode.ONLINE,
        online_url="https://meet.example.org/secret",
        online_shown=LinkShown.ACCEPTED,
    )
    answer = Guest(client, event.slug).come(email=SALMA)
    rsvp = the_rsvp(event.id)
    assert (rsvp.state, rsvp.way) == (RsvpState.GOING, Way.ONLINE)
    assert "meet.example.org" not in client.get(answer.location).get_data(as_text=True)
    assert "meet.example.org" not in str(outbox("rsvp_going")[0].values)


def test_links_that_do_not_count(client: FlaskClient) -> None:
    event = event_with()
    Guest(client, event.slug).come()
    rsvp = the_rsvp(event.id)
    other = links.sign(settings().secret_key, "giving", rsvp.public_id)
    for path, status in (
        ("/rsvp/nothing", 404),
        (f"/rsvp/{other}", 404),
        (f"/rsvp/{token_of(rsvp)}x", 404),
        (f"/rsvp/{token_of(rsvp, UNSUBSCRIBE)}", 404),
        (f"/rsvp/{token_of(rsvp)}/confirm", 404),
        (f"/unsubscribe/{token_of(rsvp)}", 404),
        (f"/rsvp/{links.sign(settings().secret_key, RSVP, rsvp.public_id, version=9)}", 410),
        (f"/rsvp/{links.sign(settings().secret_key, RSVP, 'gone')}", 410),
        (f"/rsvp/{links.sign(settings().secret_key, PROOF, 'gone_x')}/confirm", 410),
    ):
        answer = client.get(path)
        assert answer.status_code == status, path
        assert "Have my links sent" in words(answer), path


# --- who gains nothing ----------------------------------------------------------------------------


def test_a_hoarder_gains_nothing(client: FlaskClient) -> None:
    """Many networks, no mailbox that is hers: never more than a fifth, and none after a day."""
    event = event_with(capacity=50)
    for place in range(30):
        guest = Guest(client, event.slug, address=f"203.0.113.{place}")
        answer = guest.come(email=f"x{place}@example.org", party_size="10")
        assert answer.status_code == 303
    held = sum(each.party_size for each in rsvps(event.id) if each.state is RsvpState.UNCONFIRMED)
    assert held == 10
    seats_agree(event.id)
    honest = Guest(client, event.slug, address="198.51.100.7")
    honest.come(email=SALMA, party_size="4")
    press(client, proof(rsvps(event.id)[-1]), "/confirm")
    assert rsvps(event.id)[-1].state is RsvpState.GOING
    with time_machine.travel(clock.utcnow() + timedelta(hours=24, minutes=1)):
        jobs.lapse_seats({})
        states = {each.state for each in rsvps(event.id)[:-1]}
        assert states == {RsvpState.LAPSED}
        seats_agree(event.id)


def test_one_network_has_ten_seats(client: FlaskClient) -> None:
    event = event_with(capacity=100)
    guest = Guest(client, event.slug)
    assert guest.come(email="a@example.org", party_size="6").status_code == 303
    answer = guest.come(email="b@example.org", party_size="5")
    assert answer.status_code == 422
    assert "ten seats are taken already" in words(answer)
    elsewhere = Guest(client, event.slug, address="198.51.100.7")
    assert elsewhere.come(email="c@example.org", party_size="10").status_code == 303


@pytest.mark.one_database
def test_nobody_mails_strangers_without_end(client: FlaskClient) -> None:
    event = event_with()
    guest = Guest(client, event.slug)
    codes = [guest.come(email=f"x{place}@example.org").status_code for place in range(41)]
    assert codes == [303] * 40 + [429]


def test_a_look_at_a_link_changes_nothing(client: FlaskClient) -> None:
    """Mail scanners follow every link, some of them with HEAD and with odd headers."""
    event = event_with(capacity=1)
    Guest(client, event.slug).come(email=SALMA)
    press(client, proof(the_rsvp(event.id)), "/confirm")
    Guest(client, event.slug, address="198.51.100.7").come(email="next@example.org")
    press(client, proof(rsvps(event.id)[1]), "/confirm")
    press(client, own(rsvps(event.id)[0]), "/withdraw")
    before = [(each.id, each.state, each.wants_reminders) for each in rsvps(event.id)]
    assert before[1][1] is RsvpState.OFFERED
    for rsvp in rsvps(event.id):
        token = token_of(rsvp)
        for path in (
            *(own(rsvp), f"{own(rsvp)}/change", proof(rsvp)),
            f"/unsubscribe/{token_of(rsvp, UNSUBSCRIBE)}",
            *(f"/rsvp/{token}/{step}" for step in ("take", "withdraw", "decline", "back")),
        ):
            for method in ("GET", "HEAD"):
                answer = client.open(path, method=method, headers={"Purpose": "prefetch"})
                assert answer.status_code in {200, 405}
    assert [(each.id, each.state, each.wants_reminders) for each in rsvps(event.id)] == before


# --- the line -------------------------------------------------------------------------------------


def test_a_freed_seat_is_offered_to_the_next_in_line(client: FlaskClient) -> None:
    event = event_with(capacity=1)
    for place, email in enumerate(("a@example.org", "b@example.org", "c@example.org")):
        guest = Guest(client, event.slug, address=f"203.0.113.{place}")
        page = client.get(guest.path)
        assert ("You go on the waiting list." in words(page)) is (place > 0)
        guest.come(email=email)
        press(client, proof(rsvps(event.id)[place]), "/confirm")
    first, second, third = rsvps(event.id)
    assert [each.state.value for each in (first, second, third)] == ["going", "waiting", "waiting"]
    assert "Your place in the line: 2" in words(client.get(own(third)))
    press(client, own(first), "/withdraw")
    _first, second, _third = rsvps(event.id)
    assert second.state is RsvpState.OFFERED
    assert "A place is free for you" in text_of(build_message(outbox("rsvp_offer")[0]))
    with time_machine.travel(clock.utcnow() + timedelta(hours=24, minutes=1)):
        jobs.lapse_seats({})
        _first, second, third = rsvps(event.id)
        assert (second.state, third.state) == (RsvpState.LAPSED, RsvpState.OFFERED)
        assert kinds(second)[-1] == "rsvp_lapsed"
        answer = press(client, own(third), "/take")
        assert answer.location.endswith("done=take")
        assert rsvps(event.id)[2].state is RsvpState.GOING
    seats_agree(event.id)


def test_an_offer_that_went_on_says_so(client: FlaskClient) -> None:
    event = event_with(capacity=1)
    with transaction():
        rsvp = make_rsvp(event, email=SALMA, confirmed_at=clock.utcnow(), state=RsvpState.LAPSED)
        make_rsvp(event)
    form = forms_of(client.get(own(rsvp)))[0]
    answer = client.post(f"{own(rsvp)}/take", data=form.values)
    assert answer.status_code == 409
    assert "This has changed meanwhile." in words(answer)


def test_without_a_line_a_full_room_says_so_and_keeps_what_was_typed(client: FlaskClient) -> None:
    event = event_with(capacity=2, has_waiting_list=False)
    guest = Guest(client, event.slug)
    typed = guest.type(email=SALMA, name="Umm Samir", party_size="2")
    with transaction():
        make_rsvp(event, party_size=2)
    answer = guest.send(typed)
    assert answer.status_code == 422
    assert "All seats are taken." in words(answer)
    assert "Umm Samir" in answer.get_data(as_text=True)


@pytest.mark.one_database
def test_the_pages_speak_arabic(client: FlaskClient) -> None:
    event = event_with(title=Translated.of(en="Vigil", ar="وقفة"))
    answer = Guest(client, event.slug, prefix="/ar").come(email=SALMA)
    assert answer.location.startswith("/ar/rsvp/")
    assert the_rsvp(event.id).locale == "ar"
    assert 'dir="rtl"' in client.get(answer.location).get_data(as_text=True)


def test_lost_links_are_mailed(client: FlaskClient) -> None:
    event, other = event_with(), event_with()
    with transaction():
        coming = make_rsvp(event, email=SALMA)
        make_rsvp(event, email="else@example.org")
        make_rsvp(event, email=SALMA, state=RsvpState.WITHDRAWN)
        shift = make_shift(other)
        helping = make_signup(shift, email=SALMA)
        make_signup(make_shift(other, role=RoleKind.DRIVER), email=SALMA)
    form = forms_of(client.get("/links"))[-1]
    for email in (SALMA, "nobody@example.org"):
        assert client.post(form.action, data={**form.values, "email": email}).status_code == 303
    work(flows.LINKS_JOB, flows.SHIFT_LINKS_JOB)
    (mail,) = outbox("rsvp_links")
    text = text_of(build_message(mail))
    assert mail.to == SALMA
    assert f"http://localhost{own(coming)}" in text
    assert text.count("/rsvp/") == 1
    assert text.count("/shifts/") == 1
    assert helping.public_id in text
