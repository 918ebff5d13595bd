"""Where points may be shown to be, as positions; the rule stands in `rules.places`."""

from __future__ import annotations

from app.aid.models.points import CollectionPoint
from app.aid.rules import places as rules
from app.aid.rules.places import Shown
from app.places.models import Place
from app.places.queries.finding import Found, find_position

Position = tuple[float, float]


def shown_to_public(point: CollectionPoint) -> Shown:
    """How much of where a point is anybody may see."""
    if point.place is None:
        return Shown.NOTHING
    return rules.to_public(point.kind, point.visibility, point.state)


def public_position(point: CollectionPoint) -> Position | None:
    """Where anybody may be told that a point is: its door, the middle of its area, or nowhere."""
    shown = shown_to_public(point)
    if point.place is None or shown is Shown.NOTHING:
        return None
    return door_of(point.place) if shown is Shown.SPOT else area_position(point.place)


def whole_position(point: CollectionPoint) -> Position | None:
    """Where a point is, for those who fetch things there."""
    return door_of(point.place) if point.place is not None else None


def door_of(place: Place) -> Position | None:
    """The spot of a place, as near as its position or postcode tells."""
    spot = place.spot
    if spot.lat is not None and spot.lon is not None:
        return (spot.lat, spot.lon)
    found = find_position(spot.postcode) if spot.postcode and place.country == "GB" else None
    return found.position if isinstance(found, Found) else area_position(place)


def area_position(place: Place) -> Position | None:
    """The middle of a place's district or town."""
    if place.area_lat is None or place.area_lon is None:
        return None
    return (place.area_lat, place.area_lon)
