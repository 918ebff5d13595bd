"""The table of campaigns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.files.models import StoredFile
from app.groups.models import Group
from app.lib.text import Translated


class Campaign(Base):
    """An aim of a group, with a page of its own."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("version > 0", name="version_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Chosen once; a public address keeps working.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    title: Mapped[Translated]
    summary: Mapped[Translated]
    #: Markdown.
    story: Mapped[Translated]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    picture_alt: Mapped[Translated | None]
    #: Nobody but the desk sees it before.
    published_at: Mapped[datetime | None]
    #: Reached or given up; the page stays and says so.
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="joined")
    picture: Mapped[StoredFile | None] = relationship(lazy="joined")
