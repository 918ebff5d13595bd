"""The table of everything that can be found by its words, and what each database adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.triggers import come_with

#: Names of what alembic must not compare: a virtual table of SQLite with its shadows, and an
#: index on an expression.
FULL_TEXT: Final = "search_document_fts"


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
    #: The row of the thing in its own table.
    thing_id: Mapped[int]
    locale: Mapped[str] = mapped_column(String(10))
    #: Where it is: an endpoint's name and its values, as JSON text.
    endpoint: Mapped[str] = mapped_column(String(80))
    args: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(300))
    #: The language that the title and the summary are really in.
    text_locale: Mapped[str] = mapped_column(String(10))
    #: Shown under the title.
    summary: Mapped[str] = mapped_column(Text)
    #: The words of its title and of all of it, folded; these are searched.
    title_terms: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)
    #: When it happens or was written; the newer stands first among equals.
    at: Mapped[datetime]
    #: From then on it counts less, such as an event that is over.
    over_at: Mapped[datetime | None]


#: The SQL that makes the words of the table searchable, by dialect. SQLite keeps the index in a
#: table beside it (FTS5, "external content"); `service/documents.py` writes both: with
#: `trusted_schema` off a trigger may not touch a virtual table.
FULL_TEXT_STATEMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE search_document_fts USING fts5(title_terms, terms, "
            "content='search_document', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 0')"
        ),
    ),
    "postgresql": (
        (
            "CREATE INDEX search_document_fts ON search_document USING gin (("
            "setweight(to_tsvector('simple'::regconfig, title_terms), 'A') || "
            "setweight(to_tsvector('simple'::regconfig, terms), 'D')))"
        ),
    ),
}

come_with(
    SearchDocument.__table__,
    FULL_TEXT_STATEMENTS,
    {"sqlite": ("DROP TABLE IF EXISTS search_document_fts",), "postgresql": ()},
)
