"""The public page of a collection point, and points for maps and search engines.

Nothing here says more of where a point is than `render.places.public_place` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext
from markupsafe import Markup

from app.aid.models.drops import DropNeed
from app.aid.models.points import CollectionPoint
from app.aid.queries.hours import hours_of, listed_hours
from app.aid.queries.needs import list_by_urgency
from app.aid.render.bringing import bring_link
from app.aid.render.drops import sentence
from app.aid.render.finding import next_point
from app.aid.render.hours import clock_words, hours_shown, open_shown
from app.aid.render.places import ShownPlace, public_place
from app.aid.render.words import FILL_NAMES, FILL_TONES, POINT_KIND_NAMES
from app.aid.rules.drops import TAKES_THINGS
from app.aid.rules.hours import Hours
from app.aid.rules.places import Shown
from app.aid.rules.words import HoursKind, ItemCategory, PointKind, PointState, Priority
from app.events.render.events import long_day
from app.events.render.names import ANSWER_NAMES, ANSWER_TONES
from app.events.rules.words import Answer
from app.settings import settings
from app.web.filters import plain
from app.web.locale import absolute_url, current_locale

_SCHEMA_DAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)


def point_page(point: CollectionPoint, *, now: datetime) -> dict[str, Any]:
    """Everything that anybody may read of a point."""
    hours, place = hours_of(point), public_place(point)
    today = hours.today(now)
    opening = open_shown(hours, now)
    takes_things = point.drop.state in TAKES_THINGS
    is_shut_today = point.shut_on == today
    goes_elsewhere = point.state is not PointState.LIVE or is_shut_today or not opening.is_open
    return {
        "point": point,
        "drop": point.drop,
        "name": place.name,
        "kind": str(POINT_KIND_NAMES[point.kind]),
        "place": place,
        "position": place.position if place.is_spot else None,
        "km": round(place.km) or 1 if place.km else None,
        "opening": opening,
        "hours": hours_shown(hours, today),
        "is_shut_today": is_shut_today,
        "state": point.state.value,
        "takes_things": takes_things,
        "sentence": "" if takes_things else sentence(point.drop),
        "fill": (str(FILL_NAMES[point.fill]), FILL_TONES[point.fill]),
        "next": next_point(point, now) if goes_elsewhere else None,
        "step_free": (str(ANSWER_NAMES[point.step_free]), ANSWER_TONES.get(point.step_free)),
        "knows_steps": point.step_free is not Answer.UNKNOWN,
        "bring": bring_link(point, now),
        "is_quiet": point.kind is PointKind.HOME or not place.is_spot,
        "json_ld": point_json(point, place, hours),
        **_goods(point),
    }


def moment_words(at: datetime, zone: str) -> str:
    """A day and a time on the wall, in words."""
    local = at.astimezone(ZoneInfo(zone))
    return str(
        gettext(
            "%(day)s at %(time)s",
            day=long_day(local.date()),
            time=clock_words(local.time()),
        )
    )


def _goods(point: CollectionPoint) -> dict[str, Any]:
    """What it takes, the urgent first, and what it does not, with the reason."""
    taken = {each.item_id for each in point.takes}
    needs = list_by_urgency(point.drop_id)
    wanted = [need for need in needs if need.priority is not Priority.NOT_WANTED]
    refused = [need for need in needs if need.priority is Priority.NOT_WANTED]
    own = [need for need in wanted if point.takes_all or need.item_id in taken]
    elsewhere = [need for need in wanted if need not in own]
    return {
        "takes": [_need(need) for need in own],
        "refuses": [_need(need) for need in (*refused, *elsewhere)],
        "names_medicines": any(need.item.category is ItemCategory.MEDICINE for need in refused),
    }


def _need(need: DropNeed) -> dict[str, Any]:
    return {
        "name": need.item.name,
        "why": need.why if need.priority is Priority.NOT_WANTED else None,
        "is_urgent": need.priority is Priority.URGENT,
    }


# --- search engines -----------------------------------------------------------------------------


def point_json(point: CollectionPoint, place: ShownPlace, hours: Hours) -> Markup | None:
    """A point as schema.org says it; only of places whose door everybody may see, and no homes."""
    if not place.is_spot or point.kind is PointKind.HOME or point.place is None:
        return None
    spot = point.place.spot
    address = {
        "@type": "PostalAddress",
        "streetAddress": ", ".join(spot.street.splitlines()),
        "addressLocality": point.place.locality,
        "postalCode": spot.postcode,
        "addressCountry": point.place.country,
    }
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Place",
        "@id": f"{settings().base_url}/aid/points/{point.slug}",
        "url": absolute_url("points.show", slug=point.slug, locale=current_locale()),
        "name": place.name,
        "address": {name: text for name, text in address.items() if text},
        "openingHoursSpecification": _specification(hours),
    }
    if place.position is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": place.position[0],
            "longitude": place.position[1],
        }
    text = json.dumps(found, ensure_ascii=False, indent=1)
    # "</script" and "<!--" would end or hide the block.
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704


def _specification(hours: Hours) -> list[dict[str, str]]:
    """The usual week and single days; of a closed day both times are midnight, as they have it."""
    found = []
    for row in hours.rows:
        if row.is_bank_holiday or row.kind is HoursKind.BY_APPOINTMENT:
            continue
        since, until = row.day or row.valid_from, row.day or row.valid_to
        one = {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": f"https://schema.org/{_SCHEMA_DAYS[row.weekday]}"
            if row.weekday is not None
            else "",
            "opens": row.opens.strftime("%H:%M") if row.opens else "00:00",
            "closes": row.closes.strftime("%H:%M") if row.closes else "00:00",
            "validFrom": since.isoformat() if since else "",
            "validThrough": until.isoformat() if until else "",
        }
        found.append({name: text for name, text in one.items() if text})
    return found


# --- maps ---------------------------------------------------------------------------------------


def geojson(points: Sequence[CollectionPoint], *, now: datetime) -> dict[str, Any]:
    """Each point as far as anybody may know where it is; of hidden ones the middle of an area."""
    return {"type": "FeatureCollection", "features": list(_features(points, now))}


def _features(points: Sequence[CollectionPoint], now: datetime) -> Iterable[dict[str, Any]]:
    for point in points:
        place = public_place(point)
        if place.shown is Shown.NOTHING:
            continue
        geometry = None
        if place.position is not None:
            where = [round(each, 5) for each in place.position[::-1]]
            geometry = {"type": "Point", "coordinates": where}
        properties = {
            "title": place.name,
            "url": absolute_url("points.show", slug=point.slug, locale=current_locale()),
            "kind": point.kind.value,
            "drop": plain(point.drop.title),
            "state": "full" if point.state is PointState.FULL else "open",
            "hours": open_shown(listed_hours(point), now).text,
            "place": place.line,
            # What the point means: the spot itself, or the middle of an area.
            "precision": "exact" if place.is_spot else "area",
            "area_km": place.km,
        }
        yield {
            "type": "Feature",
            "id": point.public_id,
            "geometry": geometry,
            "properties": {name: value for name, value in properties.items() if value is not None},
        }
