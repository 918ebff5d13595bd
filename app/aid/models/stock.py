"""Tables of goods: where they can be, every move of them, and the sums of the moves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.aid.models.drops import AidItem, Drop
from app.aid.models.pickups import Vehicle
from app.aid.models.points import BringRequest, CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.words import BoxState, LocationKind, MoveKind, Unit
from app.db.base import Base
from app.db.triggers import append_only
from app.db.types import EncryptedText, str_enum
from app.groups.models import Group


class StockLocation(Base):
    """Where goods can be, the accounts for what is lost or given away included."""

    __tablename__ = "stock_location"
    __table_args__ = (
        CheckConstraint("(kind = 'point') = (point_id IS NOT NULL)", name="point_is_named"),
        CheckConstraint(
            "(kind = 'workplace') = (workplace_id IS NOT NULL)", name="workplace_is_named"
        ),
        CheckConstraint("(kind = 'vehicle') = (vehicle_id IS NOT NULL)", name="vehicle_is_named"),
        CheckConstraint("(kind = 'store') = (name IS NOT NULL)", name="store_has_a_name"),
        # The accounts of a drop exist once: a unique name where nothing else tells them apart.
        UniqueConstraint("account_key"),
        Index("ix_stock_location_group_id_kind", "group_id", "kind"),
        Index("ix_stock_location_drop_id_kind", "drop_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    #: Stores and vehicles serve every drop of a group; all else belongs to one.
    drop_id: Mapped[int | None] = mapped_column(ForeignKey("aid_drop.id"))
    kind: Mapped[LocationKind] = mapped_column(str_enum(LocationKind, name="location_kind"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("collection_point.id"), unique=True)
    workplace_id: Mapped[int | None] = mapped_column(
        ForeignKey("workplace_collection.id"), unique=True
    )
    vehicle_id: Mapped[int | None] = mapped_column(ForeignKey("vehicle.id"), unique=True)
    name: Mapped[str | None] = mapped_column(String(120))
    #: `<drop>:given` and the like.
    account_key: Mapped[str | None] = mapped_column(String(60))
    #: Of a store: the street, for drivers.
    address: Mapped[str | None] = mapped_column(EncryptedText)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    closed_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship()
    point: Mapped[CollectionPoint | None] = relationship()
    workplace: Mapped[WorkplaceCollection | None] = relationship()
    vehicle: Mapped[Vehicle | None] = relationship()


class StockMove(Base):
    """Goods went from one place to another. Never changed, never removed."""

    __tablename__ = "stock_move"
    __table_args__ = (
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal_names"),
        CheckConstraint("reverses_id != id", name="does_not_reverse_itself"),
        Index("ix_stock_move_drop_id_recorded_at", "drop_id", "recorded_at", "id"),
        Index("ix_stock_move_drop_id_happened_at", "drop_id", "happened_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    #: The same form, sent twice, is one move.
    client_key: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[MoveKind] = mapped_column(str_enum(MoveKind, name="move_kind"))
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    #: `account:<id>`, `host:<point>`, `helper:<id>`, `steward:<workplace>`.
    recorded_by: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text, default="")
    #: A move is taken back once.
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("stock_move.id"), unique=True)

    drop: Mapped[Drop] = relationship()
    reverses: Mapped[StockMove | None] = relationship(remote_side="StockMove.id")
    lines: Mapped[list[StockLine]] = relationship(
        back_populates="move", order_by="StockLine.position", lazy="selectin"
    )


class StockLine(Base):
    """One thing of a move: so many of an item, or one labelled box with all that is in it."""

    __tablename__ = "stock_line"
    __table_args__ = (
        UniqueConstraint("move_id", "position"),
        CheckConstraint("qty > 0", name="moves_something"),
        CheckConstraint("from_id != to_id", name="goes_elsewhere"),
        CheckConstraint("(item_id IS NULL) = (box_id IS NOT NULL)", name="item_or_box"),
        CheckConstraint("box_id IS NULL OR (qty = 1 AND unit = 'box')", name="a_box_is_one"),
        Index("ix_stock_line_from_id", "from_id"),
        Index("ix_stock_line_to_id", "to_id"),
        Index("ix_stock_line_box_id", "box_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    move_id: Mapped[int] = mapped_column(ForeignKey("stock_move.id"))
    position: Mapped[int]
    from_id: Mapped[int] = mapped_column(ForeignKey("stock_location.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("stock_location.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("aid_item.id"), index=True)
    box_id: Mapped[int | None] = mapped_column(ForeignKey("aid_box.id"))
    qty: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[Unit] = mapped_column(str_enum(Unit, name="line_unit"))

    move: Mapped[StockMove] = relationship(back_populates="lines")
    from_: Mapped[StockLocation] = relationship(foreign_keys=[from_id], lazy="joined")
    to: Mapped[StockLocation] = relationship(foreign_keys=[to_id], lazy="joined")
    item: Mapped[AidItem | None] = relationship(lazy="joined")
    box: Mapped[Box | None] = relationship()


class StockBalance(Base):
    """How much of one thing lies in one place: the sum of its lines, kept beside them."""

    __tablename__ = "stock_balance"
    __table_args__ = (
        CheckConstraint("NOT is_physical OR qty >= 0", name="never_less_than_nothing"),
    )

    location_id: Mapped[int] = mapped_column(ForeignKey("stock_location.id"), primary_key=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"), primary_key=True, index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("aid_item.id"), primary_key=True)
    unit: Mapped[Unit] = mapped_column(str_enum(Unit, name="balance_unit"), primary_key=True)
    qty: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Of the location; here so that the database itself can refuse.
    is_physical: Mapped[bool]

    item: Mapped[AidItem] = relationship(lazy="joined")


class StockTotal(Base):
    """How much of one thing of a drop lies in all places of one kind: the public numbers."""

    __tablename__ = "stock_total"

    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"), primary_key=True)
    kind: Mapped[LocationKind] = mapped_column(
        str_enum(LocationKind, name="total_kind"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("aid_item.id"), primary_key=True)
    unit: Mapped[Unit] = mapped_column(str_enum(Unit, name="total_unit"), primary_key=True)
    qty: Mapped[int] = mapped_column(BigInteger, default=0)

    item: Mapped[AidItem] = relationship(lazy="joined")


class DropOff(Base):
    """What somebody brought to a point or collected at work, as it was written down."""

    __tablename__ = "drop_off"
    __table_args__ = (
        CheckConstraint("(point_id IS NULL) = (workplace_id IS NOT NULL)", name="one_place"),
        CheckConstraint("bags >= 0 AND boxes >= 0 AND grams >= 0", name="nothing_is_negative"),
        Index("ix_drop_off_point_id_received_at", "point_id", "received_at"),
        Index("ix_drop_off_drop_id_logged_at", "drop_id", "logged_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("collection_point.id"))
    #: Goods collected there that have not been taken to a point.
    workplace_id: Mapped[int | None] = mapped_column(
        ForeignKey("workplace_collection.id"), index=True
    )
    move_id: Mapped[int] = mapped_column(ForeignKey("stock_move.id"), unique=True)
    #: Whose wish to bring it fulfils.
    request_id: Mapped[int | None] = mapped_column(ForeignKey("bring_request.id"), index=True)
    received_at: Mapped[datetime]
    logged_at: Mapped[datetime]
    bags: Mapped[int] = mapped_column(default=0)
    boxes: Mapped[int] = mapped_column(default=0)
    grams: Mapped[int] = mapped_column(BigInteger, default=0)
    #: What is in them, in a few words.
    what: Mapped[str] = mapped_column(String(200), default="")
    #: As `StockMove.recorded_by`.
    entered_by: Mapped[str] = mapped_column(String(60))
    #: Taken back by this move.
    void_id: Mapped[int | None] = mapped_column(ForeignKey("stock_move.id"), unique=True)

    drop: Mapped[Drop] = relationship()
    point: Mapped[CollectionPoint | None] = relationship()
    workplace: Mapped[WorkplaceCollection | None] = relationship()
    move: Mapped[StockMove] = relationship(foreign_keys=[move_id])
    request: Mapped[BringRequest | None] = relationship()


class Box(Base):
    """A box with a label. What is in it is what was moved into its own location."""

    __tablename__ = "aid_box"
    __table_args__ = (
        CheckConstraint("gross_g > 0", name="weight_is_positive"),
        CheckConstraint("length_mm > 0 AND width_mm > 0 AND height_mm > 0", name="has_a_size"),
        CheckConstraint(
            "state IN ('open', 'void') OR sealed_at IS NOT NULL", name="sealed_at_a_time"
        ),
        CheckConstraint("version > 0", name="version_is_positive"),
        Index("ix_aid_box_drop_id_state", "drop_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Eight signs and one that checks them (`rules.labels`).
    label: Mapped[str] = mapped_column(String(12), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    #: Its inside.
    contents_id: Mapped[int] = mapped_column(ForeignKey("stock_location.id"), unique=True)
    #: Where it stands; changed by moves alone.
    location_id: Mapped[int] = mapped_column(ForeignKey("stock_location.id"), index=True)
    state: Mapped[BoxState] = mapped_column(str_enum(BoxState, name="box_state"))
    #: Where a lost box was before.
    lost_from: Mapped[BoxState | None] = mapped_column(str_enum(BoxState, name="box_lost_from"))
    gross_g: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    made_from_id: Mapped[int | None] = mapped_column(ForeignKey("aid_box.id"), index=True)
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    sealed_by: Mapped[str | None] = mapped_column(String(60))
    #: Raised with each new seal; the old label says that it is old.
    seal_number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    drop: Mapped[Drop] = relationship()
    made_from: Mapped[Box | None] = relationship(remote_side="Box.id")
    contents: Mapped[StockLocation] = relationship(foreign_keys=[contents_id], lazy="joined")
    location: Mapped[StockLocation] = relationship(foreign_keys=[location_id], lazy="joined")


append_only(StockMove.__table__)
append_only(StockLine.__table__)
