"""Tables of appeals, their news and the sums beside them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.appeals.rules import appeals as appeal_rules
from app.appeals.rules.words import AppealStage
from app.db.base import Base
from app.db.types import JsonValue, TranslatedText, UtcDateTime
from app.files.models import StoredFile
from app.groups.models import Group
from app.ledger.models import Fund
from app.lib.money import Money
from app.lib.text import Translated


class Appeal(Base):
    """A public request for money into one fund."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("goal_minor > 0", name="goal_is_positive"),
        CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name="closes_after_opens"),
        CheckConstraint("length(currency) = 3", name="currency_is_a_code"),
        CheckConstraint("version > 0", name="version_is_positive"),
        Index("ix_appeal_published_at_closes_at", "published_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Chosen once; a public address keeps working.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    summary: Mapped[Translated] = mapped_column(TranslatedText)
    #: Markdown.
    story: Mapped[Translated] = mapped_column(TranslatedText)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    picture_alt: Mapped[Translated | None] = mapped_column(TranslatedText)
    currency: Mapped[str] = mapped_column(String(3))
    goal_minor: Mapped[int] = mapped_column(BigInteger)
    #: Amounts offered beside "another amount", in minor units.
    suggested_minor: Mapped[list[int]] = mapped_column(JsonValue)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Nobody but the desk sees an appeal before.
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Counts the saved edits; a page made from an older one may not overwrite a newer.
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="joined")
    fund: Mapped[Fund] = relationship(lazy="joined")
    picture: Mapped[StoredFile | None] = relationship(lazy="joined")
    totals: Mapped[AppealTotals] = relationship(back_populates="appeal", lazy="joined")
    updates: Mapped[list[AppealUpdate]] = relationship(
        back_populates="appeal", order_by="AppealUpdate.posted_at.desc(), AppealUpdate.id.desc()"
    )

    def stage(self, now: datetime) -> AppealStage:
        """Where the appeal stands at a moment."""
        return appeal_rules.stage(
            published_at=self.published_at,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            now=now,
        )

    @property
    def goal(self) -> Money:
        """What the appeal hopes for."""
        return Money(self.goal_minor, self.currency)

    @property
    def suggested(self) -> list[Money]:
        """The amounts offered, as money."""
        return [Money(minor, self.currency) for minor in self.suggested_minor]


class AppealTotals(Base):
    """What moved for an appeal so far, covered fees left out; written with the payments."""

    __tablename__ = "appeal_totals"
    __table_args__ = (
        CheckConstraint(
            "on_its_way_minor >= 0 AND returned_minor >= 0 AND gift_count >= 0",
            name="sums_are_not_negative",
        ),
    )

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    #: What arrived and is still here: returned money is taken off.
    received_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    on_its_way_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    returned_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Gifts that arrived and were not returned whole. (What went back before anything arrived, in
    #: the order of Stripe's news, makes the received sum negative for a moment.)
    gift_count: Mapped[int] = mapped_column(default=0)

    appeal: Mapped[Appeal] = relationship(back_populates="totals")

    @property
    def received(self) -> Money:
        """What arrived and is still here: returned money is taken off."""
        return Money(self.received_minor, self.currency)

    @property
    def on_its_way(self) -> Money:
        """What donors' banks have promised but not yet sent."""
        return Money(self.on_its_way_minor, self.currency)

    @property
    def returned(self) -> Money:
        """What went back to donors."""
        return Money(self.returned_minor, self.currency)


class AppealUpdate(Base):
    """Dated news below an appeal."""

    __tablename__ = "appeal_update"
    __table_args__ = (CheckConstraint("version > 0", name="version_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    #: Markdown.
    body: Mapped[Translated] = mapped_column(TranslatedText)
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    appeal: Mapped[Appeal] = relationship(back_populates="updates")


def is_public(now: datetime) -> ColumnElement[bool]:
    """Whether anybody may see an appeal, in SQL."""
    return and_(Appeal.published_at.is_not(None), Appeal.published_at <= now)


def is_running(now: datetime) -> ColumnElement[bool]:
    """Whether a published appeal is open, in SQL."""
    return and_(
        is_public(now),
        Appeal.opens_at <= now,
        or_(Appeal.closes_at.is_(None), Appeal.closes_at > now),
    )
