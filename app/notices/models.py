"""Rows of what waits, of who was told, and of what people chose to hear of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db.base import Base
from app.db.types import UtcDateTime, str_enum
from app.groups.models import Group
from app.notices.rules import Pace

#: Longer than any kind's own name.
KIND_LENGTH = 40


class Notice(Base):
    """Our note of one thing that waits, or waited; one that comes back gets a note of its own."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "uq_notice_open",
            "kind",
            "key",
            unique=True,
            sqlite_where=text("gone_at IS NULL"),
            postgresql_where=text("gone_at IS NULL"),
        ),
        CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name="taken_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The kind's own name, as its package registered it.
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH))
    #: Names the thing among those of its kind.
    key: Mapped[str] = mapped_column(String(200))
    group_id: Mapped[int | None] = mapped_column(ForeignKey(Group.id))
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who said that she is on it.
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When whoever was on it gave it back.
    given_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the owners were told that nobody took it.
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When it waited no longer.
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    taken_by: Mapped[User | None] = relationship()


class NoticeTold(Base):
    """That somebody got a mail which counted a thing among what waits."""

    __tablename__ = "notice_told"

    notice_id: Mapped[int] = mapped_column(ForeignKey(Notice.id), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class NoticeChoice(Base):
    """How soon somebody wants to hear of a kind; who chose nothing hears as her roles say."""

    __tablename__ = "notice_choice"

    account_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    kind: Mapped[str] = mapped_column(String(KIND_LENGTH), primary_key=True)
    pace: Mapped[Pace] = mapped_column(str_enum(Pace, name="pace"))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
