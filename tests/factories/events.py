"""Events, places and what belongs to them for tests; call inside a transaction.

Rows are written as they are, without the services, so that any state can be made.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.events.models.events import Event, EventSeats
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import Shift, ShiftSignup
from app.events.rules.words import (
    EntrySource,
    EventKind,
    EventState,
    HostPolicy,
    Mode,
    RoleKind,
    RsvpState,
    SignupState,
    Way,
)
from app.events.service.listing import relist
from app.lib import clock, ids
from app.lib.text import Translated
from app.places.models import Place
from app.places.rules import Spot
from tests.factories.appeals import make_network

SPOT = Spot(name="Kings Hall", street="12 Hoe Street", postcode="E17 4PP", lat=51.5859, lon=-0.0203)


def make_place(spot: Spot = SPOT, **changes: Any) -> Place:
    """A hall in Walthamstow unless told otherwise; its area is the postcode district E17."""
    values: dict[str, Any] = {
        "country": "GB",
        "locality": "London",
        "area_lat": 51.5859,
        "area_lon": -0.0136,
        "area_km": 2.3,
        "district": "E17",
    }
    place = Place(**values | changes, precise=spot.to_json())
    db.session.add(place)
    db.session.flush()
    return place


def make_campaign(**changes: Any) -> Campaign:
    """A published campaign of the network."""
    now = clock.utcnow()
    values: dict[str, Any] = {
        "slug": "tell-the-truth",
        "group_id": make_network().id,
        "title": Translated.of(en="Tell the truth", ar="قولوا الحقيقة"),
        "summary": Translated.of(en="For honest news.", ar="من أجل أخبار صادقة."),
        "story": Translated.of(en="Why.", ar="لماذا."),
        "published_at": now,
        "created_at": now,
        "updated_at": now,
    }
    campaign = Campaign(**values | changes)
    db.session.add(campaign)
    db.session.flush()
    return campaign


def make_mobilisation(**changes: Any) -> Mobilisation:
    """A published day of action in four weeks, to which anybody may offer a local event."""
    now = clock.utcnow()
    day = (now + timedelta(days=28)).date()
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "slug": f"day-{ids.public_id()[:6]}",
        "group_id": make_network().id,
        "title": Translated.of(en="A day for the truth", ar="يوم من أجل الحقيقة"),
        "summary": Translated.of(en="Everywhere on one day.", ar="في كل مكان في يوم واحد."),
        "body": Translated.of(en="Come to the broadcasters.", ar="تعالوا إلى الإذاعات."),
        "on_date": day,
        "until_date": day,
        "host_policy": HostPolicy.APPROVAL,
        "local_title": Translated.of(en="Truth in {place}", ar="الحقيقة في {place}"),
        "local_start": time(13),
        "published_at": now,
        "created_at": now,
        "updated_at": now,
    }
    mobilisation = Mobilisation(**values | changes)
    db.session.add(mobilisation)
    db.session.flush()
    return mobilisation


def make_event(
    *,
    starts_in: timedelta = timedelta(days=7),
    lasts: timedelta = timedelta(hours=2),
    zone: str = "Europe/London",
    capacity: int | None = None,
    online_capacity: int | None = None,
    **changes: Any,
) -> Event:
    """A published vigil in Walthamstow in a week, listed in the index."""
    now = clock.utcnow()
    starts_at = changes.pop("starts_at", None) or (now + starts_in).replace(
        minute=0, second=0, microsecond=0
    )
    ends_at = starts_at + lasts
    mode = changes.get("mode", Mode.IN_PERSON)
    if mode is not Mode.ONLINE and "place_id" not in changes:
        changes["place_id"] = make_place().id
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "slug": f"vigil-{ids.public_id()[:8]}",
        "group_id": changes.get("group_id") or make_network().id,
        "kind": EventKind.VIGIL,
        "title": Translated.of(en="Vigil with lanterns", ar="وقفة بالفوانيس"),
        "summary": Translated.of(en="We stand together.", ar="نقف معًا."),
        "body": Translated.of(en="Bring a lantern.", ar="أحضروا فانوسًا."),
        "languages": ["en"],
        "starts_local": _wall(starts_at, zone),
        "ends_local": _wall(ends_at, zone),
        "zone": zone,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "mode": mode,
        "access": {},
        "state": EventState.PUBLISHED,
        "published_at": now,
        "created_at": now,
        "updated_at": now,
        "changed_at": now,
    }
    event = Event(**values | changes)
    db.session.add(event)
    db.session.flush()
    if mode is not Mode.ONLINE:
        _add_seats(event, Way.IN_PERSON, capacity)
    if mode is not Mode.IN_PERSON:
        _add_seats(event, Way.ONLINE, online_capacity)
    relist(event, now=now)
    return event


def make_rsvp(event: Event, **changes: Any) -> Rsvp:
    """Somebody who comes, without an address; the seats are counted."""
    now = clock.utcnow()
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "event_id": event.id,
        "nonce": ids.token(),
        "way": Way.IN_PERSON,
        "state": RsvpState.GOING,
        "party_size": 1,
        "code": ids.public_id()[:6],
        "locale": "en",
        "source": EntrySource.WEB,
        "created_at": now,
        "changed_at": now,
    }
    rsvp = Rsvp(**values | changes)
    db.session.add(rsvp)
    seats = db.session.get(EventSeats, (event.id, rsvp.way))
    if seats is not None and rsvp.state in {
        RsvpState.GOING,
        RsvpState.UNCONFIRMED,
        RsvpState.OFFERED,
    }:
        seats.taken += rsvp.party_size
        seats.held += rsvp.party_size if rsvp.state is RsvpState.UNCONFIRMED else 0
    db.session.flush()
    return rsvp


def make_host(event: Event, **changes: Any) -> EventHost:
    """The host of an offered event, with a proven mailbox."""
    now = clock.utcnow()
    values: dict[str, Any] = {
        "event_id": event.id,
        "public_id": ids.public_id(),
        "nonce": ids.token(),
        "name": "Zofia",
        "email": "zofia@example.org",
        "locale": "en",
        "source": EntrySource.WEB,
        "is_adult": True,
        "offered_at": now,
        "confirmed_at": now,
    }
    host = EventHost(**values | changes)
    db.session.add(host)
    db.session.flush()
    return host


def make_shift(event: Event, **changes: Any) -> Shift:
    """Two stewards for the whole event."""
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "event_id": event.id,
        "role": RoleKind.STEWARD,
        "starts_local": event.starts_local,
        "ends_local": event.ends_local,
        "needed": 2,
    }
    shift = Shift(**values | changes)
    db.session.add(shift)
    db.session.flush()
    return shift


def make_signup(shift: Shift, **changes: Any) -> ShiftSignup:
    """Somebody who takes a shift."""
    now = clock.utcnow()
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "shift_id": shift.id,
        "nonce": ids.token(),
        "state": SignupState.TAKEN,
        "name": "Samir",
        "email": "samir@example.org",
        "locale": "en",
        "source": EntrySource.WEB,
        "is_adult": True,
        "created_at": now,
    }
    signup = ShiftSignup(**values | changes)
    db.session.add(signup)
    if signup.state is SignupState.TAKEN:
        shift.taken += 1
    db.session.flush()
    return signup


def _add_seats(event: Event, way: Way, capacity: int | None) -> None:
    db.session.add(EventSeats(event_id=event.id, way=way, capacity=capacity, ceiling=capacity))
    db.session.flush()


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
