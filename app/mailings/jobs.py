"""What the worker does for mailings."""

from collections.abc import Mapping

from app.mailings.models import mailings  # noqa: F401 - its tables belong to the schema
from app.queue.facts import Handler, Schedule

HANDLERS: Mapping[str, Handler] = {}
SCHEDULES: tuple[Schedule, ...] = ()
