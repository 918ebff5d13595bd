"""How goods, and the places where they lie, are put into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.aid.models.drops import AidItem
from app.aid.models.stock import StockLocation
from app.aid.rules.words import BoxState, LocationKind, MoveKind, Unit
from app.web.locale import current_locale

#: Places that have no name of their own.
KIND_NAMES: Final = {
    LocationKind.WORLD_IN: _l("brought by people"),
    LocationKind.POINT: _l("collection point"),
    LocationKind.WORKPLACE: _l("workplace collection"),
    LocationKind.VEHICLE: _l("vehicle"),
    LocationKind.STORE: _l("store"),
    LocationKind.BOX: _l("in a box"),
    LocationKind.DESTINATION: _l("delivered"),
    LocationKind.GIVEN: _l("given away"),
    LocationKind.LOST: _l("lost"),
    LocationKind.DISCARDED: _l("thrown away"),
    LocationKind.ADJUST: _l("sorted or counted anew"),
}
MOVE_NAMES: Final[Mapping[MoveKind, object]] = {
    MoveKind.DROP_OFF: _l("Brought"),
    MoveKind.HAND_OVER: _l("Handed over"),
    MoveKind.PICK_UP: _l("Picked up"),
    MoveKind.UNLOAD: _l("Unloaded"),
    MoveKind.TRANSFER: _l("Moved"),
    MoveKind.SORT: _l("Sorted"),
    MoveKind.PACK: _l("Packed into a box"),
    MoveKind.UNPACK: _l("Taken out of a box"),
    MoveKind.LOAD: _l("Loaded"),
    MoveKind.DELIVER: _l("Delivered"),
    MoveKind.GIVE: _l("Given away"),
    MoveKind.LOSE: _l("Lost"),
    MoveKind.FIND: _l("Found again"),
    MoveKind.DISCARD: _l("Thrown away"),
    MoveKind.COUNT: _l("Counted"),
    MoveKind.REVERSAL: _l("Taken back"),
}
BOX_STATE_NAMES: Final[Mapping[BoxState, object]] = {
    BoxState.OPEN: _l("open"),
    BoxState.SEALED: _l("closed"),
    BoxState.LOADED: _l("loaded"),
    BoxState.IN_TRANSIT: _l("on the way"),
    BoxState.DELIVERED: _l("delivered"),
    BoxState.SHORT: _l("delivered, something was missing"),
    BoxState.DAMAGED: _l("delivered, something was spoilt"),
    BoxState.LOST: _l("lost"),
    BoxState.VOID: _l("no longer used"),
}


def amount(qty: int, unit: Unit) -> str:
    """So much of something: "3 bags", "2.5 kg", "40"."""
    if unit is Unit.BAG:
        return str(ngettext("%(num)s bag", "%(num)s bags", qty))
    if unit is Unit.BOX:
        return str(ngettext("%(num)s box", "%(num)s boxes", qty))
    if unit is Unit.GRAM:
        return str(_("%(weight)s kg", weight=format_decimal(qty / 1000)))
    return str(format_decimal(qty))


def thing(item: AidItem) -> str:
    """What a kind of thing is called, in the reader's language if it has a name there."""
    return item.name.pick(current_locale()).text


def place_name(location: StockLocation) -> str:
    """Where something is, as everybody may read it: a point by its public name."""
    if location.point is not None:
        return location.point.name
    if location.workplace is not None:
        return location.workplace.organisation or str(KIND_NAMES[location.kind])
    if location.vehicle is not None:
        return location.vehicle.name
    return location.name or str(KIND_NAMES[location.kind])
