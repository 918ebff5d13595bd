"""Writing the audit log, in the transaction of what was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db


def record(
    by: Actor,
    action: str,
    subject: str,
    *,
    now: datetime,
    group_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Note that somebody did something to a row such as "appeal:12"."""
    entry = AuditEntry(
        at=now,
        actor_kind=by.kind,
        account_id=by.account_id,
        actor_label=by.label,
        action=action,
        subject=subject,
        group_id=group_id,
        detail=dict(detail) if detail else None,
    )
    db.session.add(entry)
    return entry
