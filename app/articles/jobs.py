"""What the worker does for articles."""

from collections.abc import Mapping

from app.articles.models import articles  # noqa: F401 - its tables belong to the schema
from app.queue.facts import Handler, Schedule

HANDLERS: Mapping[str, Handler] = {}
SCHEDULES: tuple[Schedule, ...] = ()
