"""What was refused or taken away is forgotten too; a yes stays where it was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.events import jobs
from app.events.models.events import Event
from app.events.models.hosting import EventReport
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import ShiftSignup
from app.events.render.rsvps import own_place
from app.events.rules.series import Repeat, Rule
from app.events.rules.shifts import Helper
from app.events.rules.statuses import Step
from app.events.rules.words import (
    EntrySource,
    EventState,
    PlaceShown,
    ReportKind,
    RsvpState,
)
from app.events.service import editing, merging, nearness, reporting, series, shifts, signups
from app.factory import handlers
from app.lib import clock
from app.lib.text import Translated
from app.mail.models.outbox import OutboxMail
from app.places.service import change_place, details_of
from app.queue.jobs import run_due
from tests.events.hosts import host_page, make_day, offer, the_host
from tests.events.test_editing import BY
from tests.events.test_host_pages import save
from tests.factories.accounts import make_account
from tests.factories.events import (
    make_event,
    make_host,
    make_mobilisation,
    make_rsvp,
    make_shift,
    make_signup,
)
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database
DAY = timedelta(days=1)


def event_with(**values: Any) -> Event:
    with transaction():
        return make_event(**values)


def mailed_to() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxMail.to)))


def test_what_was_refused_is_forgotten_with_its_place(app: Flask) -> None:
    with transaction():
        day = make_mobilisation()
        event = make_event(
            state=EventState.REJECTED,
            published_at=None,
            mobilisation_id=day.id,
            starts_in=-100 * DAY,
        )
        make_host(event, rejected_reason="Somebody we know says no.")
    jobs.purge_guests({})
    db.session.expire_all()
    assert the_host().rejected_reason is None
    place = the_host().event.place
    assert place is not None
    assert place.spot.street == ""


def test_an_offer_that_nobody_proved_leaves_no_address(client: FlaskClient) -> None:
    make_day()
    offer(client)
    with time_machine.travel(clock.utcnow() + 8 * DAY):
        jobs.lapse_offers({})
    assert "zofia@example.org" not in mailed_to()


def test_a_report_that_nobody_answered_goes_after_the_event(app: Flask) -> None:
    event, now = event_with(starts_in=2 * DAY), clock.utcnow()
    with transaction():
        reporting.report(event.id, ReportKind.OTHER, "Words", nonce="n", network="x", now=now)
    with time_machine.travel(now + 200 * DAY):
        jobs.lapse_offers({})
    assert db.session.scalar(select(func.count(EventReport.id))) == 0


def test_mails_to_people_of_a_shift_that_is_gone_go_when_the_others_do(app: Flask) -> None:
    event, now = event_with(), clock.utcnow()
    salma = Helper(name="Salma", email="salma@example.org", is_adult=True)
    with transaction():
        shift = make_shift(event)
        signups.enter(shift, salma, EntrySource.PHONE, now=now, by=BY)
    with transaction():
        shifts.remove_shift(shift, version=shift.version, now=now, by=BY)
    assert "salma@example.org" in mailed_to()
    with time_machine.travel(event.ends_at + 15 * DAY):
        run_due(handlers(), limit=50)
    assert "salma@example.org" not in mailed_to()


def test_a_yes_to_one_event_opens_no_place_of_another(app: Flask) -> None:
    now = clock.utcnow()
    one, other = (event_with(place_shown=PlaceShown.ACCEPTED) for _ in range(2))
    with transaction():
        rsvp = make_rsvp(one, email="x@example.org", accepted_at=now)
    with transaction():
        merging.merge(one.id, other.id, seen=one.version, now=now, by=BY)
    db.session.expire_all()
    moved = db.session.get_one(Rsvp, rsvp.id)
    assert (moved.event_id, moved.state) == (other.id, RsvpState.ASKED)
    assert not own_place(moved, now)["shows_spot"]
    with transaction():
        merging.undo(one.id, now=now, by=BY)
    db.session.expire_all()
    back = db.session.get_one(Rsvp, rsvp.id)
    assert (back.event_id, back.state) == (one.id, RsvpState.GOING)
    assert own_place(back, now)["shows_spot"]


def test_helpers_go_along_when_two_events_are_one(app: Flask) -> None:
    now = clock.utcnow()
    one, other = (event_with() for _ in range(2))
    with transaction():
        signup = make_signup(make_shift(one), email="salma@example.org")
    for act, place in (
        (lambda: merging.merge(one.id, other.id, seen=one.version, now=now, by=BY), other.id),
        (lambda: merging.undo(one.id, now=now, by=BY), one.id),
    ):
        before = mailed_to().count("salma@example.org")
        with transaction():
            act()
        db.session.expire_all()
        assert db.session.get_one(ShiftSignup, signup.id).shift.event_id == place
        assert mailed_to().count("salma@example.org") == before + 1


def test_a_host_who_changes_words_keeps_the_position(client: FlaskClient) -> None:
    make_day()
    page = host_page(client)
    with transaction():
        event = the_host().event
        event.state, event.published_at = EventState.PUBLISHED, clock.utcnow()
        assert event.place is not None
        change_place(event.place, replace(details_of(event.place), lat=50.06, lon=19.94))
    save(client, page, words="We stand there, all of us.")
    place = the_host().event.place
    assert place is not None
    assert place.spot.lat == 50.06


def test_what_other_groups_keep_hidden_is_not_near(app: Flask) -> None:
    now = clock.utcnow()
    at = (now + 28 * DAY).replace(minute=0, second=0, microsecond=0)
    with transaction():
        other = make_group(slug="other-group")
        title = Translated.of(en="Theirs")
        hidden = make_event(slug="one", state=EventState.HIDDEN, starts_at=at, title=title)
        coarse = make_event(slug="two", place_shown=PlaceShown.AREA, starts_at=at)
        mine = make_event(slug="mine", group_id=other.id, starts_at=at)
    found = {near.event.id: near.km for near in nearness.near_to(mine, now)}
    assert hidden.id not in found
    assert found.get(coarse.id) is None
    assert coarse.id in found


def test_what_an_organiser_hid_is_not_shown_by_an_answer_to_reports(app: Flask) -> None:
    event, now = event_with(), clock.utcnow()
    with transaction():
        by = Actor.account(make_account(Role.ORGANISER, group=event.group).id, "Amal Haddad")
    with transaction():
        reporting.report(event.id, ReportKind.SPAM, "", nonce="n", network="x", now=now)
    with transaction():
        editing.step(event.id, Step.HIDE, now=now, by=by)
    with transaction():
        reporting.answer(event.id, was_right=False, seen=1, now=now, by=by)
    db.session.expire_all()
    assert db.session.get_one(Event, event.id).state is EventState.HIDDEN


def test_a_night_without_the_hour_does_not_move_all_that_follow(app: Flask) -> None:
    with time_machine.travel(datetime(2027, 2, 1, tzinfo=UTC)):
        first = datetime(2027, 2, 7, 1, 30, tzinfo=UTC)
        event = event_with(starts_at=first, lasts=timedelta(hours=1))
        rule = Rule(repeat=Repeat.WEEKLY, first=event.starts_local.date())
        with transaction():
            made = series.begin(event.id, rule, None, now=clock.utcnow(), by=BY)
    # The last one that is there then is that of 28 March, when London's clocks go forward.
    for day in range(2, 60, 7):
        with time_machine.travel(datetime(2027, 2, 1, tzinfo=UTC) + day * DAY), transaction():
            series.extend(made.id, now=clock.utcnow(), by=BY)
    hours = {
        each.starts_local.date().isoformat(): f"{each.starts_local:%H:%M}"
        for each in db.session.scalars(select(Event).where(Event.series_id == made.id))
    }
    assert hours.pop("2027-03-28") == "02:00"
    assert set(hours.values()) == {"01:30"}
    assert "2027-04-04" in hours
