"""The table of everything that can be found by its words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class SearchDocument(Base):
    """One public thing in one language; goes when the thing may not be found any more."""

    __tablename__ = "search_document"
    __table_args__ = (
        UniqueConstraint("kind", "thing_id", "locale"),
        Index("ix_search_document_kind_at", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: `article`, `appeal`, `event`…
    kind: Mapped[str] = mapped_column(String(20))
    #: The row of the thing in its own table, or 0 for a standing page.
    thing_id: Mapped[int]
    locale: Mapped[str] = mapped_column(String(10))
    #: Where it is: an endpoint's name and its values, as JSON text.
    endpoint: Mapped[str] = mapped_column(String(80))
    args: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(300))
    #: Shown under the title.
    summary: Mapped[str] = mapped_column(Text)
    #: Title and words, folded as `lib/folding.py` does it; what is searched.
    title_terms: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)
    #: When it happens or was written; the newer stands first among equals.
    at: Mapped[datetime]
    #: Does not count any more, such as an event that is over: stands last.
    is_over: Mapped[bool] = mapped_column(default=False)
