"""Who drove is forgotten with the round."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.aid.queries import pickups as reads
from app.db.session import db


def forget(*, now: datetime) -> int:
    """Delete the names of drivers of rounds that ended so long ago; returns of how many runs."""
    count = 0
    for run in reads.list_with_crew():
        ended_at = run.drop.ended_at
        if ended_at is None or ended_at + timedelta(days=run.drop.retention_days) > now:
            continue
        run.crew, run.purged_at = None, now
        count += 1
    db.session.flush()
    return count
