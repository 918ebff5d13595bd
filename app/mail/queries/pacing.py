"""What left within the last hour, and whether mailings rest."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.db.session import db
from app.mail.models.addresses import SendingBrake, SendingPace
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from app.mail.rules.pacing import WINDOW, YIELDS_TO, span_of


def list_spans(now: datetime) -> Sequence[tuple[datetime, int]]:
    """What was sent in each minute that still counts, the oldest first."""
    wanted = select(SendingPace.at, SendingPace.sent).where(
        SendingPace.at >= span_of(now) - WINDOW, SendingPace.sent > 0
    )
    return [(row.at, row.sent) for row in db.session.execute(wanted.order_by(SendingPace.at))]


def count_sent(now: datetime) -> int:
    """How many mails left within the last hour."""
    wanted = select(func.sum(SendingPace.sent)).where(SendingPace.at >= span_of(now) - WINDOW)
    return db.session.scalar(wanted) or 0


def find_brake() -> SendingBrake | None:
    """How the last server that asked for patience was answered; nothing where none ever did."""
    return db.session.get(SendingBrake, 1)


def has_due_mail(now: datetime) -> bool:
    """Whether a receipt or a private link waits to go out at this moment."""
    wanted = select(OutboxMail.id).where(
        OutboxMail.state == MailState.WAITING,
        OutboxMail.next_try_at <= now,
        OutboxMail.next_try_at > now - YIELDS_TO,
    )
    return db.session.scalar(wanted.limit(1)) is not None
