"""Shifts as pages show them; trusted ones reach no page of the public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.events.models.events import Event
from app.events.models.shifts import Shift, ShiftSignup
from app.events.queries import shifts as reads
from app.events.render.events import area_line, long_day, spot_lines
from app.events.rules import places as place_rules
from app.events.rules import shifts as rules
from app.events.rules import times
from app.events.rules.words import (
    EntrySource,
    EventState,
    LinkShown,
    RoleKind,
    SignupState,
    Status,
)
from app.lib import links
from app.lib.links import BadLinkError
from app.lib.text import Translated
from app.settings import settings

STATE_NAMES = {
    SignupState.ASKED: _l("asks for it"),
    SignupState.TAKEN: _l("comes"),
    SignupState.WITHDRAWN: _l("gave it back"),
    SignupState.DECLINED: _l("was told no"),
}
SOURCE_NAMES = {
    EntrySource.WEB: _l("on the site"),
    EntrySource.PHONE: _l("rang"),
    EntrySource.PAPER: _l("on paper"),
    EntrySource.DOOR: _l("came up to us"),
}
#: What the links are signed for that invite people to a shift the public does not see.
INVITE = "shift-invite"
#: Nobody is looked for at these.
_OFF = frozenset({Status.CANCELLED, Status.POSTPONED})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One shift as the public sees it."""

    key: str
    role: str
    hint: str
    note: Translated | None
    day: str
    hours: str
    missing: int
    is_decided: bool

    @property
    def when(self) -> str:
        """Day and hours in one line."""
        return f"{self.day}{_(', ')}{self.hours}"


def role_name(role: RoleKind) -> str:
    """What a role is called."""
    return str(_(rules.ROLE_NAMES[role]))


def role_hint(role: RoleKind) -> str:
    """What somebody in a role does."""
    return str(_(rules.ROLE_HINTS[role]))


def wall_day(local: datetime) -> str:
    """A day with its weekday: Saturday 5 December 2026."""
    return long_day(local.date())


def hours(one: rules.Timed) -> str:
    """From when to when; a day that is not the first one's is named."""
    until = f"{one.ends_local:%H:%M}"
    if one.ends_local.date() != one.starts_local.date():
        until = f"{until} ({wall_day(one.ends_local)})"
    return f"{one.starts_local:%H:%M}–{until}"


def block_for(event: Event, now: datetime) -> Mapping[str, Any]:
    """What the public page of an event says about the people it needs."""
    rows = open_rows(event, now=now)
    return {"shift_rows": rows}


def open_rows(event: Event, *, now: datetime, invited: Shift | None = None) -> Sequence[Row]:
    """The shifts that can be taken, by day and time; with the one that somebody was invited to."""
    if event.state is not EventState.PUBLISHED or event.status in _OFF:
        return []
    found = [*reads.list_public_shifts(event.id)]
    if invited is not None and invited.is_trusted and invited.event_id == event.id:
        found.append(invited)
    return [_row(each) for each in found if times.instant(each.ends_local, event.zone) > now]


def _row(shift: Shift) -> Row:
    return Row(
        key=shift.public_id,
        role=role_name(shift.role),
        hint=role_hint(shift.role),
        note=shift.note,
        day=wall_day(shift.starts_local),
        hours=hours(shift),
        missing=rules.still_needed(shift.needed, shift.taken),
        is_decided=rules.is_decided(
            shift.role, trusted=shift.is_trusted, place=shift.event.place_shown
        ),
    )


def invite_token(shift: Shift) -> str:
    """The end of the address with which organisers invite people to a trusted shift."""
    return links.sign(settings().secret_key, INVITE, shift.public_id)


def invited_by(token: str | None) -> Shift | None:
    """The shift of an invitation; without a good one, nothing more is shown than to anybody."""
    try:
        return reads.find_shift(links.read(settings().secrets, INVITE, token or "").subject)
    except BadLinkError:
        return None


# --- where a helper is to be ----------------------------------------------------------------------


def place_for(event: Event, theirs: Sequence[ShiftSignup], now: datetime) -> dict[str, Any]:
    """Where it is, as far as whoever has these shifts may know."""
    is_accepted = event.state is EventState.PUBLISHED and any(
        each.state is SignupState.TAKEN and each.accepted_at is not None for each in theirs
    )
    args = (event.place_shown, event.releases_at, now)
    shows_spot = place_rules.is_spot_public(*args) or (
        is_accepted and place_rules.is_spot_for_accepted(*args)
    )
    shows_link = event.online_shown is LinkShown.PUBLIC or is_accepted
    return {
        "place_lines": place_lines(event, with_spot=shows_spot),
        "meeting_point": event.meeting_point if shows_spot else None,
        "shows_spot": shows_spot or event.place is None,
        "online_url": event.online_url if shows_link else None,
    }


def place_lines(event: Event, *, with_spot: bool) -> Sequence[str]:
    """The lines of an address, or an area in one."""
    if event.place is None:
        return ()
    return spot_lines(event.place) if with_spot else (area_line(event.place),)


def is_still_on(signup: ShiftSignup, now: datetime) -> bool:
    """Whether a shift lies ahead, so that it can be given back or taken again."""
    event = signup.shift.event
    is_ahead = times.instant(signup.shift.ends_local, event.zone) > now
    return is_ahead and event.state is EventState.PUBLISHED and event.status not in _OFF


# --- the desk -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One shift of a rota with whoever has it."""

    shift: Shift
    people: Sequence[ShiftSignup]

    @property
    def free_lines(self) -> int:
        """Empty lines on paper, for those who are still missing."""
        return min(rules.still_needed(self.shift.needed, len(self.people)), 20)


def rota(found: Sequence[Shift]) -> list[tuple[str, list[tuple[str, list[Slot]]]]]:
    """A whole rota: by day, then by role, then by time; those who come alone."""
    ordered = sorted(
        found,
        key=lambda each: (
            each.starts_local.date(),
            list(RoleKind).index(each.role),
            each.starts_local,
            each.id,
        ),
    )
    days = groupby(ordered, key=lambda each: each.starts_local.date())
    return [
        (wall_day(rows[0].starts_local), _by_role(rows))
        for rows in ([*of_day] for _day, of_day in days)
    ]


def _by_role(found: Sequence[Shift]) -> list[tuple[str, list[Slot]]]:
    return [
        (role_name(role), [Slot(shift=each, people=coming(each)) for each in of_role])
        for role, of_role in groupby(found, key=lambda each: each.role)
    ]


def coming(shift: Shift) -> list[ShiftSignup]:
    """Who has a shift, by name."""
    theirs = [each for each in shift.signups if each.state is SignupState.TAKEN]
    return sorted(theirs, key=lambda each: each.name.casefold())


def clashes(found: Sequence[Shift]) -> set[str]:
    """The sign-ups (by name) of people who have two shifts at one time."""
    live = [each for shift in found for each in shift.signups if each.state in rules.LIVE]
    return {
        one.public_id
        for one in live
        for other in live
        if one.id != other.id
        and one.email is not None
        and one.email == other.email
        and rules.overlap(one.shift, other.shift)
    }


def purged_on(event: Event) -> date:
    """The day on which the names of those who help are deleted; paper is shredded by then."""
    ends = times.wall(event.ends_at + timedelta(days=event.retention_days), event.zone)
    return ends.date()
