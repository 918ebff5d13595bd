"""Tables of addresses that must not be written to, and of mail that came back or came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import str_enum
from app.lib.bounces import BounceKind
from app.mail.rules.addresses import ReceivedState, SuppressionReason

_LIVE = text("lifted_at IS NULL")


class Suppression(Base):
    """An address that gets no more mail, and why; consent is another matter.

    Kept as a keyed hash, so that it outlives the person's erasure and no import can lift it.
    """

    __tablename__ = "suppression"
    __table_args__ = (
        CheckConstraint("lifted_at IS NULL OR lifted_at >= since", name="lifted_after"),
        # One live row for each address and reason.
        Index(
            "uq_suppression_live",
            "address_hash",
            "reason",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[SuppressionReason] = mapped_column(
        str_enum(SuppressionReason, name="suppression_reason")
    )
    since: Mapped[datetime]
    #: Lifted by the person herself, by a mail sent to her.
    lifted_at: Mapped[datetime | None]


class AddressHealth(Base):
    """How often mail to an address came back for a while only; a delivery resets it."""

    __tablename__ = "address_health"
    __table_args__ = (CheckConstraint("soft_count >= 0", name="soft_count_is_not_negative"),)

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    soft_count: Mapped[int] = mapped_column(default=0)
    first_soft_at: Mapped[datetime | None]
    last_soft_at: Mapped[datetime | None]
    #: When a server first took a mail after the last one came back. If that one does not come back
    #: within days, the count begins anew.
    taken_at: Mapped[datetime | None]


class ReceivedMail(Base):
    """A mail that came to the address for bounces and needs a person's eyes."""

    __tablename__ = "received_mail"
    __table_args__ = (Index("ix_received_mail_state_received_at", "state", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Of its bytes: the same mail read twice is kept once.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[BounceKind] = mapped_column(str_enum(BounceKind, name="received_kind"))
    state: Mapped[ReceivedState] = mapped_column(
        str_enum(ReceivedState, name="received_state"), default=ReceivedState.UNREAD
    )
    #: Its beginning, closed with the present secret; emptied some time after it was read.
    data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    received_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]


class SendingPace(Base):
    """How much the whole installation has sent within a span; one row for each span of time."""

    __tablename__ = "sending_pace"
    __table_args__ = (CheckConstraint("sent >= 0", name="sent_is_not_negative"),)

    #: The beginning of the span.
    at: Mapped[datetime] = mapped_column(primary_key=True)
    sent: Mapped[int] = mapped_column(default=0)


class SendingBrake(Base):
    """A server asked for patience: until when mailings rest, and how long the next rest is."""

    __tablename__ = "sending_brake"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rests_until: Mapped[datetime | None]
    #: Seconds of the last rest; doubles while the server goes on asking.
    last_rest: Mapped[int] = mapped_column(default=0)
