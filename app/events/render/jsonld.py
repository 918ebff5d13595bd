"""An event for search engines, in the words of schema.org; says no more than its page."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup

from app.events.models.events import Event
from app.events.render.events import plain
from app.events.rules import places as place_rules
from app.events.rules import times
from app.events.rules.words import EventKind, LinkShown, Mode, Status
from app.settings import settings
from app.web.locale import absolute_url, current_locale

_STATUS: Final = {
    Status.TENTATIVE: "EventScheduled",
    Status.CONFIRMED: "EventScheduled",
    Status.POSTPONED: "EventPostponed",
    Status.RESCHEDULED: "EventRescheduled",
    Status.MOVED_ONLINE: "EventMovedOnline",
    Status.CANCELLED: "EventCancelled",
}
_MODE: Final = {
    Mode.IN_PERSON: "OfflineEventAttendanceMode",
    Mode.ONLINE: "OnlineEventAttendanceMode",
    Mode.HYBRID: "MixedEventAttendanceMode",
}


def event_json(event: Event, *, now: datetime) -> Markup:
    """The event as JSON-LD, safe inside a <script> of data."""
    text = json.dumps(event_data(event, now=now), ensure_ascii=False, indent=1)
    # "</script" and "<!--" would end or hide the block.
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704


def event_data(event: Event, *, now: datetime) -> dict[str, Any]:
    """The event as schema.org says it."""
    address = absolute_url("events.show", slug=event.slug, locale=current_locale())
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScreeningEvent" if event.kind is EventKind.SCREENING else "Event",
        "@id": f"{settings().base_url}/events/{event.slug}",
        "url": address,
        "name": plain(event.title),
        "description": plain(event.summary),
        "inLanguage": list(event.languages),
        "startDate": _start(event),
        "eventStatus": f"https://schema.org/{_STATUS[event.status]}",
        "eventAttendanceMode": f"https://schema.org/{_MODE[event.mode]}",
        "location": _locations(event, now),
        "organizer": _organiser(event),
        "isAccessibleForFree": event.access.get("free_of_charge", [""])[0] == "yes" or None,
        "endDate": None if event.is_end_open else _end(event),
        "previousStartDate": _previous(event),
        "image": _image(event),
        "superEvent": _super_event(event),
        "workPresented": _film(event),
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def _start(event: Event) -> str:
    if event.is_all_day:
        return event.starts_local.date().isoformat()
    return event.starts_at.astimezone(ZoneInfo(event.zone)).isoformat()


def _end(event: Event) -> str:
    if event.is_all_day:
        return (event.ends_local - timedelta(days=1)).date().isoformat()
    return event.ends_at.astimezone(ZoneInfo(event.zone)).isoformat()


def _previous(event: Event) -> str | None:
    was = event.previous_starts_local
    if was is None or event.status is Status.POSTPONED:
        return None
    if event.is_all_day:
        return was.date().isoformat()
    at = times.instant(was, event.zone)
    return at.astimezone(ZoneInfo(event.zone)).isoformat()


def _locations(event: Event, now: datetime) -> list[dict[str, Any]]:
    found = []
    if event.mode is not Mode.ONLINE and event.place is not None:
        found.append(_place(event, now))
    if event.mode is not Mode.IN_PERSON:
        is_public = event.online_shown is LinkShown.PUBLIC and event.online_url
        page = absolute_url("events.show", slug=event.slug)
        found.append({"@type": "VirtualLocation", "url": event.online_url if is_public else page})
    return found


def _place(event: Event, now: datetime) -> dict[str, Any]:
    place = event.place
    if place is None:
        return {}
    address: dict[str, Any] = {
        "@type": "PostalAddress",
        "addressLocality": place.locality,
        "addressCountry": place.country,
    }
    if not place_rules.is_spot_public(event.place_shown, event.releases_at, now):
        name = " ".join(filter(None, (place.locality, place.district)))
        return {"@type": "Place", "name": name, "address": address}
    spot = place.spot
    address |= {
        name: value
        for name, value in (("streetAddress", spot.street), ("postalCode", spot.postcode))
        if value
    }
    exact: dict[str, Any] = {"@type": "Place", "name": spot.name or place.locality}
    exact["address"] = address
    if spot.has_position:
        exact["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": spot.lat,
            "longitude": spot.lon,
        }
    return exact


def _organiser(event: Event) -> dict[str, Any]:
    if event.called_by:
        return {"@type": "Organization", "name": event.called_by}
    return {
        "@type": "Organization",
        "name": plain(event.group.name),
        "url": absolute_url("groups.group", slug=event.group.slug),
    }


def _image(event: Event) -> str | None:
    if event.picture is None:
        return None
    return settings().base_url + url_for("files.show", sha256=event.picture.sha256)


def _super_event(event: Event) -> dict[str, Any] | None:
    call = event.mobilisation
    if call is None or call.published_at is None:
        return None
    return {
        "@type": "Event",
        "name": plain(call.title),
        "startDate": call.on_date.isoformat(),
        "endDate": call.until_date.isoformat(),
        "url": f"{settings().base_url}/mobilisations/{call.slug}",
    }


def _film(event: Event) -> dict[str, Any] | None:
    if event.kind is not EventKind.SCREENING or not event.film_title:
        return None
    film: dict[str, Any] = {"@type": "Movie", "name": event.film_title}
    if event.film_director:
        film["director"] = {"@type": "Person", "name": event.film_director}
    if event.film_year:
        film["dateCreated"] = str(event.film_year)
    if event.film_minutes:
        film["duration"] = f"PT{event.film_minutes}M"
    if event.film_certificate:
        film["contentRating"] = event.film_certificate
    return film
