"""What was told for an event is deleted on the day that the form named; the sums stay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import time_machine
from sqlalchemy import select

from app.db.session import db, transaction
from app.events import jobs
from app.events.models.events import Event, EventSeats
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import ShiftSignup
from app.events.queries import rsvps as reads
from app.events.rules.words import PlaceShown, RsvpState, Way
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from app.places.rules import Spot
from tests.appeals.test_giving import words
from tests.events.guests import SALMA, Guest, own, rsvps
from tests.factories.events import make_event, make_host, make_rsvp, make_shift, make_signup

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def purged(event: Event, after: timedelta) -> bool:
    with time_machine.travel(event.ends_at + after):
        jobs.purge_guests({})
        db.session.expire_all()
        return db.session.get_one(Event, event.id).purged_at is not None


def test_people_go_and_sums_stay(client: FlaskClient) -> None:
    with transaction():
        event = make_event(capacity=20, retention_days=3)
        came = make_rsvp(event, party_size=3, email=SALMA, checked_in_at=clock.utcnow(),
                         checked_in_size=2)  # fmt: skip
        make_rsvp(event)
        make_rsvp(event, state=RsvpState.WITHDRAWN, party_size=5)
        make_signup(make_shift(event))
    Guest(client, event.slug).come(email="late@example.org")
    page = own(came)
    assert client.get(page).status_code == 200
    assert not purged(event, 3 * DAY - HOUR)
    assert len(rsvps(event.id)) == 4
    assert purged(event, 3 * DAY + HOUR)
    held = db.session.get_one(Event, event.id)
    assert (held.rsvp_count, held.people_count, held.checked_in_count) == (2, 4, 2)
    assert rsvps(event.id) == []
    assert db.session.scalars(select(ShiftSignup)).all() == []
    seats = db.session.get_one(EventSeats, (event.id, Way.IN_PERSON))
    assert (seats.taken, seats.held, seats.ceiling) == (0, 0, 20)
    (mail,) = db.session.scalars(select(OutboxMail))
    assert (mail.values, mail.state) == ({}, MailState.WITHDRAWN)
    assert "late@" not in mail.to
    assert client.get(page).status_code == 410


def test_the_form_names_the_day(client: FlaskClient) -> None:
    with transaction():
        event = make_event(retention_days=5)
    day = reads.purge_day(event)
    assert f"We delete all of this on {day.day} {day:%B %Y}." in words(
        client.get(f"/events/{event.slug}/rsvp")
    )


def test_networks_are_kept_for_a_day(client: FlaskClient) -> None:
    with transaction():
        event = make_event()
    Guest(client, event.slug).come()
    kept = rsvps(event.id)[0].network
    assert kept is not None
    assert "203.0.113" not in kept
    with time_machine.travel(clock.utcnow() + DAY + HOUR):
        jobs.forget_networks({})
    assert rsvps(event.id)[0].network is None


def test_hosts_and_homes_are_forgotten_later(app: Flask) -> None:
    with transaction():
        event = make_event(place_shown=PlaceShown.ACCEPTED)
        public = make_event()
        host = make_host(event)
    purged(event, 15 * DAY)
    db.session.refresh(host)
    assert host.email is not None
    purged(event, 91 * DAY)
    db.session.expire_all()
    assert {host.email, host.name} == {None}
    held = db.session.get_one(Event, event.id)
    assert held.place is not None
    assert held.place.spot == Spot()
    other = db.session.get_one(Event, public.id)
    assert other.place is not None
    assert other.place.spot != Spot()


def test_nothing_of_a_coming_event_is_deleted(app: Flask) -> None:
    with transaction():
        event = make_event(starts_in=60 * DAY)
        make_rsvp(event)
    jobs.purge_guests({})
    assert db.session.scalars(select(Rsvp)).all() != []
