"""After an event: how many came, how it was, and what is left when the attendances are deleted."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor
from app.events.models.events import Event
from app.events.service.listing import relist
from app.lib.errors import StaleError
from app.lib.text import Translated


def report(
    event: Event,
    headcount: int | None,
    text: Translated | None,
    *,
    version: int,
    now: datetime,
    by: Actor,
) -> None:
    """Write down how many came and how it was; the page shows it. Raises StaleError."""
    if event.version != version:
        raise StaleError
    event.headcount, event.report = headcount, text
    event.reported_at = event.reported_at or now
    event.updated_at = now
    event.version += 1
    audit.record(
        by,
        "event.reported",
        f"event:{event.id}",
        now=now,
        group_id=event.group_id,
        detail={"headcount": headcount},
    )
    relist(event, now=now)
