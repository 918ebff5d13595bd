"""What is on, as lists show it: one line of when, one of where; no more than anybody may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_skeleton
from flask_babel import gettext

from app.events.models.events import Event
from app.events.queries.listing import Listed
from app.events.render.events import event_iso, when_shown, where_shown
from app.events.render.words import KIND_NAMES, STATUS_NAMES, STATUS_TONES
from app.events.rules.listing import is_accessible
from app.events.rules.words import Mode, Status
from app.lib.countries import country_name
from app.places.queries.gazetteer import Town
from app.web.locale import current_locale


@dataclass(frozen=True)
class EventRow:
    """One event in a list."""

    event: Event
    #: Names it on the page, for links from the map.
    anchor: str
    kind: str
    #: The day as a leaf of a calendar: Sat, 5, Dec 2026.
    weekday: str
    day: str
    month: str
    iso: str
    #: The hours, or the days of something longer.
    time: str
    where: str
    distance: str
    position: tuple[float, float] | None
    #: The position is only the middle of an area.
    is_area: bool
    status: str
    tone: str
    is_accessible: bool
    is_full: bool

    @property
    def is_off(self) -> bool:
        """Whether nobody should go there at that time."""
        return self.event.status in {Status.CANCELLED, Status.POSTPONED}


def event_rows(listed: Sequence[Listed], *, now: datetime) -> list[EventRow]:
    """The events of a list."""
    return [event_row(each, now=now) for each in listed]


def event_row(listed: Listed, *, now: datetime) -> EventRow:
    """One event of a list, and how far away it is."""
    event = listed.event
    first = event.starts_local.date()
    shown, when = where_shown(event, now), when_shown(event)
    locale = _date_locale()
    has_status = event.status is not Status.CONFIRMED
    return EventRow(
        event=event,
        anchor=f"e-{event.public_id}",
        kind=str(KIND_NAMES[event.kind]),
        weekday=format_date(first, "EEE", locale=locale),
        day=format_date(first, "d", locale=locale),
        month=_month(first, now),
        iso=event_iso(event),
        time=when.hours or ("" if _is_one_day(event) else when.day),
        where=_where(event, now),
        distance=distance_words(listed.km, is_about=bool(shown and not shown.is_exact)),
        position=listed.position,
        is_area=bool(shown and shown.position is None),
        status=str(STATUS_NAMES[event.status]) if has_status else "",
        tone=STATUS_TONES[event.status],
        is_accessible=is_accessible(event.mode, event.access),
        is_full=_is_full(event),
    )


def town_label(town: Town) -> str:
    """A town so that it cannot be taken for another of its name."""
    country = country_name(town.country, current_locale())
    near = gettext("near %(town)s", town=town.near) if town.near else ""
    return str(gettext(", ")).join(filter(None, (town.name, near, country)))


def distance_words(km: float | None, *, is_about: bool) -> str:
    """How far away something is, in words; nothing where that is not known."""
    if km is None:
        return ""
    if round(km) < 1:
        return str(gettext("about 1 km away") if is_about else gettext("less than 1 km away"))
    if is_about:
        return str(gettext("about %(km)d km away", km=round(km)))
    return str(gettext("%(km)d km away", km=round(km)))


def _is_one_day(event: Event) -> bool:
    return (event.ends_at - event.starts_at).days <= 1


def _month(day: date, now: datetime) -> str:
    skeleton = "MMM" if day.year == now.year else "yMMM"
    return format_skeleton(skeleton, day, locale=_date_locale())


def _where(event: Event, now: datetime) -> str:
    shown = where_shown(event, now)
    if shown is None or event.place is None:
        return str(gettext("Online"))
    place = event.place
    town = " ".join(filter(None, (place.locality, "" if shown.is_exact else place.district)))
    country = "" if place.country == "GB" else country_name(place.country, current_locale())
    name = place.spot.name if shown.is_exact else ""
    parts = list(dict.fromkeys(part for part in (name, town, country) if part))
    if event.mode is Mode.HYBRID:
        parts.append(gettext("and online"))
    return str(gettext(", ")).join(parts)


def _is_full(event: Event) -> bool:
    return bool(event.seats) and all(
        each.capacity is not None and each.taken >= each.capacity for each in event.seats
    )


def _date_locale() -> str:
    return "en_GB" if current_locale() == "en" else current_locale()
