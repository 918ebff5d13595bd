"""What a steward hears when the point that she goes by takes no more."""

from __future__ import annotations

from datetime import datetime

from app.aid.mails import workplaces as mails
from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import workplaces as reads
from app.aid.queries.workplace_points import nearest_for
from app.aid.rules import workplaces as rules
from app.aid.rules.places import is_hidden
from app.aid.rules.words import BringState, PledgeState


def tell_stewards(point: CollectionPoint, *, now: datetime) -> int:
    """Tell whoever pledged to a point that filled, closed or is disputed; returns how many.

    Called at the end of every change of a point, in its transaction. Each steward hears it once,
    and again if it fills up another time.
    """
    is_shut = rules.is_shut(point.state, point.fill)
    told = 0
    for workplace in reads.lock_pledged(point.id):
        if _must_be_asked_again(workplace, point):
            workplace.pledge = PledgeState.ASKED
        if not is_shut:
            workplace.warned_at = None
        elif workplace.warned_at is None:
            workplace.warned_at = now
            mails.look_elsewhere(workplace, nearest_for(workplace), is_declined=False, now=now)
            told += 1
    return told


def _must_be_asked_again(workplace: WorkplaceCollection, point: CollectionPoint) -> bool:
    """A yes to a public place is none to a hidden one, nor a yes to the old place to the new."""
    if workplace.pledge is not PledgeState.ACCEPTED or not is_hidden(point.visibility):
        return False
    visit = reads.visit_of(workplace)
    return visit is None or visit.state is BringState.ASKED
