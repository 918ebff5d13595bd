"""What stands on paper: posters and flyers, bust cards, the stewards' briefing, the door list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.events.models.events import Event, SafetyContact
from app.events.models.rsvps import Rsvp
from app.events.queries import events as reads
from app.events.queries import shifts as shift_reads
from app.events.render.events import (
    points_shown,
    spot_lines,
    when_shown,
    where_shown,
)
from app.events.render.names import CONTACT_NAMES
from app.events.render.shifts import hours, purged_on, rota
from app.events.render.words import KIND_NAMES, STATUS_NAMES
from app.events.rules import contacts as contact_rules
from app.events.rules import paper as rules
from app.events.rules.words import Answer, Mode, RoleKind, Status
from app.lib.clock import day_in
from app.lib.text import Translated
from app.settings import settings
from app.web.locale import absolute_url, current_locale
from app.web.qr import qr_svg

#: A poster has room for so many letters of the summary and so many points of access; with more
#: than so many letters in all it is set smaller.
_WORDS: Final = 200
_ACCESS_MOST: Final = 5
_FULL: Final = 150
#: Rows of a door list in one column, and on one sheet.
_COLUMN: Final = 28
_SHEET: Final = 2 * _COLUMN
#: So many numbers fit a card.
_NUMBERS_MOST: Final = 4
#: So much of the note of a number fits it.
_NOTE_LETTERS: Final = 50
#: Up to so many signs a title is set in each size.
_TITLE_SIZES: Final = ((20, "huge"), (40, "large"), (70, "middle"))


# --- posters and flyers ---------------------------------------------------------------------------


def poster(event: Event, *, source: str, now: datetime) -> dict[str, Any]:
    """What a poster or a flyer says: no more than the public page does."""
    where = where_shown(event, now)
    address = absolute_url(
        "events.show", locale=current_locale(), slug=event.slug, **{"from": source}
    )
    plain = absolute_url("events.show", locale=current_locale(), slug=event.slug)
    title, words = (each.pick(current_locale()) for each in (event.title, event.summary))
    access_words = _access_words(event)[:_ACCESS_MOST]
    return {
        "event": event,
        "kind_name": KIND_NAMES[event.kind],
        "when": when_shown(event),
        "where": where,
        "status_name": _status(event),
        "is_cancelled": event.status is Status.CANCELLED,
        "is_online": event.mode is not Mode.IN_PERSON,
        "title_size": _title_size(title.text),
        "words": Translated(
            {words.lang: shorten(words.text, _WORDS, placeholder=" …")}, words.lang
        ),
        "is_full": len(title.text) + len(words.text) > _FULL,
        "access_words": access_words,
        "picture": qr_svg(address, _("QR code of the address")),
        "address": plain.partition("//")[2],
    }


def _status(event: Event) -> str:
    """A word about an event that is not simply to take place, or nothing."""
    is_plain = event.status in {Status.CONFIRMED, Status.RESCHEDULED}
    return "" if is_plain else str(STATUS_NAMES[event.status])


def _title_size(title: str) -> str:
    return next((size for most, size in _TITLE_SIZES if len(title) <= most), "small")


def _access_words(event: Event) -> list[str]:
    """What people in need of it look for first: the points that are answered with yes."""
    yes = {name for name, (answer, *_note) in event.access.items() if answer == Answer.YES}
    return [
        point.name
        for name, point in zip(rules.points(event.mode), points_shown(event), strict=True)
        if name in yes and name in rules.POSTER_POINTS
    ]


# --- the bust card --------------------------------------------------------------------------------

#: What a card says in England and Wales: in a few words, in a sentence, and what one says to the
#: police in their language.
MESSAGES: Final = (
    (
        _l("No comment"),
        _l("Answer nothing: not in the street, the van, the cell or an interview."),
        "No comment.",
    ),
    (
        _l("No personal details"),
        _l(
            "Stopped or searched, you need not say who you are. At the station, name, address and "
            "date of birth may get you out sooner."
        ),
        "",
    ),
    (
        _l("What power?"),
        _l("Ask: “Am I being detained? Under what power? Why?” If not, walk away."),
        "Am I being detained? Under what power? Why?",
    ),
    (
        _l("No duty solicitor"),
        _l("Ask for one on this card: that is free, day and night."),
        "I want the solicitor on this card.",
    ),
    (
        _l("No caution"),
        _l("It admits guilt: accept none before your solicitor says so."),
        "I accept no caution.",
    ),
)
STOP_AND_SEARCH: Final = _l(
    "Stop and search: ask for the officer’s name, the law, the reason, a record. Do not resist, do "
    "not help. Drivers must give their name."
)
YOUNG: Final = _l("Under 18, or another language? Ask for an appropriate adult, an interpreter.")
ELSEWHERE: Final = _l(
    "Say that you want a solicitor and an interpreter, and answer nothing before. What the law "
    "says is different in each country: ask the number on this card."
)
NOT_ADVICE: Final = _l("General information, not legal advice.")
ENGLAND_WALES: Final = _l("For England and Wales.")


@dataclass(frozen=True)
class Number:
    """A number to ring as a card shows it."""

    kind: str
    name: str
    phone: str
    dialled: str
    note: str
    checked_on: date
    is_stale: bool

    @property
    def brief(self) -> str:
        """As much of the note as fits a card."""
        return shorten(self.note, _NOTE_LETTERS, placeholder="…")


def bust_card(event: Event, *, now: datetime) -> dict[str, Any]:
    """What a bust card says in the language of the page."""
    numbers = numbers_shown(reads.contacts_of(event), now)[:_NUMBERS_MOST]
    with_law = _is_england_wales(event)
    words = [STOP_AND_SEARCH, YOUNG] if with_law else [ELSEWHERE]
    last = [ENGLAND_WALES, NOT_ADVICE] if with_law else [NOT_ADVICE]
    rights = _rights() if with_law else []
    named = [event.group.name.pick(current_locale()).text]
    named += [text for each in numbers for text in (each.name, each.kind, each.phone, each.brief)]
    letters = [*named, *words, *last, *(text for right in rights for text in right)]
    return {
        "group": event.group,
        "numbers": numbers,
        "checked_on": min((each.checked_on for each in numbers), default=None),
        "rights": rights,
        "words": words,
        "last": last,
        "size": rules.card_size(sum(len(text) for text in letters), current_locale()),
    }


def _rights() -> list[tuple[str, str, str]]:
    """What one may do, and how one says it to the police where the page is not in English."""
    is_english = current_locale() == "en"
    return [(str(short), str(long), "" if is_english else said) for short, long, said in MESSAGES]


def _is_england_wales(event: Event) -> bool:
    place = event.place
    if place is None:
        return rules.is_england_wales(event.nation, None)
    return rules.is_england_wales(event.nation, place.country, place.district or "")


def numbers_shown(contacts: Sequence[SafetyContact], now: datetime) -> list[Number]:
    """Numbers to ring, legal help first."""
    today = day_in(settings().timezone, now)
    return [
        Number(
            kind=str(CONTACT_NAMES[each.kind]),
            name=each.name,
            phone=each.phone,
            dialled=contact_rules.dialled(each.phone),
            note=each.note.pick(current_locale()).text if each.note else "",
            checked_on=each.checked_on,
            is_stale=contact_rules.is_stale(each.checked_on, today),
        )
        for each in sorted(contacts, key=lambda each: rules.CARD_ORDER.index(each.kind))
    ]


def has_card(event: Event) -> bool:
    """Whether there are numbers for a card."""
    return rules.has_legal_number([each.kind for each in reads.contacts_of(event)])


def block_for(event: Event, _now: datetime) -> dict[str, Any]:
    """What the public page of an event needs to know of its paper."""
    return {"has_bust_card": has_card(event)}


# --- for organisers alone -------------------------------------------------------------------------


def briefing(event: Event, *, now: datetime) -> dict[str, Any]:
    """Everything that stewards need to know, hidden places too: for the desk alone."""
    found = shift_reads.list_shifts(event.id)
    return {
        "event": event,
        "kind_name": KIND_NAMES[event.kind],
        "status_name": STATUS_NAMES[event.status],
        "when": when_shown(event),
        "place": spot_lines(event.place) if event.place else (),
        "is_place_public": where_shown(event, now) is None or _is_exact(event, now),
        "numbers": numbers_shown(reads.contacts_of(event), now),
        "leaders": _leaders(found),
        "shifts": rota(found),
        "hours": hours,
        "access": points_shown(event),
        "purged_on": purged_on(event),
    }


def _is_exact(event: Event, now: datetime) -> bool:
    where = where_shown(event, now)
    return where is not None and where.is_exact


def _leaders(found: Sequence[Any]) -> list[tuple[str, str]]:
    """Whom stewards ask on the day: the chief stewards, with their numbers."""
    return [
        (each.name, each.phone or "")
        for shift in found
        if shift.role is RoleKind.CHIEF_STEWARD
        for each in shift.signups
        if each.state == "taken"
    ]


@dataclass(frozen=True)
class DoorRow:
    """Somebody expected at the door."""

    initials: str
    code: str
    party: int
    is_here: bool


@dataclass(frozen=True)
class DoorSheet:
    """One sheet of a door list."""

    number: int
    columns: Sequence[Sequence[DoorRow]]


def door_list(event: Event, rsvps: Sequence[Rsvp]) -> dict[str, Any]:
    """A list to tick off at the door: initials and codes, no names."""
    rows = sorted((_door_row(each) for each in rsvps), key=lambda each: each.code)
    sheets = [
        DoorSheet(number, _parts(page, _COLUMN))
        for number, page in enumerate(_parts(rows, _SHEET), start=1)
    ]
    return {
        "event": event,
        "when": when_shown(event),
        "sheets": sheets,
        "rsvp_count": len(rows),
        "people_count": sum(each.party for each in rows),
        "purged_on": purged_on(event),
    }


def _parts(rows: Sequence[DoorRow], length: int) -> list[Sequence[DoorRow]]:
    return [rows[start : start + length] for start in range(0, len(rows), length)]


def _door_row(rsvp: Rsvp) -> DoorRow:
    return DoorRow(
        initials=rules.initials(rsvp.name or ""),
        code=rsvp.code.upper(),
        party=rsvp.party_size,
        is_here=rsvp.checked_in_at is not None,
    )


def warnings(event: Event, *, now: datetime) -> Iterator[str]:
    """What an organiser should know before anything of an event is printed."""
    contacts = reads.contacts_of(event)
    if not rules.has_legal_number([each.kind for each in contacts]):
        yield _("There is no bust card: enter the number of a solicitor or a legal support line.")
    today = day_in(settings().timezone, now)
    if any(contact_rules.is_stale(each.checked_on, today) for each in contacts):
        yield _("Numbers on the card were not tried for 90 days. Ring them before you print.")
    if event.place is not None and not _is_exact(event, now):
        yield _("Posters and flyers show the area alone, as the public page does now.")
    if event.status in {Status.CANCELLED, Status.POSTPONED}:
        yield _("The event does not take place as it was planned. Posters say so.")


def saved_style(text: str) -> Markup:
    """A style sheet of ours inside a page that is kept as one file."""
    return Markup("<style>{}</style>").format(Markup(text))  # noqa: S704  # a file of ours
