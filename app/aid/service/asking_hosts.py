"""Hosts are asked every other week whether everything about their point is still right."""

from __future__ import annotations

from datetime import datetime

from app.aid.mails import points as mails
from app.aid.queries import points as reads
from app.db.topics import touch


def ask(*, now: datetime, limit: int) -> int:
    """Ask the hosts of running points whose turn it is; returns how many.

    Whoever left no address is not mailed, and waits on the desk for a call like one who is silent.
    """
    due = reads.list_to_ask(now, limit=limit)
    for point in due:
        point.asked_again_at = now
        if point.host is not None:
            mails.ask_if_right(point.host, now=now)
        touch(f"point:{point.id}")
    return len(due)
