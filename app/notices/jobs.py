"""Telling, summing up and forgetting, by the worker."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.db.session import transaction
from app.lib import clock
from app.notices.service import comparing, summing, telling
from app.queue.facts import Handler, Schedule
from app.settings import settings
from app.web.panels import panels

TELL_JOB = "notices.tell"
SUM_UP_JOB = "notices.sum_up"
PURGE_JOB = "notices.purge"


def _tell(_payload: Mapping[str, Any]) -> None:
    with transaction():
        telling.tell(panels().waiting_sources(), zone=settings().timezone, now=clock.utcnow())


def _sum_up(_payload: Mapping[str, Any]) -> None:
    with transaction():
        summing.sum_up(panels().waiting_sources(), zone=settings().timezone, now=clock.utcnow())


def _purge(_payload: Mapping[str, Any]) -> None:
    with transaction():
        comparing.purge(now=clock.utcnow())


HANDLERS: Mapping[str, Handler] = {TELL_JOB: _tell, SUM_UP_JOB: _sum_up, PURGE_JOB: _purge}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule(TELL_JOB, timedelta(minutes=5)),
    Schedule(SUM_UP_JOB, timedelta(minutes=30)),
    Schedule(PURGE_JOB, timedelta(days=1)),
)
