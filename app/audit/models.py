"""The audit log: rows that are written once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.facts import ActorKind
from app.db.base import Base
from app.db.triggers import append_only
from app.db.types import JsonValue, str_enum


class AuditEntry(Base):
    """One thing that somebody did."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject", "id"), Index(None, "group_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[ActorKind] = mapped_column(str_enum(ActorKind, name="actor_kind"))
    #: The organiser, without a foreign key: accounts stand above this package.
    account_id: Mapped[int | None] = mapped_column(index=True)
    actor_label: Mapped[str] = mapped_column(String(120))
    #: A verb in the past, such as "appeal.published".
    action: Mapped[str] = mapped_column(String(80))
    #: The row, such as "appeal:12".
    subject: Mapped[str] = mapped_column(String(120))
    group_id: Mapped[int | None]
    #: What changed, without personal data of supporters.
    detail: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)


append_only(AuditEntry.__table__)
