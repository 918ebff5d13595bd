"""Tables of vehicles, of what waits to be fetched, and of a van's day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.words import PickupState, RunState, StopOutcome
from app.db.base import Base
from app.db.types import EncryptedText, JsonValue, WallDateTime, str_enum
from app.groups.models import Group


class Vehicle(Base):
    """A van that a group may use."""

    __tablename__ = "vehicle"
    __table_args__ = (
        CheckConstraint("capacity_boxes > 0", name="holds_something"),
        CheckConstraint("payload_kg > 0", name="carries_something"),
        UniqueConstraint("group_id", "name"),
        CheckConstraint("version > 0", name="version_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    name: Mapped[str] = mapped_column(String(80))
    registration: Mapped[str | None] = mapped_column(EncryptedText)
    capacity_boxes: Mapped[int]
    payload_kg: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship()


class PickupRequest(Base):
    """A host or steward asks that things be fetched."""

    __tablename__ = "pickup_request"
    __table_args__ = (
        CheckConstraint("(point_id IS NULL) = (workplace_id IS NOT NULL)", name="one_place"),
        CheckConstraint("bags >= 0 AND boxes >= 0", name="nothing_is_negative"),
        Index("ix_pickup_request_drop_id_state", "drop_id", "state", "asked_at"),
        Index("ix_pickup_request_point_id_state", "point_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("collection_point.id"))
    workplace_id: Mapped[int | None] = mapped_column(
        ForeignKey("workplace_collection.id"), index=True
    )
    bags: Mapped[int] = mapped_column(default=0)
    boxes: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[PickupState] = mapped_column(
        str_enum(PickupState, name="pickup_state"), default=PickupState.OPEN
    )
    #: As `StockMove.recorded_by`.
    asked_by: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    drop: Mapped[Drop] = relationship()
    point: Mapped[CollectionPoint | None] = relationship()
    workplace: Mapped[WorkplaceCollection | None] = relationship()


class PickupRun(Base):
    """One day of one van."""

    __tablename__ = "pickup_run"
    __table_args__ = (
        CheckConstraint("ends_local > starts_local", name="ends_after_it_starts"),
        CheckConstraint("capacity_boxes > 0", name="holds_something"),
        CheckConstraint("version > 0", name="version_is_positive"),
        CheckConstraint("state != 'planned' OR checked_at IS NOT NULL", name="planned_is_checked"),
        Index("ix_pickup_run_drop_id_starts_local", "drop_id", "starts_local"),
        Index("ix_pickup_run_state_starts_local", "state", "starts_local"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("aid_drop.id"))
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicle.id"), index=True)
    #: The store where it begins and where it unloads.
    start_id: Mapped[int] = mapped_column(ForeignKey("stock_location.id"), index=True)
    end_id: Mapped[int] = mapped_column(ForeignKey("stock_location.id"), index=True)
    #: The driver's shift, on the wall of the drop's zone.
    starts_local: Mapped[datetime] = mapped_column(WallDateTime)
    ends_local: Mapped[datetime] = mapped_column(WallDateTime)
    #: Names, for the sheet; forgotten with the run's results.
    crew: Mapped[str | None] = mapped_column(EncryptedText)
    capacity_boxes: Mapped[int]
    payload_kg: Mapped[int | None]
    state: Mapped[RunState] = mapped_column(
        str_enum(RunState, name="run_state"), default=RunState.DRAFT
    )
    #: What the proposer said: times, load, what did not fit and why.
    plan: Mapped[dict[str, object] | None] = mapped_column(JsonValue)
    #: When the checker found nothing wrong with the order as it stands.
    checked_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    drop: Mapped[Drop] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")
    stops: Mapped[list[PickupStop]] = relationship(
        back_populates="run", order_by="PickupStop.position"
    )


class PickupStop(Base):
    """One place on a van's way."""

    __tablename__ = "pickup_stop"
    __table_args__ = (
        UniqueConstraint("run_id", "request_id"),
        CheckConstraint("service_minutes > 0", name="takes_a_while"),
        CheckConstraint(
            "outcome IN ('pending', 'collected') OR length(reason) > 0", name="says_why"
        ),
        CheckConstraint("bags >= 0 AND boxes >= 0", name="nothing_is_negative"),
        Index("ix_pickup_stop_request_id", "request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("pickup_run.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("pickup_request.id"))
    #: Its place in the order; nothing: it did not fit, or was taken out.
    position: Mapped[int | None]
    #: Why it is not in the order.
    unserved: Mapped[str | None] = mapped_column(String(40))
    arrives_local: Mapped[datetime | None] = mapped_column(WallDateTime)
    leaves_local: Mapped[datetime | None] = mapped_column(WallDateTime)
    service_minutes: Mapped[int] = mapped_column(default=10)
    outcome: Mapped[StopOutcome] = mapped_column(
        str_enum(StopOutcome, name="stop_outcome"), default=StopOutcome.PENDING
    )
    reason: Mapped[str] = mapped_column(String(300), default="")
    #: What was really taken.
    bags: Mapped[int] = mapped_column(default=0)
    boxes: Mapped[int] = mapped_column(default=0)
    move_id: Mapped[int | None] = mapped_column(ForeignKey("stock_move.id"), unique=True)
    arrived_local: Mapped[datetime | None] = mapped_column(WallDateTime)

    run: Mapped[PickupRun] = relationship(back_populates="stops")
    request: Mapped[PickupRequest] = relationship(lazy="joined")
