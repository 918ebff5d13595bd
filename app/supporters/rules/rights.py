"""What people can ask about their data and their complaints, and by when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.supporters.rules.words import AskedBy, ComplaintKind, ComplaintState, DataLinkKind

#: Purposes of private links: each opens one page and no other.
DATA_LINK: Final = "your-data"
ERASE_LINK: Final = "your-data-erase"
MOVE_LINK: Final = "your-data-move"
LIFT_LINK: Final = "mail-again"
PREFERENCES_LINK: Final = "preferences"
#: What stayed after an erasure; names nobody, so it may be kept.
ERASURE_LINK: Final = "erasure"

PURPOSES: Final[Mapping[DataLinkKind, str]] = {
    DataLinkKind.SEE: DATA_LINK,
    DataLinkKind.ERASE: ERASE_LINK,
    DataLinkKind.MOVE: MOVE_LINK,
    DataLinkKind.LIFT: LIFT_LINK,
}
#: Whoever reads the mail within a day opens it; a link to all that is kept must not lie about.
LINK_LIFE: Final = timedelta(days=1)
#: That somebody asked is forgotten after this.
LINK_KEPT: Final = timedelta(days=7)
#: The same mail goes to an address once in this time.
ASKED_EVERY: Final = timedelta(minutes=10)

#: The law gives thirty days to say that we got it, and a month to answer about data.
ANSWER_WITHIN: Final = timedelta(days=30)
#: Six days before, it is urgent.
PRESSING: Final = timedelta(days=6)
#: An answered complaint is kept for so long.
COMPLAINT_KEPT: Final = timedelta(days=730)
#: A withdrawn consent is kept for so long, so that we can answer for what we sent before.
CONSENT_KEPT: Final = timedelta(days=6 * 365 + 2)
TEXT_LENGTH: Final = 4000
NAME_LENGTH: Final = 120

#: Where a complaint may go from where it stands.
MOVES: Final[Mapping[ComplaintState, frozenset[ComplaintState]]] = {
    ComplaintState.RECEIVED: frozenset(
        {ComplaintState.ACKNOWLEDGED, ComplaintState.ANSWERED, ComplaintState.SET_ASIDE}
    ),
    ComplaintState.ACKNOWLEDGED: frozenset({ComplaintState.ANSWERED, ComplaintState.SET_ASIDE}),
    ComplaintState.ANSWERED: frozenset(),
    ComplaintState.SET_ASIDE: frozenset({ComplaintState.RECEIVED}),
}
#: Somebody still has to do something about it.
OPEN: Final = frozenset({ComplaintState.RECEIVED, ComplaintState.ACKNOWLEDGED})
#: How somebody can ask an organiser.
ASKED_BY: Final = (AskedBy.PHONE, AskedBy.PAPER)


@dataclass(frozen=True, kw_only=True)
class ComplaintContent:
    """What somebody complains about."""

    kind: ComplaintKind
    text: str
    group_id: int | None
    name: str | None
    email: str | None


def may_move(before: ComplaintState, after: ComplaintState) -> bool:
    """Whether a complaint may go from one state to another."""
    return after in MOVES[before]


def is_late(state: ComplaintState, due_at: datetime, *, now: datetime) -> bool:
    """Whether the day by which it had to be answered is over."""
    return state in OPEN and now >= due_at
