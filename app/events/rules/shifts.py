"""What people do at an event, from when to when, and who may take which shift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final, Protocol

from app.events.errors.shifts import (
    ManyShiftsError,
    ShiftFarOffError,
    ShiftLengthError,
    ShiftTimeMissingError,
)
from app.events.rules import times
from app.events.rules.words import PlaceShown, RoleKind, SignupState
from app.lib.text import N_, Translated

ROLE_NAMES: Mapping[RoleKind, str] = {
    RoleKind.STEWARD: N_("Steward"),
    RoleKind.CHIEF_STEWARD: N_("Chief steward"),
    RoleKind.FIRST_AID: N_("First aid"),
    RoleKind.LEGAL_OBSERVER: N_("Legal observer"),
    RoleKind.LEGAL_BACK_OFFICE: N_("Legal back office"),
    RoleKind.WELFARE: N_("Welfare"),
    RoleKind.ACCESS: N_("Access steward"),
    RoleKind.INTERPRETER: N_("Interpreter"),
    RoleKind.DRIVER: N_("Driver"),
    RoleKind.PHOTOGRAPHER: N_("Photographer"),
    RoleKind.MEDIA: N_("Press contact"),
    RoleKind.SETTING_UP: N_("Setting up and clearing away"),
    RoleKind.OTHER: N_("Other help"),
}

ROLE_HINTS: Mapping[RoleKind, str] = {
    RoleKind.STEWARD: N_(
        "Shows people the way, keeps paths free, stays calm. No experience needed."
    ),
    RoleKind.CHIEF_STEWARD: N_("Leads the stewards and decides on the day."),
    RoleKind.FIRST_AID: N_("For people with a first-aid certificate."),
    RoleKind.LEGAL_OBSERVER: N_(
        "Watches what the police do and writes it down; independent, and trained for it."
    ),
    RoleKind.LEGAL_BACK_OFFICE: N_("Answers the legal support line away from the crowd."),
    RoleKind.WELFARE: N_("Water, warmth, a quiet word: looks after people."),
    RoleKind.ACCESS: N_("Helps disabled people to take part."),
    RoleKind.INTERPRETER: N_("Speaks two languages, or signs."),
    RoleKind.DRIVER: N_("Has a licence and brings people or things."),
    RoleKind.PHOTOGRAPHER: N_("Takes pictures and asks first; no faces without a yes."),
    RoleKind.MEDIA: N_("Speaks with journalists for the group."),
    RoleKind.SETTING_UP: N_("Carries, builds up, takes down, leaves the place clean."),
    RoleKind.OTHER: N_("Whatever the note says."),
}

#: Never shown to the public, whoever made the shift.
ALWAYS_TRUSTED: Final = frozenset({RoleKind.CHIEF_STEWARD, RoleKind.LEGAL_BACK_OFFICE})
#: Others depend on what these people have learned: an organiser speaks with them first.
TRAINED: Final = frozenset({RoleKind.FIRST_AID, RoleKind.LEGAL_OBSERVER})
#: In these states somebody counts on her, or is to decide about her.
LIVE: Final = frozenset({SignupState.ASKED, SignupState.TAKEN})

NAME_LENGTH: Final = 120
PHONE_LENGTH: Final = 40
SKILLS_LENGTH: Final = 500
NEEDED_MOST: Final = 500
#: Enough for a festival; more is a slip.
SHIFTS_MOST: Final = 80
AT_ONCE_MOST: Final = 24
SHORTEST: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=24)
#: Building up begins the days before, clearing away goes on after.
AROUND: Final = timedelta(days=3)
#: So long before the event people are ticked off who build up for it.
EARLY: Final = timedelta(hours=24)
#: How long before it begins she is reminded.
REMIND_BEFORE: Final = timedelta(hours=24)
#: Organisers look for people when a shift is so near and still short of them.
SHORT_WITHIN: Final = timedelta(days=7)

#: So many sign-ups reach us from one network in a day: a full minibus in one office, no robot.
NETWORK_A_DAY: Final = 40
#: After so many in a day an address gets no further mail about what is typed for it.
ADDRESS_A_DAY: Final = 12


class Timed(Protocol):
    """Whatever lasts from one wall time to another."""

    @property
    def starts_local(self) -> datetime:
        """When it begins."""

    @property
    def ends_local(self) -> datetime:
        """When it ends."""


@dataclass(frozen=True, kw_only=True)
class ShiftContent:
    """What an organiser decides about a shift; times are wall times where the event is."""

    role: RoleKind
    starts_local: datetime
    ends_local: datetime
    needed: int
    note: Translated | None = None
    is_trusted: bool = False


@dataclass(frozen=True, kw_only=True)
class Helper:
    """Somebody who takes shifts, as she told us."""

    name: str
    email: str | None
    phone: str | None = None
    skills: str | None = None
    locale: str = "en"
    is_adult: bool = False


def is_trusted(role: RoleKind, *, chosen: bool) -> bool:
    """Whether a shift is hidden from the public."""
    return chosen or role in ALWAYS_TRUSTED


def is_decided(role: RoleKind, *, trusted: bool, place: PlaceShown) -> bool:
    """Whether an organiser accepts each who offers herself, before she has the shift.

    Where the place is told to accepted people only, taking a shift must not open it to anybody.
    """
    return trusted or role in TRAINED or place is PlaceShown.ACCEPTED


def overlap(one: Timed, other: Timed) -> bool:
    """Whether nobody can do both; one that begins when the other ends is no overlap."""
    return one.starts_local < other.ends_local and other.starts_local < one.ends_local


def overlapping(shifts: Iterable[Timed]) -> tuple[Timed, Timed] | None:
    """The first two that nobody can do both of, by time."""
    ordered = sorted(shifts, key=lambda each: each.starts_local)
    pairs = combinations(ordered, 2)
    return next((pair for pair in pairs if overlap(*pair)), None)


def check_times(content: ShiftContent, event: Timed, zone: str) -> None:
    """Refuse what cannot be meant.

    Raises ShiftLengthError, ShiftFarOffError or ShiftTimeMissingError.
    """
    if not SHORTEST <= content.ends_local - content.starts_local <= LONGEST:
        raise ShiftLengthError
    is_near = (
        event.starts_local - AROUND <= content.starts_local
        and content.ends_local <= event.ends_local + AROUND
    )
    if not is_near:
        raise ShiftFarOffError
    if not (times.exists(content.starts_local, zone) and times.exists(content.ends_local, zone)):
        raise ShiftTimeMissingError


def in_turn(first: ShiftContent, count: int) -> Sequence[ShiftContent]:
    """Several shifts alike, each beginning when the one before ends; raises ManyShiftsError."""
    if not 1 <= count <= AT_ONCE_MOST:
        raise ManyShiftsError
    lasts = first.ends_local - first.starts_local
    return [
        ShiftContent(
            role=first.role,
            starts_local=first.starts_local + lasts * place,
            ends_local=first.ends_local + lasts * place,
            needed=first.needed,
            note=first.note,
            is_trusted=first.is_trusted,
        )
        for place in range(count)
    ]


def still_needed(needed: int, taken: int) -> int:
    """How many people are short; more may come than are needed."""
    return max(needed - taken, 0)


def reminder_is_due(
    starts_at: datetime,
    *,
    reminded_for: datetime | None,
    signed_up_at: datetime,
    now: datetime,
) -> bool:
    """Whether she is reminded now: once for each start, not when she has only just signed up."""
    from_when = starts_at - REMIND_BEFORE
    is_time = from_when <= now < starts_at
    return is_time and reminded_for != starts_at and signed_up_at < from_when
