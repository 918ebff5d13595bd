"""What a steward hears when the point that she goes by takes no more."""

from __future__ import annotations

from datetime import datetime

from app.aid.mails import workplaces as mails
from app.aid.models.points import CollectionPoint
from app.aid.queries import workplaces as reads
from app.aid.queries.workplace_points import nearest_for
from app.aid.rules import workplaces as rules


def tell_stewards(point: CollectionPoint, *, now: datetime) -> int:
    """Tell whoever pledged to a point that filled, closed or is disputed; returns how many.

    Called at the end of every change of a point, in its transaction. Each steward hears it once,
    and again if it fills up another time.
    """
    is_shut = rules.is_shut(point.state, point.fill)
    told = 0
    for workplace in reads.lock_pledged(point.id):
        if not is_shut:
            workplace.warned_at = None
        elif workplace.warned_at is None:
            workplace.warned_at = now
            mails.look_elsewhere(workplace, nearest_for(workplace), is_declined=False, now=now)
            told += 1
    return told
