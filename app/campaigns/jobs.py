"""What the worker does for members."""

from collections.abc import Mapping

from app.campaigns.models import members  # noqa: F401 - its tables belong to the schema
from app.queue.facts import Handler, Schedule

HANDLERS: Mapping[str, Handler] = {}
SCHEDULES: tuple[Schedule, ...] = ()
