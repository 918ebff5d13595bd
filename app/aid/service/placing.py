"""Where a point is, and who sees it: fewer people at once, a new place with a new yes for each."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.points import HomeNotPublicError, PointNameError, PointNotFoundError
from app.aid.models.points import CollectionPoint
from app.aid.queries import points as reads
from app.aid.rules import places as rules
from app.aid.rules.words import PointKind, Visibility
from app.aid.service import bringing, changing, point_content
from app.audit.facts import Actor
from app.db.session import db
from app.places.models import Place
from app.places.rules import PlaceDetails
from app.places.service import change_place, checked, details_of, make_place


def move(point: CollectionPoint, details: PlaceDetails, *, now: datetime, by: Actor) -> bool:
    """Say otherwise where a point is; returns whether anything is different now.

    Whoever was told the old address sees nothing until she is accepted anew. Raises what
    `make_place` raises, and PointNameError.
    """
    point = reads.lock_point(point.id)
    if point.place is None:
        raise PointNotFoundError
    if not put_place(point, details, now=now, by=by):
        return False
    changing.finish(point, "point.moved", now=now, by=by)
    return True


def put_place(point: CollectionPoint, details: PlaceDetails, *, now: datetime, by: Actor) -> bool:
    """As `move`, for a service that ends the change itself."""
    place = point.place
    if place is None:
        raise PointNotFoundError
    right, before = checked(details), details_of(place)
    if right == before:
        return False
    if (
        point.visibility is Visibility.PUBLIC
        and not right.name
        and point.kind is not PointKind.HOME
    ):
        raise PointNameError
    point.place = place = _changed(place, right, point)
    point_content.put_name(point, place)
    if _door(right) != _door(before):
        bringing.ask_again(point, now=now, by=by)
    return True


def show_to(
    point: CollectionPoint,
    visibility: Visibility,
    *,
    is_home_public: bool,
    gives_address_freely: bool,
    now: datetime,
    by: Actor,
) -> bool:
    """Say who sees where a point is; returns whether anything is different now.

    Raises HomeNotPublicError or PointNameError.
    """
    point = reads.lock_point(point.id)
    freely = gives_address_freely
    if not put_visibility(point, visibility, is_home_public=is_home_public, freely=freely):
        return False
    detail = {"visibility": visibility.value}
    changing.finish(point, "point.visibility_changed", now=now, by=by, detail=detail)
    return True


def put_visibility(
    point: CollectionPoint,
    visibility: Visibility,
    *,
    is_home_public: bool,
    freely: bool,
    name: str | None = None,
) -> bool:
    """As `show_to`, for a service that ends the change itself; `name`: what it will be called."""
    wanted = (visibility, is_home_public, freely and rules.is_hidden(visibility))
    if wanted == (point.visibility, point.is_home_public, point.gives_address_freely):
        return False
    is_home = point.kind is PointKind.HOME
    if is_home and visibility is Visibility.PUBLIC and not is_home_public:
        raise HomeNotPublicError
    called = name if name is not None else point.place.spot.name if point.place else ""
    if visibility is Visibility.PUBLIC and not is_home and not called:
        raise PointNameError
    point.visibility, point.is_home_public, point.gives_address_freely = wanted
    if point.place is not None:
        point_content.put_name(point, point.place)
    db.session.flush()
    return True


def _changed(place: Place, details: PlaceDetails, point: CollectionPoint) -> Place:
    """The same row with other words; a place that another point uses stays as it is."""
    if reads.is_place_used(place.id, but_of=point.id):
        return make_place(details)
    change_place(place, details)
    return place


def _door(details: PlaceDetails) -> tuple[object, ...]:
    return (details.country, details.locality, details.street, details.postcode)
