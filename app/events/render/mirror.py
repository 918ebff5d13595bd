"""The static copy of what is on: pages and calendars as files, for another web server.

They say what the public pages say to anybody at that moment, and no more. Addresses between them
are relative, so that the folder may lie anywhere; nothing in them runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import render_template
from flask_babel import LazyString

from app.events.models.events import Event
from app.events.queries import mirror as reads
from app.events.render import calendar, paper
from app.events.render.events import event_page, when_shown, where_shown
from app.events.render.words import STATUS_NAMES, STATUS_TONES
from app.events.rules.words import Status
from app.settings import settings
from app.web.locale import absolute_url, in_locale, language_name, text_direction

#: Addresses of the site in what organisers wrote would lead nowhere on another server.
_OWN_LINK: Final = re.compile(r'href="(?=/)')


@dataclass(frozen=True)
class File:
    """One file of the copy: where it lies in the folder, and what it holds."""

    path: str
    text: str


def files(
    *, style: str, card_style: str, now: datetime, also: Sequence[tuple[LazyString, str]] = ()
) -> Iterator[File]:
    """Every file of the copy, in each language of the site; raises nothing for an empty site.

    `also` are the first pages of what others add to the copy: words and place in the folder.
    """
    events = [*reads.each_coming(now)]
    yield File("style.css", style)
    for locale in settings().locales:
        with in_locale(locale):
            yield _index(locale, events, now, also)
            name = settings().site_name
            yield File(
                f"{folder(locale)}events.ics", calendar.calendar_file(events, now=now, name=name)
            )
            for event in events:
                yield from _event(locale, event, card_style, now)


def folder(locale: str) -> str:
    """Where the pages of a language lie, below the top of the copy."""
    return "" if locale == settings().default_locale else f"{locale}/"


def _index(
    locale: str,
    events: Sequence[Event],
    now: datetime,
    also: Sequence[tuple[LazyString, str]],
) -> File:
    rows = [_row(event, now) for event in events]
    values = frame(locale, "index.html", depth=0, now=now)
    original = absolute_url("listing.index", locale=locale)
    text = page("events/mirror/index.html", rows=rows, also=also, original=original, **values)
    return File(f"{folder(locale)}index.html", text)


def _row(event: Event, now: datetime) -> dict[str, Any]:
    where = where_shown(event, now)
    is_plain = event.status is Status.CONFIRMED
    return {
        "title": event.title,
        "when": when_shown(event),
        "place": where.lines[-1] if where and where.lines else "",
        "status": "" if is_plain else STATUS_NAMES[event.status],
        "tone": STATUS_TONES[event.status],
        "href": f"events/{event.slug}.html",
    }


def _event(locale: str, event: Event, card_style: str, now: datetime) -> Iterator[File]:
    has_card = paper.has_card(event)
    own, name = f"{folder(locale)}events/", f"{event.slug}.html"
    yield File(
        own + name,
        page(
            "events/mirror/event.html",
            original=absolute_url("events.show", locale=locale, slug=event.slug),
            calendar=f"{event.slug}.ics",
            card=f"../cards/{name}" if has_card else None,
            **frame(locale, f"events/{name}", depth=1, now=now),
            **event_page(event, now=now),
        ),
    )
    yield File(f"{own}{event.slug}.ics", calendar.event_file(event, now=now))
    if has_card:
        card = {"event": event, "style": paper.saved_style(card_style)}
        card |= paper.bust_card(event, now=now)
        text = page("events/paper/saved_card.html", **card)
        yield File(f"{folder(locale)}cards/{name}", text)


def frame(locale: str, path: str, *, depth: int, now: datetime) -> dict[str, Any]:
    """What every page of the copy shows; `path` is its place below its language's folder."""
    own = folder(locale)
    up = "../" * (depth + own.count("/"))
    return {
        "root": up,
        "home": f"{'../' * depth}index.html",
        "other": [
            {
                "locale": each,
                "name": language_name(each),
                "direction": text_direction(each),
                "href": f"{up}{folder(each)}{path}",
            }
            for each in settings().locales
            if each != locale
        ],
        "made_at": now,
    }


def page(template: str, **values: Any) -> str:  # noqa: ANN401
    """A page of the copy; what its links lead to on the site leads there from anywhere."""
    text = render_template(template, **values)
    return _OWN_LINK.sub(f'href="{settings().base_url}', text)
