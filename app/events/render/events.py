"""What an event's page shows: when, where as far as anybody may know, how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location
from flask_babel import gettext

from app.events.models.events import Event, ProgrammeItem, SafetyContact
from app.events.queries import events as reads
from app.events.render.names import (
    ANSWER_NAMES,
    ANSWER_TONES,
    CONTACT_NAMES,
    POINT_NAMES,
    PROGRAMME_NAMES,
    language_label,
)
from app.events.render.words import KIND_NAMES, STATUS_NAMES
from app.events.rules import access as access_rules
from app.events.rules import contacts as contact_rules
from app.events.rules import places as place_rules
from app.events.rules import times
from app.events.rules.words import Answer, LinkShown, Mode, Nation, PlaceShown, Status
from app.lib.countries import country_name
from app.lib.text import Translated
from app.places.models import Place
from app.settings import settings
from app.web.locale import current_locale


@dataclass(frozen=True)
class WhenShown:
    """When it is, in words."""

    #: "Saturday 5 December 2026", or the days from the first to the last.
    day: str
    #: "14:00–16:00"; empty for whole days.
    hours: str
    #: Whose clock that is, where it is not the site's.
    zone: str
    #: For machines: <time datetime>.
    starts_iso: str

    def __str__(self) -> str:
        """In one line."""
        line = gettext(", ").join(filter(None, (self.day, self.hours)))
        return f"{line} ({self.zone})" if self.zone else line


@dataclass(frozen=True)
class WhereShown:
    """Where it is, as far as anybody may know now."""

    #: The lines of the address, or the area in one.
    lines: tuple[str, ...]
    #: The exact place is among the lines.
    is_exact: bool
    #: How far the area reaches, in kilometres.
    km: int | None
    #: Degrees, for a link to a map; only of a place that everybody may see.
    position: tuple[float, float] | None
    #: Who is told the rest, and when.
    rest: str


@dataclass(frozen=True)
class PointShown:
    """One point of access."""

    name: str
    answer: str
    tone: str
    note: str
    #: Whether anybody said anything about it.
    is_known: bool


def event_page(event: Event, *, now: datetime) -> dict[str, Any]:
    """Everything that an event's page shows; nothing that its place keeps hidden."""
    where = where_shown(event, now)
    return {
        "event": event,
        "kind_name": KIND_NAMES[event.kind],
        "when": when_shown(event),
        "previous": previous_shown(event),
        "status_name": STATUS_NAMES[event.status],
        "is_over": event.ends_at <= now,
        "is_on_now": event.starts_at <= now < event.ends_at,
        "where": where,
        "shows_points": event.mode is not Mode.ONLINE and (where is None or where.is_exact),
        "online": online_shown(event),
        "notes": reads.list_notes(event.id),
        "languages": spoken(event),
        "supporters": event.supported_by.splitlines(),
        "programme": programme_shown(event),
        "access": points_shown(event),
        "contacts": contacts_shown(event),
        "law": law_shown(event),
        "others": [(each, when_shown(each)) for each in reads.list_others_of_series(event, now)],
    }


# --- when ---------------------------------------------------------------------------------------


def when_shown(event: Event) -> WhenShown:
    """When it is, by the clock on the wall there."""
    starts, ends = event.starts_local, event.ends_local
    if event.is_all_day:
        last = (ends - timedelta(days=1)).date()
        return WhenShown(_days(starts.date(), last), "", zone_note(event), event_iso(event))
    if event.is_end_open:
        hours = hour(starts)
        return WhenShown(long_day(starts.date()), hours, zone_note(event), event_iso(event))
    if ends.date() == starts.date() or ends - starts < timedelta(hours=12):
        hours = f"{hour(starts)}–{hour(ends)}"
        return WhenShown(long_day(starts.date()), hours, zone_note(event), event_iso(event))
    first, last_ = (
        gettext("%(day)s at %(time)s", day=long_day(each.date()), time=hour(each))
        for each in (starts, ends)
    )
    return WhenShown(f"{first} – {last_}", "", zone_note(event), event_iso(event))


def previous_shown(event: Event) -> str | None:
    """When it was to be before it was moved, in one line."""
    was = event.previous_starts_local
    if was is None:
        return None
    if event.is_all_day:
        return long_day(was.date())
    return str(gettext("%(day)s at %(time)s", day=long_day(was.date()), time=hour(was)))


def long_day(day: date) -> str:
    """A day with its weekday."""
    return format_date(day, format="full", locale=_date_locale())


def hour(at: datetime) -> str:
    """A time on the wall: 14:05."""
    return format_time(at.time(), "HH:mm", locale=_date_locale())


def zone_note(event: Event) -> str:
    """Whose clock it is, where our readers would take it for another."""
    ours = ZoneInfo(settings().timezone)
    is_same = event.starts_at.astimezone(ours).replace(tzinfo=None) == event.starts_local
    if event.zone == settings().timezone or (is_same and not event.is_all_day):
        return ""
    city = get_timezone_location(ZoneInfo(event.zone), locale=current_locale(), return_city=True)
    offset = times.offset_text(event.starts_at, event.zone)
    return str(gettext("time in %(city)s, UTC%(offset)s", city=city, offset=offset))


def event_iso(event: Event) -> str:
    """The start for machines: with its offset, or the day alone."""
    if event.is_all_day:
        return event.starts_local.date().isoformat()
    return event.starts_at.astimezone(ZoneInfo(event.zone)).isoformat(timespec="minutes")


def _days(first: date, last: date) -> str:
    return long_day(first) if first == last else f"{long_day(first)} – {long_day(last)}"


def _date_locale() -> str:
    return "en_GB" if current_locale() == "en" else current_locale()


# --- where --------------------------------------------------------------------------------------


def where_shown(event: Event, now: datetime) -> WhereShown | None:
    """Where it is, as far as anybody may know now; None where nobody travels."""
    if event.mode is Mode.ONLINE or event.place is None:
        return None
    place = event.place
    if place_rules.is_spot_public(event.place_shown, event.releases_at, now):
        spot = place.spot
        lat, lon = spot.lat, spot.lon
        position = (lat, lon) if lat is not None and lon is not None else None
        return WhereShown(spot_lines(place), True, None, position, "")  # noqa: FBT003
    km = round(place.area_km) or 1 if place.area_km else None
    return WhereShown((area_line(place),), False, km, None, _rest(event))  # noqa: FBT003


def spot_lines(place: Place) -> tuple[str, ...]:
    """The exact place, one line each; only for whoever may see it."""
    spot = place.spot
    town = " ".join(filter(None, (place.locality, spot.postcode)))
    lines = (spot.name, *spot.street.splitlines(), town, _country(place))
    return tuple(line for line in lines if line)


def area_line(place: Place) -> str:
    """What anybody may know: town, district, country."""
    parts = (place.locality, place.district or "", _country(place))
    return str(gettext(", ")).join(filter(None, parts))


def _country(place: Place) -> str:
    return "" if place.country == "GB" else country_name(place.country, current_locale())


def _rest(event: Event) -> str:
    if event.place_shown is PlaceShown.ACCEPTED:
        return str(gettext("You are told the exact place once your place is confirmed."))
    if event.place_shown is PlaceShown.RELEASED and event.place_released_at is not None:
        at = times.wall(event.place_released_at, event.zone)
        sentence = gettext(
            "The exact place stands here from %(day)s, %(time)s on.",
            day=long_day(at.date()),
            time=hour(at),
        )
        return str(sentence)
    return str(gettext("The exact place is told by the organisers themselves."))


def online_shown(event: Event) -> dict[str, Any] | None:
    """How people join online, as far as anybody may know."""
    if event.mode is Mode.IN_PERSON:
        return None
    is_public = event.online_shown is LinkShown.PUBLIC and bool(event.online_url)
    return {"url": event.online_url if is_public else None}


# --- the rest -----------------------------------------------------------------------------------


def points_shown(event: Event) -> list[PointShown]:
    """Every point of access, unknown ones too."""
    return [
        PointShown(
            str(POINT_NAMES[fact.point]),
            str(ANSWER_NAMES[fact.answer]),
            ANSWER_TONES.get(fact.answer, "neutral"),
            fact.note,
            is_known=fact.answer is not Answer.UNKNOWN or bool(fact.note),
        )
        for fact in access_rules.facts(event.access, event.mode)
    ]


def contacts_shown(event: Event) -> list[dict[str, Any]]:
    """The numbers to ring: the event's own, or its group's where people may need them."""
    own: Sequence[SafetyContact] = reads.list_contacts(event.group_id, event.id)
    if not own and event.kind in contact_rules.GROUP_NUMBERS_AT:
        own = reads.list_contacts(event.group_id)
    return [
        {
            "kind": CONTACT_NAMES[each.kind],
            "name": each.name,
            "phone": each.phone,
            "dialled": contact_rules.dialled(each.phone),
            "note": each.note,
            "checked_on": each.checked_on,
        }
        for each in own
    ]


def law_shown(event: Event) -> str | None:
    """Whose words about an arrest fit there, if any that we have."""
    is_outside = event.kind in contact_rules.GROUP_NUMBERS_AT
    return "england_wales" if is_outside and event.nation is Nation.ENGLAND_WALES else None


def programme_shown(event: Event) -> list[dict[str, Any]]:
    """What happens one after the other."""
    return [_part_shown(item) for item in event.programme]


def _part_shown(item: ProgrammeItem) -> dict[str, Any]:
    return {
        "kind": PROGRAMME_NAMES[item.kind],
        "title": item.title,
        "time": hour(item.starts_local) if item.starts_local else "",
        "minutes": item.minutes,
        "people": item.people.splitlines(),
    }


def spoken(event: Event) -> list[str]:
    """The languages spoken there, in the language of the page."""
    return [language_label(code, current_locale()) for code in event.languages]


def description(event: Event, now: datetime) -> str:
    """When and where in one line, for previews of a link."""
    where = where_shown(event, now)
    place = where.lines[0] if where and where.lines else gettext("Online")
    parts = [str(when_shown(event)), place]
    if event.status is not Status.CONFIRMED:
        parts.insert(0, str(STATUS_NAMES[event.status]))
    return " · ".join(parts)


def plain(text: Translated | None) -> str:
    """A text in the language of the page, without mark-up."""
    return text.pick(current_locale()).text if text else ""
