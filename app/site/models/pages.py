"""Tables of the standing pages, the home page's pins, and what visitors write to us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db.base import Base
from app.db.types import EncryptedText, str_enum
from app.groups.models import Group
from app.lib.text import Translated
from app.site.rules.words import ContactAbout, ContactState, PageKey, PinKind


class PageText(Base):
    """What organisers wrote on a standing page, in place of the words that come with Muster."""

    __tablename__ = "page_text"
    __table_args__ = (CheckConstraint("version > 0", name="version_is_positive"),)

    key: Mapped[PageKey] = mapped_column(str_enum(PageKey, name="page_key"), primary_key=True)
    #: Markdown.
    body: Mapped[Translated]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class PageRevision(Base):
    """A standing page as it stood after one save."""

    __tablename__ = "page_revision"

    key: Mapped[PageKey] = mapped_column(
        str_enum(PageKey, name="page_revision_key"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    #: Nothing where the words that come with Muster were put back.
    body: Mapped[Translated | None]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    saved_at: Mapped[datetime]

    saved_by: Mapped[User | None] = relationship()


class HomePin(Base):
    """Something that an editor put first on the home page."""

    __tablename__ = "home_pin"
    __table_args__ = (UniqueConstraint("kind", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    position: Mapped[int]
    kind: Mapped[PinKind] = mapped_column(str_enum(PinKind, name="pin_kind"))
    #: The row in its own table.
    thing_id: Mapped[int]
    #: Gone by itself then.
    until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ContactMessage(Base):
    """What a visitor wrote to us by the form; her address goes to nobody who does not answer."""

    __tablename__ = "contact_message"
    __table_args__ = (Index("ix_contact_message_state_received_at", "state", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    about: Mapped[ContactAbout] = mapped_column(str_enum(ContactAbout, name="contact_about"))
    state: Mapped[ContactState] = mapped_column(
        str_enum(ContactState, name="contact_state"), default=ContactState.UNREAD
    )
    name: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    text: Mapped[str | None] = mapped_column(EncryptedText)
    #: What was answered by mail.
    answer: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    #: A keyed hash of the network; deleted after a day.
    network: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    purged_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship()
    answered_by: Mapped[User | None] = relationship()
