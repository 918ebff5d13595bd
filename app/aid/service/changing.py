"""What every change of a point ends with: its version, the record, the index and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.aid.models.points import CollectionPoint
from app.aid.service.listing import relist
from app.aid.service.pledges import tell_stewards
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db


def finish(
    point: CollectionPoint,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Raise the version of a point, write down who did what, and list it anew.

    Stewards who go by a point that filled or closed hear of it at once.
    """
    point.version += 1
    point.updated_at = now
    db.session.flush()
    note(point, action, now=now, by=by, detail=detail)
    relist(point, now=now)
    tell_stewards(point, now=now)


def note(
    point: CollectionPoint,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down who did what to a point; never where it is, nor who hosts it or brings."""
    audit.record(
        by,
        action,
        f"point:{point.id}",
        now=now,
        group_id=point.drop.group_id,
        detail={"point": point.public_id} | dict(detail or {}),
    )
