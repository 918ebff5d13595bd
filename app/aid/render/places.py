"""Where points are, as far as somebody may see it. Every page, list, feed and mail asks here."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from app.aid.models.points import BringRequest, CollectionPoint
from app.aid.queries.places import Position, area_position, door_of, shown_to_public
from app.aid.render.words import POINT_KIND_NAMES
from app.aid.rules import places as rules
from app.aid.rules.places import Shown
from app.aid.rules.points import short_code
from app.aid.rules.words import PointState
from app.lib.countries import country_name
from app.places.models import Place
from app.web.locale import current_locale

#: A country that nobody needs to be told.
_AT_HOME = "GB"


@dataclass(frozen=True)
class ShownPlace:
    """What of where a point is may be shown to somebody."""

    shown: Shown
    #: What the point is called: of a hidden place its kind and area alone.
    name: str
    #: The address line by line; empty where it is not shown.
    lines: tuple[str, ...] = ()
    #: Its district and town; empty where not even they are shown.
    area: str = ""
    #: How far the area reaches, in kilometres.
    km: float | None = None
    position: Position | None = None
    #: How one gets in: it goes with the door.
    access_note: str = ""

    @property
    def is_spot(self) -> bool:
        """Whether the door is shown."""
        return self.shown is Shown.SPOT

    @property
    def line(self) -> str:
        """All of it in one line."""
        return ", ".join(self.lines) or self.area


def public_place(point: CollectionPoint) -> ShownPlace:
    """What anybody may see."""
    return _shown(point, shown_to_public(point))


def paper_place(point: CollectionPoint) -> ShownPlace:
    """What a sheet may say that is printed before a point is shown: what anybody sees then."""
    if point.place is None:
        return ShownPlace(Shown.NOTHING, public_name(point))
    shown = rules.to_public(point.kind, point.visibility, PointState.LIVE)
    return _shown(point, shown)


def place_for(request: BringRequest) -> ShownPlace:
    """What somebody who brings something may see on her own page."""
    point = request.point
    if point.place is None:
        return ShownPlace(Shown.NOTHING, public_name(point))
    shown = rules.to_bringer(point.kind, point.visibility, point.state, request.state)
    return _shown(point, shown)


def whole_place(point: CollectionPoint) -> ShownPlace:
    """All of it: for its host, for drivers, and for organisers who may see people."""
    return _shown(point, Shown.SPOT)


def public_name(point: CollectionPoint) -> str:
    """What a point is called wherever anybody may read it, in the language of the page."""
    shown = shown_to_public(point)
    if shown is Shown.SPOT:
        return point.name
    if shown is Shown.AREA and point.place is not None:
        return _area_name(point, point.place)
    return str(_("Collection point %(code)s", code=short_code(point.public_id)))


def desk_name(point: CollectionPoint) -> str:
    """What organisers call a point: its public name, or its kind and area where it has none."""
    if rules.is_hidden(point.visibility) and point.place is not None:
        return _area_name(point, point.place)
    return point.name or public_name(point)


def _shown(point: CollectionPoint, shown: Shown) -> ShownPlace:
    place = point.place
    if place is None or shown is Shown.NOTHING:
        return ShownPlace(Shown.NOTHING, public_name(point))
    if shown is Shown.AREA:
        return ShownPlace(
            shown,
            _area_name(point, place),
            area=_area(place),
            km=place.area_km,
            position=area_position(place),
        )
    spot = place.spot
    return ShownPlace(
        shown,
        spot.name or point.name,
        lines=_lines(place),
        area=_area(place),
        position=door_of(place),
        access_note=point.access_note,
    )


def _lines(place: Place) -> tuple[str, ...]:
    spot = place.spot
    country = "" if place.country == _AT_HOME else country_name(place.country, current_locale())
    parts = (spot.name, *spot.street.splitlines(), place.locality, spot.postcode, country)
    return tuple(each for each in (" ".join(part.split()) for part in parts) if each)


def _area(place: Place) -> str:
    return ", ".join(each for each in (place.district, place.locality) if each)


def _area_name(point: CollectionPoint, place: Place) -> str:
    kind = str(POINT_KIND_NAMES[point.kind])
    return str(_("%(kind)s in %(area)s", kind=kind, area=place.district or place.locality))
