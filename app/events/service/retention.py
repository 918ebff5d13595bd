"""What is not needed is not kept: networks for a day, people for some days after the event."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update

from app.db.session import db
from app.events.models.hosting import EventReport
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import ShiftSignup

#: Longer than any burst, shorter than any use against people.
NETWORK_KEPT: Final = timedelta(days=1)


def forget_networks(*, now: datetime) -> None:
    """Delete what stands for visitors' networks once it is a day old."""
    old = now - NETWORK_KEPT
    for table, written_at in (
        (Rsvp, Rsvp.created_at),
        (EventReport, EventReport.sent_at),
        (ShiftSignup, ShiftSignup.created_at),
    ):
        db.session.execute(
            update(table).where(written_at < old, table.network.is_not(None)).values(network=None)
        )
