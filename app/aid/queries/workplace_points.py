"""Points near a workplace that can take what is collected there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import finding
from app.aid.rules.words import Fill, PointState, Visibility
from app.aid.rules.workplaces import OFFERED_INSTEAD, takes_pledges
from app.db.session import db

#: So many are looked at, so that some are left of those that cannot take it.
_LOOKED_AT = 12


@dataclass(frozen=True)
class NearbyPoint:
    """A point, and how far it is as far as anybody may know."""

    point: CollectionPoint
    km: float | None


def list_nearest(
    drop_id: int,
    position: tuple[float, float] | None,
    *,
    by: date,
    limit: int,
    exclude: Collection[int] = (),
) -> list[NearbyPoint]:
    """Return the nearest points that take things up to a day; never a private one.

    Where nobody knows the position, it is the first points of the round.
    """
    if position is None:
        found = [NearbyPoint(point, None) for point in _list_first(drop_id)]
    else:
        near = finding.nearest(drop_id, position, limit=_LOOKED_AT, exclude=tuple(exclude))
        found = [NearbyPoint(each.point, each.km) for each in near]
    fitting = (each for each in found if can_take(each.point, by=by))
    return [each for each in fitting if each.point.id not in set(exclude)][:limit]


def can_take(point: CollectionPoint, *, by: date) -> bool:
    """Whether a steward may ask this point to take what she brings up to a day."""
    return takes_pledges(
        state=point.state,
        fill=point.fill,
        visibility=point.visibility,
        until_on=point.until_on,
        by=by,
    )


def _list_first(drop_id: int) -> list[CollectionPoint]:
    found = (
        select(CollectionPoint)
        .where(
            CollectionPoint.drop_id == drop_id,
            CollectionPoint.state == PointState.LIVE,
            CollectionPoint.fill != Fill.FULL,
            CollectionPoint.visibility != Visibility.PRIVATE,
        )
        .order_by(CollectionPoint.name, CollectionPoint.id)
        .limit(_LOOKED_AT)
    )
    return list(db.session.scalars(found))


def nearest_for(
    workplace: WorkplaceCollection, *, limit: int = OFFERED_INSTEAD
) -> list[NearbyPoint]:
    """The nearest points that take what is collected there, but for the one it goes to."""
    lat, lon = workplace.lat, workplace.lon
    return list_nearest(
        workplace.drop_id,
        None if lat is None or lon is None else (lat, lon),
        by=workplace.bring_on or workplace.until_on,
        limit=limit,
        exclude=() if workplace.point_id is None else (workplace.point_id,),
    )
