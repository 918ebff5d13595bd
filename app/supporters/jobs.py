"""What the worker does for supporters."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.lib import clock
from app.queue.facts import Handler, Schedule
from app.supporters.flows import importing
from app.supporters.service import holding

PURGE_JOB = "supporters.purge"


def bring_in(payload: Mapping[str, Any]) -> None:
    """Bring in the people of a file."""
    importing.work_in(payload["import_id"])


def take_back(payload: Mapping[str, Any]) -> None:
    """Take back the people of a file."""
    importing.work_back(payload["import_id"])


def purge(_payload: Mapping[str, Any]) -> None:
    """Forget links that were asked for, and complaints of long ago."""
    for each in holding.PURGES:
        each.run(clock.utcnow())


HANDLERS: Mapping[str, Handler] = {
    importing.IMPORT_JOB: bring_in,
    importing.UNDO_JOB: take_back,
    PURGE_JOB: purge,
}
SCHEDULES: tuple[Schedule, ...] = (Schedule(PURGE_JOB, timedelta(days=1)),)
