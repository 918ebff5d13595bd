"""What the desk says about an event: how it stands, its parts in one line each, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.appeals.models.appeals import Appeal
from app.campaigns.models.campaigns import Campaign
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.render.events import (
    area_line,
    hour,
    long_day,
    plain,
    spoken,
    spot_lines,
    when_shown,
)
from app.events.render.names import (
    COUNT_SHOWN_NAMES,
    MODE_NAMES,
    RSVP_MODE_NAMES,
    WAY_NAMES,
)
from app.events.render.words import (
    KIND_NAMES,
    PLACE_SHOWN_NAMES,
    STATE_NAMES,
    STATE_TONES,
    STATUS_NAMES,
    STATUS_TONES,
)
from app.events.rules import access as access_rules
from app.events.rules import march as march_rules
from app.events.rules import times
from app.events.rules.march import NoticeStanding
from app.events.rules.words import (
    Answer,
    CountShown,
    EventKind,
    EventState,
    Mode,
    PlaceShown,
    RsvpMode,
    Status,
)
from app.lib.clock import day_in
from app.lib.text import N_
from app.settings import settings

#: The parts of an event, in the order of its desk page, and what their pages are called.
PART_NAMES: Final = {
    "basics": _l("What it is"),
    "when": _l("When"),
    "where": _l("Where"),
    "joining": _l("Saying that one comes"),
    "programme": _l("Programme and film"),
    "safety": _l("Safety and access"),
    "march": _l("March"),
    "links": _l("Part of"),
    "picture": _l("Picture"),
    "address": _l("Address of the page"),
}


_MARCH_SENTENCES: Final = {
    NoticeStanding.DUE: N_("Give notice to the police by %(day)s."),
    NoticeStanding.LATE: N_(
        "Notice was due by %(day)s. Give it as soon as you can, and say why it is late."
    ),
    NoticeStanding.LOOK_IT_UP: N_("Look up by when the law there asks for notice of a march."),
}


@dataclass(frozen=True)
class PartShown:
    """One part of an event in one line."""

    key: str
    name: str
    line: str


def parts(event: Event, *, now: datetime) -> list[PartShown]:
    """The parts of an event, those that make no sense for its kind left out."""
    lines = {
        "basics": _join([str(KIND_NAMES[event.kind]), event.called_by, *spoken(event)]),
        "when": str(when_shown(event)),
        "where": _where_line(event),
        "joining": _joining_line(event),
        "programme": _programme_line(event),
        "safety": _safety_line(event),
        "links": _join(plain(each.title) for each in _belongs(event)),
        "picture": plain(event.picture_alt) if event.picture else "",
        "address": f"/events/{event.slug}",
    }
    if event.kind is EventKind.MARCH:
        lines["march"] = march(event, now=now)
    shown = (key for key in PART_NAMES if key in lines)
    return [PartShown(key, str(PART_NAMES[key]), lines[key] or _("nothing yet")) for key in shown]


def tags(event: Event) -> list[tuple[str, str]]:
    """How an event stands, as (words, tone)."""
    found = [(str(STATE_NAMES[event.state]), STATE_TONES[event.state])]
    if event.status is not Status.CONFIRMED and event.state is not EventState.DRAFT:
        found.append((str(STATUS_NAMES[event.status]), STATUS_TONES[event.status]))
    return found


def missing(event: Event) -> list[str]:
    """What readers of the page would look for in vain."""
    return list(_missing(event))


def _missing(event: Event) -> Iterator[str]:
    if not event.summary:
        yield _("There is no summary yet: one or two sentences that say what it is.")
    if any(not event.title.has(each) for each in settings().locales):
        yield _("The title is not there in both languages.")
    known = access_rules.facts(event.access, event.mode)
    if all(fact.answer is Answer.UNKNOWN for fact in known):
        yield _("Nothing is said about access: people who need it cannot plan.")
    if event.place and event.place_shown is PlaceShown.PUBLIC and not event.place.spot.name:
        yield _("The place has no name: say where exactly people meet.")


def notice_of(event: Event, *, now: datetime) -> march_rules.Notice:
    """How the notice of an event stands today."""
    return march_rules.notice(
        event.kind,
        event.nation,
        event.starts_local.date(),
        given_on=event.notice_given_on,
        today=day_in(event.zone, now),
    )


def march(event: Event, *, now: datetime) -> str:
    """How the notice of a march stands, in a sentence; empty where there is nothing to give."""
    found = notice_of(event, now=now)
    last = long_day(found.give_by) if found.give_by else ""
    if found.standing is NoticeStanding.GIVEN:
        given = event.notice_given_on or date.min
        return str(_("Notice was given on %(day)s.", day=long_day(given)))
    if found.standing is NoticeStanding.NONE:
        return ""
    return str(_(_MARCH_SENTENCES[found.standing], day=last))


def place_lines(event: Event) -> tuple[str, ...]:
    """Where an event is, as the desk sees it."""
    return spot_lines(event.place) if event.place else ()


def _join(texts: Iterable[str]) -> str:
    return str(_(", ")).join(each for each in texts if each)


def _where_line(event: Event) -> str:
    if event.place is None or event.mode is Mode.ONLINE:
        return str(MODE_NAMES[event.mode])
    lines = [*(spot_lines(event.place) or (area_line(event.place),))]
    if event.mode is Mode.HYBRID:
        lines.append(str(MODE_NAMES[event.mode]))
    shown = ""
    if event.place_shown is PlaceShown.RELEASED and event.place_released_at is not None:
        at = times.wall(event.place_released_at, event.zone)
        shown = _(
            "the place is shown from %(day)s, %(time)s on", day=long_day(at.date()), time=hour(at)
        )
    elif event.place_shown is not PlaceShown.PUBLIC:
        shown = str(PLACE_SHOWN_NAMES[event.place_shown])
    return _join(lines) + (f" ({shown})" if shown else "")


def _joining_line(event: Event) -> str:
    found = [str(RSVP_MODE_NAMES[event.rsvp_mode])]
    if event.rsvp_mode in (RsvpMode.OPEN, RsvpMode.APPROVAL):
        found += [
            _("%(way)s: %(num)d seats", way=WAY_NAMES[each.way], num=each.capacity)
            for each in event.seats
            if each.capacity is not None
        ]
        if event.count_shown is CountShown.HIDDEN:
            found.append(str(COUNT_SHOWN_NAMES[event.count_shown]))
    return _join(found)


def _programme_line(event: Event) -> str:
    return _join([event.film_title or "", *(plain(each.title) for each in event.programme)])


def _safety_line(event: Event) -> str:
    facts = access_rules.facts(event.access, event.mode)
    known = sum(fact.answer is not Answer.UNKNOWN for fact in facts)
    sentence = _("%(known)d of %(all)d points of access are answered", known=known, all=len(facts))
    return str(sentence)


def _belongs(event: Event) -> list[Mobilisation | Campaign | Appeal]:
    return [each for each in (event.mobilisation, event.campaign, event.appeal) if each]
