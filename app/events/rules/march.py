"""By when the law asks for notice of a march. We warn, we never block: the organiser decides.

England and Wales: Public Order Act 1986, s. 11 (six clear days). Scotland: Civic Government
(Scotland) Act 1982, s. 62. Northern Ireland: Public Processions Act 1998, s. 6 (form 11/1).
A protest that stands needs no notice there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.events.rules.words import EventKind, Nation

#: Days before the march: six clear days are the days in between.
NOTICE_DAYS: Final = {
    Nation.ENGLAND_WALES: 7,
    Nation.SCOTLAND: 28,
    Nation.NORTHERN_IRELAND: 28,
}
#: So long before the last day the desk reminds of it.
SOON: Final = timedelta(days=14)


class NoticeStanding(StrEnum):
    """How the notice of a march stands."""

    #: Nothing to give, or nothing we know of.
    NONE = "none"
    #: We know no rule for there.
    LOOK_IT_UP = "look_it_up"
    GIVEN = "given"
    DUE = "due"
    #: The day is gone; as soon as it can be done is what the law then asks for.
    LATE = "late"


@dataclass(frozen=True)
class Notice:
    """What is to be done about the notice of a march."""

    standing: NoticeStanding
    give_by: date | None = None


def give_by(nation: Nation | None, day: date) -> date | None:
    """The last day on which notice is in time; None where we know no rule."""
    days = NOTICE_DAYS.get(nation) if nation is not None else None
    return None if days is None else day - timedelta(days=days)


def notice(
    kind: EventKind, nation: Nation | None, day: date, *, given_on: date | None, today: date
) -> Notice:
    """How the notice of an event on a day stands."""
    if kind is not EventKind.MARCH:
        return Notice(NoticeStanding.NONE)
    last = give_by(nation, day)
    if given_on is not None:
        return Notice(NoticeStanding.GIVEN, last)
    if last is None:
        return Notice(NoticeStanding.LOOK_IT_UP)
    return Notice(NoticeStanding.LATE if today > last else NoticeStanding.DUE, last)


def needs_reminder(found: Notice, today: date) -> bool:
    """Whether the desk should say something about it now."""
    if found.standing is NoticeStanding.LATE:
        return True
    is_due = found.standing is NoticeStanding.DUE and found.give_by is not None
    return is_due and found.give_by is not None and today >= found.give_by - SOON
