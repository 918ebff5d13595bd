"""Tables of collection points, their hours, hosts, and those who want to bring something."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.aid.models.drops import AidItem, Drop
from app.aid.rules.words import (
    BringState,
    Discloser,
    Fill,
    HoursKind,
    MessageSide,
    PointChecked,
    PointKind,
    PointReportKind,
    PointState,
    Visibility,
)
from app.db.base import Base
from app.db.types import EncryptedText, str_enum
from app.events.rules.words import Answer, EntrySource, Nation
from app.places.models import Place


class CollectionPoint(Base):
    """A place where people bring things in one round."""

    __tablename__ = "collection_point"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_is_positive"),
        CheckConstraint("max_boxes > 0", name="holds_something"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint(
            "kind != 'home' OR visibility != 'public' OR is_home_public",
            name="a_home_is_public_only_on_purpose",
        ),
        CheckConstraint(
            "NOT goes_door_to_door OR licence_number IS NOT NULL", name="door_to_door_is_licensed"
        ),
        CheckConstraint("place_id IS NOT NULL OR purged_at IS NOT NULL", name="has_a_place"),
        Index("ix_collection_point_drop_id_state", "drop_id", "state", "id"),
        Index("ix_collection_point_state_asked_again_at", "state", "asked_again_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Of a private or area-only point it tells nothing of the place.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    kind: Mapped[PointKind] = mapped_column(str_enum(PointKind, name="point_kind"))
    #: As the public reads it: "St Mark's hall", "A home in E17".
    name: Mapped[str] = mapped_column(String(120))
    #: Goes with a home when the round is over.
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    visibility: Mapped[Visibility] = mapped_column(str_enum(Visibility, name="point_visibility"))
    #: The host of a home said herself that everybody may see it.
    is_home_public: Mapped[bool] = mapped_column(default=False)
    #: Everyone who proves a mailbox is told where it is; the host's own choice.
    gives_address_freely: Mapped[bool] = mapped_column(default=False)
    state: Mapped[PointState] = mapped_column(
        str_enum(PointState, name="point_state"), default=PointState.APPLIED
    )
    fill: Mapped[Fill] = mapped_column(str_enum(Fill, name="point_fill"), default=Fill.EMPTY)
    #: How many boxes fit; two bags are one box.
    max_boxes: Mapped[int | None]
    #: Takes everything that the drop wants; otherwise the rows of `PointItem`.
    takes_all: Mapped[bool] = mapped_column(default=True)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    zone: Mapped[str] = mapped_column(String(64))
    nation: Mapped[Nation] = mapped_column(str_enum(Nation, name="point_nation"))
    #: "Closed today", said by the host, for this local day alone.
    shut_on: Mapped[date | None]
    #: The rows of its hours in one text, for whoever looks at many points; `relist` writes it.
    hours_code: Mapped[str] = mapped_column(Text, default="[]")
    #: How people get in, and what to do with the bags; public, also for a hidden place.
    access_note: Mapped[str] = mapped_column(Text, default="")
    step_free: Mapped[Answer] = mapped_column(
        str_enum(Answer, name="point_step_free"), default=Answer.UNKNOWN
    )
    #: Where the van stops; for drivers alone.
    van_note: Mapped[str | None] = mapped_column(EncryptedText)
    #: From house to house needs a licence (House to House Collections Act 1939).
    goes_door_to_door: Mapped[bool] = mapped_column(default=False)
    licence_number: Mapped[str | None] = mapped_column(String(60))
    #: The host said last that all of it is still right, and when she was asked.
    confirmed_right_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    drop: Mapped[Drop] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    hours: Mapped[list[PointHours]] = relationship(
        back_populates="point", order_by="PointHours.position", cascade="all, delete-orphan"
    )
    takes: Mapped[list[PointItem]] = relationship(
        back_populates="point", cascade="all, delete-orphan"
    )
    host: Mapped[PointHost | None] = relationship(back_populates="point", uselist=False)


class PointItem(Base):
    """A point takes a thing."""

    __tablename__ = "point_item"

    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("aid_item.id"), primary_key=True, index=True)

    point: Mapped[CollectionPoint] = relationship(back_populates="takes")
    item: Mapped[AidItem] = relationship(lazy="joined")


class PointHours(Base):
    """One row of opening hours: on a weekday, on one day, or on bank holidays."""

    __tablename__ = "point_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_is_one_of_seven"),
        CheckConstraint(
            "(CASE WHEN weekday IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN on_date IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN on_bank_holidays THEN 1 ELSE 0 END) = 1",
            name="one_sort_of_day",
        ),
        CheckConstraint("(opens IS NULL) = (closes IS NULL)", name="opens_and_closes"),
        CheckConstraint("kind != 'open' OR opens IS NOT NULL", name="open_has_hours"),
        CheckConstraint("valid_until >= valid_from", name="valid_in_order"),
        Index("ix_point_hours_point_id", "point_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"))
    position: Mapped[int] = mapped_column(default=0)
    #: 0 is Monday.
    weekday: Mapped[int | None]
    on_date: Mapped[date | None]
    on_bank_holidays: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[HoursKind] = mapped_column(str_enum(HoursKind, name="hours_kind"))
    #: Times on the wall; closing at or before opening means the next day.
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    point: Mapped[CollectionPoint] = relationship(back_populates="hours")


class PointCell(Base):
    """A point that takes things in lies in a cell: what is near is found by these rows alone."""

    __tablename__ = "point_cell"
    __table_args__ = (
        Index("ix_point_cell_point_id", "point_id"),
        {"sqlite_with_rowid": False},
    )

    #: Drop, what is taken, size of the cell and the cell; `rules.nearness` writes and asks them.
    key: Mapped[str] = mapped_column(
        String(80).with_variant(String(80, collation="C"), "postgresql"), primary_key=True
    )
    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"), primary_key=True)
    #: Where anybody may know that it is: the door, or the middle of an area.
    lat: Mapped[float]
    lon: Mapped[float]
    #: It is full: shown, and nobody is sent there.
    is_full: Mapped[bool]


class PointHost(Base):
    """Who runs a point, and how we made sure of it. No account: a private link."""

    __tablename__ = "point_host"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint("new_email = lower(new_email)", name="new_email_is_lowercase"),
        CheckConstraint("(checked_at IS NULL) = (how_checked IS NULL)", name="checked_says_how"),
        CheckConstraint("purged_at IS NULL OR phone IS NULL", name="purged_forgets"),
        Index("ix_point_host_email", "email"),
    )

    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: One form, sent twice, is one point.
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    #: As she wishes to be called by those who bring; never public.
    name: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    #: Where she wishes her mails to go; takes the other's place once it is proven.
    new_email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    about: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[EntrySource] = mapped_column(str_enum(EntrySource, name="point_source"))
    is_adult: Mapped[bool]
    #: Ticked by herself: she may be asked for the next round, and is kept on file until then.
    may_be_asked_again: Mapped[bool] = mapped_column(default=False)
    network: Mapped[str | None] = mapped_column(String(64))
    #: Which private links still count.
    link_version: Mapped[int] = mapped_column(default=1)
    #: Which invitations to a private point still count.
    invite_version: Mapped[int] = mapped_column(default=1)
    applied_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    how_checked: Mapped[PointChecked | None] = mapped_column(
        str_enum(PointChecked, name="point_checked")
    )
    checked_note: Mapped[str | None] = mapped_column(EncryptedText)
    #: A keyed hash of the code that was sent by post.
    posted_code: Mapped[str | None] = mapped_column(String(64))
    posted_at: Mapped[datetime | None]
    rejected_reason: Mapped[str | None] = mapped_column(Text)
    #: She changed what the public reads, and nobody has looked at it since.
    edited_at: Mapped[datetime | None] = mapped_column(index=True)
    purged_at: Mapped[datetime | None]

    point: Mapped[CollectionPoint] = relationship(back_populates="host", lazy="joined")
    checked_by: Mapped[User | None] = relationship()


class PointHelper(Base):
    """A second link for somebody who helps at a point: it logs what comes, and nothing else."""

    __tablename__ = "point_helper"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"), index=True)
    #: What the host calls the helper.
    label: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    point: Mapped[CollectionPoint] = relationship(lazy="joined")


class BringRequest(Base):
    """Somebody wants to bring something; at a hidden place she learns where only when accepted."""

    __tablename__ = "bring_request"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint(
            "state NOT IN ('asked', 'accepted', 'declined', 'brought') OR confirmed_at IS NOT NULL",
            name="asked_from_a_proven_mailbox",
        ),
        Index("ix_bring_request_email_state", "email", "state"),
        Index("ix_bring_request_point_id_state", "point_id", "state"),
        Index("ix_bring_request_point_id_created_at", "point_id", "created_at"),
        Index("ix_bring_request_state_created_at", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"))
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    #: A first name is enough.
    name: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    #: What she brings, in her words.
    what: Mapped[str | None] = mapped_column(EncryptedText)
    brings_on: Mapped[date]
    brings_at: Mapped[time | None]
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[EntrySource] = mapped_column(str_enum(EntrySource, name="bring_source"))
    state: Mapped[BringState] = mapped_column(str_enum(BringState, name="bring_state"))
    network: Mapped[str | None] = mapped_column(String(64))
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    #: `host`, `own_rule` or `account:<id>`.
    decided_by: Mapped[str | None] = mapped_column(String(40))

    point: Mapped[CollectionPoint] = relationship(lazy="joined")


class Disclosure(Base):
    """A person was let see where a hidden point is; its host can read who and when."""

    __tablename__ = "disclosure"
    __table_args__ = (Index("ix_disclosure_point_id_given_at", "point_id", "given_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("bring_request.id"), unique=True)
    by: Mapped[Discloser] = mapped_column(str_enum(Discloser, name="discloser"))
    given_at: Mapped[datetime]

    request: Mapped[BringRequest] = relationship(lazy="joined")


class PointReport(Base):
    """Somebody says that something is wrong with a point; nobody is asked who she is."""

    __tablename__ = "point_report"
    __table_args__ = (
        Index("ix_point_report_point_id_handled_at", "point_id", "handled_at"),
        Index("ix_point_report_handled_at_sent_at", "handled_at", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"))
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[PointReportKind] = mapped_column(str_enum(PointReportKind, name="point_report"))
    text: Mapped[str] = mapped_column(Text, default="")
    network: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    was_right: Mapped[bool | None]

    point: Mapped[CollectionPoint] = relationship()


class PointMessage(Base):
    """A message that we passed on; a host and whoever writes to her stay hidden from each other."""

    __tablename__ = "point_message"
    __table_args__ = (Index("ix_point_message_point_id_sent_at", "point_id", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("collection_point.id"))
    #: Nothing: between the host and the organisers.
    request_id: Mapped[int | None] = mapped_column(ForeignKey("bring_request.id"), index=True)
    side: Mapped[MessageSide] = mapped_column(str_enum(MessageSide, name="message_side"))
    text: Mapped[str] = mapped_column(EncryptedText)
    sent_at: Mapped[datetime]
    #: An organiser read what a host wrote to them.
    read_at: Mapped[datetime | None]

    point: Mapped[CollectionPoint] = relationship()
    request: Mapped[BringRequest | None] = relationship(lazy="joined")
