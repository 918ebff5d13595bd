"""Tables of people: supporters, their consents and tags, who is the same person as whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db.base import Base
from app.db.types import EncryptedText, UtcDateTime, str_enum
from app.supporters.rules.consents import ConsentPurpose, ConsentSource


class Supporter(Base):
    """A person we know by one e-mail address."""

    __tablename__ = "supporter"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint("(email IS NULL) = (erased_at IS NOT NULL)", name="email_until_erased"),
        CheckConstraint(
            "erased_at IS NULL OR (name IS NULL AND phone IS NULL AND postcode IS NULL)",
            name="erased_has_no_name",
        ),
        CheckConstraint("merged_into_id != id", name="merged_into_another"),
        CheckConstraint("version > 0", name="version_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Unguessable name of the row outside the database.
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Lower-case address; gone once the person was erased.
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    #: What she is called, where she said so.
    name: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    #: The outward part alone where that was all she gave.
    postcode: Mapped[str | None] = mapped_column(String(12))
    #: The language we write to her in.
    locale: Mapped[str] = mapped_column(String(10))
    #: An organiser found that this is the same person as another row; nothing moves, so that it can
    #: be undone. Always the row that stands for the person, never a chain.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("supporter.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Counts edits; a page made before the last one is stale.
    version: Mapped[int] = mapped_column(default=1)

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
        CheckConstraint("(source = 'import') = (import_id IS NOT NULL)", name="import_is_named"),
        Index("ix_consent_supporter_group_purpose", "supporter_id", "group_id", "purpose"),
        Index("ix_consent_group_id_purpose_withdrawn_at", "group_id", "purpose", "withdrawn_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"))
    #: The body that may write to her; consent to one is none to another.
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    purpose: Mapped[ConsentPurpose] = mapped_column(
        str_enum(ConsentPurpose, name="consent_purpose")
    )
    wording_version: Mapped[int]
    #: The language in which the wording was shown.
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[ConsentSource] = mapped_column(str_enum(ConsentSource, name="consent_source"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("people_import.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    supporter: Mapped[Supporter] = relationship(back_populates="consents")


class SupporterTag(Base):
    """A word under which a group's organisers find a supporter."""

    __tablename__ = "supporter_tag"
    __table_args__ = (
        CheckConstraint("length(tag) BETWEEN 1 AND 40", name="tag_length"),
        Index("ix_supporter_tag_group_id_tag", "group_id", "tag"),
    )

    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime]


class SupporterGroup(Base):
    """A group whose organisers wrote a supporter down, or brought her over from elsewhere."""

    __tablename__ = "supporter_group"

    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]


class SupporterMerge(Base):
    """An organiser said that two rows are one person, and perhaps took it back."""

    __tablename__ = "supporter_merge"
    __table_args__ = (
        CheckConstraint("kept_id != merged_id", name="two_rows"),
        CheckConstraint("undone_at IS NULL OR undone_at >= merged_at", name="undone_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    merged_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    merged_by: Mapped[User | None] = relationship()


class SkillOffer(Base):
    """What a supporter told one group she could do."""

    __tablename__ = "skill_offer"
    __table_args__ = (UniqueConstraint("supporter_id", "group_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    #: Where she could do it, as she wrote it: a town or the first half of a postcode.
    area: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    #: She was asked whether it still holds; without an answer it goes.
    asked_again_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    supporter: Mapped[Supporter] = relationship()
    lines: Mapped[list[OfferLine]] = relationship(
        back_populates="offer", cascade="all, delete-orphan"
    )


class OfferLine(Base):
    """One skill, language or time of an offer."""

    __tablename__ = "offer_line"
    __table_args__ = (
        CheckConstraint("kind IN ('skill', 'language', 'time')", name="offer_line_kind"),
        Index("ix_offer_line_kind_value", "kind", "value"),
    )

    offer_id: Mapped[int] = mapped_column(ForeignKey("skill_offer.id"), primary_key=True)
    #: A value of `OfferKind`.
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    #: A `Skill`, a `FreeTime`, or a language code.
    value: Mapped[str] = mapped_column(String(20), primary_key=True)

    offer: Mapped[SkillOffer] = relationship(back_populates="lines")
