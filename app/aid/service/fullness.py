"""A collection point that holds as much as fits is full, whoever brought the last of it there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.aid.models.points import CollectionPoint
from app.aid.models.stock import StockLocation
from app.aid.queries import points as point_reads
from app.aid.queries import stock as reads
from app.aid.rules.quantities import in_boxes
from app.aid.rules.words import Fill, PointState
from app.aid.service import points
from app.audit.facts import Actor


def hold(locations: Iterable[StockLocation]) -> list[CollectionPoint]:
    """Hold the points among places, before anything of theirs is held: always in one order."""
    found = sorted(each.point_id for each in locations if each.point_id is not None)
    return [point_reads.lock_point(point_id) for point_id in found]


def follow(
    held: Sequence[CollectionPoint], gained: dict[int, int], *, now: datetime, by: Actor
) -> None:
    """Let points be full that hold as much as fits; `gained` names the places of those by point.

    Only the host opens one again: she sees what the books do not.
    """
    for point in held:
        location_id = gained.get(point.id)
        if location_id is None or point.max_boxes is None or point.state is not PointState.LIVE:
            continue
        if in_boxes(*reads.bags_and_boxes(location_id, point.drop_id)) >= point.max_boxes:
            point.fill = Fill.FULL
            points.set_state(
                point,
                PointState.FULL,
                "point.fill_set",
                now=now,
                by=by,
                detail={"fill": Fill.FULL.value},
            )
