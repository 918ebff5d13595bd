"""Who may ask to bring something, how often, and for how long an answer stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from app.aid.rules.places import is_hidden
from app.aid.rules.words import BringState, DropState, Fill, PointState, Visibility

#: What the private link of somebody who brings is signed for.
BRING_LINK: Final = "bring"
#: Wishes of one address that may be open at the same time, over all points.
OPEN_REQUESTS: Final = 3
#: Wishes that one point gets within a day, and how many of them from one network.
POINT_A_DAY: Final = 20
NETWORK_A_DAY: Final = 8
COUNTED_FOR: Final = timedelta(days=1)
#: An unproven wish is forgotten after this.
UNCONFIRMED_LIFE: Final = timedelta(days=2)
#: So many days after the day she named, nobody waits for her, and the address is hers no longer.
DAYS_AFTER: Final = 2
#: Nobody plans farther ahead.
AHEAD: Final = timedelta(days=120)
NAME_LENGTH: Final = 60
WHAT_LENGTH: Final = 500

#: What may follow what.
MOVES: Final[Mapping[BringState, frozenset[BringState]]] = {
    BringState.UNCONFIRMED: frozenset(
        {BringState.ASKED, BringState.ACCEPTED, BringState.WITHDRAWN, BringState.LAPSED}
    ),
    BringState.ASKED: frozenset(
        {BringState.ACCEPTED, BringState.DECLINED, BringState.WITHDRAWN, BringState.LAPSED}
    ),
    # Back to asked where the place is another one now: it is decided anew.
    BringState.ACCEPTED: frozenset(
        {
            *(BringState.ASKED, BringState.DECLINED, BringState.WITHDRAWN),
            *(BringState.LAPSED, BringState.BROUGHT),
        }
    ),
    BringState.DECLINED: frozenset({BringState.ACCEPTED}),
    BringState.WITHDRAWN: frozenset(),
    BringState.LAPSED: frozenset(),
    BringState.BROUGHT: frozenset({BringState.ACCEPTED}),
}
#: In these states of a round people may ask.
_OPEN_DROPS: Final = frozenset({DropState.ANNOUNCED, DropState.OPEN, DropState.CLOSING})


@dataclass(frozen=True, kw_only=True)
class BringWish:
    """What somebody wants to bring, and when."""

    name: str
    email: str | None
    what: str
    on: date
    at: time | None = None


def may_move(old: BringState, new: BringState) -> bool:
    """Whether a state may follow another."""
    return new in MOVES[old]


def takes_requests(visibility: Visibility, state: PointState, fill: Fill, drop: DropState) -> bool:
    """Whether people can ask a point: only where they do not see anyway where it is."""
    is_open = state is PointState.LIVE and fill is not Fill.FULL and drop in _OPEN_DROPS
    return is_open and is_hidden(visibility)


def is_over(brings_on: date, today: date) -> bool:
    """Whether the day she named has passed so long ago that nobody waits any more."""
    return (today - brings_on).days > DAYS_AFTER
