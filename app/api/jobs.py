"""What the worker does for keys."""

from collections.abc import Mapping

from app.api.models import keys  # noqa: F401 - its tables belong to the schema
from app.queue.facts import Handler, Schedule

HANDLERS: Mapping[str, Handler] = {}
SCHEDULES: tuple[Schedule, ...] = ()
