"""Writing what can be found by its words, in the transaction of whoever changes the thing."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import delete, insert, text

from app.db.session import db
from app.db.topics import touch
from app.lib.markdown import plain_text
from app.search.models.documents import SearchDocument
from app.search.rules.documents import LONGEST_TITLE, Document, shortened, terms
from app.settings import settings

#: FTS5 must be told which words leave it, before their rows go.
_GONE: Final = text(
    "INSERT INTO search_document_fts (search_document_fts, rowid, title_terms, terms) "
    "SELECT 'delete', id, title_terms, terms FROM search_document "
    "WHERE kind = :kind AND thing_id = :thing_id"
)
_COME: Final = text(
    "INSERT INTO search_document_fts (rowid, title_terms, terms) "
    "SELECT id, title_terms, terms FROM search_document "
    "WHERE kind = :kind AND thing_id = :thing_id"
)
_NOTHING_LEFT: Final = text(
    "INSERT INTO search_document_fts (search_document_fts) VALUES ('delete-all')"
)
#: FTS5 keeps words that left until its parts are merged.
_MERGED: Final = text("INSERT INTO search_document_fts (search_document_fts) VALUES ('optimize')")
#: The topic of pages that show what was found.
TOPIC = "search"


def put(document: Document) -> None:
    """Let a thing be found in every language of the site, in place of what stood there of it."""
    _forget(document.kind, document.thing_id)
    title_terms = terms(document.title)
    all_terms = terms(document.title, document.summary, *document.texts)
    rows = [
        _row(document, locale) | {"title_terms": title_terms, "terms": all_terms}
        for locale in settings().locales
    ]
    db.session.execute(insert(SearchDocument), rows)
    if _is_sqlite():
        db.session.execute(_COME, {"kind": document.kind, "thing_id": document.thing_id})
    touch(TOPIC)


def remove(kind: str, thing_id: int) -> None:
    """Let a thing be found no more."""
    _forget(kind, thing_id)
    touch(TOPIC)


def forget_words() -> None:
    """Leave no trace of words that were taken out; for erasing somebody, as it reads the index."""
    if _is_sqlite():
        db.session.execute(_MERGED)


def remove_all() -> None:
    """Forget everything, before all of it is written anew."""
    db.session.execute(delete(SearchDocument))
    if _is_sqlite():
        db.session.execute(_NOTHING_LEFT)
    touch(TOPIC)


def _row(document: Document, locale: str) -> dict[str, object]:
    title = document.title.pick(locale)
    summary = document.summary.pick(title.lang).text if document.summary else ""
    return {
        "kind": document.kind,
        "thing_id": document.thing_id,
        "locale": locale,
        "endpoint": document.endpoint,
        "args": json.dumps(dict(document.args), sort_keys=True),
        "title": shortened(title.text, LONGEST_TITLE),
        "text_locale": title.lang,
        "summary": shortened(plain_text(summary)),
        "at": document.at,
        "over_at": document.over_at,
    }


def _forget(kind: str, thing_id: int) -> None:
    if _is_sqlite():
        db.session.execute(_GONE, {"kind": kind, "thing_id": thing_id})
    db.session.execute(
        delete(SearchDocument).where(
            SearchDocument.kind == kind, SearchDocument.thing_id == thing_id
        )
    )


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"
