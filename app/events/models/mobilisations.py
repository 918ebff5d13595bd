"""Tables of mobilisations: days of action with many local events."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.appeals.models.appeals import Appeal
from app.campaigns.models.campaigns import Campaign
from app.db.base import Base
from app.db.types import str_enum
from app.events.rules.words import EventKind, HostPolicy
from app.files.models import StoredFile
from app.groups.models import Group
from app.lib.text import Translated


class Mobilisation(Base):
    """A day of action on a local date: 13:00 everywhere is many instants."""

    __tablename__ = "mobilisation"
    __table_args__ = (
        CheckConstraint("until_date >= on_date", name="ends_after_starts"),
        CheckConstraint("version > 0", name="version_is_positive"),
        CheckConstraint("place_count >= 0 AND country_count >= 0", name="counts_are_not_negative"),
        Index("ix_mobilisation_published_at_until_date", "published_at", "until_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Chosen once; a public address keeps working.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)
    title: Mapped[Translated]
    summary: Mapped[Translated]
    #: The call, Markdown.
    body: Mapped[Translated]
    #: One demand a line.
    demands: Mapped[Translated | None]
    hashtag: Mapped[str] = mapped_column(String(60), default="")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    picture_alt: Mapped[Translated | None]
    on_date: Mapped[date]
    until_date: Mapped[date]

    host_policy: Mapped[HostPolicy] = mapped_column(
        str_enum(HostPolicy, name="host_policy"), default=HostPolicy.APPROVAL
    )
    # What a local event begins with. In the title, {place} stands for the town.
    local_title: Mapped[Translated | None]
    local_kind: Mapped[EventKind] = mapped_column(
        str_enum(EventKind, name="local_kind"), default=EventKind.STATIC_PROTEST
    )
    local_start: Mapped[time]
    local_body: Mapped[Translated | None]
    local_safety: Mapped[Translated | None]

    #: Published local events: in how many towns and countries; kept beside the row.
    place_count: Mapped[int] = mapped_column(default=0)
    country_count: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="joined")
    picture: Mapped[StoredFile | None] = relationship(lazy="joined")
    campaign: Mapped[Campaign | None] = relationship(lazy="select")
    appeal: Mapped[Appeal | None] = relationship(lazy="select")
    toolkit: Mapped[list[ToolkitItem]] = relationship(
        back_populates="mobilisation", order_by="ToolkitItem.position"
    )


class ToolkitItem(Base):
    """Something for whoever hosts a local event: a titled link, or a file kept here."""

    __tablename__ = "toolkit_item"
    __table_args__ = (
        UniqueConstraint("mobilisation_id", "position"),
        CheckConstraint("(url IS NULL) = (file_sha256 IS NOT NULL)", name="link_or_file"),
        CheckConstraint("(data IS NULL) = (file_sha256 IS NULL)", name="file_has_its_bytes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mobilisation_id: Mapped[int] = mapped_column(ForeignKey("mobilisation.id"))
    position: Mapped[int]
    title: Mapped[Translated]
    url: Mapped[str | None] = mapped_column(String(500))
    file_name: Mapped[str | None] = mapped_column(String(120))
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str | None] = mapped_column(String(60))
    byte_count: Mapped[int | None]
    #: Loaded only when it is sent.
    data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    mobilisation: Mapped[Mobilisation] = relationship(back_populates="toolkit")
