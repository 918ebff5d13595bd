"""Tables of people who came with a file from another system."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db.base import Base
from app.db.types import EncryptedText, JsonValue, str_enum
from app.supporters.rules.words import ImportProfile, ImportState, RowOutcome


class PeopleImport(Base):
    """One file of people, from where, and with what right."""

    __tablename__ = "people_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    profile: Mapped[ImportProfile] = mapped_column(str_enum(ImportProfile, name="import_profile"))
    file_name: Mapped[str] = mapped_column(String(200))
    #: Where these people said yes, and to what, as the organiser wrote it.
    source: Mapped[str] = mapped_column(String(300))
    #: Which column of the file is what; saved with the import.
    columns: Mapped[dict[str, str]] = mapped_column(JsonValue)
    #: The purposes that the file's yes covers; empty where nobody may be written to.
    purposes: Mapped[list[str]] = mapped_column(JsonValue)
    state: Mapped[ImportState] = mapped_column(
        str_enum(ImportState, name="import_state"), default=ImportState.CHECKED
    )
    row_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    #: What the lines said is forgotten then.
    purged_at: Mapped[datetime | None]

    created_by: Mapped[User | None] = relationship()


class ImportRow(Base):
    """One line of a file, and what becomes of it."""

    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint("line > 0", name="line_is_positive"),
        Index("ix_import_row_import_id_outcome", "import_id", "outcome"),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("people_import.id"), primary_key=True)
    #: As the file counts, the head being line 1.
    line: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[RowOutcome] = mapped_column(str_enum(RowOutcome, name="row_outcome"))
    problem: Mapped[str | None] = mapped_column(String(200))
    #: What it says, as JSON; emptied when the import was applied, undone or dropped.
    content: Mapped[str | None] = mapped_column(EncryptedText)
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("supporter.id"), index=True)
    #: What the line added, so that it can be taken back: names of columns and tags.
    added: Mapped[list[str] | None] = mapped_column(JsonValue)
