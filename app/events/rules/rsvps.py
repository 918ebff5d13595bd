"""Who may say that she comes, until when a seat is kept, and what the public is told of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.events.rules.words import (
    CountShown,
    EventState,
    LinkShown,
    Mode,
    PlaceShown,
    RsvpMode,
    RsvpState,
    Status,
    Way,
)

#: An unconfirmed seat is kept so long; in the last two days before the start, shorter.
UNCONFIRMED_KEPT = timedelta(hours=24)
UNCONFIRMED_KEPT_LATE = timedelta(hours=6)
LATE = timedelta(days=2)

#: How long a freed place is offered, by how far the start is: the first row that fits.
OFFERS = (
    (timedelta(days=3), timedelta(hours=24)),
    (timedelta(days=1), timedelta(hours=6)),
    (timedelta(hours=6), timedelta(hours=2)),
    (timedelta(hours=2), timedelta(minutes=30)),
)

#: A reminder goes so long before the start, and not to people who only just came to it.
REMIND_BEFORE = timedelta(hours=24)
REMIND_NOT_WITHIN = timedelta(hours=2)

#: People from one network at an event without a limit, within a day.
PEOPLE_OF_A_NETWORK = 100
#: Answers to an address that nobody has proven: for one event, and for all, within a day. A family
#: shares a mailbox; a stranger whose address somebody types is left in peace.
ANSWERS_OF_EVENT = 3
ANSWERS_TO_ADDRESS = 12
ANSWERS_WITHIN = timedelta(days=1)
#: A network that had no answer sent to an address for an event has one proof sent although others
#: used them up, while there went fewer than so many within a day.
PROOFS_TO_ADDRESS = 24
#: Below this a rounded number would say who.
FEW = 10
STEP = 10

#: Signs of a code for the door; written in capitals, kept small, without look-alikes.
CODE_LENGTH = 6
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v"})

#: Whoever comes to what is postponed is kept so many days: she is told of the new time.
POSTPONED_KEPT = 90

#: In these states she is told of changes.
HEARS_OF_CHANGES = frozenset(
    {RsvpState.GOING, RsvpState.OFFERED, RsvpState.WAITING, RsvpState.ASKED}
)
#: In these she can still be reached by whoever looks after the event.
LIVE = frozenset({RsvpState.UNCONFIRMED, *HEARS_OF_CHANGES})


class Closed(StrEnum):
    """Why nobody can say any more, or yet, that she comes."""

    PAST = "past"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    #: Seats are confirmed by mail and it has begun: whoever stands at the door is let in there.
    BEGUN = "begun"
    EXTERNAL = "external"
    NONE = "none"
    HIDDEN = "hidden"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What of an event decides about RSVPs."""

    state: EventState
    status: Status
    mode: RsvpMode
    starts_at: datetime
    ends_at: datetime
    has_capacity: bool


def closed(facts: Facts, now: datetime) -> Closed | None:
    """Why an event takes no RSVPs now; nothing where it does."""
    reasons = (
        (facts.state is not EventState.PUBLISHED, Closed.HIDDEN),
        (facts.mode is RsvpMode.NONE, Closed.NONE),
        (facts.status is Status.CANCELLED, Closed.CANCELLED),
        (facts.ends_at <= now, Closed.PAST),
        (facts.status is Status.POSTPONED, Closed.POSTPONED),
        (facts.mode is RsvpMode.EXTERNAL, Closed.EXTERNAL),
        (facts.has_capacity and facts.starts_at <= now, Closed.BEGUN),
    )
    return next((reason for applies, reason in reasons if applies), None)


def ways(mode: Mode) -> tuple[Way, ...]:
    """The ways in which one can come."""
    return (Way.IN_PERSON, Way.ONLINE) if mode is Mode.HYBRID else (Way(mode.value),)


def way_at(mode: Mode, wished: Way) -> Way:
    """The way in which somebody takes part, whatever she wished while the event was another."""
    possible = ways(mode)
    return wished if wished in possible else possible[0]


def lapses_at(starts_at: datetime, now: datetime) -> datetime:
    """Until when an unconfirmed seat is kept: never beyond the start."""
    kept = UNCONFIRMED_KEPT_LATE if starts_at - now <= LATE else UNCONFIRMED_KEPT
    return min(now + kept, starts_at)


def offer_ends_at(starts_at: datetime, now: datetime) -> datetime | None:
    """Until when a freed place is offered; nothing so shortly before the start.

    In the last two hours nobody reads mail: whoever asks first, or stands at the door, has it.
    """
    left = starts_at - now
    return next((now + lasts for least, lasts in OFFERS if left > least), None)


def may_pass_over(starts_at: datetime, now: datetime) -> bool:
    """Whether a smaller party further back gets what the first in line is too many for.

    Until two days before the start the line is kept strictly: a larger party is not passed over,
    its seats gather. After that an empty chair helps nobody, and the first that fits has it.
    """
    return starts_at - now <= LATE


def line_is_over(starts_at: datetime, now: datetime) -> bool:
    """Whether freed places go to whoever asks, and no longer to the next in line."""
    return offer_ends_at(starts_at, now) is None


def kept_days(retention_days: int, status: Status) -> int:
    """How many days after the end people are kept; longer while there is no new time to tell."""
    return max(retention_days, POSTPONED_KEPT) if status is Status.POSTPONED else retention_days


def needs_a_yes(mode: RsvpMode, place: PlaceShown) -> bool:
    """Whether an organiser decides about each: also where only accepted people see the place."""
    return mode is RsvpMode.APPROVAL or place is PlaceShown.ACCEPTED


def sees_the_place(state: RsvpState, *, accepted: bool) -> bool:
    """Whether somebody sees what is shown to accepted people only."""
    return state is RsvpState.GOING and accepted


def sees_the_link(shown: LinkShown, state: RsvpState, *, proven: bool, accepted: bool) -> bool:
    """Whether somebody sees the address of the online room on her page."""
    if shown is LinkShown.PUBLIC:
        return True
    return state is RsvpState.GOING and (proven or accepted)


def clean_code(typed: str) -> str:
    """A code as it is kept, from what somebody typed or read aloud."""
    signs = "".join(sign for sign in typed.lower() if sign.isalnum())
    return signs.translate(_MISREAD)[:CODE_LENGTH]


def read_code_line(line: str) -> tuple[str, int | None]:
    """A code, and how many came with it where that was written behind it: `K7M 2XP 3`."""
    *first, last = line.split() or [""]
    code = clean_code("".join(first))
    if len(code) == CODE_LENGTH and last.isascii() and last.isdigit() and 1 <= int(last[:9]) <= 10:
        return code, int(last)
    return clean_code(line), None


@dataclass(frozen=True)
class Count:
    """How many come, as far as the public is told."""

    number: int
    #: `few`: fewer than ten; `over`: at least so many; `exact`.
    kind: str


def public_count(people: int, shown: CountShown) -> Count | None:
    """What the page says of how many come; nothing where that is hidden or nobody said so yet."""
    if shown is CountShown.HIDDEN or people <= 0:
        return None
    if shown is CountShown.EXACT:
        return Count(people, "exact")
    if people < FEW:
        return Count(FEW, "few")
    return Count(people // STEP * STEP, "over")


class Room(StrEnum):
    """What the page says of the seats."""

    UNLIMITED = "unlimited"
    FREE = "free"
    FEW = "few"
    FULL = "full"


def room(capacity: int | None, taken: int, shown: CountShown, *, line: bool = False) -> Room:
    """What the public is told of one way's seats; with the number hidden, only whether it is full.

    While somebody is in line a free seat is hers, so the room is full for others.
    """
    if capacity is None:
        return Room.UNLIMITED
    if taken >= capacity or line:
        return Room.FULL
    if shown is not CountShown.HIDDEN and capacity - taken < FEW:
        return Room.FEW
    return Room.FREE
