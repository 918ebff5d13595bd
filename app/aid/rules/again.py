"""Hosts of an earlier round are asked once whether they do it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.aid.rules.hours import HoursRow
from app.aid.rules.words import PointState

#: What the private link of an invite is signed for.
AGAIN_LINK: Final = "again"
NOTE_LENGTH: Final = 1000
#: Points in these states were never checked or turned out wrong: their hosts are not asked.
NOT_ASKED: Final = frozenset(
    {
        *(PointState.APPLIED, PointState.EMAIL_CONFIRMED, PointState.UNDER_REVIEW),
        *(PointState.REJECTED, PointState.DISPUTED),
    }
)


def hours_again(rows: Iterable[HoursRow]) -> tuple[HoursRow, ...]:
    """The hours that hold for another round too: nothing that was about days of the old one."""
    return tuple(
        row for row in rows if row.day is None and row.valid_from is None and row.valid_to is None
    )
