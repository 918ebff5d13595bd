"""What can be done about what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.audit import service as audit
from app.payments.service.inbox import APPLY_JOB
from app.queue import service as queue

if TYPE_CHECKING:
    from datetime import datetime

    from app.audit.facts import Actor
    from app.payments.models import StripeEvent


def retry_event(event: StripeEvent, *, now: datetime, by: Actor) -> None:
    """Let the worker work a message from Stripe in at once, beside the tries it has coming."""
    queue.put(APPLY_JOB, {"event": event.id}, now=now, key=f"{APPLY_JOB}:{event.id}:{now}")
    audit.record(
        by,
        "stripe_event.retried",
        f"stripe_event:{event.id}",
        now=now,
        group_id=event.payment_account.group_id,
        detail={"type": event.type},
    )
