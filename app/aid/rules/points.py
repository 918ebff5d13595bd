"""Collection points: limits, how they move from state to state, what they are called in public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from app.aid.rules.hours import HoursRow
from app.aid.rules.words import (
    POINT_MOVES,
    DropState,
    PointChecked,
    PointKind,
    PointState,
    Visibility,
)
from app.events.rules.words import Answer
from app.lib import ids
from app.places.rules import PlaceDetails

#: What the private links are signed for.
HOST_LINK: Final = "point-host"
INVITE_LINK: Final = "point-invite"
#: Whoever does not prove the mailbox in this time is forgotten, with the point and the place.
APPLICATION_LIFE: Final = timedelta(days=7)
#: Points of one address that may wait at the same time.
OPEN_APPLICATIONS: Final = 3
#: A host hears from us within this time after the mailbox was proven.
ANSWER_WITHIN: Final = timedelta(hours=48)
#: So often hosts are asked whether everything is still right, and so long they have to answer.
ASK_EVERY: Final = timedelta(days=14)
ANSWER_RIGHT_WITHIN: Final = timedelta(days=10)
#: Hosts who ticked that they may be asked again are kept so long after the round.
KEPT_FOR_NEXT: Final = timedelta(days=730)
NAME_LENGTH: Final = 120
ABOUT_LENGTH: Final = 1000
NOTE_LENGTH: Final = 600
REASON_LENGTH: Final = 1000
LICENCE_LENGTH: Final = 60
#: More boxes fit into no point; what is more was mistyped.
MOST_BOXES: Final = 20_000

#: Offers of points are taken while the round stands like this.
TAKES_POINTS: Final = frozenset({DropState.ANNOUNCED, DropState.OPEN, DropState.PAUSED})
#: Approved points are shown while the round stands like this.
SHOWS_POINTS: Final = frozenset(
    {DropState.ANNOUNCED, DropState.OPEN, DropState.PAUSED, DropState.CLOSING}
)
#: In these states somebody still has to decide.
WAITING: Final = frozenset({PointState.EMAIL_CONFIRMED, PointState.UNDER_REVIEW})
#: In these states an application counts against what one address may have open.
OPEN_STATES: Final = frozenset({PointState.APPLIED, *WAITING})

_MISREAD: Final = str.maketrans({"o": "0", "i": "1", "l": "1"})


@dataclass(frozen=True, kw_only=True)
class PointContent:
    """What somebody says of a point."""

    kind: PointKind
    #: What people call it; hidden where the place is.
    name: str
    place: PlaceDetails
    zone: str
    visibility: Visibility
    #: The host of a home ticked that everybody may see it.
    is_home_public: bool = False
    gives_address_freely: bool = False
    max_boxes: int | None = None
    takes_all: bool = True
    item_ids: frozenset[int] = frozenset()
    from_on: date | None = None
    until_on: date | None = None
    access_note: str = ""
    step_free: Answer = Answer.UNKNOWN
    van_note: str = ""
    goes_door_to_door: bool = False
    licence_number: str = ""
    hours: tuple[HoursRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HostDetails:
    """Who offers a point; none of it is ever public."""

    name: str
    email: str | None
    phone: str | None
    about: str | None
    locale: str
    is_adult: bool
    may_be_asked_again: bool = False


def may_move(old: PointState, new: PointState) -> bool:
    """Whether a state may follow another."""
    return new in POINT_MOVES[old]


def takes_points(state: DropState) -> bool:
    """Whether people may offer points for a round now."""
    return state in TAKES_POINTS


def proves_a_home(how: PointChecked) -> bool:
    """Whether this way of checking is enough for a home: somebody was there, or post arrived."""
    return how in {PointChecked.KNOWN_PERSON, PointChecked.VISIT, PointChecked.POSTED_CODE}


def published_name(
    visibility: Visibility, typed: str, *, district: str | None, town: str, public_id: str
) -> str:
    """What is kept as the public name: of a hidden place no more than its area, or nothing."""
    if visibility is Visibility.PRIVATE:
        return short_code(public_id)
    area = district or town
    return (typed or area) if visibility is Visibility.PUBLIC else area


def slug_for(visibility: Visibility, name: str, public_id: str) -> str:
    """The address of its page; of a hidden place it tells nothing that the name does not."""
    if visibility is Visibility.PRIVATE:
        return public_id
    return f"{ids.slugify(name, limit=50) or 'point'}-{public_id[:6]}"


def short_code(public_id: str) -> str:
    """By what people tell private points apart on the telephone."""
    return public_id[:6].upper()


def is_late(confirmed_at: datetime, now: datetime) -> bool:
    """Whether a host has waited longer for an answer than we promise."""
    return now - confirmed_at > ANSWER_WITHIN


def is_unconfirmed(asked_at: datetime | None, right_at: datetime | None, now: datetime) -> bool:
    """Whether a host was asked if all is still right, and let the time pass."""
    if asked_at is None or now - asked_at < ANSWER_RIGHT_WITHIN:
        return False
    return right_at is None or right_at < asked_at


def clean_code(typed: str) -> str:
    """The code of a letter as it is kept, from what somebody typed or read aloud."""
    signs = "".join(sign for sign in typed.lower() if sign.isalnum())
    return signs.translate(_MISREAD)[:20]
