"""Tables of what people ask about their data, and of complaints."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db.base import Base
from app.db.types import EncryptedText, JsonValue, str_enum
from app.supporters.rules.words import AskedBy, ComplaintKind, ComplaintState, DataLinkKind


class DataLink(Base):
    """A link to her own data that somebody asked for; it dies within days."""

    __tablename__ = "data_link"
    __table_args__ = (
        CheckConstraint("(kind = 'move') = (new_email IS NOT NULL)", name="move_has_a_goal"),
        Index("ix_data_link_email_kind", "email", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[DataLinkKind] = mapped_column(str_enum(DataLinkKind, name="data_link_kind"))
    #: Whose data; the link itself is mailed there, or to the new address.
    email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str | None] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Erasure(Base):
    """Somebody was erased: what stayed and why, without a word that names her."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: A keyed hash of the address, so that a later import is known to be one.
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    erased_at: Mapped[datetime]
    #: How it was asked for.
    source: Mapped[AskedBy] = mapped_column(str_enum(AskedBy, name="erasure_source"))
    #: For each package: how many rows went, and what stayed until when.
    outcome: Mapped[list[dict[str, object]]] = mapped_column(JsonValue)


class Complaint(Base):
    """Somebody complains; the law gives thirty days to say that we got it (DUAA 2025, s. 103)."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("due_at >= received_at", name="due_after_received"),
        Index("ix_complaint_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Named to her as the reference.
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"), index=True)
    kind: Mapped[ComplaintKind] = mapped_column(str_enum(ComplaintKind, name="complaint_kind"))
    state: Mapped[ComplaintState] = mapped_column(
        str_enum(ComplaintState, name="complaint_state"), default=ComplaintState.RECEIVED
    )
    name: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    text: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[AskedBy] = mapped_column(str_enum(AskedBy, name="complaint_source"))
    #: One form, sent twice, is one complaint; nothing where an organiser entered it.
    nonce: Mapped[str | None] = mapped_column(String(64), unique=True)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    #: What was found and done, for the record.
    outcome: Mapped[str | None] = mapped_column(EncryptedText)
    purged_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    notes: Mapped[list[ComplaintNote]] = relationship(
        back_populates="complaint", order_by="ComplaintNote.id"
    )


class ComplaintNote(Base):
    """One step in a complaint: a note for us, or what was written to her."""

    __tablename__ = "complaint_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    text: Mapped[str] = mapped_column(EncryptedText)
    #: It was mailed to her.
    is_mailed: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]

    complaint: Mapped[Complaint] = relationship(back_populates="notes")
    by: Mapped[User | None] = relationship()
