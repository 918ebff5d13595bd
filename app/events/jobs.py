"""What runs by itself: what is not needed any more is forgotten."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.db.session import transaction
from app.events.service import listing, retention, shift_reminding
from app.lib import clock
from app.queue.facts import Schedule

FORGET_NETWORKS = "events.forget_networks"
RELEASE_PLACES = "events.release_places"
REMIND_HELPERS = "events.remind_helpers"
#: Events in one transaction; others can write in between.
BATCH = 50


def forget_networks(_payload: Mapping[str, Any]) -> None:
    """Delete what stands for visitors' networks."""
    with transaction():
        retention.forget_networks(now=clock.utcnow())


def release_places(_payload: Mapping[str, Any]) -> None:
    """Show the places whose moment has come on pages, lists and feeds."""
    released = BATCH
    while released == BATCH:
        with transaction():
            released = listing.release_places(now=clock.utcnow(), limit=BATCH)


def remind_helpers(_payload: Mapping[str, Any]) -> None:
    """Remind people of the shifts they take tomorrow."""
    after_id: int | None = 0
    while after_id is not None:
        with transaction():
            after_id = shift_reminding.remind(now=clock.utcnow(), after_id=after_id, limit=BATCH)


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    FORGET_NETWORKS: forget_networks,
    RELEASE_PLACES: release_places,
    REMIND_HELPERS: remind_helpers,
}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule(FORGET_NETWORKS, timedelta(hours=1)),
    Schedule(RELEASE_PLACES, timedelta(minutes=1)),
    Schedule(REMIND_HELPERS, timedelta(minutes=30)),
)
