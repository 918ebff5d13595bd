"""What an event said at one moment, so that a change can be told with old and new values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.lib.text import Translated


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Time, place and status of an event before somebody changed it; `service.telling` makes it."""

    title: Translated
    #: Wall times in the zone: what people read.
    starts_local: datetime
    ends_local: datetime
    zone: str
    starts_at: datetime
    ends_at: datetime
    is_all_day: bool
    is_end_open: bool
    #: What anybody may read of the place, and from when on the spot too, if ever.
    area: str
    spot: str = field(repr=False)
    place_shown: str
    place_released_at: datetime | None
    #: Stands for all of the place, hidden parts too, and leads back to none of it.
    place_mark: str
    #: The same for the address of an online room.
    online_mark: str
    mode: str
    status: str
    status_note: Translated | None
    state: str
    sequence: int
