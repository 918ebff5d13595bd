"""What a host may do with her point, when, and how often."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.aid.rules.places import is_narrower
from app.aid.rules.words import (
    POINT_MOVES,
    RUN_STATES,
    BringState,
    DropState,
    Fill,
    MoveKind,
    PointState,
    Visibility,
)
from app.places.rules import Spot

#: What the private links of a host's helpers and of her new mailbox are signed for.
HELPER_LINK: Final = "point-helper"
MAILBOX_LINK: Final = "point-host-email"

#: So many helpers can have a link at the same time.
HELPERS: Final = 5
LABEL_LENGTH: Final = 60
MESSAGE_LENGTH: Final = 1000
REASON_LENGTH: Final = 200
#: So many messages go each way between two people within a day, and to the organisers.
MESSAGES: Final = 5
MESSAGES_WITHIN: Final = timedelta(days=1)
#: Whoever is in one of these states may be written to, and may write.
TALKING: Final = frozenset({BringState.ASKED, BringState.ACCEPTED, BringState.BROUGHT})
#: Hosts hear so long before the last day that a round ends.
CLOSING_NOTICE: Final = timedelta(days=3)
#: In these states of the round people still bring things.
TAKING_DROPS: Final = frozenset({DropState.OPEN, DropState.CLOSING, DropState.COLLECTING})
#: Nothing is asked of a point any more once its round is this far.
OVER_DROPS: Final = frozenset(
    {
        *(DropState.DEPARTED, DropState.DELIVERED, DropState.REPORTED),
        *(DropState.ARCHIVED, DropState.CANCELLED),
    }
)
#: Whoever has not been looked at yet may still change everything.
WAITING_STATES: Final = frozenset(
    {PointState.APPLIED, PointState.EMAIL_CONFIRMED, PointState.UNDER_REVIEW}
)
#: In these states the host changes what the public reads or will read.
EDIT_STATES: Final = WAITING_STATES | RUN_STATES | {PointState.APPROVED}

#: A van is told to come from so long before to so long after the hour that was reckoned.
_WINDOW: Final = (timedelta(minutes=30), timedelta(minutes=60))
_HALF_HOUR: Final = 30
#: A line of an address shorter than this is no address: "Flat 2".
_TELLING: Final = 5
_NOISE: Final = re.compile(r"[\W_]+")


class Leaving(StrEnum):
    """What becomes of what still lies at a point."""

    #: It stays until a van fetches it.
    FETCH = "fetch"
    #: The host took it to another point.
    HAND_ON = "hand_on"
    #: People near her got it.
    GIVE = "give"
    DISCARD = "discard"


#: The goods move at once, by the word of the host; a van moves them when it comes.
LEAVING_MOVES: Final = {
    Leaving.HAND_ON: MoveKind.TRANSFER,
    Leaving.GIVE: MoveKind.GIVE,
    Leaving.DISCARD: MoveKind.DISCARD,
}


def may_log(state: PointState, drop: DropState) -> bool:
    """Whether what is brought can be written down."""
    return state in RUN_STATES and drop in TAKING_DROPS


def narrower(now: Visibility) -> list[Visibility]:
    """What a host can choose by herself: whatever shows less than now."""
    return [each for each in Visibility if is_narrower(each, now)]


def after_fill(state: PointState, fill: Fill) -> PointState:
    """How a point stands once its host said how full it is."""
    if fill is Fill.FULL and PointState.FULL in POINT_MOVES[state]:
        return PointState.FULL
    if fill is not Fill.FULL and state is PointState.FULL:
        return PointState.LIVE
    return state


def van_window(arrives: datetime) -> str:
    """From when to when a van is expected that was reckoned to arrive then: never to the minute."""
    early, late = arrives - _WINDOW[0], arrives + _WINDOW[1]
    begins = early - timedelta(minutes=early.minute % _HALF_HOUR)
    ends = late + timedelta(minutes=-late.minute % _HALF_HOUR)
    return f"{begins:%H:%M}–{ends:%H:%M}"


def tells_where(text: str, spot: Spot) -> bool:
    """Whether words give away the spot of a hidden place: its street, its postcode, its name."""
    said = _plain(text)
    lines = (_plain(each) for each in (*spot.street.splitlines(), spot.postcode, spot.name))
    return any(len(line) >= _TELLING and line in said for line in lines)


def _plain(text: str) -> str:
    return _NOISE.sub("", text.casefold())
