"""What the worker does for mailings: begin what is due, and send some of it at a time."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.lib import clock
from app.mailings.flows import sending
from app.mailings.service.starting import SEND
from app.queue.facts import Handler, Schedule


def send(payload: Mapping[str, Any]) -> None:
    """Send some of a mailing; runs again by itself while somebody waits for it."""
    sending.run(payload["id"])


def look(_payload: Mapping[str, Any]) -> None:
    """Begin the mailings whose hour has come."""
    sending.look(clock.utcnow())


HANDLERS: Mapping[str, Handler] = {SEND: send, "mailings.look": look}
SCHEDULES: tuple[Schedule, ...] = (Schedule("mailings.look", timedelta(minutes=1)),)
