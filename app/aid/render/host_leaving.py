"""Where a host can take what is left: the nearest points that take more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from app.aid.models.points import CollectionPoint
from app.aid.queries.finding import nearest
from app.aid.queries.places import whole_position
from app.aid.render.places import public_name

#: So many points are named.
_NAMED: Final = 5


@dataclass(frozen=True)
class NextPoint:
    """A point near another."""

    point: CollectionPoint
    words: str


def next_points(point: CollectionPoint) -> Sequence[NextPoint]:
    """The nearest points of the same round that take more, for its host alone."""
    position = whole_position(point)
    if position is None:
        return []
    found = nearest(point.drop_id, position, limit=_NAMED, exclude=(point.id,))
    return [NextPoint(each.point, _words(each.point, each.km)) for each in found]


def _words(point: CollectionPoint, km: float) -> str:
    return str(_("%(name)s, %(km)s km", name=public_name(point), km=f"{km:.1f}"))
