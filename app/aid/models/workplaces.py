"""The table of collections at work."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.rules.words import PledgeState, WorkplaceState
from app.db.base import Base
from app.db.types import EncryptedText, str_enum
from app.events.rules.words import EntrySource


class WorkplaceCollection(Base):
    """A collection in one workplace, run by a steward, taken to a point."""

    __tablename__ = "workplace_collection"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint("new_email = lower(new_email)", name="new_email_is_lowercase"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("promised_boxes > 0", name="promises_something"),
        CheckConstraint("counted_boxes >= 0", name="counted_is_not_negative"),
        CheckConstraint("staff_count > 0", name="staff_is_positive"),
        CheckConstraint("(pledge = 'none') = (point_id IS NULL)", name="pledged_to_a_point"),
        CheckConstraint("version > 0", name="version_is_positive"),
        Index("ix_workplace_collection_drop_id_state", "drop_id", "state"),
        Index("ix_workplace_collection_point_id_pledge", "point_id", "pledge"),
        Index("ix_workplace_collection_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    #: Never public unless `is_public`.
    organisation: Mapped[str | None] = mapped_column(String(160))
    is_public: Mapped[bool] = mapped_column(default=False)
    #: The town or postcode where it is, to find a point near it.
    locality: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    #: Never public, never given to the host.
    steward: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    new_email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[EntrySource] = mapped_column(str_enum(EntrySource, name="workplace_source"))
    staff_count: Mapped[int | None]
    from_on: Mapped[date]
    until_on: Mapped[date]
    point_id: Mapped[int | None] = mapped_column(ForeignKey("collection_point.id"))
    pledge: Mapped[PledgeState] = mapped_column(
        str_enum(PledgeState, name="pledge_state"), default=PledgeState.NONE
    )
    pledge_answered_at: Mapped[datetime | None]
    promised_boxes: Mapped[int]
    counted_boxes: Mapped[int | None]
    bring_on: Mapped[date | None]
    state: Mapped[WorkplaceState] = mapped_column(
        str_enum(WorkplaceState, name="workplace_state"), default=WorkplaceState.PLEDGED
    )
    #: To write on a bank transfer of the cash that was collected.
    bank_reference: Mapped[str] = mapped_column(String(20), unique=True)
    network: Mapped[str | None] = mapped_column(String(64))
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    #: The host of the point said that all of it is there.
    received_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]
    #: What the steward heard last that her point filled or closed.
    warned_at: Mapped[datetime | None]
    #: What an organiser notes; for the desk alone.
    note: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    drop: Mapped[Drop] = relationship(lazy="joined")
    point: Mapped[CollectionPoint | None] = relationship(lazy="select")
