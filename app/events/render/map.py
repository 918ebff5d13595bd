"""The events of a list on the drawn map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext, ngettext

from app.events.render.events import plain
from app.events.render.listing import EventRow
from app.places import render
from app.places.render import MapShown, Pin


def draw(rows: Sequence[EventRow], here: tuple[float, float] | None = None) -> MapShown | None:
    """The map of some events; None where none of them has a position."""
    by_anchor = {row.anchor: row for row in rows}
    pins = [
        Pin(row.position, row.anchor, _label(row), is_area=row.is_area)
        for row in rows
        if row.position is not None
    ]
    return render.draw(pins, here, lambda heap: _many(heap, by_anchor))


def _label(row: EventRow) -> str:
    return str(gettext(", ")).join((plain(row.event.title), row.where))


def _many(heap: Sequence[Pin], by_anchor: Mapping[str, EventRow]) -> str:
    count = ngettext("%(num)d event", "%(num)d events", len(heap))
    place = by_anchor[heap[0].anchor].event.place
    return str(gettext(", ")).join(filter(None, (count, place.locality if place else "")))
