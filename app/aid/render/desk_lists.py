"""Points and drop-offs as the desk lists them; a private point by its code to most of the desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from app.aid.models.points import CollectionPoint
from app.aid.models.stock import DropOff
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.render.places import desk_name, public_name
from app.aid.render.stock import amount
from app.aid.render.words import (
    FILL_NAMES,
    FILL_TONES,
    POINT_KIND_NAMES,
    POINT_STATE_NAMES,
    POINT_STATE_TONES,
)
from app.aid.rules.words import RUN_STATES, MoveKind, Unit, Visibility
from app.lib.clock import day_in


@dataclass(frozen=True)
class PointRow:
    """One point in a list of the desk."""

    point: CollectionPoint
    name: str
    kind: str
    #: Its district and town; empty where they may not be seen.
    area: str
    #: (words, tone) of how it stands and how full it is.
    tags: tuple[tuple[str, str], ...]
    #: Who runs it, for those who may see people.
    host: str


@dataclass(frozen=True)
class BroughtRow:
    """One drop-off in a list of the desk."""

    drop_off: DropOff
    name: str
    #: What it was: "3 bags, 1 box, 12 kg".
    amounts: str
    day: date
    #: In a few words.
    what: str
    #: Who wrote it down, in a word.
    by: str
    is_voided: bool


def point_rows(points: Sequence[CollectionPoint], people_of: Collection[int]) -> list[PointRow]:
    """The points of a list."""
    return [_point_row(each, people_of) for each in points]


def _point_row(point: CollectionPoint, people_of: Collection[int]) -> PointRow:
    sees_people = point.drop.group_id in people_of
    may_place = sees_people or point.visibility is not Visibility.PRIVATE
    place = point.place if may_place else None
    return PointRow(
        point=point,
        name=name_of(point, people_of),
        kind=str(POINT_KIND_NAMES[point.kind]),
        area=_join([place.district or "", place.locality]) if place else "",
        tags=tuple(_tags(point)),
        host=(point.host.name or "") if sees_people and point.host else "",
    )


def _tags(point: CollectionPoint) -> list[tuple[str, str]]:
    found = [(str(POINT_STATE_NAMES[point.state]), POINT_STATE_TONES[point.state])]
    fill = str(FILL_NAMES[point.fill])
    if point.state in RUN_STATES and fill != found[0][0]:
        found.append((fill, FILL_TONES[point.fill]))
    if point.visibility is Visibility.PRIVATE:
        found.append((str(_("Private")), "info"))
    elif point.visibility is Visibility.AREA_ONLY:
        found.append((str(_("Area only")), "info"))
    return found


def name_of(place: CollectionPoint | WorkplaceCollection, people_of: Collection[int]) -> str:
    """What organisers call a point, or a collection at work."""
    if isinstance(place, WorkplaceCollection):
        sees = place.is_public or place.drop.group_id in people_of
        return (place.organisation or "" if sees else "") or str(_("Workplace collection"))
    if place.visibility is Visibility.PRIVATE and place.drop.group_id not in people_of:
        return public_name(place)
    return desk_name(place)


def brought_rows(drop_offs: Sequence[DropOff], people_of: Collection[int]) -> list[BroughtRow]:
    """What was brought, one row each."""
    return [_brought_row(each, people_of) for each in drop_offs]


def _brought_row(drop_off: DropOff, people_of: Collection[int]) -> BroughtRow:
    place = drop_off.point or drop_off.workplace
    return BroughtRow(
        drop_off=drop_off,
        name=name_of(place, people_of) if place else "",
        amounts=amounts(drop_off.bags, drop_off.boxes, drop_off.grams),
        day=day_in(drop_off.drop.zone, drop_off.received_at),
        what=what_of(drop_off),
        by=entered_by(drop_off.entered_by),
        is_voided=drop_off.void_id is not None,
    )


def amounts(bags: int, boxes: int, grams: int) -> str:
    """Bags, boxes and weight in words, what is nothing left out."""
    parts = ((bags, Unit.BAG), (boxes, Unit.BOX), (grams, Unit.GRAM))
    return _join([amount(qty, unit) for qty, unit in parts if qty])


def what_of(drop_off: DropOff) -> str:
    """What was brought, in a few words; a collection at work by its reference."""
    if drop_off.move.kind is MoveKind.HAND_OVER:
        return str(_("Collected at work (%(reference)s)", reference=drop_off.what))
    return drop_off.what


def entered_by(text: str) -> str:
    """Who wrote something down, in a word: `host:12` is the host."""
    names = {
        "host": _("the host"),
        "helper": _("a helper of the host"),
        "steward": _("the steward"),
        "account": _("an organiser"),
    }
    return str(names.get(text.partition(":")[0], _("the site itself")))


def _join(parts: Sequence[str]) -> str:
    return str(_(", ")).join(each for each in parts if each)
