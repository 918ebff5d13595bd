"""When a regular gift is collected, how it stands, and when its donor is reminded of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.appeals.rules.words import Frequency, RegularState
from app.payments.rules.plans import ENDED_PLANS, Interval, PlanState, months_later

INTERVALS: Mapping[Frequency, Interval] = {
    Frequency.MONTHLY: Interval.MONTH,
    Frequency.YEARLY: Interval.YEAR,
}
FREQUENCIES: Mapping[Interval, Frequency] = {each: name for name, each in INTERVALS.items()}

#: Something is collected, or will be.
GOES_ON = frozenset({RegularState.BEGINNING, RegularState.ACTIVE, RegularState.PAST_DUE})

#: Before the collection of a yearly gift, which is easily forgotten.
YEARLY_NOTICE = timedelta(days=14)
#: A notice that is later than this is left out: many at once would help nobody.
LATEST_NOTICE = timedelta(days=10)
YEAR = 12


def is_regular(frequency: Frequency) -> bool:
    """Whether a gift comes again by itself."""
    return frequency is not Frequency.ONCE


def next_due(anchor: datetime, frequency: Frequency, *, after: datetime) -> datetime:
    """The first collection after an instant, of a gift whose first was at the anchor.

    Counted from the anchor, as Stripe does: 31 January, 28 February, 31 March.
    """
    step = INTERVALS[frequency].months
    apart = (after.year - anchor.year) * 12 + after.month - anchor.month
    months = max(apart // step - 1, 1) * step
    while (due := months_later(anchor, months)) <= after:
        months += step
    return due


_STATES: Mapping[PlanState, RegularState] = {
    PlanState.INCOMPLETE: RegularState.BEGINNING,
    PlanState.TRIALING: RegularState.ACTIVE,
    PlanState.ACTIVE: RegularState.ACTIVE,
    PlanState.PAST_DUE: RegularState.PAST_DUE,
    PlanState.UNPAID: RegularState.PAST_DUE,
    PlanState.PAUSED: RegularState.PAUSED,
    **dict.fromkeys(ENDED_PLANS, RegularState.STOPPED),
}


def regular_state(
    plan: PlanState, *, is_paused: bool, is_ended: bool, known: RegularState
) -> RegularState:
    """How a regular gift stands when its plan stands so; a word new to us changes nothing."""
    state = RegularState.STOPPED if is_ended else _STATES.get(plan, known)
    if is_paused and state in {RegularState.ACTIVE, RegularState.PAST_DUE}:
        return RegularState.PAUSED
    return state


@dataclass(frozen=True)
class Anniversary:
    """A monthly gift has gone on for so many years."""

    years: int
    since: datetime
    until: datetime


def yearly_notice_is_due(next_at: datetime, *, now: datetime) -> bool:
    """Whether the donor of a yearly gift is to be told now of the collection at `next_at`."""
    due = next_at - YEARLY_NOTICE
    return due <= now <= due + LATEST_NOTICE


def anniversary(started_at: datetime, *, now: datetime) -> Anniversary | None:
    """The anniversary of a monthly gift that its donor is to be told of now, if there is one."""
    years = now.year - started_at.year
    for count in (years, years - 1):
        day = months_later(started_at, count * YEAR)
        if count > 0 and day <= now <= day + LATEST_NOTICE:
            return Anniversary(count, months_later(started_at, (count - 1) * YEAR), day)
    return None
