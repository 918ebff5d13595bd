"""What the worker does for the standing pages and messages."""

from collections.abc import Mapping

from app.queue.facts import Handler, Schedule
from app.site.models import pages  # noqa: F401 - its tables belong to the schema

HANDLERS: Mapping[str, Handler] = {}
SCHEDULES: tuple[Schedule, ...] = ()
