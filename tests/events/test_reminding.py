"""Reminding those who come on the day before, once for each start."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import time_machine

from app.db.session import db, transaction
from app.events import jobs
from app.events.models.events import Event
from app.events.rules.words import PlaceShown, RsvpState, Status
from app.lib import clock
from app.mail.render import build_message
from tests.appeals.test_mails import text_of
from tests.events.guests import SALMA, outbox
from tests.factories.events import make_event, make_rsvp

if TYPE_CHECKING:
    from flask import Flask

DAY = timedelta(days=1)
NOON = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


def guest(event: Event, **values: Any) -> None:
    make_rsvp(event, **{"email": SALMA, "wants_reminders": True, **values})


def test_a_reminder_goes_once_for_each_start(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        with transaction():
            event = make_event(starts_in=3 * DAY)
            guest(event)
        jobs.remind_guests({})
        assert outbox("rsvp_reminder") == []
        traveller.shift(2 * DAY + timedelta(minutes=5))
        for _ in range(2):
            jobs.remind_guests({})
        assert len(outbox("rsvp_reminder")) == 1
        with transaction():
            held = db.session.get_one(Event, event.id)
            held.starts_at, held.ends_at = held.starts_at + 2 * DAY, held.ends_at + 2 * DAY
        jobs.remind_guests({})
        assert len(outbox("rsvp_reminder")) == 1
        traveller.shift(2 * DAY)
        jobs.remind_guests({})
        assert len(outbox("rsvp_reminder")) == 2


def test_who_is_reminded(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        with transaction():
            event = make_event(starts_in=DAY + timedelta(hours=14), place_shown=PlaceShown.AREA)
            for values in (
                {},
                {"email": None, "wants_reminders": False},
                {"wants_reminders": False},
                {"state": RsvpState.WAITING, "waits_since": NOON},
                {"state": RsvpState.WITHDRAWN},
                # Came to it an hour ago, and has a mail about it already.
                {"email": "fresh@example.org", "created_at": NOON + timedelta(hours=15)},
            ):
                guest(event, **values)
            for status in (Status.CANCELLED, Status.POSTPONED):
                guest(make_event(starts_in=DAY + timedelta(hours=14), status=status))
            guest(make_event(starts_in=timedelta(hours=17)))
        traveller.shift(timedelta(hours=16))
        jobs.remind_guests({})
        (mail,) = outbox("rsvp_reminder")
        message = build_message(mail)
        text = text_of(message) + text_of(message, "html")
        assert (mail.to, "Hoe Street" in text) == (SALMA, False)
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"/events/{db.session.get_one(Event, event.id).slug}.ics" in text
        assert clock.utcnow() > NOON
