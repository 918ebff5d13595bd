"""What is said of a point: checked as a whole, then written into its row."""

from __future__ import annotations

from app.aid.errors.points import (
    BoxesError,
    HomeNotPublicError,
    LicenceNeededError,
    NothingTakenError,
    NotTakenHereError,
    PointDaysError,
    PointNameError,
)
from app.aid.models.drops import AidItem, Drop
from app.aid.models.points import CollectionPoint, PointItem
from app.aid.queries import points as reads
from app.aid.rules import places as place_rules
from app.aid.rules import points as rules
from app.aid.rules.bank_holidays import nation_of
from app.aid.rules.points import PointContent
from app.aid.rules.words import ItemCategory, PointKind, Priority, Visibility
from app.aid.service.hours import check_hours, put_hours
from app.db.session import db
from app.places.models import Place

#: What a form calls a field is called the same in the row.
_PLAIN = (
    *("kind", "gives_address_freely", "max_boxes", "takes_all", "from_on", "until_on"),
    *("access_note", "step_free", "goes_door_to_door"),
)


def wanted_items(drop: Drop) -> list[AidItem]:
    """What a point of a round can take: what is wanted, and never medicines."""
    return [
        need.item
        for need in drop.needs
        if need.priority is not Priority.NOT_WANTED
        and need.item.category not in {ItemCategory.MEDICINE, ItemCategory.MIXED}
    ]


def check(drop: Drop, content: PointContent) -> None:
    """Raise what cannot be about a point; writes nothing.

    PointNameError, HomeNotPublicError, LicenceNeededError, BoxesError, NothingTakenError,
    NotTakenHereError, PointDaysError or HoursError.
    """
    is_home, is_public = content.kind is PointKind.HOME, content.visibility is Visibility.PUBLIC
    if is_public and not is_home and not content.name:
        raise PointNameError
    if is_home and is_public and not content.is_home_public:
        raise HomeNotPublicError
    if content.goes_door_to_door and not content.licence_number:
        raise LicenceNeededError
    if content.max_boxes is not None and not 1 <= content.max_boxes <= rules.MOST_BOXES:
        raise BoxesError(rules.MOST_BOXES)
    _check_items(drop, content)
    first, last = content.from_on or drop.opens_on, content.until_on or drop.closes_on
    if not drop.opens_on <= first <= last <= drop.closes_on:
        raise PointDaysError
    check_hours(content.hours, first_day=first, last_day=last)


def _check_items(drop: Drop, content: PointContent) -> None:
    if content.takes_all:
        return
    if not content.item_ids:
        raise NothingTakenError
    if not content.item_ids <= {item.id for item in wanted_items(drop)}:
        raise NotTakenHereError


def write(point: CollectionPoint, content: PointContent) -> None:
    """Write what is said of a point into its row; its place and visibility are `placing`'s."""
    for name in _PLAIN:
        setattr(point, name, getattr(content, name))
    point.van_note = content.van_note or None
    point.licence_number = content.licence_number or None
    put_takes(point, content.item_ids if not content.takes_all else frozenset())
    put_hours(point, content.hours)


def put_takes(point: CollectionPoint, item_ids: frozenset[int]) -> None:
    """Let a point take these things alone."""
    kept = {row.item_id: row for row in point.takes}
    point.takes = [kept.get(item_id) or PointItem(item_id=item_id) for item_id in sorted(item_ids)]
    db.session.flush()


def put_name(point: CollectionPoint, place: Place) -> None:
    """Let the public name and, where it may tell too much, the address of the page follow."""
    point.name = rules.published_name(
        point.visibility,
        place.spot.name,
        district=place.district,
        town=place.locality,
        public_id=point.public_id,
    )
    point.nation = nation_of(place.country, place.spot.postcode or place.district)
    slug = rules.slug_for(point.visibility, point.name, point.public_id)
    # A public address keeps working, unless it tells what is hidden now, or means nothing yet.
    is_new = point.slug in {"", point.public_id}
    if is_new or place_rules.is_hidden(point.visibility):
        point.slug = slug if reads.is_slug_free(slug, point.id) else point.public_id
