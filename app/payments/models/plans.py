"""Rows of plans (the mirror of subscriptions), their invoices, and what was asked of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import JsonValue, UtcDateTime, str_enum
from app.groups.models import PaymentAccount
from app.lib.money import Money
from app.payments.models.collecting import CheckoutAttempt
from app.payments.rules.plans import (
    ENDED_PLANS,
    Interval,
    InvoiceState,
    PlanChangeKind,
    PlanChangeState,
    PlanState,
    next_due,
)


class Plan(Base):
    """The mirror of one subscription."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("payment_account_id", "subscription_id"),
        # A fund keeps the account through which its money came.
        ForeignKeyConstraint(
            ["fund_id", "payment_account_id"], ["fund.id", "fund.payment_account_id"]
        ),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "covered_fee_minor >= 0 AND covered_fee_minor < amount_minor", name="covered_fee"
        ),
        Index("ix_plan_state", "state", "period_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The public id of the regular donation it carries out, kept by a package above.
    plan_key: Mapped[str] = mapped_column(String(40), unique=True)
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"))
    fund_id: Mapped[int] = mapped_column(index=True)
    #: The try at paying by which the donor agreed to it.
    attempt_id: Mapped[int] = mapped_column(ForeignKey("checkout_attempt.id"), unique=True)
    subscription_id: Mapped[str] = mapped_column(String(120))
    customer_id: Mapped[str] = mapped_column(String(120))
    #: The one line of the subscription, which a new amount replaces, and its product.
    item_id: Mapped[str] = mapped_column(String(120))
    product_id: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[PlanState] = mapped_column(str_enum(PlanState, name="plan_state"))
    interval: Mapped[Interval] = mapped_column(str_enum(Interval, name="plan_interval"))
    #: What each period collects, the covered fee included.
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    covered_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    period_start: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the next collection is due, unless it is paused or ended.
    period_end: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Whether invoices are voided meanwhile, and until when.
    is_paused: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What it is collected with: "card", "bacs_debit"; the last digits that the donor knows it by.
    method: Mapped[str | None] = mapped_column(String(60))
    method_last4: Mapped[str | None] = mapped_column(String(4))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When it will end, where somebody asked Stripe itself to end it later.
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When all its demands were looked at after it had ended: no sweep asks about it any more.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    synced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Counts the snapshots applied, as of payments.
    sync_stamp: Mapped[int] = mapped_column(default=0)

    payment_account: Mapped[PaymentAccount] = relationship()
    attempt: Mapped[CheckoutAttempt] = relationship()

    @property
    def amount(self) -> Money:
        """What each period collects, the covered fee included."""
        return Money(self.amount_minor, self.currency)

    @property
    def covered_fee(self) -> Money:
        """The part of the amount that covers our fees."""
        return Money(self.covered_fee_minor, self.currency)

    @property
    def is_ended(self) -> bool:
        """Whether nothing will be collected any more."""
        return self.state in ENDED_PLANS

    @property
    def next_at(self) -> datetime | None:
        """When the next collection is due; nothing where none is to come."""
        if self.is_ended or (self.is_paused and self.paused_until is None):
            return None
        due = next_due(self.period_end, self.interval, not_before=self.paused_until)
        return None if self.ends_at is not None and self.ends_at <= due else due


class Invoice(Base):
    """One demand of a plan: the mirror of an invoice. Its money is in its payment alone."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("payment_account_id", "invoice_id"),
        CheckConstraint("amount_due_minor > 0 AND attempt_count >= 0", name="asks_for_something"),
        CheckConstraint(
            "covered_fee_minor >= 0 AND covered_fee_minor < amount_due_minor", name="covered_fee"
        ),
        Index("ix_invoice_state", "state", "synced_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    invoice_id: Mapped[str] = mapped_column(String(120))
    #: The order that its payment belongs to: the first of a plan is the attempt's own.
    order_key: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[InvoiceState] = mapped_column(str_enum(InvoiceState, name="invoice_state"))
    amount_due_minor: Mapped[int] = mapped_column(BigInteger)
    #: The part of it that covers our fees, as the plan had it when Stripe made the invoice.
    covered_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    #: How often Stripe tried to collect it, and of which try it was told that it failed.
    attempt_count: Mapped[int] = mapped_column(default=0)
    told_count: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The donor's bank wants her to agree once more.
    needs_action: Mapped[bool] = mapped_column(default=False)
    period_start: Mapped[datetime] = mapped_column(UtcDateTime)
    period_end: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    synced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sync_stamp: Mapped[int] = mapped_column(default=0)

    plan: Mapped[Plan] = relationship()

    @property
    def amount_due(self) -> Money:
        """What it asks for."""
        return Money(self.amount_due_minor, self.currency)


class PlanChange(Base):
    """Something asked of a plan; written down before Stripe is asked, and repeated until it is."""

    __tablename__ = "plan_change"
    __table_args__ = (Index("ix_plan_change_state", "state", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: In the idempotency key of the call. A key whose answer is a failure of Stripe's own, for
    #: ever, is given up for a new one.
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    kind: Mapped[PlanChangeKind] = mapped_column(str_enum(PlanChangeKind, name="plan_change_kind"))
    #: What Stripe is asked for, frozen.
    params: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    state: Mapped[PlanChangeState] = mapped_column(
        str_enum(PlanChangeState, name="plan_change_state")
    )
    #: Who asked ("donor", "account:7"), and why where an organiser did it for her.
    asked_by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)

    plan: Mapped[Plan] = relationship()

    @property
    def idempotency_key(self) -> str:
        """The key under which Stripe does it at most once."""
        return f"muster:change:{self.public_id}"
