"""The same event again on another day: a draft of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from app.audit.facts import Actor
from app.db.session import db
from app.events.models.events import Event, EventSeats, ProgrammeItem
from app.events.queries import events as reads
from app.events.rules import times
from app.events.rules.times import When
from app.events.rules.words import EventState, PlaceShown, Status
from app.events.service import changing
from app.events.service.editing import free_slug
from app.events.service.listing import relist
from app.events.service.rederiving import when_of
from app.lib import ids

#: What is said of an event and holds for the next one too.
COPIED: Final = (
    *("group_id", "campaign_id", "appeal_id", "mobilisation_id", "kind", "title", "summary"),
    *("body", "picture_id", "picture_alt", "languages", "called_by", "supported_by", "aimed_at"),
    *("aimed_why", "mode", "place_id", "place_shown", "meeting_point", "dispersal_point"),
    *("online_url", "online_shown", "access", "rsvp_mode", "external_url", "party_max"),
    *("confirms_by_mail", "has_waiting_list", "count_shown", "retention_days", "safety"),
    *("what_to_bring", "has_legal_observers", "has_first_aid", "has_welfare", "nation", "route"),
    *("expected_count", "film_title", "film_director", "film_year", "film_minutes"),
    *("film_certificate", "film_subtitles", "film_licence"),
)


def clone(event_id: int, day: date, *, now: datetime, by: Actor) -> Event:
    """Begin a draft like this event on another day, at the same hours; nobody comes to it yet."""
    event = reads.lock_event(event_id)
    made = copy_of(event, times.at_same_wall_time(when_of(event), day), now=now)
    made.group = event.group
    made.slug = free_slug(made)
    _keep(made, event)
    changing.note(made, "event.created", now=now, by=by, detail={"from": event.slug})
    relist(made, now=now)
    return made


def copy_of(event: Event, when: When, *, now: datetime) -> Event:
    """An event like another at another time; not written yet, and without an address."""
    made = Event(
        public_id=ids.public_id(),
        slug="",
        state=EventState.DRAFT,
        status=Status.CONFIRMED,
        sequence=0,
        version=1,
        created_at=now,
        updated_at=now,
        changed_at=now,
        **{name: getattr(event, name) for name in COPIED},
        **vars(when),
    )
    if made.place_shown is PlaceShown.RELEASED and event.place_released_at is not None:
        made.place_released_at = when.starts_at - (event.starts_at - event.place_released_at)
    return made


def _keep(made: Event, event: Event) -> None:
    db.session.add(made)
    db.session.flush()
    copy_parts(made, event)


def copy_parts(made: Event, event: Event) -> None:
    """Copy the rows that belong to an event: its seats, all free, and its programme."""
    for seats in event.seats:
        made.seats.append(
            EventSeats(
                way=seats.way, capacity=seats.capacity, ceiling=seats.capacity, taken=0, held=0
            )
        )
    move = made.starts_local - event.starts_local
    for item in event.programme:
        made.programme.append(
            ProgrammeItem(
                position=item.position,
                kind=item.kind,
                title=item.title,
                starts_local=item.starts_local + move if item.starts_local else None,
                minutes=item.minutes,
                people=item.people,
            )
        )
    db.session.flush()
    db.session.refresh(made)
