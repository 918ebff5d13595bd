"""Rows of the books. Entries and lines are only ever added; the database refuses the rest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.triggers import append_only
from app.db.types import TranslatedText, UtcDateTime, str_enum
from app.groups.models import Group, PaymentAccount
from app.ledger.rules import Category, EntryKind, FundKind, MoneyAccountKind
from app.lib.ids import fingerprint
from app.lib.money import Money
from app.lib.text import Translated


class Fund(Base):
    """A pot of money with a purpose, held by one group."""

    __tablename__ = "fund"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'partner') = (payment_account_id IS NULL)", name="partner_has_no_account"
        ),
        CheckConstraint(
            "(kind = 'partner') = (partner_url IS NOT NULL)", name="partner_has_address"
        ),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name="currency"),
        # Payments name both together, so a fund that has one keeps its account.
        UniqueConstraint("id", "payment_account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    name: Mapped[Translated] = mapped_column(TranslatedText)
    #: What the money is for; donors read it before they give.
    purpose: Mapped[Translated] = mapped_column(TranslatedText)
    #: What happens with money that the purpose no longer needs.
    secondary_purpose: Mapped[Translated] = mapped_column(TranslatedText)
    kind: Mapped[FundKind] = mapped_column(str_enum(FundKind, name="fund_kind"))
    is_restricted: Mapped[bool] = mapped_column(default=False)
    payment_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("payment_account.id"), index=True
    )
    #: The partner's own giving page; we only link to it.
    partner_url: Mapped[str | None] = mapped_column(String(500))
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    group: Mapped[Group] = relationship()
    payment_account: Mapped[PaymentAccount | None] = relationship()

    @property
    def fingerprint(self) -> str:
        """Names what can be edited as it stands; a page made from anything else is stale."""
        texts = (self.name, self.purpose, self.secondary_purpose)
        return fingerprint(
            *(sorted(text.texts.items()) for text in texts),
            self.kind.value,
            self.is_restricted,
            self.payment_account_id,
            self.partner_url,
        )


class FundBalance(Base):
    """The sums of one fund in one currency, changed together with the lines they sum up."""

    __tablename__ = "fund_balance"
    __table_args__ = (
        UniqueConstraint("fund_id", "currency"),
        CheckConstraint(
            "held_minor = received_minor - fees_minor - spent_minor - disputed_minor",
            name="adds_up",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    currency: Mapped[str] = mapped_column(String(3))
    #: What lies in money accounts.
    held_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Income less what was given back.
    received_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    fees_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    spent_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    #: What disputes took and have not brought back.
    disputed_minor: Mapped[int] = mapped_column(BigInteger, default=0)

    @property
    def held(self) -> Money:
        """What lies in money accounts."""
        return Money(self.held_minor, self.currency)

    @property
    def received(self) -> Money:
        """Income less what was given back."""
        return Money(self.received_minor, self.currency)

    @property
    def fees(self) -> Money:
        """What Stripe and banks kept."""
        return Money(self.fees_minor, self.currency)


class MoneyAccount(Base):
    """A place where money lies."""

    __tablename__ = "money_account"
    __table_args__ = (
        CheckConstraint(
            "kind <> 'stripe' OR payment_account_id IS NOT NULL", name="stripe_has_account"
        ),
        # One of each kind beside a payment account: its Stripe balance, bank account, cash box.
        Index("uq_money_account_place", "payment_account_id", "kind", "currency", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MoneyAccountKind] = mapped_column(
        str_enum(MoneyAccountKind, name="money_account_kind")
    )
    payment_account_id: Mapped[int | None] = mapped_column(ForeignKey("payment_account.id"))
    name: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LedgerEntry(Base):
    """One event of the books; never changed, never removed."""

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("source", "ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Where the event is known from, as "stripe:<key of the payment account>".
    source: Mapped[str] = mapped_column(String(60))
    #: Its reference there; for Stripe the id of the balance transaction.
    ref: Mapped[str] = mapped_column(String(120))
    kind: Mapped[EntryKind] = mapped_column(str_enum(EntryKind, name="entry_kind"))
    #: The order the money belongs to, if it belongs to one.
    order_key: Mapped[str | None] = mapped_column(String(40), index=True)
    #: When it happened there.
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: When we wrote it down.
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)

    lines: Mapped[list[LedgerLine]] = relationship(
        back_populates="entry", order_by="LedgerLine.position"
    )


class LedgerLine(Base):
    """One side of an entry, in a money account or in a category."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        UniqueConstraint("entry_id", "position"),
        CheckConstraint("(money_account_id IS NULL) <> (category IS NULL)", name="one_side"),
        CheckConstraint("minor <> 0", name="moves_money"),
        Index("ix_ledger_line_fund", "fund_id", "currency"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"))
    position: Mapped[int]
    money_account_id: Mapped[int | None] = mapped_column(ForeignKey("money_account.id"), index=True)
    category: Mapped[Category | None] = mapped_column(str_enum(Category, name="category"))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    #: Minor units; positive where a money account gains.
    minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))

    entry: Mapped[LedgerEntry] = relationship(back_populates="lines")

    @property
    def amount(self) -> Money:
        """The signed amount of the line."""
        return Money(self.minor, self.currency)


class Finding(Base):
    """A difference that a check found; open until it is gone or a person settles it."""

    __tablename__ = "finding"
    __table_args__ = (
        Index(
            "uq_finding_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    #: What it is about, as "payment:12".
    subject: Mapped[str] = mapped_column(String(160))
    detail: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the check found it last.
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


append_only(LedgerEntry.__table__)
append_only(LedgerLine.__table__)
