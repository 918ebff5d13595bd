"""What is on in the demo: every kind of event, in every state that a newcomer should see."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db.session import db, transaction
from app.demo import gatherings, scenery
from app.demo.people import read_texts
from app.events.models.events import Event, EventSeats
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import Shift
from app.events.rules.words import EventKind, EventState, RsvpState, Status, Way
from app.lib import clock

pytestmark = pytest.mark.one_database


def by_slug(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def people_of(event: Event, *states: RsvpState) -> int:
    people = select(func.coalesce(func.sum(Rsvp.party_size), 0))
    return int(
        db.session.scalar(people.where(Rsvp.event_id == event.id, Rsvp.state.in_(states))) or 0
    )


def test_the_demo_shows_every_kind_and_state_of_events(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        scenery.make_groups(now)
    gatherings.make_gatherings(now)

    events = db.session.scalars(select(Event)).all()
    assert {event.kind for event in events} == set(EventKind)
    states = Counter(event.state for event in events)
    assert states[EventState.PENDING] == 1
    assert states.keys() == {EventState.PENDING, EventState.PUBLISHED}
    statuses = {event.status for event in events}
    assert {Status.POSTPONED, Status.CANCELLED, Status.TENTATIVE} <= statuses

    for one in read_texts("events")["events"]:
        if one.get("state") == "pending":
            continue
        event = by_slug(one["slug"])
        assert people_of(event, RsvpState.GOING) == one["going"], one["slug"]
        assert people_of(event, RsvpState.WAITING) == one.get("waiting", 0), one["slug"]
        assert (event.ends_at < now) == ("report" in one)
        taken = [
            (shift.role.value, shift.needed, shift.taken)
            for shift in db.session.scalars(select(Shift).where(Shift.event_id == event.id))
        ]
        assert sorted(taken) == sorted(tuple(each) for each in one.get("shifts", []))

    full = db.session.get_one(EventSeats, (by_slug("return-to-homs").id, Way.IN_PERSON))
    assert (full.taken, full.held, full.capacity) == (60, 0, 60)
    stalls = [event for event in events if event.kind is EventKind.STALL]
    assert len(stalls) >= 8
    assert min(stall.starts_at for stall in stalls) > now + timedelta(days=3)
