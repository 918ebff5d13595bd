"""Wishes to bring something, and the points they are about, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.aid.models.points import BringRequest, CollectionPoint
from app.aid.queries import hosting as host_reads
from app.aid.queries.hours import hours_of
from app.aid.render import hours as hours_render
from app.aid.render import places
from app.aid.rules import bringing as rules
from app.aid.rules.bringing import takes_requests
from app.aid.rules.hosting import TALKING
from app.aid.rules.places import REACHED_STATES, is_hidden, is_listed
from app.aid.rules.points import is_unconfirmed
from app.aid.rules.words import OPEN_BRINGS, BringState, Discloser, MessageSide
from app.events.render.mobilisations import wall_time
from app.lib.clock import day_in
from app.web.filters import day, plain

STATE_NAMES: Final = {
    BringState.UNCONFIRMED: _l("Address not confirmed"),
    BringState.ASKED: _l("Waits for an answer"),
    BringState.ACCEPTED: _l("May come"),
    BringState.DECLINED: _l("Cannot come"),
    BringState.WITHDRAWN: _l("Taken back"),
    BringState.LAPSED: _l("Over"),
    BringState.BROUGHT: _l("Brought"),
}
STATE_TONES: Final = {
    BringState.UNCONFIRMED: "neutral",
    BringState.ASKED: "wait",
    BringState.ACCEPTED: "good",
    BringState.DECLINED: "bad",
    BringState.WITHDRAWN: "neutral",
    BringState.LAPSED: "neutral",
    BringState.BROUGHT: "good",
}
DISCLOSER_NAMES: Final = {
    Discloser.HOST: _l("by the host"),
    Discloser.ORGANISER: _l("by an organiser"),
    Discloser.OWN_RULE: _l("by the host’s own rule"),
}
_HEADINGS: Final = {
    BringState.UNCONFIRMED: _l("Confirm what you want to bring"),
    BringState.ASKED: _l("The host is asked"),
    BringState.ACCEPTED: _l("You can come"),
    BringState.DECLINED: _l("The host cannot take it"),
    BringState.WITHDRAWN: _l("You took this back"),
    BringState.LAPSED: _l("This is over"),
    BringState.BROUGHT: _l("Thank you for bringing it"),
}
_SENTENCES: Final = {
    BringState.UNCONFIRMED: _l("Press the button; then the host is asked."),
    BringState.ASKED: _l("We write to you when the host has answered. Please do not go before."),
    BringState.DECLINED: _l("Please do not go there."),
    BringState.LAPSED: _l("Nobody waits for you there any more. You can ask anew."),
}
#: What a button just did, as it stands in the address.
DONE: Final = {
    "confirm": _l("Your address is confirmed."),
    "withdraw": _l("Taken back."),
    "brought": _l("Written down. Thank you."),
    "change": _l("Changed. The host hears of it."),
    "message": _l("The message is passed on."),
}


@dataclass(frozen=True)
class BringRow:
    """One wish in a list."""

    request: BringRequest
    when: str
    state_name: str
    state_tone: str


def when_words(request: BringRequest) -> str:
    """The day, and about what time."""
    words = str(day(request.brings_on, "full"))
    if request.brings_at is None:
        return words
    at = wall_time(datetime.combine(request.brings_on, request.brings_at))
    return str(_("%(day)s at about %(time)s", day=words, time=at))


def row(request: BringRequest) -> BringRow:
    """A wish as a list shows it."""
    names, tones = STATE_NAMES, STATE_TONES
    state = request.state
    return BringRow(request, when_words(request), str(names[state]), tones[state])


def point_values(point: CollectionPoint, *, now: datetime) -> dict[str, Any]:
    """What pages of whoever wants to bring something show of a point; nothing of where it is."""
    hours = hours_of(point)
    return {
        "point": point,
        "name": places.public_name(point),
        "drop": point.drop,
        "opening": hours_render.open_shown(hours, now),
        "hours": hours_render.hours_shown(hours, hours.today(now)),
        "takes": takes_words(point),
        "has_page": is_listed(point.visibility, point.state),
        "is_open": takes_requests(point.visibility, point.state, point.fill, point.drop.state),
        "gives_freely": point.gives_address_freely,
    }


def takes_words(point: CollectionPoint) -> list[str]:
    """The things a point takes alone; none where it takes all that is wanted."""
    return [] if point.takes_all else sorted(plain(each.item.name) for each in point.takes)


def own_page(request: BringRequest, *, now: datetime, done: str) -> dict[str, Any]:
    """The page of somebody who brings something; where, only while she may come."""
    point, state = request.point, request.state
    is_reached = point.state in REACHED_STATES
    is_off = state is BringState.ACCEPTED and not is_reached
    place = places.place_for(request)
    is_over = rules.is_over(request.brings_on, day_in(point.zone, now))
    may_see = place.is_spot and state is BringState.ACCEPTED and not is_over
    return {
        **point_values(point, now=now),
        "wish": request,
        "when": when_words(request),
        "place": place if may_see else None,
        "heading": _("Please do not go there now") if is_off else _HEADINGS[state],
        "sentence": _off_words() if is_off else _SENTENCES.get(state, ""),
        "may_change": state in OPEN_BRINGS,
        "may_talk": state in TALKING and request.email is not None and point.host is not None,
        "messages": [
            (each, each.side is MessageSide.BRINGER)
            for each in host_reads.list_messages(point.id, request.id)
        ],
        "done_words": DONE.get(done, ""),
        "is_secret": is_hidden(point.visibility),
    }


def _off_words() -> str:
    return str(_("We are looking into something there. We write to you if it changes."))


def bring_link(point: CollectionPoint, now: datetime) -> dict[str, Any]:
    """What the public page of a point says about asking to come, and how old its details are."""
    is_open = takes_requests(point.visibility, point.state, point.fill, point.drop.state)
    is_old = is_unconfirmed(point.asked_again_at, point.confirmed_right_at, now)
    since = point.confirmed_right_at or point.live_at
    return {
        "asks": is_open,
        "slug": point.slug,
        "is_hidden": is_hidden(point.visibility),
        "unconfirmed_since": since if is_old else None,
    }
