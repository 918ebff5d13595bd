"""What a steward prints: a poster, a sheet to count on, a letter to the employer, labels.

A poster hangs where anybody may photograph it: it leads to the page of the round, and never says
where a hidden point is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from app.aid.models.drops import Drop
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import needs as need_reads
from app.aid.render.drops import days_of, needs_shown
from app.aid.rules.words import ItemCategory, Priority
from app.lib.text import Translated
from app.web.locale import absolute_url, current_locale
from app.web.qr import qr_svg

#: So many things a poster names, and so many that are not to be brought.
_WANTED: Final = 8
_UNWANTED: Final = 5
#: Lines of the sheet to count on, and labels on one sheet of paper.
_LINES: Final = 22
_LABELS: Final = 8
#: Up to so many signs a title is set in each size.
_TITLE_SIZES: Final = ((20, "huge"), (40, "large"), (70, "middle"))


def paper(workplace: WorkplaceCollection, *, now: datetime) -> dict[str, Any]:
    """What all its papers say."""
    drop = workplace.drop
    title = drop.title.pick(current_locale()).text
    return {
        "workplace": workplace,
        "drop": drop,
        "days": days_of(workplace.from_on, workplace.until_on),
        "wanted": _wanted(drop, now=now),
        "unwanted": _unwanted(drop),
        "title_size": next((size for most, size in _TITLE_SIZES if len(title) <= most), "small"),
        "picture": qr_svg(_address(drop), _("QR code of the address")),
        "address": _address(drop).partition("//")[2],
        "lines": range(_LINES),
        "labels": range(_LABELS),
    }


def _address(drop: Drop) -> str:
    return absolute_url("drops.show", locale=current_locale(), slug=drop.slug)


def _wanted(drop: Drop, *, now: datetime) -> list[Translated]:
    """What is needed most, but for what there is enough of."""
    groups = [each for each in needs_shown(drop, now=now) if not _is_unwanted(each.priority)]
    return [row.name for group in groups for row in group.rows if not row.is_enough][:_WANTED]


def _unwanted(drop: Drop) -> list[Translated]:
    """What is not to be brought; medicines stand on every poster anyway."""
    return [
        need.item.name
        for need in need_reads.list_by_urgency(drop.id)
        if _is_unwanted(need.priority) and need.item.category is not ItemCategory.MEDICINE
    ][:_UNWANTED]


def _is_unwanted(priority: Priority) -> bool:
    return priority is Priority.NOT_WANTED
