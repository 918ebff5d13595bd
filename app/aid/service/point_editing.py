"""An organiser changes a point as a whole; its place and who sees it go their own careful ways."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.points import PointChangedError
from app.aid.models.points import CollectionPoint
from app.aid.queries import points as reads
from app.aid.rules.points import PointContent
from app.aid.service import changing, placing, point_content
from app.audit.facts import Actor
from app.db.session import db


def edit(
    point: CollectionPoint, content: PointContent, *, seen: int, now: datetime, by: Actor
) -> CollectionPoint:
    """Let a point be as an organiser says; fewer people see it at once.

    Raises PointChangedError, what `point_content.check` raises, or what `make_place` raises.
    """
    point = reads.lock_point(point.id)
    if point.version != seen:
        raise PointChangedError
    point_content.check(point.drop, content)
    # In one UPDATE with everything that its checks are about.
    with db.session.no_autoflush:
        point.kind = content.kind
        placing.put_visibility(
            point,
            content.visibility,
            is_home_public=content.is_home_public,
            freely=content.gives_address_freely,
            name=content.name,
        )
        placing.put_place(point, content.place, now=now, by=by)
        point.zone = content.zone
        point_content.write(point, content)
    changing.finish(point, "point.edited", now=now, by=by)
    return point
