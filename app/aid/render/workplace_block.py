"""What the page of a round says of the collections at work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.aid.models.drops import Drop
from app.aid.queries import workplaces as reads
from app.aid.rules.workplaces import SIGN_UP_STATES

#: So many organisations are named; the others are counted.
_NAMED: Final = 12


def block_for(drop: Drop, _now: datetime) -> Mapping[str, Any]:
    """How many there are, and the names of those alone who ticked that they may be named."""
    names = sorted(set(reads.list_named(drop.id)), key=str.casefold)[:_NAMED]
    sums = reads.sums_of(drop.id)
    return {
        "workplaces": {
            "count": sums.count,
            "boxes": sums.counted or sums.promised,
            "is_counted": bool(sums.counted),
            "names": names,
            "takes_more": drop.state in SIGN_UP_STATES,
        }
    }
