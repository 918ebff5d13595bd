"""What a key may read, and what a key looks like."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Final

#: Every key begins like this, so that scanners of leaked secrets know it.
PREFIX: Final = "muster_"
#: So much of a key is kept to tell it from another.
HINT: Final = 12
#: For how many months a key may be made; longer ones are forgotten by whoever made them.
MONTHS: Final = (3, 6, 12)


class Scope(StrEnum):
    """One kind of thing that only a key may read."""

    PEOPLE = "people"
    DONATIONS = "donations"
    ATTENDANCES = "attendances"


def digest(key: str) -> str:
    """What is kept of a key: it has 128 random bits, so that a plain hash tells nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_live(expires_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a key still opens anything."""
    return ended_at is None and now < expires_at
