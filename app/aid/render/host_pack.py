"""What a host prints: a poster, a sign for the door, labels, what to refuse, a tally sheet.

Paper hangs in streets: of a hidden point it says the area and where to ask, never where it is; of
its host nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from app.aid.models.drops import DropNeed
from app.aid.models.points import CollectionPoint
from app.aid.queries.hours import hours_of
from app.aid.queries.needs import list_by_urgency
from app.aid.render.drops import days_of
from app.aid.render.hours import hours_shown
from app.aid.render.places import paper_place
from app.aid.rules.places import is_listed
from app.aid.rules.words import ItemCategory, PointState, Priority, Visibility
from app.lib.clock import day_in
from app.web.locale import absolute_url, current_locale
from app.web.qr import qr_svg

#: In this order they come out of the printer.
SHEETS: Final = ("poster", "door", "guide", "labels", "tally")
#: A poster has room for so many things.
_NAMED: Final = 8
#: With more lines than this it is set smaller.
_FEW: Final = 5
#: Labels on one sheet, and rows on a tally sheet.
LABELS: Final = range(8)
ROWS: Final = range(22)
#: So many letters of a title are set large.
_SHORT: Final = 28


def pack(point: CollectionPoint, *, now: datetime) -> dict[str, Any]:
    """What stands on the sheets of a point."""
    drop, hours = point.drop, hours_of(point)
    address = _address(point)
    wanted, refused = _needs(point)
    place = paper_place(point)
    shown = hours_shown(hours, day_in(point.zone, now))
    return {
        "point": point,
        "drop": drop,
        "place": place,
        "name": place.name,
        "is_private": point.visibility is Visibility.PRIVATE,
        "is_hidden": not place.is_spot,
        "days": days_of(point.from_on or drop.opens_on, point.until_on or drop.closes_on),
        "hours": shown,
        "wanted": wanted,
        "named": wanted[:_NAMED],
        "refused": refused,
        "has_medicine": any(each.item.category is ItemCategory.MEDICINE for each in refused),
        "address": address.partition("//")[2],
        "picture": qr_svg(address, _("QR code of the address")),
        "is_crowded": len(wanted) > _FEW or len(shown.week) > _FEW,
        "title_size": "large"
        if len(drop.title.pick(current_locale()).text) <= _SHORT
        else "middle",
        "label_rows": LABELS,
        "tally_rows": ROWS,
    }


def sheets_of(point: CollectionPoint) -> Sequence[str]:
    """Which sheets a point has: nobody hangs a poster for one that is on no list."""
    is_private = point.visibility is Visibility.PRIVATE
    return [each for each in SHEETS if each != "poster" or not is_private]


def _address(point: CollectionPoint) -> str:
    """Where people read more: its own page, or the round's where it has none yet."""
    locale = current_locale()
    will_be_listed = is_listed(point.visibility, PointState.LIVE)
    if will_be_listed:
        return absolute_url("points.show", locale=locale, slug=point.slug)
    return absolute_url("drops.show", locale=locale, slug=point.drop.slug)


def _needs(point: CollectionPoint) -> tuple[list[DropNeed], list[DropNeed]]:
    """What it takes, the urgent first, and what it does not."""
    taken = {each.item_id for each in point.takes}
    found = list_by_urgency(point.drop_id)
    refused = [each for each in found if each.priority is Priority.NOT_WANTED]
    wanted = [
        each
        for each in found
        if each.priority is not Priority.NOT_WANTED
        and each.fulfilled_at is None
        and (point.takes_all or each.item_id in taken)
    ]
    return wanted, refused
