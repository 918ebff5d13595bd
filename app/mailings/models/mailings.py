"""Tables of mailings and of each person who is to get one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.appeals.models.appeals import Appeal
from app.articles.models.articles import Article
from app.db.base import Base
from app.db.types import JsonValue, str_enum
from app.groups.models import Group
from app.lib.bounces import BounceKind
from app.lib.text import Translated
from app.mailings.rules.words import MailingKind, MailingState, RecipientState, SkipReason
from app.supporters.models.people import Supporter
from app.supporters.rules.consents import ConsentPurpose


class Mailing(Base):
    """One mail of a group to many people."""

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_is_positive"),
        CheckConstraint("(kind = 'appeal') = (appeal_id IS NOT NULL)", name="appeal_is_named"),
        CheckConstraint(
            "state NOT IN ('scheduled', 'overdue') OR send_at IS NOT NULL", name="has_its_hour"
        ),
        CheckConstraint("state = 'draft' OR tested_version IS NOT NULL", name="tested_first"),
        Index("ix_mailing_group_id_created_at", "group_id", "created_at"),
        Index("ix_mailing_state_send_at", "state", "send_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    kind: Mapped[MailingKind] = mapped_column(str_enum(MailingKind, name="mailing_kind"))
    #: The consent that it needs.
    purpose: Mapped[ConsentPurpose] = mapped_column(
        str_enum(ConsentPurpose, name="mailing_purpose")
    )
    #: The appeal of which it tells.
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)
    subject: Mapped[Translated]
    #: Markdown.
    body: Mapped[Translated]
    #: The conditions of the audience, as `rules/audience.py` reads them.
    audience: Mapped[dict[str, object]] = mapped_column(JsonValue)
    #: The word in its links by which visits, gifts and joinings are counted, without a person.
    source_word: Mapped[str] = mapped_column(String(30))
    state: Mapped[MailingState] = mapped_column(
        str_enum(MailingState, name="mailing_state"), default=MailingState.DRAFT
    )
    send_at: Mapped[datetime | None]
    #: Which version its writer got as a test, in every language it has.
    tested_version: Mapped[int | None]
    #: When its rows were written.
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: When a worker last looked at it while it went; a long silence makes it wait for a person.
    worked_at: Mapped[datetime | None]
    #: What became of it, by state; kept when the list of who got it goes.
    totals: Mapped[dict[str, int] | None] = mapped_column(JsonValue)
    #: Its public copy, if there is one.
    copy_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="joined")
    appeal: Mapped[Appeal | None] = relationship()
    copy: Mapped[Article | None] = relationship()
    created_by: Mapped[User | None] = relationship()


class MailingRecipient(Base):
    """A mailing for one person. Her address stands in her own row alone."""

    __tablename__ = "mailing_recipient"
    __table_args__ = (
        UniqueConstraint("mailing_id", "supporter_id"),
        CheckConstraint(
            "(state = 'skipped') = (skip_reason IS NOT NULL)", name="skipped_for_a_reason"
        ),
        # In the order in which rows are taken: with ten thousand at one instant none is sorted.
        Index("ix_mailing_recipient_mailing_id_state", "mailing_id", "state", "next_try_at", "id"),
        Index("ix_mailing_recipient_state_next_try_at", "state", "next_try_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: In her links, and signed in the address to which bounces go.
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"), index=True)
    locale: Mapped[str] = mapped_column(String(10))
    state: Mapped[RecipientState] = mapped_column(
        str_enum(RecipientState, name="recipient_state"), default=RecipientState.WAITING
    )
    skip_reason: Mapped[SkipReason | None] = mapped_column(str_enum(SkipReason, name="skip_reason"))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: The same on every try.
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    #: What the server said, without addresses.
    last_error: Mapped[str | None] = mapped_column(String(300))
    bounced_at: Mapped[datetime | None]
    bounce_kind: Mapped[BounceKind | None] = mapped_column(
        str_enum(BounceKind, name="mailing_bounce_kind")
    )
    #: She ended this purpose by this mail.
    unsubscribed_at: Mapped[datetime | None]

    mailing: Mapped[Mailing] = relationship()
    supporter: Mapped[Supporter] = relationship()
