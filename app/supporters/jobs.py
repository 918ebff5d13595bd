"""What the worker does for supporters."""

from collections.abc import Mapping
from typing import Any

from app.queue.facts import Handler, Schedule
from app.supporters.flows import importing
from app.supporters.models import rights  # noqa: F401 - its tables belong to the schema


def bring_in(payload: Mapping[str, Any]) -> None:
    """Bring in the people of a file."""
    importing.work_in(payload["import_id"])


def take_back(payload: Mapping[str, Any]) -> None:
    """Take back the people of a file."""
    importing.work_back(payload["import_id"])


HANDLERS: Mapping[str, Handler] = {
    importing.IMPORT_JOB: bring_in,
    importing.UNDO_JOB: take_back,
}
SCHEDULES: tuple[Schedule, ...] = ()
