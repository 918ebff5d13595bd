"""Rows of bodies and of their payment accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import TranslatedText, UtcDateTime, str_enum
from app.groups import rules
from app.groups.rules import CardsCause, GroupKind
from app.lib.ids import fingerprint
from app.lib.text import Translated


class Group(Base):
    """A body that runs things: it collects, organises, or is a partner we point to."""

    __tablename__ = "group"
    __table_args__ = (
        CheckConstraint("kind <> 'charity' OR legal_number IS NOT NULL", name="charity_has_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Stands in the address of the group's page.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Translated] = mapped_column(TranslatedText)
    about: Mapped[Translated] = mapped_column(TranslatedText)
    kind: Mapped[GroupKind] = mapped_column(str_enum(GroupKind, name="group_kind"))
    #: The name under which the body is known in law; it stands on receipts.
    legal_name: Mapped[str] = mapped_column(String(200))
    #: "Unincorporated association", "Charitable incorporated organisation"…
    legal_form: Mapped[str] = mapped_column(String(120))
    #: Registered number; charities must have one.
    legal_number: Mapped[str | None] = mapped_column(String(40))
    contact_email: Mapped[str] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(300))
    #: The office's address on one line; never anybody's home.
    address_line: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Counts edits; a page made before the last one is stale.
    version: Mapped[int] = mapped_column(default=1)

    payment_accounts: Mapped[list[PaymentAccount]] = relationship(
        back_populates="group", order_by="PaymentAccount.id"
    )


class PaymentAccount(Base):
    """One legal body's own Stripe account; its keys are in the settings under the same name."""

    __tablename__ = "payment_account"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("length(statement_name) BETWEEN 5 AND 22", name="statement_name_length"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name="currency"),
        CheckConstraint(
            "(bank_sort_code IS NULL) = (bank_account_number IS NULL)", name="bank_pair"
        ),
        CheckConstraint("NOT cards_on OR cards_cause IS NULL", name="cause_while_off"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    #: The key in the settings and the last part of the webhook's address.
    name: Mapped[str] = mapped_column(String(40))
    #: Who receives the money; it stands on receipts and on the check page.
    legal_name: Mapped[str] = mapped_column(String(200))
    #: What donors find on their bank statement (Latin, at most 22 characters).
    statement_name: Mapped[str] = mapped_column(String(22))
    #: Who our mails about this money come from.
    sender_name: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    #: Off while cards must rest; giving then points to other ways.
    cards_on: Mapped[bool] = mapped_column(default=True)
    #: Why they rest; nothing while they are taken. Who decided it stands in the record of changes.
    cards_cause: Mapped[CardsCause | None] = mapped_column(str_enum(CardsCause, name="cards_cause"))
    #: When they were last switched on or off, or off for another cause.
    cards_switched_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    #: In whose name the bank account is: banks compare it with what a payer types.
    bank_account_name: Mapped[str | None] = mapped_column(String(120))
    #: Six digits.
    bank_sort_code: Mapped[str | None] = mapped_column(String(6))
    #: Eight digits.
    bank_account_number: Mapped[str | None] = mapped_column(String(8))
    #: For payments from abroad; without spaces.
    bank_iban: Mapped[str | None] = mapped_column(String(34))
    bank_bic: Mapped[str | None] = mapped_column(String(11))
    #: To whom a cheque is made out, and where it is posted to; never anybody's home.
    cheque_payee: Mapped[str | None] = mapped_column(String(120))
    cheque_post_to: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    group: Mapped[Group] = relationship(back_populates="payment_accounts")

    @property
    def has_bank(self) -> bool:
        """Whether money can be sent to its bank account."""
        return bool(self.bank_account_number or self.bank_iban)

    @property
    def takes_cheques(self) -> bool:
        """Whether a cheque can be posted."""
        return bool(self.cheque_payee and self.cheque_post_to)

    @property
    def ways(self) -> dict[str, str]:
        """What somebody needs who pays without a card, as banks print it."""
        return {
            "name": self.bank_account_name or "",
            "sort_code": rules.spaced_sort_code(self.bank_sort_code or ""),
            "number": self.bank_account_number or "",
            "iban": rules.spaced_iban(self.bank_iban or ""),
            "bic": self.bank_bic or "",
            "payee": self.cheque_payee or "",
            "post_to": self.cheque_post_to or "",
        }

    @property
    def fingerprint(self) -> str:
        """Names what can be edited as it stands; a page made from anything else is stale."""
        words = (self.legal_name, self.statement_name, self.sender_name)
        bank = (self.bank_account_name, self.bank_sort_code, self.bank_account_number)
        abroad = (self.bank_iban, self.bank_bic)
        return fingerprint(*words, *bank, *abroad, self.cheque_payee, self.cheque_post_to)
