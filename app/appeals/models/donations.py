"""Tables of donations and their receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    SQLColumnExpression,
    String,
    Text,
    UniqueConstraint,
    and_,
    case,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.appeals.models.appeals import Appeal
from app.appeals.models.regular import RegularDonation
from app.appeals.models.sources import SourceCode
from app.appeals.rules import giving as giving_rules
from app.appeals.rules import shares as share_rules
from app.appeals.rules.shares import GiftShares, Terms
from app.appeals.rules.words import DonationSource, DonationState, Frequency, MessageState, PayingBy
from app.db.base import Base
from app.db.triggers import append_only
from app.db.types import TranslatedText, UtcDateTime, str_enum
from app.ledger.models import Fund
from app.lib.ids import fingerprint
from app.lib.money import Money
from app.lib.text import Translated
from app.supporters.models.people import Consent, Supporter

_SHOWN = "public_name IS NOT NULL OR message_state IS NOT NULL"


class Donation(Base):
    """What a donor decided to give; her names and message belong to this gift alone."""

    __tablename__ = "donation"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("covered_fee_minor >= 0", name="covered_fee_is_not_negative"),
        CheckConstraint(
            "on_its_way_minor >= 0 AND returned_minor >= 0", name="money_is_not_negative"
        ),
        CheckConstraint(
            "is_anonymous = (public_name IS NULL)", name="anonymous_without_public_name"
        ),
        CheckConstraint("length(currency) = 3", name="currency_is_a_code"),
        Index("ix_donation_appeal_id_dated_at", "appeal_id", "dated_at", "id"),
        Index("ix_donation_dated_at", "dated_at", "id"),
        # The few whose donors let us show something, for the list on the appeal's page.
        Index(
            "ix_donation_shown",
            "appeal_id",
            "settled_at",
            "id",
            sqlite_where=text(_SHOWN),
            postgresql_where=text(_SHOWN),
        ),
        Index(
            "ix_donation_message_waiting",
            "id",
            sqlite_where=text("message_state = 'waiting'"),
            postgresql_where=text("message_state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Unguessable; the order key that payments carry.
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Short enough to read out on the telephone.
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    #: Of the form it came from: the same form sent again is the same donation.
    form_nonce: Mapped[str] = mapped_column(String(64), unique=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("supporter.id"), index=True)
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"), index=True)
    #: When she asked for news, and by which words; her consent once the money shows that she meant
    #: it: until then anybody may have typed her address.
    news_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    news_wording: Mapped[int | None]
    #: Where the receipt goes; gone when an unpaid donation is forgotten.
    email: Mapped[str | None] = mapped_column(String(giving_rules.EMAIL_LENGTH), index=True)
    #: For those who answer donors.
    name: Mapped[str | None] = mapped_column(String(giving_rules.NAME_LENGTH))
    #: For everybody; nothing unless the donor typed one.
    public_name: Mapped[str | None] = mapped_column(String(giving_rules.PUBLIC_NAME_LENGTH))
    is_anonymous: Mapped[bool]
    message: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    #: Added so that the gift arrives whole; kept out of the goal.
    covered_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    frequency: Mapped[Frequency] = mapped_column(str_enum(Frequency, name="donation_frequency"))
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[DonationSource] = mapped_column(str_enum(DonationSource, name="donation_source"))
    #: The decision to give again that it carries out.
    regular_id: Mapped[int | None] = mapped_column(ForeignKey("regular_donation.id"), index=True)
    #: The link, poster or article that brought the donor; of the gift, never of the person.
    source_code_id: Mapped[int | None] = mapped_column(ForeignKey("source_code.id"), index=True)
    paying_by: Mapped[PayingBy] = mapped_column(
        str_enum(PayingBy, name="paying_by"), default=PayingBy.CARD, server_default="card"
    )
    #: When the donor promised to pay another way, or once cards are back.
    promised_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    #: Nothing: she left no message, or none that is for everybody.
    message_state: Mapped[MessageState | None] = mapped_column(
        str_enum(MessageState, name="message_state")
    )
    #: When an organiser took the name and message off the appeal's page.
    unlisted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Counts the corrections of the address: a link of an earlier one opens nothing any more.
    link_version: Mapped[int] = mapped_column(default=1, server_default="1")
    #: When the donor corrected the address herself, which she can do once.
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What the donor was told would happen with too much or too little, as it stood that day.
    secondary_purpose: Mapped[Translated] = mapped_column(TranslatedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: When it counts: when the money arrived, and until then when it was decided.
    dated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The money that moved for it so far, covered fee included; written with the payments.
    #: What was returned is no longer in what was received.
    received_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    on_its_way_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    returned_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When name, address and message of an unpaid donation were taken out.
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    appeal: Mapped[Appeal] = relationship(lazy="joined")
    fund: Mapped[Fund] = relationship(lazy="joined")
    supporter: Mapped[Supporter | None] = relationship()
    consent: Mapped[Consent | None] = relationship()
    regular: Mapped[RegularDonation | None] = relationship()
    source_code: Mapped[SourceCode | None] = relationship()

    @property
    def amount(self) -> Money:
        """The gift."""
        return Money(self.amount_minor, self.currency)

    @property
    def covered_fee(self) -> Money:
        """What was added to cover the fee."""
        return Money(self.covered_fee_minor, self.currency)

    @property
    def total(self) -> Money:
        """What the card is charged."""
        return Money(self.amount_minor + self.covered_fee_minor, self.currency)

    @property
    def fingerprint(self) -> str:
        """Names what the desk can change as it stands; a page made from anything else is stale."""
        return fingerprint(
            self.amount_minor,
            self.received_minor,
            self.on_its_way_minor,
            self.returned_minor,
            self.appeal_id,
            self.fund_id,
            self.email,
            self.link_version,
        )

    @property
    def is_untouched(self) -> bool:
        """Whether no money ever moved for it."""
        return not (self.received_minor or self.on_its_way_minor or self.returned_minor)

    @property
    def shares(self) -> GiftShares:
        """The gift's part of the money that moved."""
        terms = Terms(amount_minor=self.amount_minor, covered_fee_minor=self.covered_fee_minor)
        return terms.shares(
            received_minor=self.received_minor,
            on_its_way_minor=self.on_its_way_minor,
            returned_minor=self.returned_minor,
        )

    @hybrid_property
    def received_gift_minor(self) -> int:
        """The gift in what is with us, without what covers the fee."""
        return self.shares.received_minor

    @received_gift_minor.inplace.expression
    @classmethod
    def _received_gift_sql(cls) -> ColumnElement[int]:
        arrived = cls._gift_part_sql(cls.received_minor + cls.returned_minor)
        return arrived - cls._gift_part_sql(cls.returned_minor)

    @hybrid_property
    def on_its_way_gift_minor(self) -> int:
        """The gift in what is on its way."""
        return self.shares.on_its_way_minor

    @on_its_way_gift_minor.inplace.expression
    @classmethod
    def _on_its_way_gift_sql(cls) -> ColumnElement[int]:
        return cls._gift_part_sql(cls.on_its_way_minor)

    @hybrid_property
    def returned_gift_minor(self) -> int:
        """The gift in what went back."""
        return self.shares.returned_minor

    @returned_gift_minor.inplace.expression
    @classmethod
    def _returned_gift_sql(cls) -> ColumnElement[int]:
        return cls._gift_part_sql(cls.returned_minor)

    @classmethod
    def _gift_part_sql(cls, moved: SQLColumnExpression[int]) -> ColumnElement[int]:
        """`Terms.gift_part` in SQL; sums that moved are never negative, so both round alike."""
        whole = cls.amount_minor + cls.covered_fee_minor
        return (2 * moved * cls.amount_minor + whole) // (2 * whole)

    @hybrid_property
    def state(self) -> DonationState:
        """What became of it."""
        return share_rules.donation_state(
            received_minor=self.received_minor,
            on_its_way_minor=self.on_its_way_minor,
            returned_minor=self.returned_minor,
        )

    @state.inplace.expression
    @classmethod
    def _state_sql(cls) -> ColumnElement[Any]:
        went_back, is_here = cls.returned_minor > 0, cls.received_minor > 0
        return case(
            (and_(went_back, is_here), DonationState.PART_RETURNED.value),
            (went_back, DonationState.RETURNED.value),
            (is_here, DonationState.RECEIVED.value),
            (cls.on_its_way_minor > 0, DonationState.ON_ITS_WAY.value),
            else_=DonationState.NOT_PAID.value,
        )


class ReceiptCounter(Base):
    """The last receipt number of a group; locked while the next one is taken."""

    __tablename__ = "receipt_counter"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)


class Receipt(Base):
    """The numbered receipt of one payment that arrived; never changed."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("group_id", "number", name="uq_receipt_group_id_number"),
        CheckConstraint("number > 0", name="number_is_positive"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    #: Counts up by one in each group.
    number: Mapped[int]
    #: One receipt for one payment.
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    donation_id: Mapped[int] = mapped_column(ForeignKey("donation.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)

    donation: Mapped[Donation] = relationship()

    @property
    def amount(self) -> Money:
        """What the receipt states."""
        return Money(self.amount_minor, self.currency)


append_only(Receipt.__table__)
