"""Reads of the public numbers of a round."""

from __future__ import annotations

from app.aid.models.drops import Drop
from app.aid.queries import items as item_reads
from app.aid.queries import stock as reads
from app.aid.rules.catalogue import MIXED
from app.aid.rules.progress import Progress, Total, fold, from_json, to_json


def progress_of(drop: Drop) -> Progress:
    """Return what a round says of its goods: as it is, or as it was told at the end."""
    if drop.frozen_totals is not None:
        totals, boxes = from_json(drop.frozen_totals)
    else:
        totals, boxes = _totals(drop), reads.count_boxes(drop.id)
    mixed = item_reads.find_by_code(drop.group_id, MIXED)
    return fold(totals, boxes, mixed_id=mixed.id if mixed else 0)


def snapshot(drop: Drop) -> dict[str, object]:
    """Return the public numbers as they are now, to stay so (`Drop.frozen_totals`)."""
    return to_json(_totals(drop), reads.count_boxes(drop.id))


def _totals(drop: Drop) -> list[Total]:
    return [Total(each.kind, each.item_id, each.unit, each.qty) for each in reads.totals(drop)]
