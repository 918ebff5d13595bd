"""What was promised about an event stays true when it is moved, called off or taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.session import db, transaction
from app.events import jobs
from app.events.errors.editing import EventGoneError, EventHiddenError, OutOfRangeError
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.queries import events as reads
from app.events.render.shifts import place_for
from app.events.rules import times
from app.events.rules.content import Joining
from app.events.rules.series import Repeat, Rule
from app.events.rules.statuses import Step
from app.events.rules.words import EventState, PlaceShown, SignupState, Status
from app.events.service import editing, series, statuses
from app.factory import handlers
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.queue.jobs import run_due
from tests.appeals.test_mails import text_of
from tests.events.test_editing import BY
from tests.factories.events import make_event, make_rsvp, make_shift, make_signup

pytestmark = pytest.mark.one_database
DAY = timedelta(days=1)


def event_with(**values: Any) -> Event:
    with transaction():
        return make_event(**values)


def move(event: Event, by: timedelta) -> None:
    now = clock.utcnow()
    starts, ends = event.starts_local + by, event.ends_local + by
    when = times.derive(starts, ends, event.zone, starts_fold=False, ends_fold=False)
    with transaction():
        statuses.reschedule(event.id, when, now=now, by=BY)


def anew(event: Event) -> Event:
    db.session.expire_all()
    return db.session.get_one(Event, event.id)


def released_in(days: int, *, starts_in: int) -> Event:
    return event_with(
        place_shown=PlaceShown.RELEASED,
        place_released_at=clock.utcnow() + days * DAY,
        starts_in=starts_in * DAY,
    )


@pytest.mark.parametrize("days", [60, -14])
def test_the_hour_of_a_place_moves_with_its_event(app: Flask, days: int) -> None:
    event = released_in(20, starts_in=21)
    before = event.starts_at - (event.place_released_at or event.starts_at)
    move(event, days * DAY)
    moved = anew(event)
    assert moved.place_released_at is not None
    assert moved.starts_at - moved.place_released_at == before


def test_who_comes_hears_of_the_place_at_its_hour(app: Flask) -> None:
    event = released_in(1, starts_in=3)
    with transaction():
        make_rsvp(event, email="salma@example.org")
    with time_machine.travel(clock.utcnow() + 1 * DAY + timedelta(minutes=1)):
        jobs.release_places({})
        run_due(handlers(), limit=20)
        (mail,) = db.session.scalars(
            select(OutboxMail).where(OutboxMail.template == "events/rsvp_changed")
        )
        said = text_of(build_message(mail))
    now, before = said.split("Before:")
    assert "Hoe Street" in now
    assert "Hoe Street" not in before


@pytest.mark.parametrize("change", [statuses.cancel, statuses.postpone])
def test_what_is_called_off_never_tells_its_place(client: FlaskClient, change: Any) -> None:
    event = released_in(1, starts_in=3)
    with transaction():
        change(event.id, now=clock.utcnow(), by=BY)
    sequence = anew(event).sequence
    with time_machine.travel(clock.utcnow() + 2 * DAY):
        jobs.release_places({})
        assert "Hoe Street" not in client.get(f"/events/{event.slug}").text
        assert anew(event).sequence == sequence
        with transaction():
            statuses.reinstate(event.id, now=clock.utcnow(), by=BY)
        assert "Hoe Street" in client.get(f"/events/{event.slug}").text


def test_whoever_comes_after_a_move_is_deleted_too(app: Flask) -> None:
    event = event_with(status=Status.POSTPONED, starts_in=-120 * DAY)
    with transaction():
        make_rsvp(event, email="first@example.org")
    jobs.purge_guests({})
    assert anew(event).purged_at is not None
    move(event, 150 * DAY)
    assert anew(event).purged_at is None
    with transaction():
        make_rsvp(event, email="second@example.org")
    with time_machine.travel(clock.utcnow() + 90 * DAY):
        jobs.purge_guests({})
    assert db.session.scalars(select(Rsvp)).all() == []


def test_the_day_of_deletion_is_not_put_off_for_those_on_the_list(app: Flask) -> None:
    event = event_with()
    with transaction():
        make_rsvp(event)
    for days, is_right in ((90, False), (14, True), (3, True)):
        part = Joining(seats={}, retention_days=days)
        if is_right:
            with transaction():
                editing.edit_event(event.id, part, seen_version=None, now=clock.utcnow(), by=BY)
        else:
            with pytest.raises(OutOfRangeError), transaction():
                editing.edit_event(event.id, part, seen_version=None, now=clock.utcnow(), by=BY)
    assert anew(event).retention_days == 3


def test_what_was_not_certain_is_not_certain_again(app: Flask) -> None:
    event, now = event_with(status=Status.TENTATIVE), clock.utcnow()
    with transaction():
        statuses.cancel(event.id, now=now, by=BY)
    with transaction():
        statuses.reinstate(event.id, now=now, by=BY)
    assert anew(event).status is Status.TENTATIVE


@pytest.mark.parametrize("step", [Step.WITHDRAW, Step.HIDE])
def test_a_series_that_was_taken_off_does_not_come_again(app: Flask, step: Step) -> None:
    event, now = event_with(starts_in=2 * DAY), clock.utcnow()
    with transaction():
        rule = Rule(repeat=Repeat.WEEKLY, first=event.starts_local.date())
        made = series.begin(event.id, rule, None, now=now, by=BY)
    second = reads.list_of_series(made.id)[1]
    with transaction():
        series.step_following(second.id, step, now=now, by=BY)
    count = series.count_occurrences(made.id)
    with time_machine.travel(now + 50 * DAY), transaction():
        series.extend(made.id, now=clock.utcnow(), by=BY)
    assert series.count_occurrences(made.id) == count


@pytest.mark.parametrize(
    ("step", "error"), [(Step.HIDE, EventHiddenError), (Step.WITHDRAW, EventGoneError)]
)
def test_an_old_address_tells_no_new_one_of_what_is_gone(
    app: Flask, step: Step, error: type[Exception]
) -> None:
    event, now = event_with(slug="old-words"), clock.utcnow()
    with transaction():
        editing.change_slug(event.id, "new-words", now=now, by=BY)
        editing.step(event.id, step, now=now, by=BY)
    with pytest.raises(error):
        reads.get_published("old-words")


def test_a_helper_is_not_led_to_what_was_hidden(app: Flask) -> None:
    event, now = event_with(place_shown=PlaceShown.ACCEPTED), clock.utcnow()
    with transaction():
        shift = make_shift(event)
        signup = make_signup(shift, state=SignupState.TAKEN, accepted_at=now)
    assert place_for(event, [signup], now)["shows_spot"]
    event.state = EventState.HIDDEN
    assert not place_for(event, [signup], now)["shows_spot"]
    db.session.rollback()
