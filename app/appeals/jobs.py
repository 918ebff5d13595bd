"""What runs by itself: unpaid donations are forgotten in time."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.appeals.flows import donor as donor_flows
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


def send_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to her gifts, where there are any."""
    donor_flows.send_links(payload["supporter_id"], locale=payload["locale"], now=clock.utcnow())


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    FORGET: forget_abandoned,
    donor_flows.LINKS_JOB: send_links,
}
SCHEDULES: tuple[Schedule, ...] = (Schedule(FORGET, timedelta(days=1)),)
