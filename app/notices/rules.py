"""Who hears of what waits, how soon, when the owners do, and when the week is summed up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.accounts.rules.permissions import Role
from app.lib.clock import at_hour, day_in, start_of_day


class Pace(StrEnum):
    """How soon somebody hears of a kind of thing."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    #: Of the summary alone.
    WEEKLY = "weekly"
    NEVER = "never"


#: What can be chosen of a kind of thing that waits, and of the summary.
KIND_PACES = (Pace.AT_ONCE, Pace.DAILY, Pace.NEVER)
SUMMARY_PACES = (Pace.WEEKLY, Pace.NEVER)
#: The summary is chosen like a kind.
SUMMARY = "summary"

#: Nobody gets more than one mail about a kind within this time.
DEBOUNCE = timedelta(minutes=15)
#: When nobody took a thing within this time, the owners hear of it, once.
ESCALATE_AFTER = timedelta(hours=48)
#: The hour of the day, where we are, of what comes once a day and once a week.
DIGEST_HOUR = 8
#: A summary that could not be made on Monday is made up for until then; later it says nothing new.
SUMMARY_LATE = timedelta(days=2)
#: Notices of things that are gone are kept this long.
KEEP_GONE = timedelta(days=90)


# --- who hears --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hearer:
    """Somebody who may see a kind of thing in a group: what she is there, and what she chose."""

    account_id: int
    roles: frozenset[Role]
    chosen: Pace | None = None

    @property
    def acts(self) -> bool:
        """Whether she can do something about it; an auditor only reads."""
        return can_act(self.roles)

    def pace(self, *, is_urgent: bool) -> Pace:
        """How soon she hears of it."""
        return self.chosen or default_pace(self.roles, is_urgent=is_urgent)

    def hears(self, *, is_urgent: bool) -> bool:
        """Whether it is told to somebody who can do something about it."""
        return self.acts and self.pace(is_urgent=is_urgent) is not Pace.NEVER


def can_act(roles: Collection[Role]) -> bool:
    """Whether any of these roles changes anything."""
    return any(role is not Role.AUDITOR for role in roles)


def default_pace(roles: Collection[Role], *, is_urgent: bool) -> Pace:
    """How soon somebody with these roles hears of a kind, unless she chose."""
    if not can_act(roles):
        return Pace.NEVER
    return Pace.AT_ONCE if is_urgent else Pace.DAILY


def paces(hearers: Collection[Hearer], *, is_urgent: bool) -> Mapping[int, Pace]:
    """Who hears of a thing and how soon, by account.

    What is urgent reaches somebody: where everybody who could act chose never, perhaps because
    those who did not have left since, all of them hear of it at once.
    """
    found = {each.account_id: each.pace(is_urgent=is_urgent) for each in hearers}
    if is_urgent and not any(each.hears(is_urgent=True) for each in hearers):
        found |= {each.account_id: Pace.AT_ONCE for each in hearers if each.acts}
    return {account_id: pace for account_id, pace in found.items() if pace is not Pace.NEVER}


def may_choose_never(me: Hearer, others: Iterable[Hearer], *, is_urgent: bool) -> bool:
    """Whether an urgent kind still reaches somebody who can act when she hears of it no more."""
    if not is_urgent or not me.acts:
        return True
    return any(each.hears(is_urgent=True) for each in others if each.account_id != me.account_id)


# --- when -------------------------------------------------------------------------------------


def last_digest(zone: str, now: datetime) -> datetime:
    """The latest instant, up to now, at which what comes once a day was due."""
    today = day_in(zone, now)
    due = at_hour(zone, today, DIGEST_HOUR)
    return due if due <= now else at_hour(zone, today - timedelta(days=1), DIGEST_HOUR)


@dataclass(frozen=True)
class Clock:
    """The moment of a look at what waits, and the digest that was due last."""

    now: datetime
    digest_at: datetime


def is_due(pace: Pace, clock: Clock, *, since: datetime, told_at: datetime | None = None) -> bool:
    """Whether somebody is to be told now of a thing that she was not told of.

    `since` is when we first saw it, or when she chose this pace, whichever was later; `told_at` is
    when she last got a mail about another thing of the kind.
    """
    if pace is Pace.DAILY:
        return since <= clock.digest_at
    return pace is Pace.AT_ONCE and (told_at is None or clock.now - told_at >= DEBOUNCE)


def is_left_lying(*, told_at: datetime, given_back_at: datetime | None, now: datetime) -> bool:
    """Whether nobody took a thing for so long that the owners must hear of it.

    `told_at` is when somebody was first told of it; when we first saw it, where nobody was.
    """
    return now - max(told_at, given_back_at or told_at) >= ESCALATE_AFTER


@dataclass(frozen=True)
class Week:
    """A week that is over, from its Monday; its days are days where we are."""

    first: date
    last: date
    since: datetime
    until: datetime
    #: When its summary is due.
    due: datetime


def week_to_sum_up(zone: str, now: datetime) -> Week | None:
    """The week before this one, while its summary is due: from Monday morning, not for long."""
    today = day_in(zone, now)
    monday = today - timedelta(days=today.weekday())
    due = at_hour(zone, monday, DIGEST_HOUR)
    if not due <= now < due + SUMMARY_LATE:
        return None
    first = monday - timedelta(days=7)
    since, until = start_of_day(zone, first), start_of_day(zone, monday)
    return Week(first, monday - timedelta(days=1), since=since, until=until, due=due)
