"""Donors who give regularly are reminded once a year, in time to stop."""

from __future__ import annotations

from datetime import datetime

from app.appeals.mails import regular as regular_mails
from app.appeals.queries import regular as regular_reads
from app.appeals.rules import regular as regular_rules


def remind_yearly(*, now: datetime, after_id: int, limit: int) -> int | None:
    """Tell donors of yearly gifts of the next collection; returns where to go on, or None.

    A mail's key makes each exactly one, however often this runs.
    """
    due = regular_reads.list_yearly_due(now=now, after_id=after_id, limit=limit)
    for regular in due:
        next_at = regular.next_at
        is_asked = regular_reads.is_stop_asked(regular.public_id)
        is_due = next_at and regular_rules.yearly_notice_is_due(next_at, now=now)
        if next_at and is_due and not is_asked:
            regular_mails.yearly_notice(regular, next_at, now=now)
    return due[-1].id if len(due) == limit else None


def remind_monthly(*, now: datetime, after_id: int, limit: int) -> int | None:
    """Tell donors of monthly gifts once a year what they give; returns where to go on, or None."""
    due = regular_reads.list_anniversaries(now=now, after_id=after_id, limit=limit)
    for regular in due:
        began = regular.started_at
        day = regular_rules.anniversary(began, now=now) if began else None
        if day is None or regular_reads.is_stop_asked(regular.public_id):
            continue
        sums = regular_reads.sum_collections(regular, since=day.since, until=day.until)
        regular_mails.monthly_notice(regular, day, given=sums.received, count=sums.count, now=now)
    return due[-1].id if len(due) == limit else None
