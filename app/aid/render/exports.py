"""Files of a round for spreadsheets: points, hosts, workplaces, what was brought, moves, boxes.

Where a hidden point is stands in no file, unless whoever may see people asked for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import StockLocation
from app.aid.queries import exports as reads
from app.aid.queries import stock as stock_reads
from app.aid.render.places import desk_name, public_place, whole_place
from app.aid.rules.words import Visibility
from app.lib.csv_lines import csv_file, safe_cell
from app.places.models import Place

POINTS: Final = (
    "id", "name", "kind", "state", "fill", "visibility", "area", "address", "max_boxes", "takes",
    "from", "until", "step_free", "access", "created", "live", "closed",
)  # fmt: skip
HOSTS: Final = (
    "point", "point_name", "state", "name", "email", "phone", "language", "checked",
    "how_checked", "may_be_asked_again", "address",
)  # fmt: skip
WORKPLACES: Final = (
    "id", "organisation", "public", "town", "steward", "email", "phone", "language", "state",
    "from", "until", "point", "pledge", "promised_boxes", "counted_boxes", "bring_on",
    "bank_reference",
)  # fmt: skip
DROP_OFFS: Final = (
    "id", "received", "written_down", "place_kind", "place", "bags", "boxes", "kg", "what",
    "entered_by", "taken_back",
)  # fmt: skip
MOVES: Final = (
    "move", "kind", "happened", "recorded", "recorded_by", "from_kind", "from", "to_kind", "to",
    "item", "box", "quantity", "unit", "reason", "takes_back",
)  # fmt: skip
BOXES: Final = (
    "label", "state", "place_kind", "place", "contents", "gross_kg", "length_mm", "width_mm",
    "height_mm", "note", "made", "sealed", "seal",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """Whose rows go into a file, and how they are told."""

    drop: Drop
    locale: str
    #: The door of hidden points, too.
    with_addresses: bool = False

    def moment(self, at: datetime | None) -> str:
        """An instant on the wall clock of the round."""
        zone = ZoneInfo(self.drop.zone)
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""


def points(source: Source) -> Iterator[str]:
    """The points of a round."""
    return csv_file(POINTS, (_point(each, source) for each in reads.each_point(source.drop.id)))


def _point(point: CollectionPoint, source: Source) -> list[str]:
    items = [each.item.name.pick(source.locale).text for each in point.takes]
    return [
        point.public_id,
        safe_cell(desk_name(point)),
        point.kind.value,
        point.state.value,
        point.fill.value,
        point.visibility.value,
        safe_cell(_area(point.place)),
        safe_cell(_address(point, source)),
        _count(point.max_boxes),
        "all" if point.takes_all else safe_cell("; ".join(items)),
        _day(point.from_on),
        _day(point.until_on),
        point.step_free.value,
        safe_cell(_access(point, source)),
        *(source.moment(each) for each in (point.created_at, point.live_at, point.closed_at)),
    ]


def _address(point: CollectionPoint, source: Source) -> str:
    if source.with_addresses:
        return whole_place(point).line if point.place else ""
    return ", ".join(public_place(point).lines)


def _access(point: CollectionPoint, source: Source) -> str:
    """How one gets in: at a hidden place that can tell where it is."""
    is_open = point.visibility is Visibility.PUBLIC or source.with_addresses
    return point.access_note if is_open else ""


def hosts(source: Source) -> Iterator[str]:
    """Who runs the points of a round, and how to reach them."""
    rows = (_host(each, source) for each in reads.each_point(source.drop.id) if each.host)
    return csv_file(HOSTS, rows)


def _host(point: CollectionPoint, source: Source) -> list[str]:
    host = point.host
    if host is None or host.purged_at is not None:
        return [point.public_id, safe_cell(desk_name(point)), point.state.value, *[""] * 8]
    return [
        point.public_id,
        safe_cell(desk_name(point)),
        point.state.value,
        *(safe_cell(each or "") for each in (host.name, host.email, host.phone)),
        host.locale,
        source.moment(host.checked_at),
        host.how_checked.value if host.how_checked else "",
        "yes" if host.may_be_asked_again else "no",
        safe_cell(_address(point, source)),
    ]


def workplaces(source: Source) -> Iterator[str]:
    """The collections at work of a round."""
    rows = (
        [
            each.public_id,
            safe_cell(each.organisation or ""),
            "yes" if each.is_public else "no",
            safe_cell(each.locality),
            *(safe_cell(text or "") for text in (each.steward, each.email, each.phone)),
            each.locale,
            each.state.value,
            _day(each.from_on),
            _day(each.until_on),
            safe_cell(desk_name(each.point)) if each.point else "",
            each.pledge.value,
            _count(each.promised_boxes),
            _count(each.counted_boxes),
            _day(each.bring_on),
            each.bank_reference,
        ]
        for each in reads.each_workplace(source.drop.id)
    )
    return csv_file(WORKPLACES, rows)


def drop_offs(source: Source) -> Iterator[str]:
    """What was brought in a round."""
    rows = (
        [
            each.public_id,
            source.moment(each.received_at),
            source.moment(each.logged_at),
            "point" if each.point else "workplace",
            safe_cell(_place_name(each.point, each.workplace.public_id if each.workplace else "")),
            _count(each.bags),
            _count(each.boxes),
            _kg(each.grams),
            safe_cell(each.what),
            each.entered_by.partition(":")[0],
            "yes" if each.void_id is not None else "no",
        ]
        for each in reads.each_drop_off(source.drop.id)
    )
    return csv_file(DROP_OFFS, rows)


def moves(source: Source) -> Iterator[str]:
    """Every move of goods of a round, line by line."""
    rows = (
        [
            line.move.public_id,
            line.move.kind.value,
            source.moment(line.move.happened_at),
            source.moment(line.move.recorded_at),
            line.move.recorded_by.partition(":")[0],
            line.from_.kind.value,
            safe_cell(_location(line.from_)),
            line.to.kind.value,
            safe_cell(_location(line.to)),
            line.item.code if line.item else "",
            line.box.label if line.box else "",
            str(line.qty),
            line.unit.value,
            safe_cell(line.move.reason),
            "yes" if line.move.reverses_id is not None else "no",
        ]
        for line in reads.each_line(source.drop.id)
    )
    return csv_file(MOVES, rows)


def boxes(source: Source) -> Iterator[str]:
    """The labelled boxes of a round with what is in them."""
    rows = (
        [
            box.label,
            box.state.value,
            box.location.kind.value,
            safe_cell(_location(box.location)),
            safe_cell(
                "; ".join(
                    f"{each.item.code} {each.qty} {each.unit.value}"
                    for each in stock_reads.contents_of(box)
                )
            ),
            _kg(box.gross_g or 0),
            *(_count(each) for each in (box.length_mm, box.width_mm, box.height_mm)),
            safe_cell(box.note),
            source.moment(box.created_at),
            source.moment(box.sealed_at),
            str(box.seal_number),
        ]
        for box in reads.each_box(source.drop.id)
    )
    return csv_file(BOXES, rows)


#: What there is, by the name that stands in the address and in the record.
FILES: Final[dict[str, Callable[[Source], Iterator[str]]]] = {
    "points": points,
    "hosts": hosts,
    "workplaces": workplaces,
    "drop-offs": drop_offs,
    "moves": moves,
    "boxes": boxes,
}


def _location(place: StockLocation) -> str:
    if place.workplace is not None:
        # Who collects at work is public only where its steward said so.
        return _place_name(None, place.workplace.public_id)
    if place.point is not None:
        return _place_name(place.point, "")
    return (place.vehicle.name if place.vehicle else place.name) or ""


def _place_name(point: CollectionPoint | None, workplace: str) -> str:
    """A point by what the desk calls it; a workplace by its id, for its name is not for all."""
    return desk_name(point) if point is not None else workplace


def _area(place: Place | None) -> str:
    return " ".join(filter(None, (place.district, place.locality))) if place else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _count(number: int | None) -> str:
    return "" if number is None else str(number)


def _kg(grams: int) -> str:
    return f"{grams / 1000:g}" if grams else ""
