"""The same round again: a draft of its own with the same texts and the same list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from app.aid.errors.drops import DropDaysCrossedError
from app.aid.models.drops import Drop, DropNeed
from app.aid.queries import drops as reads
from app.aid.queries import needs as need_reads
from app.aid.rules import drops as rules
from app.aid.rules.words import DropState
from app.aid.service import drop_changing
from app.aid.service.drops import check_slug
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids

#: What is said of a round and holds for the next one too.
_COPIED: Final = (
    *("group_id", "campaign_id", "appeal_id", "title", "summary", "body", "picture_id"),
    *("picture_alt", "destination", "how_to_pack", "zone", "target_boxes", "phone"),
    "retention_days",
)


def clone(
    drop_id: int, *, slug: str, opens_on: date, closes_on: date, now: datetime, by: Actor
) -> Drop:
    """Begin a draft like a round: its texts, its list; each line waits to be looked at again.

    Raises BadDropSlugError, DropSlugTakenError or DropDaysCrossedError.
    """
    drop = reads.lock_drop(drop_id)
    check_slug(slug)
    if not rules.is_in_order(opens_on, closes_on):
        raise DropDaysCrossedError("closes_on", rules.LONGEST.days)
    made = Drop(
        public_id=ids.public_id(),
        slug=slug,
        cloned_from_id=drop.id,
        opens_on=opens_on,
        closes_on=closes_on,
        state=DropState.DRAFT,
        created_at=now,
        updated_at=now,
        version=1,
        **{name: getattr(drop, name) for name in _COPIED},
    )
    db.session.add(made)
    db.session.flush()
    for need in need_reads.list_needs(drop.id):
        if need.item.retired_at is None:
            db.session.add(_need_like(need, made))
    db.session.flush()
    db.session.refresh(made)
    drop_changing.note(made, "drop.cloned", now=now, by=by, detail={"from": drop.slug})
    return made


def _need_like(need: DropNeed, made: Drop) -> DropNeed:
    return DropNeed(
        drop_id=made.id,
        item_id=need.item_id,
        position=need.position,
        priority=need.priority,
        target_qty=need.target_qty,
        why=need.why,
        checked_at=need.checked_at,
    )
