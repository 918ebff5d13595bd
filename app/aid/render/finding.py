"""Points as lists, maps and feeds show them: where, how far, open until when, full or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.queries.finding import NearPoint, nearest
from app.aid.queries.hours import listed_hours
from app.aid.queries.needs import list_by_urgency
from app.aid.queries.places import public_position
from app.aid.render.hours import OpenShown, open_shown
from app.aid.render.places import ShownPlace, public_place
from app.aid.render.words import FILL_NAMES, POINT_KIND_NAMES
from app.aid.rules.drops import TAKES_THINGS
from app.aid.rules.words import Fill, PointState, Priority
from app.events.render.listing import distance_words
from app.events.rules.words import Answer
from app.places import render as map_render
from app.places.render import MapShown, Pin
from app.web.filters import plain


@dataclass(frozen=True)
class NextPoint:
    """Where to go instead."""

    slug: str
    name: str
    distance: str
    open: OpenShown


@dataclass(frozen=True)
class PointRow:
    """One point in a list."""

    point: CollectionPoint
    #: Names it on the page, for links from the map.
    anchor: str
    name: str
    kind: str
    where: str
    distance: str
    position: tuple[float, float] | None
    #: The position is only the middle of an area.
    is_area: bool
    open: OpenShown
    #: "Nearly full"; empty where there is room.
    fill: str
    is_full: bool
    is_step_free: bool
    #: Of a full one: the nearest that takes more.
    next: NextPoint | None = None

    @property
    def takes_now(self) -> bool:
        """Whether somebody could go there at that moment."""
        return self.open.is_open and not self.is_full


def near_rows(
    found: Sequence[NearPoint], at: datetime, *, item_id: int | None = None
) -> list[PointRow]:
    """The points near somewhere, as they stand at a moment; a full one says which is next."""
    return [
        _row(
            each.point,
            at,
            position=each.position,
            km=each.km,
            next_=next_point(each.point, at, item_id=item_id) if each.is_full else None,
        )
        for each in found
    ]


def list_rows(
    points: Sequence[CollectionPoint], at: datetime, *, item_id: int | None = None
) -> list[PointRow]:
    """The points of a list without a place."""
    return [
        _row(
            each,
            at,
            position=public_position(each),
            next_=next_point(each, at, item_id=item_id) if each.state is PointState.FULL else None,
        )
        for each in points
    ]


def next_point(
    point: CollectionPoint, at: datetime, *, item_id: int | None = None
) -> NextPoint | None:
    """The nearest open point where people may go instead; one that opens later where none is."""
    position = public_position(point)
    if position is None or point.drop.state not in TAKES_THINGS:
        return None
    asked: dict[str, Any] = {"item_id": item_id, "limit": 1, "exclude": [point.id]}
    found = nearest(point.drop_id, position, at=at, **asked)
    found = found or nearest(point.drop_id, position, **asked)
    if not found:
        return None
    place = public_place(found[0].point)
    return NextPoint(
        found[0].point.slug,
        place.name,
        distance_words(found[0].km, is_about=not place.is_spot),
        open_shown(found[0].hours, at),
    )


def draw(rows: Sequence[PointRow], here: tuple[float, float] | None = None) -> MapShown | None:
    """The map of some points; None where none of them has a position."""
    pins = [
        Pin(
            row.position,
            row.anchor,
            str(gettext(", ")).join((row.name, _state_words(row))),
            is_area=row.is_area,
            tone="flame" if row.takes_now else "soft",
        )
        for row in rows
        if row.position is not None
    ]
    return map_render.draw(pins, here, _name_many)


def block(drop: Drop, _now: datetime) -> Mapping[str, Any]:
    """What the search box on the page of a drop offers."""
    return {"find_items": item_choices(drop)}


def item_choices(drop: Drop) -> list[tuple[str, str]]:
    """(code, name) of what people may bring, the urgent first."""
    return [
        (need.item.code, plain(need.item.name))
        for need in list_by_urgency(drop.id)
        if need.priority is not Priority.NOT_WANTED
    ]


def item_ids(drop: Drop) -> dict[str, int]:
    """The things that people may bring, by their codes."""
    return {
        need.item.code: need.item_id
        for need in list_by_urgency(drop.id)
        if need.priority is not Priority.NOT_WANTED
    }


def _row(
    point: CollectionPoint,
    at: datetime,
    *,
    position: tuple[float, float] | None,
    km: float | None = None,
    next_: NextPoint | None = None,
) -> PointRow:
    place = public_place(point)
    return PointRow(
        point=point,
        anchor=f"p-{point.public_id}",
        name=place.name,
        kind=str(POINT_KIND_NAMES[point.kind]),
        where=_where(place),
        distance=distance_words(km, is_about=not place.is_spot),
        position=position,
        is_area=not place.is_spot,
        open=open_shown(listed_hours(point), at),
        fill=str(FILL_NAMES[point.fill]) if point.fill is Fill.NEARLY else "",
        is_full=point.state is PointState.FULL,
        is_step_free=point.step_free is Answer.YES,
        next=next_,
    )


def _where(place: ShownPlace) -> str:
    """Street and town, or the area alone; the name stands above it."""
    lines = [line for line in place.lines if line != place.name]
    return str(gettext(", ")).join(lines) or place.area


def _state_words(row: PointRow) -> str:
    return str(gettext("Full up")) if row.is_full else row.open.text


def _name_many(pins: Sequence[Pin]) -> str:
    return str(ngettext("%(num)d point", "%(num)d points", len(pins)))
