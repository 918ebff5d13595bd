"""How mail fares, in numbers alone."""

from datetime import datetime

from sqlalchemy import func, select

from app.db.session import db
from app.lib.bounces import BounceKind
from app.mail.models.outbox import OutboxMail


def count_returned(since: datetime) -> dict[BounceKind, int]:
    """How many mails of the outbox came back since an instant, by kind, the most frequent first."""
    number = func.count()
    rows = db.session.execute(
        select(OutboxMail.bounce_reason, number)
        .where(OutboxMail.bounced_at >= since)
        .group_by(OutboxMail.bounce_reason)
        .order_by(number.desc())
    )
    found: dict[BounceKind, int] = {}
    for reason, count in rows:
        kind = BounceKind(reason) if reason in set(BounceKind) else BounceKind.OTHER
        found[kind] = found.get(kind, 0) + count
    return found
