"""Events for feed readers (Atom) and maps (GeoJSON); they say no more than the event's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from flask_babel import gettext

from app.events.models.events import Event, EventNote
from app.events.render.calendar import title_line
from app.events.render.events import (
    WhereShown,
    description,
    event_iso,
    plain,
    where_shown,
)
from app.events.render.words import KIND_NAMES
from app.lib.clock import day_in, start_of_day
from app.settings import settings
from app.web.locale import absolute_url, current_locale

ATOM_TYPE: Final = "application/atom+xml"
GEOJSON_TYPE: Final = "application/geo+json"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_XML_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n'


# --- Atom ---------------------------------------------------------------------------------------


def atom(events: Sequence[Event], *, now: datetime, title: str, address: str, page: str) -> str:
    """What is on and what is said of it on the day, the latest change first."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": current_locale()})
    entries = sorted(_entries(events, now), key=lambda each: each[0], reverse=True)
    latest = entries[0][0] if entries else start_of_day("UTC", day_in("UTC", now))
    _add(root, "id", address)
    _add(root, "title", title)
    _add(root, "updated", _iso(latest))
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM_TYPE, "href": address})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _add(ET.SubElement(root, "author"), "name", settings().site_name)
    root.extend(entry for _, entry in entries)
    return _XML_HEAD + ET.tostring(root, encoding="unicode") + "\n"


def _entries(events: Iterable[Event], now: datetime) -> Iterable[tuple[datetime, ET.Element]]:
    for event in events:
        yield event.changed_at, _event_entry(event, now)
        for note in event.notes:
            if note.withdrawn_at is None:
                yield note.posted_at, _note_entry(event, note)


def _event_entry(event: Event, now: datetime) -> ET.Element:
    entry = _entry(f"events/{event.public_id}", title_line(event), event.changed_at)
    _link(entry, event)
    _add(entry, "published", _iso(event.published_at or event.created_at))
    lines = [description(event, now), plain(event.status_note), plain(event.summary)]
    _add(entry, "summary", "\n".join(line for line in lines if line))
    label = str(KIND_NAMES[event.kind])
    ET.SubElement(entry, "category", {"term": event.kind.value, "label": label})
    return entry


def _note_entry(event: Event, note: EventNote) -> ET.Element:
    title = f"{plain(event.title)}: {gettext('News of the day')}"
    entry = _entry(f"notes/{event.public_id}/{note.id}", title, note.posted_at)
    _link(entry, event)
    _add(entry, "summary", plain(note.text))
    return entry


def _entry(name: str, title: str, updated: datetime) -> ET.Element:
    entry = ET.Element("entry")
    # RFC 4151: a name that stays when the address changes.
    _add(entry, "id", f"tag:{urlsplit(settings().base_url).hostname},2026:{name}")
    _add(entry, "title", title)
    _add(entry, "updated", _iso(updated))
    return entry


def _link(entry: ET.Element, event: Event) -> None:
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _page(event)})


def _add(parent: ET.Element, name: str, text: str) -> None:
    # XML knows no control characters, whatever came into the text.
    clean = "".join(each for each in text if each in "\n\t" or each >= " ")
    ET.SubElement(parent, name).text = clean


def _iso(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()


# --- GeoJSON ------------------------------------------------------------------------------------


def geojson(events: Iterable[Event], *, now: datetime) -> dict[str, Any]:
    """Each event as a point, or without one; of hidden places no more than the area's centre."""
    return {"type": "FeatureCollection", "features": [_feature(event, now) for event in events]}


def _feature(event: Event, now: datetime) -> dict[str, Any]:
    where = where_shown(event, now)
    position, precision = _position(event, where)
    geometry = None
    if position is not None:
        geometry = {"type": "Point", "coordinates": [round(each, 5) for each in position[::-1]]}
    properties = {
        "title": plain(event.title),
        "url": _page(event),
        "kind": event.kind.value,
        "mode": event.mode.value,
        "status": event.status.value,
        "starts": event_iso(event),
        "zone": event.zone,
        "place": str(gettext(", ")).join(where.lines) if where else None,
        # What the point means: the spot itself, or the middle of an area.
        "precision": precision,
        "area_km": where.km if where else None,
    }
    return {
        "type": "Feature",
        "id": event.public_id,
        "geometry": geometry,
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def _position(
    event: Event, where: WhereShown | None
) -> tuple[tuple[float, float] | None, str | None]:
    if where is None or event.place is None:
        return None, None
    if where.position is not None:
        return where.position, "exact"
    lat, lon = event.place.area_lat, event.place.area_lon
    return ((lat, lon), "area") if lat is not None and lon is not None else (None, None)


def _page(event: Event) -> str:
    return absolute_url("events.show", slug=event.slug, locale=current_locale())
