"""How far a round is, in things: what the public page says of its goods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from app.aid.models.drops import Drop
from app.aid.queries import progress as progress_reads
from app.aid.queries import stock as reads
from app.aid.render.stock import amount, thing
from app.aid.rules.progress import Amounts, Progress, Stage
from app.aid.rules.words import Unit

STAGE_NAMES: Final = {
    Stage.AT_POINTS: _l("At collection points"),
    Stage.ON_THE_WAY: _l("On the way"),
    Stage.IN_STORE: _l("In store"),
    Stage.DELIVERED: _l("Delivered"),
    Stage.GIVEN: _l("Given away here"),
    Stage.LOST: _l("Lost"),
    Stage.DISCARDED: _l("Thrown away"),
    Stage.SORTED: _l("Unpacked and sorted"),
}


@dataclass(frozen=True)
class StageRow:
    """One line of where things are."""

    name: str
    bags: str
    boxes: str
    weight: str


@dataclass(frozen=True)
class ItemRow:
    """One line of what they are."""

    name: str
    known: str
    in_hand: str
    delivered: str
    gone: str


def block_for(drop: Drop, _now: datetime) -> dict[str, Any]:
    """What the public page of a round says of how far it is; `progress` is none before it began."""
    found = progress_reads.progress_of(drop)
    if not found and drop.target_boxes is None:
        return {"progress": None}
    return {
        "progress": {
            "collected": _words(found.collected),
            "worth": found.collected.worth,
            "target": drop.target_boxes,
            "share": _share(found, drop.target_boxes),
            "rows": [_row(stage, amounts) for stage, amounts in found.stages.items() if amounts],
            "items": _item_rows(found),
            "is_final": drop.frozen_totals is not None,
        }
    }


def _share(found: Progress, target: int | None) -> int | None:
    return found.collected.worth * 100 // target if target else None


def _words(amounts: Amounts) -> list[str]:
    """Bags, boxes and weight, each where there is any."""
    found = (
        (amounts.bags, Unit.BAG),
        (amounts.boxes + amounts.labelled, Unit.BOX),
        (amounts.grams, Unit.GRAM),
    )
    return [amount(qty, unit) for qty, unit in found if qty]


def _row(stage: Stage, amounts: Amounts) -> StageRow:
    return StageRow(
        name=str(STAGE_NAMES[stage]),
        bags=_number(amounts.bags),
        boxes=_number(amounts.boxes + amounts.labelled),
        weight=amount(amounts.grams, Unit.GRAM) if amounts.grams else "–",
    )


def _item_rows(found: Progress) -> list[ItemRow]:
    items = reads.items_by_id(each.item_id for each in found.items)
    return [
        ItemRow(
            name=thing(items[each.item_id]),
            known=amount(each.known, each.unit),
            in_hand=_amount(each.in_hand, each.unit),
            delivered=_amount(each.delivered, each.unit),
            gone=_amount(each.gone, each.unit),
        )
        for each in found.items
        if each.known and each.item_id in items
    ]


def _number(count: int) -> str:
    return str(format_decimal(count)) if count else "–"


def _amount(qty: int, unit: Unit) -> str:
    return amount(qty, unit) if qty else "–"
