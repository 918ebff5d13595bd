"""Writing down on the desk what was brought, many lines at once, for somebody who rang."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from app.aid.errors.stock import DropStillError
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import DropOff
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.stock import DropOffContent
from app.aid.rules.tally import TallyLine
from app.aid.rules.words import RUN_STATES, PointState, WorkplaceState
from app.aid.service import drop_offs
from app.audit.facts import Actor
from app.lib.clock import at_hour, day_in, start_of_day

#: Things came there, or may have come before it was closed.
POINT_STATES: Final = RUN_STATES | {PointState.CLOSED}
_WORKPLACE_STATES: Final = frozenset({WorkplaceState.CONFIRMED, WorkplaceState.RUNNING})


def takes_entries(place: CollectionPoint | WorkplaceCollection) -> bool:
    """Whether somebody can have brought something to a point, or collected it at work."""
    if isinstance(place, CollectionPoint):
        return place.state in POINT_STATES
    return place.state in _WORKPLACE_STATES


def enter(
    place: CollectionPoint | WorkplaceCollection,
    lines: Sequence[tuple[str, TallyLine]],
    *,
    now: datetime,
    by: Actor,
) -> list[DropOff]:
    """Write down the lines of a sheet, each once by its key, however often it is sent.

    Raises DropStillError where nothing is brought, and what `drop_offs.log` raises.
    """
    if not takes_entries(place):
        raise DropStillError
    return [
        drop_offs.log(
            place,
            _content(place.drop, line, now=now),
            client_key=key,
            now=now,
            by=by,
            entered_by=f"account:{by.account_id}",
        )
        for key, line in lines
    ]


def begins(drop: Drop) -> datetime:
    """Before this moment nothing was brought in a round."""
    return min(drop.created_at, start_of_day(drop.zone, drop.opens_on))


def begins_on(drop: Drop) -> date:
    """The first day on which something can have been brought."""
    return day_in(drop.zone, begins(drop))


def _content(drop: Drop, line: TallyLine, *, now: datetime) -> DropOffContent:
    noon = at_hour(drop.zone, line.on, 12)
    return DropOffContent(
        bags=line.bags,
        boxes=line.boxes,
        grams=line.grams,
        what=line.what,
        received_at=min(max(noon, begins(drop)), now),
    )
