"""Rows of the guard: tries at reaching a payment page, and calls that got no answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import UtcDateTime, str_enum
from app.payments.rules.guard import TryKind, TryState


class CardTry(Base):
    """One order that asked for a page of Stripe's; kept for a day, names nobody."""

    __tablename__ = "card_try"
    __table_args__ = (
        CheckConstraint("presses > 0", name="was_pressed"),
        Index("ix_card_try_network_state_at", "network", "state", "at"),
        Index("ix_card_try_mailbox_at", "mailbox", "asked_at"),
        Index("ix_card_try_state_at", "state", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The order, or the plan whose portal or invoice was asked for.
    order_key: Mapped[str] = mapped_column(String(60), unique=True)
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"), index=True)
    kind: Mapped[TryKind] = mapped_column(str_enum(TryKind, name="card_try_kind"))
    state: Mapped[TryState] = mapped_column(str_enum(TryState, name="card_try_state"))
    #: Stands for the visitor's network that day, under a key of that day.
    network: Mapped[str] = mapped_column(String(24))
    #: Stands for the address that was asked for proof, likewise.
    mailbox: Mapped[str | None] = mapped_column(String(24))
    #: Whether a link in a mail led here.
    is_proven: Mapped[bool] = mapped_column(default=False)
    presses: Mapped[int] = mapped_column(default=1)
    #: When it last began to count.
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When proof was last asked for by mail, when that mail may go, and how many went.
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mails: Mapped[int] = mapped_column(default=0)


class CallFailure(Base):
    """A call to Stripe that got no answer; kept for a day."""

    __tablename__ = "call_failure"
    __table_args__ = (Index("ix_call_failure_account_at", "payment_account_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
