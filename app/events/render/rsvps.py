"""What pages say of who comes: the block on the event's page, the form, a guest's own page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.queries import attendees as desk_reads
from app.events.queries import rsvps as reads
from app.events.render.events import when_shown
from app.events.render.names import WAY_NAMES
from app.events.rules import places as place_rules
from app.events.rules import rsvps as rules
from app.events.rules.rsvps import Closed, Room
from app.events.rules.words import (
    EventState,
    LinkShown,
    Mode,
    Paper,
    RsvpMode,
    RsvpState,
    Status,
    Way,
)
from app.lib.text import Translated, isolate
from app.web.locale import current_locale

STATE_NAMES = {
    RsvpState.UNCONFIRMED: _l("not confirmed yet"),
    RsvpState.ASKED: _l("asks to come"),
    RsvpState.GOING: _l("comes"),
    RsvpState.WAITING: _l("on the waiting list"),
    RsvpState.OFFERED: _l("was offered a place"),
    RsvpState.WITHDRAWN: _l("took it back"),
    RsvpState.DECLINED: _l("was told no"),
    RsvpState.LAPSED: _l("did not confirm in time"),
    RsvpState.RELEASED: _l("released with others"),
}
#: What the desk calls the people whom something printed led to an event.
PAPER_NAMES = {
    Paper.POSTER: _l("Found it on a poster"),
    Paper.FLYER: _l("Found it on a flyer"),
}
STATE_TONES = {
    RsvpState.GOING: "good",
    RsvpState.UNCONFIRMED: "wait",
    RsvpState.ASKED: "wait",
    RsvpState.WAITING: "wait",
    RsvpState.OFFERED: "wait",
}


#: What her own page says first, and then.
HEADINGS = {
    RsvpState.UNCONFIRMED: _l("Look into your mail"),
    RsvpState.ASKED: _l("You asked to come"),
    RsvpState.GOING: _l("See you there"),
    RsvpState.WAITING: _l("You are on the waiting list"),
    RsvpState.OFFERED: _l("A place is free for you"),
    RsvpState.WITHDRAWN: _l("You are not coming"),
    RsvpState.DECLINED: _l("There is no place for you this time"),
    RsvpState.LAPSED: _l("Your place went to somebody else"),
    RsvpState.RELEASED: _l("Your place was given back"),
}
SENTENCES = {
    RsvpState.UNCONFIRMED: _l("Press the button behind the link that we sent you."),
    RsvpState.ASKED: _l("The organisers decide about each person and write to you."),
    RsvpState.WAITING: _l("When a place becomes free, we offer it to you by mail."),
    RsvpState.WITHDRAWN: _l("Thank you for telling us."),
    RsvpState.DECLINED: _l("The organisers could not say yes. Thank you for asking."),
    RsvpState.LAPSED: _l("It was not confirmed in time. You can ask for another one."),
    RsvpState.RELEASED: _l("It came with many others at once. Write to us if you are coming."),
}
#: What she just did.
DONE_WORDS = {
    "new": _l("Thank you for telling us."),
    "confirm": _l("Thank you. Your address is confirmed."),
    "change": _l("Saved."),
    "take": _l("The place is yours."),
    "back": _l("Good that you are coming after all."),
    "quiet": _l("We send you no more reminders."),
    "loud": _l("We send you reminders again."),
}


@dataclass(frozen=True, kw_only=True)
class RoomLine:
    """The seats of one way, as far as anybody may know."""

    way: str
    words: str
    is_full: bool


@dataclass(frozen=True, kw_only=True)
class Block:
    """What the page of an event says of who comes."""

    closed: str
    mode: str
    external_url: str
    external_host: str
    count: str
    rooms: list[RoomLine]
    is_full: bool
    has_waiting_list: bool
    is_decided: bool
    purged_on: Any


def block_for(event: Event, now: datetime) -> dict[str, Any]:
    """The values of `events/_rsvp.html`; the same for everybody, so that the page can be kept."""
    facts = _facts(event)
    closed = rules.closed(facts, now)
    lines = rooms(event, now)
    return {
        "rsvp": Block(
            closed=closed.value if closed is not None else "",
            mode=event.rsvp_mode.value,
            external_url=event.external_url or "",
            external_host=urlsplit(event.external_url or "").hostname or "",
            count=count_words(event),
            rooms=lines if len(lines) > 1 or any(each.words for each in lines) else [],
            is_full=bool(lines) and all(each.is_full for each in lines),
            has_waiting_list=event.has_waiting_list,
            is_decided=rules.needs_a_yes(event.rsvp_mode, event.place_shown),
            purged_on=reads.purge_day(event),
        )
    }


def _facts(event: Event) -> rules.Facts:
    return rules.Facts(
        state=event.state,
        status=event.status,
        mode=event.rsvp_mode,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        has_capacity=any(each.capacity is not None for each in event.seats),
    )


def count_words(event: Event) -> str:
    """How many come, as precisely as the organisers wish it to be known."""
    if event.purged_at is not None:
        people = event.people_count or 0
    else:
        people = reads.count_people(event.id)
    count = rules.public_count(people, event.count_shown)
    if count is None:
        return ""
    if count.kind == "few":
        return str(_("A few people are coming."))
    if count.kind == "over":
        some = ngettext(
            "%(num)s person or more is coming.", "%(num)s or more people are coming.", count.number
        )
        return str(some)
    return str(ngettext("%(num)s person is coming.", "%(num)s people are coming.", count.number))


def rooms(event: Event, now: datetime) -> list[RoomLine]:
    """The seats of each way: whether there are any, and how many where the count is shown."""
    found = reads.list_seats(event.id)
    lines = []
    for way in rules.ways(event.mode):
        row = found.get(way)
        capacity, taken = (row.capacity, row.taken) if row is not None else (None, 0)
        in_line = (
            capacity is not None
            and event.has_waiting_list
            and not rules.line_is_over(event.starts_at, now)
            and reads.is_somebody_in_line(event.id, way)
        )
        state = rules.room(capacity, taken, event.count_shown, line=in_line)
        words = {
            Room.UNLIMITED: "",
            Room.FREE: _("There are free places."),
            Room.FEW: _("Only a few places are left."),
            Room.FULL: _("All places are taken."),
        }[state]
        name = str(WAY_NAMES[way]) if event.mode is Mode.HYBRID else ""
        lines.append(RoomLine(way=name, words=str(words), is_full=state is Room.FULL))
    return lines


# --- her own page ---------------------------------------------------------------------------------


def own_place(rsvp: Rsvp, now: datetime) -> dict[str, Any]:
    """Where it is, as precisely as this very person may know."""
    event = rsvp.event
    accepted = rules.sees_the_place(rsvp.state, accepted=rsvp.accepted_at is not None)
    rule = place_rules.is_spot_for_accepted if accepted else place_rules.is_spot_public
    # An event out of sight may be a lure: nobody is led there until somebody looked.
    is_shown = event.state is EventState.PUBLISHED
    shows = is_shown and rule(event.place_shown, event.releases_at, now)
    place = event.place
    if place is None or rules.way_at(event.mode, rsvp.way) is Way.ONLINE:
        return {"place_lines": [], "shows_spot": False, "meeting_point": None}
    if not shows:
        area = filter(None, (place.locality, place.district))
        return {"place_lines": list(area), "shows_spot": False, "meeting_point": None}
    spot = place.spot
    town = " ".join(filter(None, (place.locality, spot.postcode)))
    lines = [line for line in (spot.name, spot.street, town) if line]
    return {"place_lines": lines, "shows_spot": True, "meeting_point": event.meeting_point}


def own_link(rsvp: Rsvp) -> str:
    """The address of the online room, where she may see it."""
    event = rsvp.event
    proven, accepted = rsvp.confirmed_at is not None, rsvp.accepted_at is not None
    is_hers = rules.sees_the_link(event.online_shown, rsvp.state, proven=proven, accepted=accepted)
    is_online = rules.way_at(event.mode, rsvp.way) is Way.ONLINE
    is_shown = event.state is EventState.PUBLISHED and is_online
    return (event.online_url or "") if is_hers and is_shown else ""


def own_page(rsvp: Rsvp, now: datetime) -> dict[str, Any]:
    """The values of a guest's own page."""
    event, where = rsvp.event, own_place(rsvp, now)
    is_on = event.ends_at > now and event.status is not Status.CANCELLED
    return {
        "rsvp": rsvp,
        "event": event,
        "when": when_shown(event),
        "heading": _heading(rsvp, now),
        "sentence": SENTENCES.get(rsvp.state, ""),
        "place": ", ".join(where["place_lines"]),
        "way_words": WAY_NAMES[rsvp.way] if event.mode is Mode.HYBRID else "",
        "is_on": is_on,
        "is_shown": event.state is EventState.PUBLISHED,
        "is_live": rsvp.state in rules.LIVE,
        "must_prove": must_prove(rsvp),
        "line_place": reads.place_in_line(rsvp) if rsvp.state is RsvpState.WAITING else 0,
        "purged_on": reads.purge_day(event),
        "online_url": own_link(rsvp),
        "asks_link": event.online_shown is LinkShown.ACCEPTED and bool(event.online_url),
        **where,
    }


def must_prove(rsvp: Rsvp) -> bool:
    """Whether nothing goes on before the mailbox is proven."""
    is_unproven = rsvp.state is RsvpState.WAITING and rsvp.waits_since is None
    return rsvp.state is RsvpState.UNCONFIRMED or is_unproven


def _heading(rsvp: Rsvp, now: datetime) -> str:
    if rsvp.event.status is Status.CANCELLED:
        return str(_("The event is cancelled"))
    if rsvp.event.ends_at <= now and rsvp.state is RsvpState.GOING:
        return str(_("Thank you for coming"))
    return str(_("Look into your mail") if must_prove(rsvp) else HEADINGS[rsvp.state])


def form_page(event: Event, now: datetime) -> dict[str, Any]:
    """The values of the form with which somebody says that she comes."""
    is_short = any(each.capacity is not None for each in event.seats)
    is_decided = rules.needs_a_yes(event.rsvp_mode, event.place_shown)
    needs_mail = is_short and event.confirms_by_mail
    return {
        "event": event,
        "when": when_shown(event),
        "place": reads.place_line(event, now),
        "needs_mail": needs_mail,
        "must_confirm": needs_mail and not is_decided,
        "asks_mail": is_short or is_decided,
        **block_for(event, now),
    }


CLOSED_WORDS = {
    Closed.PAST: (_l("This event is over."), _l("Thank you to everybody who was there.")),
    Closed.CANCELLED: (
        _l("This event is cancelled."),
        _l("It does not take place. Nobody needs to come."),
    ),
    Closed.POSTPONED: (
        _l("This event is postponed."),
        _l("It has no new date yet. Its page will say when there is one."),
    ),
    Closed.BEGUN: (_l("This event has begun."), _l("Come to the door and ask there.")),
    Closed.NONE: (
        _l("You need not tell us that you come."),
        _l("This event keeps no list. Just come."),
    ),
    Closed.EXTERNAL: (
        _l("You say that you come on another site."),
        _l("The page of the event leads there."),
    ),
    Closed.HIDDEN: (_l("This event is not shown at the moment."), ""),
}


# --- the desk -------------------------------------------------------------------------------------


def desk_sums(event: Event) -> dict[str, Any]:
    """What the desk says of an event's people: how many in each state, the seats, who is in."""
    people = dict[RsvpState, int]()
    for each in reads.sums(event.id):
        people[each.state] = people.get(each.state, 0) + each.people
    rows, papers = reads.list_seats(event.id), desk_reads.sums_by_paper(event.id)
    ways = [(WAY_NAMES[way], rows[way]) for way in rules.ways(event.mode) if way in rows]
    return {
        "people": people,
        "paper_rows": [
            (words, papers[paper]) for paper, words in PAPER_NAMES.items() if paper in papers
        ],
        "seat_rows": [(name, row) for name, row in ways if row.capacity is not None],
        "checked_in": (event.checked_in_count or 0)
        if event.purged_at is not None
        else reads.checked_in(event.id),
        "coming": (event.people_count or 0)
        if event.purged_at is not None
        else people.get(RsvpState.GOING, 0),
        "state_names": STATE_NAMES,
        "state_tones": STATE_TONES,
        "way_names": WAY_NAMES,
        "asks_for_list": event.rsvp_mode in {RsvpMode.OPEN, RsvpMode.APPROVAL},
    }


def door_words(found: Mapping[str, str]) -> list[tuple[str, str]]:
    """What became of the codes that were written down: (sentence, tone) for each kind."""
    codes = {kind: [typed for typed, each in found.items() if each == kind] for kind in _DOOR}
    lines = []
    if codes["in"]:
        count = len(codes["in"])
        lines.append(
            (str(ngettext("%(num)s code let in.", "%(num)s codes let in.", count)), "good")
        )
    for kind, sentence in _DOOR.items():
        if sentence and codes[kind]:
            lines.append((f"{sentence} {isolate(_(', ').join(codes[kind]))}", "bad"))
    return lines


_DOOR = {
    "in": "",
    "again": _l("In already:"),
    "no": _l("Have no place:"),
    "unknown": _l("Not known at this event:"),
}


def thing_name(title: Translated) -> str:
    """What something is called, in the language of the page."""
    return title.pick(current_locale()).text
