"""People who took a shift are reminded the day before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.events.mails import shifts as mails
from app.events.models.shifts import ShiftSignup
from app.events.queries import shifts as reads
from app.events.rules import shifts as rules
from app.events.rules import times


def remind(*, now: datetime, after_id: int, limit: int) -> int | None:
    """Remind those whose shift is near; returns where to go on, or None.

    One mail tells somebody of all her shifts of the event that are due; each start is told once,
    and once more if it was moved.
    """
    found = reads.list_to_remind(now=now, after_id=after_id, limit=limit)
    by_person: dict[tuple[int, str | None], list[ShiftSignup]] = {}
    for signup in found:
        if is_due(signup, now=now):
            by_person.setdefault((signup.shift.event_id, signup.email), []).append(signup)
    for theirs in by_person.values():
        _remind(sorted(theirs, key=lambda each: each.shift.starts_local), now=now)
    return found[-1].id if len(found) == limit else None


def is_due(signup: ShiftSignup, *, now: datetime) -> bool:
    """Whether it is time to remind somebody of a shift."""
    return rules.reminder_is_due(
        _starts_at(signup),
        reminded_for=signup.reminded_for,
        signed_up_at=signup.created_at,
        now=now,
    )


def _remind(signups: Sequence[ShiftSignup], *, now: datetime) -> None:
    mails.reminder(signups, now=now)
    for each in signups:
        each.reminded_for = _starts_at(each)


def _starts_at(signup: ShiftSignup) -> datetime:
    return times.instant(signup.shift.starts_local, signup.shift.event.zone)
