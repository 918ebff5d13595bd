"""Events as calendars read them (RFC 5545, RFC 7986); they say no more than the event's page.

Hours are written as instants, so that no calendar needs to know the rules of a zone; whole days are
written as days. Who subscribed keeps what is cancelled, marked as such: a calendar that hears
nothing of it would go on showing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from flask_babel import gettext

from app.events.models.events import Event
from app.events.render.events import online_shown, plain, previous_shown, where_shown
from app.events.render.words import KIND_NAMES, STATUS_NAMES
from app.events.rules.words import EventState, Mode, Status
from app.lib.text import clean_block
from app.settings import settings
from app.web.locale import absolute_url, current_locale

MEDIA_TYPE: Final = "text/calendar"
#: Longer lines are folded, so many bytes each.
_LINE: Final = 74
_STATUS: Final = {
    Status.TENTATIVE: "TENTATIVE",
    Status.CONFIRMED: "CONFIRMED",
    Status.POSTPONED: "TENTATIVE",
    Status.RESCHEDULED: "CONFIRMED",
    Status.MOVED_ONLINE: "CONFIRMED",
    Status.CANCELLED: "CANCELLED",
}
#: Most calendars show no status: the title says these.
_SHOUTED: Final = frozenset({Status.POSTPONED, Status.CANCELLED})


def calendar_file(events: Iterable[Event], *, now: datetime, name: str, address: str = "") -> str:
    """Events as one calendar with a name; `address` is where it can be asked for again."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Muster//Events//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *_text("NAME", name),
        *_text("X-WR-CALNAME", name),
        *((f"SOURCE;VALUE=URI:{address}",) if address else ()),
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def event_file(event: Event, *, now: datetime) -> str:
    """One event as a calendar, to keep or to send along with a mail."""
    return calendar_file([event], now=now, name=plain(event.title))


def uid(event: Event) -> str:
    """The name of an event in every calendar; never reused."""
    return f"{event.public_id}@{urlsplit(settings().base_url).hostname}"


def _event(event: Event, now: datetime) -> Iterator[str]:
    address = absolute_url("events.show", slug=event.slug, locale=current_locale())
    yield "BEGIN:VEVENT"
    yield f"UID:{uid(event)}"
    yield f"DTSTAMP:{_instant(event.changed_at)}"
    yield f"LAST-MODIFIED:{_instant(event.changed_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield from _when(event)
    yield f"STATUS:{_STATUS[_status(event)]}"
    yield from _text("SUMMARY", title_line(event))
    yield from _text("DESCRIPTION", description(event, now, address))
    yield from _where(event, now)
    yield from _text("CATEGORIES", str(KIND_NAMES[event.kind]))
    yield f"URL:{address}"
    yield "END:VEVENT"


def _status(event: Event) -> Status:
    """How it stands; what was taken off the site does not take place, as far as calendars know."""
    return Status.CANCELLED if event.state is EventState.WITHDRAWN else event.status


def title_line(event: Event) -> str:
    """The title, with what nobody may miss in front of it."""
    title, status = plain(event.title), _status(event)
    if status not in _SHOUTED:
        return title
    return f"{str(STATUS_NAMES[status]).upper()}: {title}"


def description(event: Event, now: datetime, address: str) -> str:
    """What it is, how it stands, and who is told more."""
    where = where_shown(event, now)
    was = previous_shown(event)
    parts = [
        "" if _status(event) is Status.CONFIRMED else str(STATUS_NAMES[_status(event)]),
        gettext("It was to be on %(day)s.", day=was) if was else "",
        plain(event.status_note),
        plain(event.summary),
        where.rest if where else "",
        address,
    ]
    return "\n".join(part for part in parts if part)


def _when(event: Event) -> Iterator[str]:
    if event.is_all_day:
        # The day after the last one, as both we and calendars count.
        yield f"DTSTART;VALUE=DATE:{event.starts_local:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.ends_local:%Y%m%d}"
        return
    yield f"DTSTART:{_instant(event.starts_at)}"
    if not event.is_end_open:
        yield f"DTEND:{_instant(event.ends_at)}"


def _where(event: Event, now: datetime) -> Iterator[str]:
    where, online = where_shown(event, now), online_shown(event)
    lines = list(where.lines) if where else []
    if event.mode is not Mode.IN_PERSON:
        lines.append(gettext("Online"))
    yield from _text("LOCATION", ", ".join(lines))
    if where and where.position:
        lat, lon = where.position
        yield f"GEO:{lat:.5f};{lon:.5f}"
    if online and online["url"]:
        yield f"CONFERENCE;VALUE=URI;FEATURE=VIDEO:{_address(online['url'])}"


def _text(name: str, value: str) -> Iterator[str]:
    if not value:
        return
    escaped = clean_block(value).replace("\\", "\\\\").replace("\n", "\\n")
    yield f"{name}:{escaped.replace(';', chr(92) + ';').replace(',', chr(92) + ',')}"


def _address(url: str) -> str:
    """An address as a value: nothing in it may begin a line of its own."""
    return "".join(each for each in url if each.isprintable())


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of 75 bytes, never cut inside a letter."""
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    yield piece
