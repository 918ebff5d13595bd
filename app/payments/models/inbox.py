"""Rows of the inbox of Stripe's events, and how far the sweeps came."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import UtcDateTime, str_enum
from app.groups.models import PaymentAccount
from app.payments.rules.events import EventState


class StripeEvent(Base):
    """An event in the inbox; its id is kept for ever, its body for ninety days."""

    __tablename__ = "stripe_event"
    __table_args__ = (
        UniqueConstraint("payment_account_id", "event_id"),
        Index("ix_stripe_event_state", "state", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"))
    event_id: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(120))
    object_type: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[str] = mapped_column(String(120), index=True)
    is_live: Mapped[bool]
    api_version: Mapped[str | None] = mapped_column(String(60))
    #: By Stripe's clock; never used to decide what is newer.
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str | None] = mapped_column(Text)
    state: Mapped[EventState] = mapped_column(str_enum(EventState, name="event_state"))
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The order it turned out to be about.
    order_key: Mapped[str | None] = mapped_column(String(40), index=True)

    payment_account: Mapped[PaymentAccount] = relationship()


class SweepCursor(Base):
    """Up to when an account's balance transactions have been compared with the ledger."""

    __tablename__ = "sweep_cursor"

    payment_account_id: Mapped[int] = mapped_column(
        ForeignKey("payment_account.id"), primary_key=True
    )
    swept_until: Mapped[datetime] = mapped_column(UtcDateTime)
    swept_at: Mapped[datetime] = mapped_column(UtcDateTime)
