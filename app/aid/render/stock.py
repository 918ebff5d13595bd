"""How goods, and the places where they lie, are put into words."""

from __future__ import annotations

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from app.aid.models.drops import AidItem
from app.aid.models.stock import StockLocation
from app.aid.render.places import desk_name
from app.aid.render.words import LOCATION_NAMES, UNIT_NAMES
from app.aid.rules.words import Unit
from app.web.locale import current_locale


def amount(qty: int, unit: Unit) -> str:
    """So much of something: "3 bags", "2.5 kg", "40"."""
    if unit is Unit.BAG:
        return str(ngettext("%(num)s bag", "%(num)s bags", qty))
    if unit is Unit.BOX:
        return str(ngettext("%(num)s box", "%(num)s boxes", qty))
    if unit is Unit.GRAM:
        return str(_("%(weight)s kg", weight=format_decimal(qty / 1000)))
    return str(format_decimal(qty))


def unit_name(unit: Unit) -> str:
    """In what something is counted, where people type it: weight in kilograms."""
    return str(_("kg")) if unit is Unit.GRAM else str(UNIT_NAMES[unit])


def thing(item: AidItem) -> str:
    """What a kind of thing is called, in the reader's language if it has a name there."""
    return item.name.pick(current_locale()).text


def place_name(location: StockLocation) -> str:
    """Where something is, as hosts and organisers read it: a hidden point by its area."""
    if location.point is not None:
        return desk_name(location.point)
    if location.workplace is not None:
        return location.workplace.organisation or str(LOCATION_NAMES[location.kind])
    if location.vehicle is not None:
        return location.vehicle.name
    return location.name or str(LOCATION_NAMES[location.kind])
