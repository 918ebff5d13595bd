"""What runs by itself: what is not needed any more is forgotten."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.aid.models import pickups as _pickups  # noqa: F401 - tables, until a service needs them
from app.aid.models import stock as _stock  # noqa: F401 - tables, until a service needs them
from app.aid.service import retention
from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Schedule

FORGET_NETWORKS = "aid.forget_networks"


def forget_networks(_payload: Mapping[str, Any]) -> None:
    """Delete what stands for visitors' networks."""
    with transaction():
        retention.forget_networks(now=clock.utcnow())


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    FORGET_NETWORKS: forget_networks,
}
SCHEDULES = (Schedule(FORGET_NETWORKS, timedelta(hours=1)),)
