"""Tables of shifts and of those who take them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import EncryptedText, WallDateTime, str_enum
from app.events.models.events import Event
from app.events.rules.words import EntrySource, RoleKind, SignupState
from app.lib.text import Translated


class Shift(Base):
    """People needed for a role from one time to another."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("ends_local > starts_local", name="ends_after_starts"),
        CheckConstraint("needed > 0", name="needed_is_positive"),
        CheckConstraint("taken >= 0", name="taken_is_not_negative"),
        CheckConstraint("version > 0", name="version_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    role: Mapped[RoleKind] = mapped_column(str_enum(RoleKind, name="role_kind"))
    #: Which language an interpreter speaks, what an "other" does, what to bring.
    note: Mapped[Translated | None]
    #: Seen by organisers and those who were given it, never by the public.
    is_trusted: Mapped[bool] = mapped_column(default=False)
    #: In the zone of the event.
    starts_local: Mapped[datetime] = mapped_column(WallDateTime)
    ends_local: Mapped[datetime] = mapped_column(WallDateTime)
    #: People needed; more may come.
    needed: Mapped[int]
    #: Sign-ups that are taken; written with them.
    taken: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="joined")
    signups: Mapped[list[ShiftSignup]] = relationship(
        back_populates="shift", order_by="ShiftSignup.id"
    )


class ShiftSignup(Base):
    """Somebody takes a shift; the row goes with the attendances of its event."""

    __tablename__ = "shift_signup"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint("is_adult", name="adults_only"),
        Index("ix_shift_signup_shift_id_state", "shift_id", "state"),
        Index("ix_shift_signup_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[SignupState] = mapped_column(str_enum(SignupState, name="signup_state"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    #: What she can do, in her own words.
    skills: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[EntrySource] = mapped_column(str_enum(EntrySource, name="signup_source"))
    is_adult: Mapped[bool]
    link_version: Mapped[int] = mapped_column(default=1)
    #: A keyed hash of the network; deleted after a day.
    network: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    #: An organiser gave her the shift; she may see a place that is kept for accepted people.
    accepted_at: Mapped[datetime | None]
    reminded_for: Mapped[datetime | None]
    #: Whether she came.
    came_at: Mapped[datetime | None]

    shift: Mapped[Shift] = relationship(back_populates="signups", lazy="joined")
