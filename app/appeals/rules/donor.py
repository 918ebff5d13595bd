"""What a donor can do on her own page, and how long its link works."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from app.appeals.rules.words import RegularState
from app.payments.rules.plans import Interval, PlanChangeKind, months_later, next_due

#: A link works so long after the gift stopped, or after its money came.
LINKS_LIVE_MONTHS = 24
#: Nobody is sent her links more often.
LINKS_EVERY = timedelta(minutes=10)
#: A skipped collection is over when its day has passed: long before the next one is due.
SKIPPED_AFTER = timedelta(days=1)


class DonorAction(StrEnum):
    """What a donor can ask for, named as in the address of its page."""

    SETTLE = "settle"
    AMOUNT = "amount"
    SKIP = "skip"
    RESUME = "resume"
    CARD = "card"
    STOP = "stop"


#: What can be asked for, in the order in which it is offered.
_OFFERED: Mapping[RegularState, tuple[DonorAction, ...]] = {
    RegularState.BEGINNING: (DonorAction.STOP,),
    RegularState.ACTIVE: (
        DonorAction.AMOUNT,
        DonorAction.SKIP,
        DonorAction.CARD,
        DonorAction.STOP,
    ),
    RegularState.PAST_DUE: (
        DonorAction.SETTLE,
        DonorAction.CARD,
        DonorAction.AMOUNT,
        DonorAction.STOP,
    ),
    RegularState.PAUSED: (
        DonorAction.RESUME,
        DonorAction.AMOUNT,
        DonorAction.CARD,
        DonorAction.STOP,
    ),
    RegularState.STOPPED: (),
}
#: Wishes that wait and make the same action needless.
_WAITING: Mapping[DonorAction, PlanChangeKind] = {
    DonorAction.AMOUNT: PlanChangeKind.AMOUNT,
    DonorAction.SKIP: PlanChangeKind.PAUSE,
    DonorAction.RESUME: PlanChangeKind.RESUME,
    DonorAction.STOP: PlanChangeKind.STOP,
}


def offered(
    state: RegularState, *, has_plan: bool, pending: Collection[PlanChangeKind]
) -> list[DonorAction]:
    """What a donor can do now; nothing any more once she asked to stop."""
    if not has_plan or PlanChangeKind.STOP in pending:
        return []
    return [each for each in _OFFERED[state] if _WAITING.get(each) not in pending]


def skip_until(next_at: datetime, interval: Interval, *, now: datetime) -> datetime:
    """Until when a gift rests so that exactly its next collection is left out."""
    return next_due(next_at, interval, not_before=now) + SKIPPED_AFTER


def after_skip(next_at: datetime, interval: Interval, *, now: datetime) -> datetime:
    """When a gift is collected again after its next collection was left out."""
    until = skip_until(next_at, interval, now=now)
    return next_due(next_at, interval, not_before=until)


def has_ended(last_at: datetime, *, now: datetime) -> bool:
    """Whether the last thing that happened to a gift lies so far back that its links ended."""
    return months_later(last_at, LINKS_LIVE_MONTHS) <= now


def live_since(now: datetime) -> datetime:
    """The instant after which something must have happened to a gift for its links to work."""
    return months_later(now, -LINKS_LIVE_MONTHS)
