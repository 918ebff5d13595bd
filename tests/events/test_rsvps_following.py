"""Those who come follow their event: online and back, off and on again, off the site."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from app.db.session import db, transaction
from app.events import jobs
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.queries import rsvps as reads
from app.events.rules import times
from app.events.rules.content import Where
from app.events.rules.statuses import Step
from app.events.rules.words import LinkShown, Mode, RsvpState, Way
from app.events.service import editing, statuses
from app.events.service import rsvps as service
from app.lib import clock
from app.mail.render import build_message
from tests.appeals.test_giving import words
from tests.appeals.test_mails import text_of
from tests.events.guests import kinds, outbox, own, rsvps, seats_agree, work
from tests.events.test_editing import BY
from tests.factories.events import make_event, make_rsvp

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROOM = "https://meet.example.org/x"


def event_with(*people: dict[str, Any], **values: Any) -> Event:
    """An event and those who come to it, each with a proven mailbox."""
    now = clock.utcnow()
    with transaction():
        event = make_event(**values)
        for place, each in enumerate(people):
            proven = {
                "email": f"p{place}@example.org",
                "wants_reminders": True,
                "confirmed_at": now,
            }
            make_rsvp(event, **proven | {"created_at": now - 3 * DAY} | each)
    return event


def move_online(event: Event, **values: Any) -> None:
    with transaction():
        statuses.move_online(event.id, ROOM, now=clock.utcnow(), by=BY, **values)


def reinstate(event: Event) -> None:
    with transaction():
        statuses.reinstate(event.id, now=clock.utcnow(), by=BY)


def ways(event: Event) -> list[Way]:
    return [each.way for each in rsvps(event.id)]


def states(event: Event) -> list[RsvpState]:
    return [each.state for each in rsvps(event.id)]


# --- where ----------------------------------------------------------------------------------------


def test_everybody_takes_part_online_in_what_was_moved_there(client: FlaskClient) -> None:
    event = event_with({}, starts_in=20 * HOUR)
    move_online(event, online_shown=LinkShown.ACCEPTED)
    work("events.tell_change")
    jobs.remind_guests({})
    (rsvp,) = rsvps(event.id)
    page = words(client.get(own(rsvp)))
    assert ("meet.example.org" in page, "Hoe Street" in page) == (True, False)
    (changed,), (reminder,) = outbox("rsvp_changed"), outbox("rsvp_reminder")
    for text in (
        text_of(build_message(changed)).partition("Before:")[0],
        text_of(build_message(reminder)),
    ):
        assert "Online" in text
        assert "Hoe Street" not in text
        assert "Where exactly it is" not in text


def test_seats_go_along_and_come_back(app: Flask) -> None:
    waits = {"state": RsvpState.WAITING, "waits_since": clock.utcnow()}
    event = event_with({}, waits, {"way": Way.ONLINE}, mode=Mode.HYBRID, capacity=1)
    move_online(event)
    assert ways(event) == [Way.ONLINE] * 3
    assert set(states(event)) == {RsvpState.GOING}
    seats_agree(event.id)
    reinstate(event)
    assert ways(event) == [Way.IN_PERSON, Way.IN_PERSON, Way.ONLINE]
    assert set(states(event)) == {RsvpState.GOING}
    seats_agree(event.id)


def test_nobody_is_left_online_where_all_come_in_person(client: FlaskClient) -> None:
    waits = {"way": Way.ONLINE, "state": RsvpState.WAITING, "waits_since": clock.utcnow()}
    event = event_with(
        {"way": Way.ONLINE}, waits, mode=Mode.HYBRID, online_capacity=1, capacity=9, online_url=ROOM
    )
    where = Where(mode=Mode.IN_PERSON, place_id=event.place_id)
    with transaction():
        editing.edit_event(event.id, where, seen_version=None, now=clock.utcnow(), by=BY)
    assert ways(event) == [Way.IN_PERSON] * 2
    assert states(event) == [RsvpState.GOING, RsvpState.OFFERED]
    assert "Hoe Street" in words(client.get(own(rsvps(event.id)[0])))
    seats_agree(event.id)


# --- off and on -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["cancelled", "postponed", "hidden", "withdrawn"])
def test_what_became_free_meanwhile_is_offered(app: Flask, how: str) -> None:
    event = event_with({}, {"state": RsvpState.WAITING, "waits_since": clock.utcnow()}, capacity=1)
    off = {"cancelled": statuses.cancel, "postponed": statuses.postpone}
    steps = {"hidden": (Step.HIDE, Step.SHOW), "withdrawn": (Step.WITHDRAW, Step.PUBLISH)}
    now = clock.utcnow()
    with transaction():
        if how in off:
            off[how](event.id, now=now, by=BY)
        else:
            editing.step(event.id, steps[how][0], now=now, by=BY)
    with transaction():
        service.withdraw(rsvps(event.id)[0], now=now)
    assert states(event) == [RsvpState.WITHDRAWN, RsvpState.WAITING]
    with transaction():
        if how in off:
            statuses.reinstate(event.id, now=now, by=BY)
        else:
            editing.step(event.id, steps[how][1], now=now, by=BY)
    assert states(event) == [RsvpState.WITHDRAWN, RsvpState.OFFERED]
    seats_agree(event.id)


def test_an_offer_rests_while_it_is_off(app: Flask) -> None:
    now = clock.utcnow()
    offered = {"state": RsvpState.OFFERED, "offer_ends_at": now + 3 * HOUR, "waits_since": now}
    event = event_with(offered, capacity=1)
    with transaction():
        statuses.cancel(event.id, now=now, by=BY)
    with time_machine.travel(now + 4 * HOUR):
        jobs.lapse_seats({})
        assert states(event) == [RsvpState.OFFERED]
        reinstate(event)
        jobs.lapse_seats({})
        (rsvp,) = rsvps(event.id)
        assert rsvp.offer_ends_at is not None
        assert rsvp.offer_ends_at > clock.utcnow() + 20 * HOUR
    assert kinds() == ["rsvp_offer"]


def test_calendars_hear_that_it_was_taken_off_the_site(app: Flask) -> None:
    event = event_with({})
    with transaction():
        editing.step(event.id, Step.WITHDRAW, now=clock.utcnow(), by=BY)
    work("events.tell_change")
    (mail,) = outbox("rsvp_cancelled")
    assert "STATUS:CANCELLED" in mail.values["calendar"]
    assert "SUMMARY:CANCELLED: Vigil" in mail.values["calendar"]


# --- no new time yet ------------------------------------------------------------------------------


def test_whoever_comes_to_what_is_postponed_is_told_of_the_new_time(app: Flask) -> None:
    event = event_with({}, starts_in=DAY, retention_days=14)
    with transaction():
        statuses.postpone(event.id, now=clock.utcnow(), by=BY)
    ends_at = db.session.get_one(Event, event.id).ends_at
    assert reads.purge_day(db.session.get_one(Event, event.id)) >= (ends_at + 90 * DAY).date()
    with time_machine.travel(ends_at + 20 * DAY):
        jobs.purge_guests({})
        assert len(rsvps(event.id)) == 1
        with transaction():
            statuses.reschedule(event.id, later(event), now=clock.utcnow(), by=BY)
        work("events.tell_change")
        assert kinds()[-1] == "rsvp_changed"
    with time_machine.travel(ends_at + 80 * DAY):
        jobs.purge_guests({})
        assert db.session.query(Rsvp).count() == 0


def later(event: Event) -> times.When:
    """Sixty days later than it was to be."""
    shift = timedelta(days=60)
    starts: datetime = event.starts_local + shift
    return times.derive(
        starts, event.ends_local + shift, event.zone, starts_fold=False, ends_fold=False
    )
