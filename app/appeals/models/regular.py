"""Tables of regular donations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.appeals.models.appeals import Appeal
from app.appeals.rules import giving as giving_rules
from app.appeals.rules.words import Frequency, RegularState
from app.db.base import Base
from app.db.types import TranslatedText, UtcDateTime, str_enum
from app.ledger.models import Fund
from app.lib.money import Money
from app.lib.text import Translated
from app.supporters.models.people import Supporter


class RegularDonation(Base):
    """A donor's decision to give again; each collection of it is a donation of its own."""

    __tablename__ = "regular_donation"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("covered_fee_minor >= 0", name="covered_fee_is_not_negative"),
        CheckConstraint("frequency <> 'once'", name="comes_again"),
        CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name="stopped_has_time"),
        Index("ix_regular_donation_state_next_at", "state", "next_at"),
        Index("ix_regular_donation_created_at", "created_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Unguessable; the plan key that payments carry.
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Short enough to read out on the telephone.
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("supporter.id"), index=True)
    #: Where receipts and news of it go.
    email: Mapped[str | None] = mapped_column(String(giving_rules.EMAIL_LENGTH), index=True)
    name: Mapped[str | None] = mapped_column(String(giving_rules.NAME_LENGTH))
    locale: Mapped[str] = mapped_column(String(10))
    frequency: Mapped[Frequency] = mapped_column(str_enum(Frequency, name="regular_frequency"))
    #: What each collection gives now; past ones stand in their donations.
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    covered_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[RegularState] = mapped_column(str_enum(RegularState, name="regular_state"))
    secondary_purpose: Mapped[Translated] = mapped_column(TranslatedText)
    #: When she said that she is eighteen or older.
    adult_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the next collection is due, as far as known.
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Counts the corrections of the address: a link of an earlier one opens nothing any more.
    link_version: Mapped[int] = mapped_column(default=1)

    appeal: Mapped[Appeal] = relationship(lazy="joined")
    fund: Mapped[Fund] = relationship(lazy="joined")
    supporter: Mapped[Supporter | None] = relationship()

    @property
    def amount(self) -> Money:
        """What each collection gives."""
        return Money(self.amount_minor, self.currency)

    @property
    def covered_fee(self) -> Money:
        """What is added to cover the fee."""
        return Money(self.covered_fee_minor, self.currency)

    @property
    def total(self) -> Money:
        """What is collected each time."""
        return Money(self.amount_minor + self.covered_fee_minor, self.currency)
