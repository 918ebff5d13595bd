"""Reminding those who come on the day before; a new start is reminded of anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.events.mails import rsvps as mails
from app.events.queries import reminding as reads
from app.events.rules import rsvps as rules


def remind(*, now: datetime, limit: int) -> int:
    """Put the reminders that are due; returns how many were looked at.

    Whoever came to it in the last hours has a fresh mail about it already and gets no second one.
    """
    due = reads.lock_due(
        starts_after=now + rules.REMIND_NOT_WITHIN,
        starts_before=now + rules.REMIND_BEFORE,
        limit=limit,
    )
    for rsvp in due:
        rsvp.reminded_for = rsvp.event.starts_at
        if rsvp.created_at <= now - _FRESH:
            mails.reminder(rsvp, now=now)
    return len(due)


_FRESH = timedelta(hours=12)
