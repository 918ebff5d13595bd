"""What is not needed is not kept: networks for a day."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update

from app.aid.models.drops import NeedsSubscription
from app.aid.models.points import BringRequest, PointHost, PointReport
from app.aid.models.workplaces import WorkplaceCollection
from app.db.session import db

#: Longer than any burst, shorter than any use against people.
NETWORK_KEPT: Final = timedelta(days=1)


def forget_networks(*, now: datetime) -> None:
    """Delete what stands for visitors' networks once it is a day old."""
    old = now - NETWORK_KEPT
    for table, written_at in (
        (BringRequest, BringRequest.created_at),
        (PointHost, PointHost.applied_at),
        (PointReport, PointReport.sent_at),
        (WorkplaceCollection, WorkplaceCollection.created_at),
        (NeedsSubscription, NeedsSubscription.created_at),
    ):
        db.session.execute(
            update(table).where(written_at < old, table.network.is_not(None)).values(network=None)
        )
