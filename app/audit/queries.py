"""Reading the audit log."""

from collections.abc import Sequence

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db.session import db


def list_for(subject: str, *, limit: int = 200) -> Sequence[AuditEntry]:
    """What was done to one row, newest first."""
    wanted = select(AuditEntry).where(AuditEntry.subject == subject)
    return db.session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(limit)).all()


def list_recent(
    *, group_ids: Sequence[int] | None = None, before_id: int | None = None, limit: int = 50
) -> Sequence[AuditEntry]:
    """The newest entries (of some groups), to page through by id."""
    wanted = select(AuditEntry)
    if group_ids is not None:
        wanted = wanted.where(AuditEntry.group_id.in_(group_ids))
    if before_id is not None:
        wanted = wanted.where(AuditEntry.id < before_id)
    return db.session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(limit)).all()
