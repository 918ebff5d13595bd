"""Who comes hears once of what changed, with old and new values, and never where it is hidden."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from app.db.session import db, transaction
from app.events.models.events import Event, EventNote
from app.events.rules.words import EventState, LinkShown, Mode, PlaceShown, RsvpState, Status
from app.events.service import messaging, telling
from app.events.service.messaging import Thing
from app.lib import clock
from app.lib.text import Translated
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.places.rules import Spot
from tests.appeals.test_mails import text_of
from tests.events.guests import SALMA, kinds, outbox, press, rsvps, token_of, work
from tests.events.test_editing import BY
from tests.factories.events import make_event, make_place, make_rsvp

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

WEEK = timedelta(days=7)


def move(event: Event, **changes: object) -> None:
    """Change an event as its services do."""
    with transaction():
        held = db.session.get_one(Event, event.id)
        before = telling.snapshot(held)
        for name, value in changes.items():
            setattr(held, name, value)
        held.sequence += 1
        telling.tell_change(held, before, now=clock.utcnow())


def later(event: Event) -> dict[str, object]:
    """A week later."""
    names = ("starts_local", "ends_local", "starts_at", "ends_at")
    return {name: getattr(event, name) + WEEK for name in names}


def whole(mail: OutboxMail) -> str:
    message = build_message(mail)
    return text_of(message) + text_of(message, "html")


def calendar_of(message: EmailMessage) -> str:
    (part,) = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    return str(part.get_content())


def test_a_new_time_is_told_once_with_old_and_new(app: Flask) -> None:
    with transaction():
        event = make_event()
        make_rsvp(event, email=SALMA, locale="en", wants_reminders=False)
        make_rsvp(event, email="waits@example.org", state=RsvpState.WAITING)
        make_rsvp(event)
        make_rsvp(event, email="gone@example.org", state=RsvpState.WITHDRAWN)
        make_rsvp(
            event, email="typed@example.org", state=RsvpState.UNCONFIRMED,
            lapses_at=clock.utcnow() + timedelta(hours=9),
        )  # fmt: skip
    was, values = event.starts_local.date(), later(event)
    move(event, **values, status=Status.RESCHEDULED)
    for _ in range(2):
        work(telling.TELL_CHANGE)
    told = outbox("rsvp_changed")
    assert [each.to for each in told] == [SALMA, "waits@example.org"]
    message = build_message(told[0])
    text = text_of(message)
    for day in (was, was + WEEK):
        assert f"{day.day} {day:%B %Y}" in text
    calendar = calendar_of(message)
    assert "SEQUENCE:1" in calendar
    assert f"UID:{event.public_id}@localhost" in calendar
    # Bulk mail can be ended by a click; this is not bulk mail.
    assert message["List-Unsubscribe"] is None


def test_what_is_the_same_is_not_told(app: Flask) -> None:
    with transaction():
        event = make_event()
        make_rsvp(event, email=SALMA)
    move(event, title=Translated.of(en="Another title", ar="عنوان آخر"))
    work(telling.TELL_CHANGE)
    assert kinds() == []


def test_a_cancelled_event_is_told_as_such(app: Flask) -> None:
    with transaction():
        event = make_event()
        make_rsvp(event, email=SALMA, locale="ar")
    note = Translated.of(en="The hall was let twice.", ar="أُجّرت القاعة مرتين.")
    move(event, status=Status.CANCELLED, status_note=note)
    work(telling.TELL_CHANGE)
    (mail,) = outbox("rsvp_cancelled")
    assert "أُجّرت القاعة مرتين." in whole(mail)
    assert "STATUS:CANCELLED" in calendar_of(build_message(mail))
    # Taken off the site as well: nobody hears it twice.
    move(event, state=EventState.WITHDRAWN)
    work(telling.TELL_CHANGE)
    assert len(outbox("rsvp_cancelled")) == 1


@pytest.mark.parametrize("shown", [PlaceShown.ACCEPTED, PlaceShown.AREA])
@pytest.mark.one_database
def test_a_hidden_place_is_in_no_mail_of_a_change(app: Flask, shown: PlaceShown) -> None:
    with transaction():
        event = make_event(place_shown=shown)
        make_rsvp(event, email=SALMA, accepted_at=clock.utcnow())
        spot = Spot(name="Canary Barn", street="9 Canary Row", postcode="E17 9ZZ")
        other = make_place(spot)
    move(event, place_id=other.id, place=other)
    work(telling.TELL_CHANGE)
    (mail,) = outbox("rsvp_changed")
    everything = whole(mail) + str(mail.values) + calendar_of(build_message(mail))
    for secret in ("Canary", "Hoe Street", "Kings Hall", "E17 4PP", "E17 9ZZ"):
        assert secret not in everything
    assert "stands on your page" in everything


@pytest.mark.one_database
def test_moved_online_without_telling_the_address(app: Flask) -> None:
    with transaction():
        event = make_event()
        make_rsvp(event, email=SALMA)
    move(
        event, mode=Mode.HYBRID, status=Status.MOVED_ONLINE,
        online_url="https://meet.example.org/canary", online_shown=LinkShown.ACCEPTED,
    )  # fmt: skip
    work(telling.TELL_CHANGE)
    (mail,) = outbox("rsvp_changed")
    assert "meet.example.org" not in whole(mail) + str(mail.values)


def test_an_important_note_goes_to_who_wants_to_hear(app: Flask) -> None:
    with transaction():
        event = make_event()
        make_rsvp(event, email=SALMA, wants_reminders=True)
        make_rsvp(event, email="quiet@example.org", wants_reminders=False)
        text = Translated.of(en="Gate 2.", ar="البوابة ٢.")
        for is_important in (False, True):
            note = EventNote(
                event_id=event.id, text=text, is_important=is_important, posted_at=clock.utcnow()
            )
            db.session.add(note)
            db.session.flush()
            telling.tell_note(event, note, now=clock.utcnow())
    work(telling.TELL_NOTE)
    assert [each.to for each in outbox("rsvp_note")] == [SALMA]
    assert "Gate 2." in whole(outbox("rsvp_note")[0])


def test_a_message_is_sent_once_and_can_be_ended_by_one_click(client: FlaskClient) -> None:
    with transaction():
        event = make_event()
        rsvp = make_rsvp(event, email=SALMA, wants_reminders=True, confirmed_at=clock.utcnow())
        for _ in range(2):
            messaging.send(
                event, "going", "Bring <water>", "And bread.\n\nSee you.",
                nonce="one", now=clock.utcnow(), by=BY,
            )  # fmt: skip
    work(messaging.SEND_MESSAGE)
    (mail,) = outbox("rsvp_message")
    message = build_message(mail)
    assert message["Subject"] == "Vigil with lanterns: Bring <water>"
    assert "Bring &lt;water&gt;" in text_of(message, "html")
    address = f"http://localhost/unsubscribe/{token_of(rsvp, 'rsvp-unsubscribe')}"
    assert message["List-Unsubscribe"] == f"<{address}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = address.removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    assert rsvps(event.id)[0].wants_reminders
    # As mail programs do: no page before, no cookie, no form of ours.
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not rsvps(event.id)[0].wants_reminders
    assert client.post(path).status_code == 200
    press(client, f"/rsvp/{token_of(rsvp)}", "/loud")
    assert rsvps(event.id)[0].wants_reminders


def test_thanks_say_what_to_do_next(app: Flask) -> None:
    with transaction():
        event = make_event(starts_in=-timedelta(hours=5))
        other = make_event()
        make_rsvp(event, email=SALMA, wants_reminders=True)
        thing = Thing("events.show", other.slug, other.title)
        for _ in range(2):
            messaging.thank(event, "You were many.", thing, now=clock.utcnow(), by=BY)
    work(messaging.SEND_MESSAGE)
    (mail,) = outbox("rsvp_thanks")
    assert f"http://localhost/events/{other.slug}" in whole(mail)
    assert "You were many." in whole(mail)
