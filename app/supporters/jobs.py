"""What the worker does for supporters."""

from collections.abc import Mapping

from app.queue.facts import Handler, Schedule
from app.supporters.models import imports, rights  # noqa: F401 - its tables belong to the schema

HANDLERS: Mapping[str, Handler] = {}
SCHEDULES: tuple[Schedule, ...] = ()
