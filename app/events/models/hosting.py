"""Tables of hosts and of what people say is wrong with an event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db.base import Base
from app.db.types import EncryptedText, str_enum
from app.events.models.events import Event
from app.events.rules.words import EntrySource, HowChecked, ReportKind


class EventHost(Base):
    """Who offered a local event, and how we made sure of it. No account: a private link."""

    __tablename__ = "event_host"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint("(checked_at IS NULL) = (how_checked IS NULL)", name="checked_says_how"),
        CheckConstraint("purged_at IS NULL OR email IS NULL", name="purged_forgets"),
        CheckConstraint("(proposed IS NULL) = (proposed_at IS NULL)", name="proposed_at_a_time"),
        Index("ix_event_host_email", "email"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    #: Names it in links and addresses of the desk.
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: One form, sent twice, is one offer.
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    #: As the host wishes to be called; never public.
    name: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    #: What the host wrote to us about herself.
    about: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[EntrySource] = mapped_column(str_enum(EntrySource, name="host_source"))
    is_adult: Mapped[bool]
    #: Which private links still count.
    link_version: Mapped[int] = mapped_column(default=1)
    offered_at: Mapped[datetime]
    #: The mailbox was proven.
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    how_checked: Mapped[HowChecked | None] = mapped_column(str_enum(HowChecked, name="how_checked"))
    checked_note: Mapped[str | None] = mapped_column(EncryptedText)
    rejected_reason: Mapped[str | None] = mapped_column(Text)
    #: What the host wishes to change of a public event and an organiser must look at before it is
    #: shown: `events.rules.hosting.Proposal` as JSON, encrypted because it holds a place.
    proposed: Mapped[str | None] = mapped_column(EncryptedText)
    proposed_at: Mapped[datetime | None] = mapped_column(index=True)
    #: The host changed a public event, and nobody has looked at it since.
    edited_at: Mapped[datetime | None] = mapped_column(index=True)
    purged_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(lazy="joined")
    checked_by: Mapped[User | None] = relationship()


class EventReport(Base):
    """Somebody says that something is wrong with a public event; nobody is asked who she is."""

    __tablename__ = "event_report"
    __table_args__ = (
        Index("ix_event_report_event_id_handled_at", "event_id", "handled_at"),
        Index("ix_event_report_handled_at_sent_at", "handled_at", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[ReportKind] = mapped_column(str_enum(ReportKind, name="report_kind"))
    text: Mapped[str] = mapped_column(Text, default="")
    #: A keyed hash of the network, so that one person is not two; deleted after a day.
    network: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    #: Whether it was right, as the organiser saw it.
    was_right: Mapped[bool | None]

    event: Mapped[Event] = relationship()
