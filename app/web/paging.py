"""Lists page by key: the next page begins after the last row shown, however long the list is."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = TypeVar("Row")
#: The largest number a row can have in either database.
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Key:
    """Where a page begins: after this instant and this row."""

    at: datetime
    row_id: int

    def encode(self) -> str:
        """The key as it stands in an address."""
        text = f"{self.at.astimezone(UTC).isoformat()}|{self.row_id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, newest first, and the key of the page behind them."""

    rows: Sequence[Row]
    next_key: str | None


def read_key(text: str | None) -> Key | None:
    """The key in an address; a broken one means the first page."""
    try:
        padded = (text or "").encode("ascii") + b"=="
        at, _, row_id = base64.urlsafe_b64decode(padded).decode().partition("|")
        number = int(row_id)
        is_possible = 0 < number <= LARGEST_ID
        return Key(datetime.fromisoformat(at).astimezone(UTC), number) if is_possible else None
    except (ValueError, binascii.Error, OverflowError):
        return None
