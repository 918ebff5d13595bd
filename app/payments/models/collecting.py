"""Rows of attempts, payments, refunds and disputes."""

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
from app.ledger.models import Fund
from app.lib.money import Money
from app.payments.facts import SessionTerms
from app.payments.rules.attempts import SHORTEST_SESSION, AttemptState
from app.payments.rules.collecting import PaymentState, RefundState
from app.payments.rules.orders import PaymentFigures


class CheckoutAttempt(Base):
    """One try at paying an order; written down before Stripe is asked for anything."""

    __tablename__ = "checkout_attempt"
    __table_args__ = (
        UniqueConstraint("order_key", "n"),
        UniqueConstraint("payment_account_id", "session_id"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "covered_fee_minor >= 0 AND covered_fee_minor < amount_minor", name="covered_fee"
        ),
        CheckConstraint("state <> 'open' OR session_id IS NOT NULL", name="open_has_session"),
        Index("ix_checkout_attempt_state", "state", "synced_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Travels to Stripe and back in metadata, and is the idempotency key of the call: random, so
    #: that neither a restored backup nor a second installation can ever use it again.
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    #: The public id of what the donor decided, kept by a package above.
    order_key: Mapped[str] = mapped_column(String(40))
    #: The public id of the regular donation that it is to begin, if it is to.
    plan_key: Mapped[str | None] = mapped_column(String(40), index=True)
    #: The first, second… try at the same order.
    n: Mapped[int]
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    state: Mapped[AttemptState] = mapped_column(str_enum(AttemptState, name="attempt_state"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    covered_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    #: What Stripe is asked for, frozen; without the return addresses, which hold private links.
    params: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    session_id: Mapped[str | None] = mapped_column(String(120))
    #: The payment page; emptied when the attempt is over.
    checkout_url: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When Stripe was last asked about it.
    synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What Stripe said when it refused.
    error: Mapped[str | None] = mapped_column(Text)

    payment_account: Mapped[PaymentAccount] = relationship()
    fund: Mapped[Fund] = relationship()

    @property
    def idempotency_key(self) -> str:
        """The key under which Stripe makes this attempt's session at most once."""
        return f"muster:attempt:{self.public_id}"

    @property
    def terms(self) -> SessionTerms:
        """What Stripe is asked for."""
        return SessionTerms(**self.params)

    @property
    def amount(self) -> Money:
        """The whole sum to collect."""
        return Money(self.amount_minor, self.currency)

    def is_creatable(self, now: datetime) -> bool:
        """Whether Stripe would still make a session that ends when this one must."""
        return self.state is AttemptState.CREATING and now <= self.expires_at - SHORTEST_SESSION

    def is_payable(self, now: datetime) -> bool:
        """Whether a donor can be sent to the payment page."""
        return self.state is AttemptState.OPEN and now < self.expires_at


class Payment(Base):
    """One collected sum: the mirror of one payment intent, or money that came another way."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("payment_account_id", "intent_id"),
        CheckConstraint(
            "(intent_id IS NULL) = (offline_ref IS NOT NULL)", name="by_stripe_or_offline"
        ),
        CheckConstraint("intent_id IS NULL OR attempt_id IS NOT NULL", name="intent_has_attempt"),
        # A fund keeps the account through which its money came.
        ForeignKeyConstraint(
            ["fund_id", "payment_account_id"], ["fund.id", "fund.payment_account_id"]
        ),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("refunded_minor >= 0", name="refunded"),
        CheckConstraint(
            "state NOT IN ('succeeded', 'late_failed') OR settled_at IS NOT NULL",
            name="settled_when_succeeded",
        ),
        Index("ix_payment_state", "state", "synced_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"))
    #: The try by which the donor agreed to it: of a plan's payments, the one that began the plan.
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("checkout_attempt.id"), index=True)
    #: The demand of a plan that it answers.
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    order_key: Mapped[str] = mapped_column(String(40), index=True)
    fund_id: Mapped[int] = mapped_column(index=True)
    intent_id: Mapped[str | None] = mapped_column(String(120))
    #: The ledger's reference of money that did not come through Stripe.
    offline_ref: Mapped[str | None] = mapped_column(String(80), unique=True)
    charge_id: Mapped[str | None] = mapped_column(String(120), index=True)
    state: Mapped[PaymentState] = mapped_column(str_enum(PaymentState, name="payment_state"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    covered_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    #: What refunds gave back, by the balance transactions in the ledger.
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    #: What disputes took and have not brought back, likewise.
    disputed_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    #: "card", "bacs_debit"… once known.
    method: Mapped[str | None] = mapped_column(String(60))
    #: Why the last try failed, in Stripe's word.
    failure_code: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When Stripe made the last try at collecting it.
    charged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When its money came, by Stripe's clock.
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    synced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Counts the snapshots applied. One is applied only if no other was applied since before it
    #: was fetched: no clock decides which of two is the newer.
    sync_stamp: Mapped[int] = mapped_column(default=0)

    payment_account: Mapped[PaymentAccount] = relationship()
    attempt: Mapped[CheckoutAttempt | None] = relationship()
    refunds: Mapped[list[Refund]] = relationship(back_populates="payment", order_by="Refund.id")
    disputes: Mapped[list[Dispute]] = relationship(back_populates="payment", order_by="Dispute.id")

    @property
    def amount(self) -> Money:
        """The whole sum, the covered fee included."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_void(self) -> bool:
        """Whether it was entered at the desk by mistake: money that never came, nor went back."""
        return self.intent_id is None and self.state is PaymentState.LATE_FAILED

    @property
    def figures(self) -> PaymentFigures:
        """What the payment comes to."""
        return PaymentFigures(
            state=self.state,
            amount=self.amount,
            refunded=Money(self.refunded_minor, self.currency),
            disputed=Money(self.disputed_minor, self.currency),
        )


class Refund(Base):
    """Money given back by us, in the app or at Stripe."""

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("payment_account_id", "refund_id"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    refund_id: Mapped[str] = mapped_column(String(120))
    state: Mapped[RefundState] = mapped_column(str_enum(RefundState, name="refund_state"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str | None] = mapped_column(String(120))
    failure_reason: Mapped[str | None] = mapped_column(String(120))
    #: The balance transaction that took the money, and the one that brought it back.
    txn_id: Mapped[str | None] = mapped_column(String(120))
    failure_txn_id: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    payment: Mapped[Payment] = relationship(back_populates="refunds")

    @property
    def is_money_gone(self) -> bool:
        """Whether the money left the balance and was not returned by the donor's bank."""
        return self.txn_id is not None and self.failure_txn_id is None

    @property
    def amount(self) -> Money:
        """What was to be given back."""
        return Money(self.amount_minor, self.currency)


class Dispute(Base):
    """A payment that the donor's bank disputes. The status is only shown, never added up."""

    __tablename__ = "dispute"
    __table_args__ = (UniqueConstraint("payment_account_id", "dispute_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_account_id: Mapped[int] = mapped_column(ForeignKey("payment_account.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    dispute_id: Mapped[str] = mapped_column(String(120))
    #: Stripe's word; new ones appear, so it is no enum.
    status: Mapped[str] = mapped_column(String(60), index=True)
    reason: Mapped[str | None] = mapped_column(String(120))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    #: What it took and has not brought back, by its balance transactions.
    taken_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Until when evidence may be sent.
    due_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    payment: Mapped[Payment] = relationship(back_populates="disputes")

    @property
    def amount(self) -> Money:
        """What the donor's bank disputes."""
        return Money(self.amount_minor, self.currency)
