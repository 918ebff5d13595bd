"""Collections at work: limits, what somebody says of one, and what its steward does next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from app.aid.rules.words import (
    DropState,
    Fill,
    PledgeState,
    PointState,
    Visibility,
    WorkplaceState,
)

#: What may follow what.
WORKPLACE_MOVES: Final[dict[WorkplaceState, frozenset[WorkplaceState]]] = {
    WorkplaceState.PLEDGED: frozenset({WorkplaceState.CONFIRMED, WorkplaceState.WITHDRAWN}),
    WorkplaceState.CONFIRMED: frozenset(
        {WorkplaceState.RUNNING, WorkplaceState.HANDED_OVER, WorkplaceState.WITHDRAWN}
    ),
    WorkplaceState.RUNNING: frozenset({WorkplaceState.HANDED_OVER, WorkplaceState.WITHDRAWN}),
    #: Back to running where the hand-over was entered by mistake and taken back.
    WorkplaceState.HANDED_OVER: frozenset({WorkplaceState.THANKED, WorkplaceState.RUNNING}),
    WorkplaceState.THANKED: frozenset(),
    #: Withdrawn by mistake.
    WorkplaceState.WITHDRAWN: frozenset({WorkplaceState.CONFIRMED}),
}
#: What the private link of a steward is signed for.
WORKPLACE_LINK: Final = "workplace"
#: What the link is signed for that proves her new mailbox.
WORKPLACE_MAILBOX_LINK: Final = "workplace-mailbox"
#: Before the reference on a bank transfer.
REFERENCE_PREFIX: Final = "WORK"
#: Whoever does not prove the mailbox in this time is forgotten.
UNCONFIRMED_KEPT: Final = timedelta(days=7)
#: Collections of one address that may go on at the same time.
OPEN_OF_ADDRESS: Final = 5
#: So many days before its last day, and before the day of bringing, the steward is reminded.
REMIND_DAYS: Final = 2
#: A pledge that no host answered in this time waits for an organiser.
ANSWER_WITHIN: Final = timedelta(hours=48)
ORGANISATION_LENGTH: Final = 160
STEWARD_LENGTH: Final = 120
NOTE_LENGTH: Final = 2000
#: More than a lorry holds is a slip of the finger.
MOST_BOXES: Final = 2000
MOST_KG: Final = 40_000
MOST_STAFF: Final = 1_000_000
#: No collection goes on for longer.
LONGEST_DAYS: Final = 184
#: So many points are offered, and so many after one filled up.
OFFERED: Final = 3
OFFERED_INSTEAD: Final = 2

#: In these states of a round somebody may begin a collection at work.
SIGN_UP_STATES: Final = frozenset({DropState.ANNOUNCED, DropState.OPEN, DropState.CLOSING})
#: In these states of a round things are still taken to points.
BRING_STATES: Final = SIGN_UP_STATES | {DropState.PAUSED, DropState.COLLECTING}
#: The collection goes on: its steward may change it.
LIVE: Final = frozenset({WorkplaceState.CONFIRMED, WorkplaceState.RUNNING})
#: It counts in public.
COUNTED: Final = LIVE | {WorkplaceState.HANDED_OVER, WorkplaceState.THANKED}
#: Things of it lie at a point.
BROUGHT: Final = frozenset({WorkplaceState.HANDED_OVER, WorkplaceState.THANKED})
#: Nobody can take anything there, or we do not know that she can.
SHUT_STATES: Final = frozenset({PointState.FULL, PointState.CLOSED, PointState.DISPUTED})


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a collection is, as nearly as a point near it must be found."""

    locality: str
    country: str
    lat: float | None
    lon: float | None

    @property
    def position(self) -> tuple[float, float] | None:
        """Degrees north and east, where they are known."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


@dataclass(frozen=True, kw_only=True)
class Span:
    """When it is collected, and when it is taken to the point."""

    from_on: date
    until_on: date
    bring_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Content:
    """What somebody says of a collection at work."""

    organisation: str
    is_public: bool
    spot: Spot
    span: Span
    promised_boxes: int
    staff_count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Steward:
    """Who runs it; never public, never told to a host."""

    name: str
    email: str | None
    phone: str | None
    locale: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """What was counted: bags and boxes as they stand there, and the weight if it was weighed."""

    bags: int = 0
    boxes: int = 0
    grams: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing of it at all."""
        return not (self.bags or self.boxes or self.grams)

    @property
    def is_absurd(self) -> bool:
        """Whether nobody can have carried that: a slip of the finger."""
        return (
            min(self.bags, self.boxes, self.grams) < 0
            or self.bags > 2 * MOST_BOXES
            or self.boxes > MOST_BOXES
            or self.grams > MOST_KG * 1000
        )


class DateProblem(StrEnum):
    """Why the days of a collection cannot be."""

    ENDS_BEFORE = "ends_before"
    OVER = "over"
    TOO_LONG = "too_long"
    TOO_LATE = "too_late"
    BRINGS_BEFORE = "brings_before"
    BRINGS_LATE = "brings_late"


def date_problem(span: Span, *, today: date, closes_on: date) -> DateProblem | None:
    """The first thing that is wrong with the days of a collection, or None."""
    bring_on = span.bring_on or span.until_on
    problems = {
        DateProblem.ENDS_BEFORE: span.until_on < span.from_on,
        DateProblem.OVER: span.until_on < today,
        DateProblem.TOO_LONG: (span.until_on - span.from_on).days >= LONGEST_DAYS,
        DateProblem.TOO_LATE: span.until_on > closes_on,
        DateProblem.BRINGS_BEFORE: bring_on < span.from_on,
        DateProblem.BRINGS_LATE: bring_on > closes_on,
    }
    return next((problem for problem, is_so in problems.items() if is_so), None)


def may_become(state: WorkplaceState, wanted: WorkplaceState) -> bool:
    """Whether a collection may go from one state to another."""
    return wanted in WORKPLACE_MOVES[state]


def takes_pledges(
    *, state: PointState, fill: Fill, visibility: Visibility, until_on: date | None, by: date
) -> bool:
    """Whether a steward may ask a point by herself to take what she collects, up to a day."""
    return (
        state is PointState.LIVE
        and fill is not Fill.FULL
        and visibility is not Visibility.PRIVATE
        and (until_on is None or until_on >= by)
    )


def is_shut(state: PointState, fill: Fill) -> bool:
    """Whether a steward who pledged to this point must look for another one."""
    return state in SHUT_STATES or fill is Fill.FULL


class Step(StrEnum):
    """What a steward does next."""

    CONFIRM = "confirm"
    CHOOSE_POINT = "choose_point"
    #: The point filled or closed, or its host said no.
    CHOOSE_ANOTHER = "choose_another"
    WAIT_FOR_HOST = "wait_for_host"
    #: The day has not come.
    PREPARE = "prepare"
    COLLECT = "collect"
    BRING = "bring"
    #: All is done but to read what became of it.
    DONE = "done"
    WITHDRAWN = "withdrawn"


def next_step(
    state: WorkplaceState, pledge: PledgeState, *, is_shut: bool, span: Span, today: date
) -> Step:
    """What a steward does next; the page says so on top."""
    if state not in LIVE:
        return _STEPS[state]
    if is_shut and pledge is not PledgeState.NONE:
        return Step.CHOOSE_ANOTHER
    if pledge is not PledgeState.ACCEPTED:
        return _PLEDGE_STEPS[pledge]
    if today < span.from_on:
        return Step.PREPARE
    brings_on = min(span.bring_on or span.until_on, span.until_on)
    return Step.BRING if today >= brings_on else Step.COLLECT


_STEPS: Final = {
    WorkplaceState.PLEDGED: Step.CONFIRM,
    WorkplaceState.HANDED_OVER: Step.DONE,
    WorkplaceState.THANKED: Step.DONE,
    WorkplaceState.WITHDRAWN: Step.WITHDRAWN,
}
_PLEDGE_STEPS: Final = {
    PledgeState.NONE: Step.CHOOSE_POINT,
    PledgeState.ASKED: Step.WAIT_FOR_HOST,
    PledgeState.DECLINED: Step.CHOOSE_ANOTHER,
}


def remind_on(span: Span) -> tuple[date, ...]:
    """The days on which a steward is reminded: before the last one, and on the day of bringing."""
    before = span.until_on - timedelta(days=REMIND_DAYS)
    days = [before] if before > span.from_on else []
    if span.bring_on is not None and span.bring_on not in days:
        days.append(span.bring_on)
    return tuple(days)


def is_late(asked_at: datetime, now: datetime) -> bool:
    """Whether a host has let a steward wait for longer than is kind."""
    return now - asked_at > ANSWER_WITHIN


def share_in_words(own: int, total: int) -> int | None:
    """What share of all boxes came from here, in whole percent; None where that says nothing."""
    if own <= 0 or total <= 0 or own > total:
        return None
    return max(1, round(100 * own / total))
