"""Tables of drops, what they need, and who wants to hear of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.aid.rules.words import AgainState, DropState, Hazard, ItemCategory, Priority, Unit
from app.appeals.models.appeals import Appeal
from app.campaigns.models.campaigns import Campaign
from app.db.base import Base
from app.db.types import JsonValue, str_enum
from app.events.models.events import Event
from app.files.models import StoredFile
from app.groups.models import Group
from app.lib.text import Translated


class AidItem(Base):
    """A kind of thing that a group collects."""

    __tablename__ = "aid_item"
    __table_args__ = (
        UniqueConstraint("group_id", "code"),
        CheckConstraint("weight_g > 0", name="weight_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    #: `blankets`; `mixed` is what nobody has sorted yet.
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[Translated]
    category: Mapped[ItemCategory] = mapped_column(str_enum(ItemCategory, name="item_category"))
    #: In what it is counted once it is sorted.
    unit: Mapped[Unit] = mapped_column(str_enum(Unit, name="item_unit"), default=Unit.EACH)
    #: Of one, roughly, in grams.
    weight_g: Mapped[int | None]
    #: The customs' number of the goods, six to ten figures.
    hs_code: Mapped[str | None] = mapped_column(String(10))
    hazard: Mapped[Hazard] = mapped_column(str_enum(Hazard, name="hazard"), default=Hazard.NONE)
    #: Offered for new needs no more.
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Drop(Base):
    """One round of collecting aid."""

    __tablename__ = "aid_drop"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="closes_after_it_opens"),
        CheckConstraint("pickup_until >= pickup_from", name="pickup_ends_after_it_begins"),
        CheckConstraint("target_boxes > 0", name="target_is_positive"),
        CheckConstraint("retention_days BETWEEN 0 AND 180", name="retention_is_short"),
        CheckConstraint("version > 0", name="version_is_positive"),
        CheckConstraint(
            "(state = 'paused') = (paused_from IS NOT NULL)", name="paused_from_a_state"
        ),
        CheckConstraint("cloned_from_id != id", name="not_cloned_from_itself"),
        Index("ix_aid_drop_state_closes_on", "state", "closes_on"),
        Index("ix_aid_drop_group_id_state", "group_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Chosen once; a public address keeps working.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    #: The money for diesel and ferry, asked for beside the things.
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)
    cloned_from_id: Mapped[int | None] = mapped_column(ForeignKey("aid_drop.id"), index=True)
    title: Mapped[Translated]
    summary: Mapped[Translated]
    #: Markdown.
    body: Mapped[Translated]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    picture_alt: Mapped[Translated | None]
    #: For whom, and where it goes; never the route or the day of a convoy.
    destination: Mapped[Translated | None]
    #: What to do and not to do, for hosts and people who bring: how to pack and label.
    how_to_pack: Mapped[Translated | None]
    zone: Mapped[str] = mapped_column(String(64))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    #: The days on which vans go round; for hosts and the desk.
    pickup_from: Mapped[date | None]
    pickup_until: Mapped[date | None]
    #: The public reads the month alone.
    depart_on: Mapped[date | None]
    #: How many boxes are hoped for; two bags are one box.
    target_boxes: Mapped[int | None]
    #: Whom hosts and bringers ring; public on purpose.
    phone: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[DropState] = mapped_column(
        str_enum(DropState, name="drop_state"), default=DropState.DRAFT
    )
    state_note: Mapped[Translated | None]
    paused_from: Mapped[DropState | None] = mapped_column(
        str_enum(DropState, name="drop_paused_from")
    )
    #: What the public numbers were when the round was told about: they stay so.
    frozen_totals: Mapped[dict[str, object] | None] = mapped_column(JsonValue)
    #: Markdown: what became of it.
    report: Mapped[Translated | None]
    reported_at: Mapped[datetime | None]
    #: The last goods were handed over, or the round was called off: retention counts from here.
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Home addresses and how to reach hosts go so many days after the end.
    retention_days: Mapped[int] = mapped_column(default=30)
    purged_at: Mapped[datetime | None]
    #: When anything of the list of needs changed last.
    needs_changed_at: Mapped[datetime | None] = mapped_column(index=True)
    announced_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="joined")
    picture: Mapped[StoredFile | None] = relationship(lazy="joined")
    campaign: Mapped[Campaign | None] = relationship(lazy="select")
    appeal: Mapped[Appeal | None] = relationship(lazy="select")
    cloned_from: Mapped[Drop | None] = relationship(remote_side="Drop.id", lazy="select")
    needs: Mapped[list[DropNeed]] = relationship(
        back_populates="drop", order_by="DropNeed.position, DropNeed.id"
    )


class DropNeed(Base):
    """One thing on the list: how much it is wanted, or that it is not, and why."""

    __tablename__ = "drop_need"
    __table_args__ = (
        UniqueConstraint("drop_id", "item_id"),
        CheckConstraint("target_qty > 0", name="target_is_positive"),
        CheckConstraint(
            "priority != 'not_wanted' OR target_qty IS NULL", name="nobody_counts_the_unwanted"
        ),
        Index("ix_drop_need_item_id", "item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("aid_item.id"))
    position: Mapped[int] = mapped_column(default=0)
    priority: Mapped[Priority] = mapped_column(str_enum(Priority, name="need_priority"))
    #: How many, in the item's unit.
    target_qty: Mapped[int | None]
    why: Mapped[Translated | None]
    #: Enough of it has come; shown at the end of the list.
    fulfilled_at: Mapped[datetime | None]
    #: Somebody looked at it and it was right.
    checked_at: Mapped[datetime]

    drop: Mapped[Drop] = relationship(back_populates="needs")
    item: Mapped[AidItem] = relationship(lazy="joined")


class DropEvent(Base):
    """An event that belongs to a drop: a packing day, a loading, a send-off."""

    __tablename__ = "drop_event"

    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, index=True)

    event: Mapped[Event] = relationship()


class NeedsSubscription(Base):
    """Somebody wants to hear when a drop needs other things."""

    __tablename__ = "needs_subscription"
    __table_args__ = (
        UniqueConstraint("drop_id", "email"),
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(10))
    network: Mapped[str | None] = mapped_column(String(64))
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    #: The mailbox was proven; an unproven one hears nothing and goes after some days.
    confirmed_at: Mapped[datetime | None]
    #: Which state of the list she was told last.
    told_at: Mapped[datetime | None] = mapped_column(index=True)

    drop: Mapped[Drop] = relationship(lazy="joined")


class HostInvite(Base):
    """A host of an earlier round is asked once whether she does it again."""

    __tablename__ = "host_invite"
    __table_args__ = (
        UniqueConstraint("drop_id", "from_point_id"),
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    from_point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"), index=True)
    #: The point of the new round, once she said yes.
    point_id: Mapped[int | None] = mapped_column(ForeignKey("collection_point.id"), index=True)
    #: Forgotten with the host it was taken from.
    email: Mapped[str | None] = mapped_column(String(254))
    state: Mapped[AgainState] = mapped_column(
        str_enum(AgainState, name="again_state"), default=AgainState.ASKED
    )
    link_version: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    drop: Mapped[Drop] = relationship(lazy="joined")
