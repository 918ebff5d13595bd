"""Tables of the index: entries, their facets, their words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

#: Compared byte by byte on both databases: a beginning of a word is a range of the index.
_KEY = String(80).with_variant(String(80, collation="C"), "postgresql")


class SearchEntry(Base):
    """One thing that anybody may find; the row goes when the thing may not be found any more."""

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("kind", "thing_id"),
        CheckConstraint("ends_at >= starts_at", name="ends_after_starts"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="position_has_both"),
        Index("ix_search_entry_kind_starts_at", "kind", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What kind of thing: `event`.
    kind: Mapped[str] = mapped_column(String(20))
    #: The row of the thing in its own table.
    thing_id: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: Where it may be shown to be: the spot, the middle of an area, or nowhere.
    lat: Mapped[float | None]
    lon: Mapped[float | None]


class SearchFacet(Base):
    """An entry has a facet; kept in the order of time, so that lists are read from the index."""

    __tablename__ = "search_facet"
    __table_args__ = (
        Index("ix_search_facet_entry_id", "entry_id"),
        {"sqlite_with_rowid": False},
    )

    #: The kind of thing and the facet: `event|kind:march`.
    facet: Mapped[str] = mapped_column(_KEY, primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("search_entry.id"), primary_key=True)


class SearchWord(Base):
    """An entry has a word, folded as `search.rules.words` does it."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_entry_id", "entry_id"),
        {"sqlite_with_rowid": False},
    )

    #: The kind of thing and the word: `event|lanterns`.
    word: Mapped[str] = mapped_column(_KEY, primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("search_entry.id"), primary_key=True)
