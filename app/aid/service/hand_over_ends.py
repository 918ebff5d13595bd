"""A hand-over was taken back: the collection at work goes on."""

from __future__ import annotations

from datetime import datetime

from app.aid.models.stock import DropOff
from app.aid.queries import workplaces as reads
from app.aid.rules.words import WorkplaceState
from app.aid.rules.workplaces import may_become
from app.aid.service.workplaces import finish
from app.audit.facts import Actor


def reopen(drop_off: DropOff, *, now: datetime, by: Actor) -> None:
    """Let the collection go on whose hand-over this was, whoever took it back."""
    workplace = reads.find_handed_over_as(drop_off)
    if workplace is None:
        return
    workplace = reads.lock(workplace.public_id)
    if not may_become(workplace.state, WorkplaceState.RUNNING):
        return
    if reads.find_hand_over(workplace) is not None:
        # An old form sent once more: what was brought since stands.
        return
    workplace.state = WorkplaceState.RUNNING
    workplace.handed_over_at = workplace.received_at = workplace.counted_boxes = None
    finish(workplace, "workplace.hand_over_taken_back", now=now, by=by)
