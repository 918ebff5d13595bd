"""A day of action as its page shows it: by country, each local event in the time of its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time, get_timezone_name
from flask_babel import gettext as _

from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.queries import mobilisations as reads
from app.events.queries.listing import Listed
from app.events.render import map as map_render
from app.events.render.listing import event_rows
from app.events.render.words import KIND_NAMES, STATUS_NAMES, STATUS_TONES
from app.events.rules import mobilisations as rules
from app.events.rules.places import is_spot_public
from app.events.rules.words import Mode, Status
from app.lib.countries import country_name
from app.lib.folding import fold
from app.web.filters import day, plain
from app.web.locale import current_locale

#: More local events than this are folded up country by country.
_FOLDED_FROM = 40


@dataclass(frozen=True)
class LocalRow:
    """One local event in the list."""

    event: Event
    #: Names it on the page, for links from the map.
    anchor: str
    town: str
    on_day: str
    at: str
    zone: str
    where: str
    kind: str
    status: str
    tone: str

    @property
    def is_off(self) -> bool:
        """Whether nobody should go there."""
        return self.event.status is Status.CANCELLED


@dataclass(frozen=True)
class CountryRows:
    """The local events of one country."""

    name: str
    rows: Sequence[LocalRow]


def mobilisation_page(mobilisation: Mobilisation, *, now: datetime) -> dict[str, Any]:
    """What the page of a day of action shows."""
    events = reads.list_local(mobilisation.id)
    on = [
        Listed(each, _position(each, now)) for each in events if each.status is not Status.CANCELLED
    ]
    return {
        "mobilisation": mobilisation,
        "days": days_of(mobilisation),
        "demands": rules.demand_lines(mobilisation.demands, current_locale()),
        "countries": by_country(events, now=now),
        "is_folded": len(events) > _FOLDED_FROM,
        "has_days": mobilisation.on_date != mobilisation.until_date,
        "takes_offers": takes_offers(mobilisation, now=now),
        "is_over": is_over(mobilisation, now=now),
        "toolkit": reads.list_toolkit(mobilisation.id),
        "map": map_render.draw(event_rows(on, now=now)),
    }


def takes_offers(mobilisation: Mobilisation, *, now: datetime) -> bool:
    """Whether somebody may offer a local event now."""
    return rules.takes_offers(
        policy=mobilisation.host_policy,
        published_at=mobilisation.published_at,
        cancelled_at=mobilisation.cancelled_at,
        until_date=mobilisation.until_date,
        now=now,
    )


def is_over(mobilisation: Mobilisation, *, now: datetime) -> bool:
    """Whether the last day is over everywhere."""
    return rules.is_over(mobilisation.until_date, now)


def days_of(mobilisation: Mobilisation) -> str:
    """The day or days, in words."""
    first, last = mobilisation.on_date, mobilisation.until_date
    if first == last:
        return day(first, "full")
    return str(_("%(first)s to %(last)s", first=day(first, "full"), last=day(last, "full")))


def by_country(events: Sequence[Event], *, now: datetime) -> list[CountryRows]:
    """Local events by country, in the order of their names; what is only online comes last."""
    locale = current_locale()
    found: dict[str, list[LocalRow]] = {}
    for event in events:
        is_online = event.place is None or event.mode is Mode.ONLINE
        code = event.place.country if event.place and not is_online else ""
        found.setdefault(code, []).append(local_row(event, now=now))
    return [
        CountryRows(country_name(code, locale) if code else _("Online"), _in_order(rows))
        for code, rows in sorted(found.items(), key=lambda each: _rank(each[0], locale))
    ]


def local_row(event: Event, *, now: datetime) -> LocalRow:
    """One local event, no more precise than anybody may see it."""
    town = event.place.locality if event.place and event.mode is not Mode.ONLINE else ""
    return LocalRow(
        event=event,
        anchor=f"e-{event.public_id}",
        town=town,
        on_day=day(event.starts_local.date(), "long"),
        at="" if event.is_all_day else wall_time(event.starts_local),
        zone=zone_name(event.zone),
        where=_where(event, now),
        kind=str(KIND_NAMES[event.kind]),
        status="" if event.status is Status.CONFIRMED else str(STATUS_NAMES[event.status]),
        tone=STATUS_TONES[event.status],
    )


def in_town(
    mobilisation: Mobilisation, country: str, town: str, *, now: datetime
) -> list[LocalRow]:
    """The public local events in a town, so that nobody offers what there is already."""
    return [
        local_row(event, now=now)
        for event in reads.list_local(mobilisation.id)
        if event.status is not Status.CANCELLED
        and event.place is not None
        and (event.place.country, fold(event.place.locality)) == (country, fold(town))
    ]


def wall_time(at: datetime) -> str:
    """What the clock on the wall shows: 13:00."""
    return format_time(at.time(), "HH:mm", locale=current_locale())


def zone_name(zone: str) -> str:
    """What people call the time of a place: Central European Time."""
    locale = "en_GB" if current_locale() == "en" else current_locale()
    return get_timezone_name(ZoneInfo(zone), width="long", locale=locale)


def file_size(byte_count: int | None) -> str:
    """How large a file is, roughly."""
    count = byte_count or 0
    if count >= 1024 * 1024:
        return str(_("%(count).1f MB", count=count / 1024 / 1024))
    return str(_("%(count)d kB", count=max(1, round(count / 1024))))


def home_values(mobilisation: Mobilisation, *, now: datetime) -> dict[str, Any]:
    """What the home page says of the next day of action."""
    return {
        "mobilisation": mobilisation,
        "days": days_of(mobilisation),
        "takes_offers": takes_offers(mobilisation, now=now),
    }


def _in_order(rows: list[LocalRow]) -> list[LocalRow]:
    return sorted(rows, key=lambda row: (fold(row.town), row.event.starts_at, row.event.id))


def _rank(code: str, locale: str) -> tuple[bool, str]:
    return (not code, fold(country_name(code, locale)).removeprefix("ال") if code else "")


def _position(event: Event, now: datetime) -> tuple[float, float] | None:
    """Where it is drawn on the map: the spot where anybody may see it, else the area."""
    place = event.place
    if place is None or event.mode is Mode.ONLINE:
        return None
    lat, lon = place.area_lat, place.area_lon
    if is_spot_public(event.place_shown, event.releases_at, now):
        lat, lon = (lat, lon) if place.spot.lat is None else (place.spot.lat, place.spot.lon)
    return (lat, lon) if lat is not None and lon is not None else None


def _where(event: Event, now: datetime) -> str:
    if event.place is None or event.mode is Mode.ONLINE:
        return ""
    if not is_spot_public(event.place_shown, event.releases_at, now):
        return event.place.district or ""
    spot = event.place.spot
    return ", ".join(part for part in (spot.name, spot.street) if part)


def title_of(mobilisation: Mobilisation) -> str:
    """The title without mark-up."""
    return plain(mobilisation.title)
