"""What the worker does for the standing pages and messages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Handler, Schedule
from app.site.service import contact

PURGE_MESSAGES: Final = "site.purge_messages"
FORGET_NETWORKS: Final = "site.forget_networks"
BATCH: Final = 100


def purge_messages(_payload: Mapping[str, Any]) -> None:
    """Forget what visitors wrote to us and was answered long ago."""
    done = BATCH
    while done == BATCH:
        with transaction():
            done = contact.purge(now=clock.utcnow(), limit=BATCH)


def forget_networks(_payload: Mapping[str, Any]) -> None:
    """Delete what stands for visitors' networks."""
    with transaction():
        contact.forget_networks(now=clock.utcnow())


HANDLERS: Mapping[str, Handler] = {
    PURGE_MESSAGES: purge_messages,
    FORGET_NETWORKS: forget_networks,
}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule(PURGE_MESSAGES, timedelta(days=1)),
    Schedule(FORGET_NETWORKS, timedelta(hours=1)),
)
