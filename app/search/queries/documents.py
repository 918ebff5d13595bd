"""Finding by words: SQLite's FTS5 or PostgreSQL's full text, whichever is there."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, case, column, func, literal_column, select, table, text

from app.db.session import db
from app.lib.text import TextIn
from app.search.models.documents import FULL_TEXT, SearchDocument
from app.search.rules.documents import fts5_question, tsquery

#: A word in the title weighs as much as so many in the text.
TITLE_WEIGHT: Final = 10.0
#: The words exactly as the index on PostgreSQL has them.
_VECTOR: Final = (
    "(setweight(to_tsvector('simple'::regconfig, search_document.title_terms), 'A') || "
    "setweight(to_tsvector('simple'::regconfig, search_document.terms), 'D'))"
)


@dataclass(frozen=True)
class Found:
    """One thing that was found, in the language in which it is shown."""

    kind: str
    thing_id: int
    endpoint: str
    args: Mapping[str, str]
    title: TextIn
    summary: TextIn
    at: datetime
    is_over: bool


def find(
    words: Sequence[str],
    *,
    locale: str,
    now: datetime,
    kinds: Collection[str] = (),
    limit: int = 20,
    offset: int = 0,
) -> list[Found]:
    """What has all of these folded words, the best first; what is over stands last."""
    if not words:
        return []
    wanted, rank = _matching(words, locale)
    if kinds:
        wanted = wanted.where(SearchDocument.kind.in_(kinds))
    is_over = case((SearchDocument.over_at < now, 1), else_=0)
    rows = db.session.execute(
        wanted.order_by(is_over, rank, SearchDocument.at.desc(), SearchDocument.id)
        .limit(limit)
        .offset(offset)
    )
    return [_found(row, locale, now) for row in rows]


def count_by_kind(words: Sequence[str], *, locale: str) -> dict[str, int]:
    """How many things of each kind have all of these words."""
    if not words:
        return {}
    wanted, _ = _matching(words, locale)
    counted = wanted.with_only_columns(SearchDocument.kind, func.count().label("things"))
    rows = db.session.execute(counted.group_by(SearchDocument.kind))
    return {row.kind: row.things for row in rows}


def _matching(words: Sequence[str], locale: str) -> tuple[Any, Any]:
    """The rows that match, and what to order them by, the best being least."""
    wanted: Any = select(
        SearchDocument.kind,
        SearchDocument.thing_id,
        SearchDocument.endpoint,
        SearchDocument.args,
        SearchDocument.title,
        SearchDocument.summary,
        SearchDocument.text_locale,
        SearchDocument.at,
        SearchDocument.over_at,
    ).where(SearchDocument.locale == locale)
    if db.session.get_bind().dialect.name == "sqlite":
        index = table(FULL_TEXT, column("rowid"))
        wanted = wanted.join(index, SearchDocument.id == index.c.rowid).where(
            text(f"{FULL_TEXT} MATCH :question").bindparams(question=fts5_question(words))
        )
        return wanted, literal_column(f"bm25({FULL_TEXT}, {TITLE_WEIGHT}, 1.0)")
    question = func.to_tsquery(literal_column("'simple'::regconfig"), tsquery(words))
    vector: Any = literal_column(_VECTOR)
    return wanted.where(vector.op("@@")(question)), -func.ts_rank(vector, question, 1)


def _found(row: Row[Any], locale: str, now: datetime) -> Found:
    is_fallback = row.text_locale != locale
    return Found(
        kind=row.kind,
        thing_id=row.thing_id,
        endpoint=row.endpoint,
        args=json.loads(row.args),
        title=TextIn(row.title, row.text_locale, is_fallback=is_fallback),
        summary=TextIn(row.summary, row.text_locale, is_fallback=is_fallback),
        at=row.at,
        is_over=row.over_at is not None and row.over_at < now,
    )
