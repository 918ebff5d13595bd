"""The index of points: written anew whenever anything changes that the public sees of one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert

from app.aid.models.points import CollectionPoint, PointCell
from app.aid.queries.hours import rows_of
from app.aid.queries.places import public_position
from app.aid.rules.hours_code import encode
from app.aid.rules.nearness import keys_of
from app.aid.rules.words import PointState
from app.aid.service import indexing
from app.db.session import db
from app.db.topics import touch

#: In these states a point is found near a place; a full one is shown with the next one.
FOUND_STATES = frozenset({PointState.LIVE, PointState.FULL})


def relist(point: CollectionPoint, *, now: datetime) -> None:  # noqa: ARG001 - as all services
    """Write a point into the index, or take it out; every service that changes one ends here."""
    point.hours_code = encode(rows_of(point))
    db.session.flush()
    db.session.execute(delete(PointCell).where(PointCell.point_id == point.id))
    position = public_position(point) if point.state in FOUND_STATES else None
    if position is not None:
        taken = None if point.takes_all else [each.item_id for each in point.takes]
        where = {
            "point_id": point.id,
            "lat": position[0],
            "lon": position[1],
            "is_full": point.state is PointState.FULL,
        }
        keys = keys_of(point.drop_id, position, taken)
        db.session.execute(insert(PointCell), [{"key": key, **where} for key in keys])
    indexing.index_point(point)
    touch("aid", f"drop:{point.drop_id}", f"point:{point.id}", f"group:{point.drop.group_id}")
    touch("home")
