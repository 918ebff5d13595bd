"""What runs by itself: unpaid donations are forgotten in time."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.appeals.service import retention
from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Schedule

FORGET = "appeals.forget_abandoned"
#: Donations in one transaction; others can write in between.
BATCH = 200


def forget_abandoned(_payload: Mapping[str, Any]) -> None:
    """Forget who began the donations that were never paid."""
    forgotten = BATCH
    while forgotten == BATCH:
        with transaction():
            forgotten = retention.forget_abandoned(now=clock.utcnow(), limit=BATCH)


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {FORGET: forget_abandoned}
SCHEDULES: tuple[Schedule, ...] = (Schedule(FORGET, timedelta(days=1)),)
