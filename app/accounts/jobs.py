"""Work about accounts that the worker does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.accounts.flows import signing_in as flows
from app.accounts.service import accounts as service
from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PURGE_JOB = "accounts.purge_tries"
ERASE_JOB = "accounts.erase_closed"


def _send_reset(payload: Mapping[str, Any]) -> None:
    flows.send_reset(payload["account_id"], now=clock.utcnow())


def _purge_tries(_payload: Mapping[str, Any]) -> None:
    with transaction():
        service.purge_tries(now=clock.utcnow())


def _erase_closed(_payload: Mapping[str, Any]) -> None:
    with transaction():
        service.erase_closed(now=clock.utcnow())


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    flows.RESET_JOB: _send_reset,
    PURGE_JOB: _purge_tries,
    ERASE_JOB: _erase_closed,
}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule(PURGE_JOB, every=timedelta(hours=1)),
    Schedule(ERASE_JOB, every=timedelta(days=1)),
)
