"""Tables of members: who joined a group, and for which campaigns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.campaigns.models.campaigns import Campaign
from app.campaigns.rules.members import MemberState
from app.db.base import Base
from app.db.types import EncryptedText, str_enum
from app.groups.models import Group
from app.lib.text import Translated
from app.supporters.models.people import Supporter
from app.supporters.rules.consents import ConsentSource


class Member(Base):
    """Somebody who joined a group, or asked to and has not proven her mailbox yet."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("(state = 'asked') = (confirmed_at IS NULL)", name="asked_until_confirmed"),
        CheckConstraint(
            "(supporter_id IS NULL) = (state = 'asked')", name="a_supporter_once_confirmed"
        ),
        CheckConstraint("supporter_id IS NULL OR email IS NULL", name="address_until_confirmed"),
        CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name="left_at_some_time"),
        # She is in a group once.
        Index("uq_member_group_id_supporter_id", "group_id", "supporter_id", unique=True),
        Index("ix_member_group_id_state", "group_id", "state", "id"),
        Index("ix_member_email_group_id", "email", "group_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    state: Mapped[MemberState] = mapped_column(
        str_enum(MemberState, name="member_state"), default=MemberState.ASKED
    )
    #: Nothing before the mailbox was proven: nobody is joined to somebody by typing her address.
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("supporter.id"), index=True)
    #: Where the question was mailed to; goes once it was answered.
    email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str | None] = mapped_column(String(120))
    #: The rest of the form, closed until the mailbox was proven: postcode, offer, consents.
    asked: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[ConsentSource] = mapped_column(str_enum(ConsentSource, name="member_source"))
    #: The word in the link that led her here, such as an article's.
    came_from: Mapped[str | None] = mapped_column(String(30))
    #: One load of the form is one asking.
    nonce: Mapped[str | None] = mapped_column(String(64), unique=True)
    #: A keyed hash of the network; deleted after a day.
    network: Mapped[str | None] = mapped_column(String(64))
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="joined")
    supporter: Mapped[Supporter | None] = relationship(lazy="joined")
    campaigns: Mapped[list[MemberCampaign]] = relationship(
        back_populates="member", cascade="all, delete-orphan"
    )


class MemberCampaign(Base):
    """A campaign that a member joined the group for."""

    __tablename__ = "member_campaign"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id"), primary_key=True, index=True
    )
    joined_at: Mapped[datetime]

    member: Mapped[Member] = relationship(back_populates="campaigns")
    campaign: Mapped[Campaign] = relationship(lazy="joined")


class WelcomeText(Base):
    """What a group writes to whoever joined it, beside the sentences that always stand there."""

    __tablename__ = "welcome_text"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)
    text: Mapped[Translated]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
