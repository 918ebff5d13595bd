"""What every change of a round of collecting ends with: its version, the record, the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.aid.errors.drops import DropArchivedError
from app.aid.models.drops import Drop
from app.aid.queries import drops as reads
from app.aid.rules.words import DropState
from app.aid.service import indexing
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch


def lock_open(drop_id: int) -> Drop:
    """Return a round held against other writers; raises DropArchivedError where it was put away."""
    drop = reads.lock_drop(drop_id)
    if drop.state is DropState.ARCHIVED:
        raise DropArchivedError
    return drop


def finish(
    drop: Drop,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Raise the version of a round, write down who did what, and show it anew everywhere."""
    drop.version += 1
    drop.updated_at = now
    db.session.flush()
    note(drop, action, now=now, by=by, detail=detail)
    show_anew(drop)


def note(
    drop: Drop,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down who did what to a round; never who hosts or brings."""
    audit.record(
        by,
        action,
        f"drop:{drop.id}",
        now=now,
        group_id=drop.group_id,
        detail={"slug": drop.slug} | dict(detail or {}),
    )


def show_anew(drop: Drop) -> None:
    """Let every page be made anew that shows something of a round."""
    indexing.index_drop(drop)
    touch("aid", f"drop:{drop.id}", f"group:{drop.group_id}", "home")
    if drop.campaign_id is not None:
        touch(f"campaign:{drop.campaign_id}")
