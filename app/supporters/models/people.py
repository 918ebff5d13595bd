"""Tables of people: supporters and their consents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import UtcDateTime, str_enum
from app.supporters.rules.consents import ConsentPurpose, ConsentSource


class Supporter(Base):
    """A person we know by one e-mail address."""

    __tablename__ = "supporter"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint("(email IS NULL) = (erased_at IS NOT NULL)", name="email_until_erased"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Unguessable name of the row outside the database.
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Lower-case address; gone once the person was erased.
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    #: The language we write to her in.
    locale: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    consents: Mapped[list[Consent]] = relationship(
        back_populates="supporter", order_by="Consent.id"
    )


class Consent(Base):
    """One thing that a supporter agreed to, in the words she saw."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= given_at", name="withdrawn_after_given"
        ),
        Index("ix_consent_supporter_group_purpose", "supporter_id", "group_id", "purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"))
    #: The body that may write to her; consent to one is none to another.
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    purpose: Mapped[ConsentPurpose] = mapped_column(
        str_enum(ConsentPurpose, name="consent_purpose")
    )
    wording_version: Mapped[int]
    #: The language in which the wording was shown.
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[ConsentSource] = mapped_column(str_enum(ConsentSource, name="consent_source"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    supporter: Mapped[Supporter] = relationship(back_populates="consents")
