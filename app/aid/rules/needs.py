"""The list of needs: what may stand on it, when it is old, when subscribers hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.aid.rules.catalogue import MIXED
from app.aid.rules.words import Hazard, ItemCategory, Priority, Unit
from app.lib.text import Translated

#: Nobody reads a longer list.
MOST_NEEDS: Final = 60
MOST_ITEMS: Final = 200
MOST_QTY: Final = 1_000_000
NAME_LENGTH: Final = 80
WHY_LENGTH: Final = 300
#: So long a line counts as right after somebody looked at it.
FRESH: Final = {
    Priority.URGENT: timedelta(days=7),
    Priority.NEEDED: timedelta(days=30),
    Priority.WELCOME: timedelta(days=30),
    Priority.NOT_WANTED: timedelta(days=30),
}
WANTED: Final = frozenset({Priority.URGENT, Priority.NEEDED, Priority.WELCOME})

#: What the private link of somebody who wants to hear of changes is signed for.
NEEDS_LINK: Final = "needs"
#: Several changes in a row become one mail; nobody gets more than one a day.
SETTLES: Final = timedelta(hours=1)
AT_MOST_EVERY: Final = timedelta(days=1)
#: Whoever does not prove the mailbox in this time is forgotten.
UNPROVEN_LIFE: Final = timedelta(days=7)
#: So many addresses one network may leave at one round in a day.
A_DAY_FROM_A_NETWORK: Final = 20


@dataclass(frozen=True, kw_only=True)
class NeedContent:
    """One line of the list, as an editor writes it."""

    item_id: int
    priority: Priority
    target_qty: int | None
    why: Translated | None


@dataclass(frozen=True, kw_only=True)
class ItemContent:
    """A kind of thing that a group collects, as an editor writes it."""

    name: Translated
    category: ItemCategory
    unit: Unit
    weight_g: int | None
    hs_code: str | None
    hazard: Hazard


def may_want(category: ItemCategory, priority: Priority) -> bool:
    """Whether a thing may be asked for: medicines never are."""
    return category is not ItemCategory.MEDICINE or priority is Priority.NOT_WANTED


def may_stand(code: str) -> bool:
    """Whether a thing may be on a list at all: what nobody has sorted is nothing to ask for."""
    return code != MIXED


def stale_since(priority: Priority, checked_at: datetime) -> datetime:
    """From when on somebody should look at a line again."""
    return checked_at + FRESH[priority]


def is_stale(
    priority: Priority, checked_at: datetime, fulfilled_at: datetime | None, now: datetime
) -> bool:
    """Whether nobody has looked at a line for too long; one that is fulfilled may rest."""
    return fulfilled_at is None and stale_since(priority, checked_at) <= now
