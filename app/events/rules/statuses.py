"""Where an event may go from where it stands: on its way to the public, and in time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from app.events.rules.words import EventState, Mode, Status


class Step(StrEnum):
    """What an organiser does with an event on its way to the public."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    HIDE = "hide"
    SHOW = "show"


class Move(StrEnum):
    """What an organiser says has become of an event."""

    CONFIRM = "confirm"
    POSTPONE = "postpone"
    RESCHEDULE = "reschedule"
    MOVE_ONLINE = "move-online"
    CANCEL = "cancel"
    REINSTATE = "reinstate"


#: For each step, from where it goes, and where to.
STEPS: Final = {
    Step.PUBLISH: (frozenset({EventState.DRAFT, EventState.WITHDRAWN}), EventState.PUBLISHED),
    Step.WITHDRAW: (
        frozenset({EventState.DRAFT, EventState.PUBLISHED, EventState.HIDDEN}),
        EventState.WITHDRAWN,
    ),
    Step.HIDE: (frozenset({EventState.PUBLISHED}), EventState.HIDDEN),
    Step.SHOW: (frozenset({EventState.HIDDEN}), EventState.PUBLISHED),
}
_STANDING: Final = frozenset(
    {Status.TENTATIVE, Status.CONFIRMED, Status.RESCHEDULED, Status.MOVED_ONLINE}
)
#: For each move, from where it goes.
MOVES: Final = {
    Move.CONFIRM: frozenset({Status.TENTATIVE}),
    Move.POSTPONE: _STANDING,
    Move.RESCHEDULE: _STANDING | {Status.POSTPONED},
    Move.MOVE_ONLINE: _STANDING - {Status.MOVED_ONLINE},
    Move.CANCEL: _STANDING | {Status.POSTPONED},
    Move.REINSTATE: frozenset({Status.CANCELLED, Status.POSTPONED, Status.MOVED_ONLINE}),
}


def steps_from(state: EventState) -> list[Step]:
    """What can be done with an event in this state."""
    return [step for step, (origins, _) in STEPS.items() if state in origins]


def moves_from(status: Status, mode: Mode, *, is_over: bool) -> list[Move]:
    """What can become of an event now; what is over stays as it was."""
    found = [move for move, origins in MOVES.items() if status in origins]
    if is_over and status is not Status.POSTPONED:
        return []
    if mode is Mode.ONLINE and Move.MOVE_ONLINE in found:
        found.remove(Move.MOVE_ONLINE)
    return found


def status_before(
    status: Status,
    *,
    starts_local: datetime,
    previous_starts_local: datetime | None,
    was_moved_online: bool,
) -> Status:
    """What an event becomes when the last word about it is taken back."""
    if status is not Status.CANCELLED:
        return Status.CONFIRMED
    if was_moved_online:
        return Status.MOVED_ONLINE
    if previous_starts_local is None:
        return Status.CONFIRMED
    return Status.POSTPONED if previous_starts_local == starts_local else Status.RESCHEDULED
