"""Organisers write the standing pages; the words that come with Muster can be put back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.lib.text import Translated
from app.site.errors.pages import PageTooLongError, StalePageError
from app.site.models.pages import PageRevision, PageText
from app.site.queries import pages as reads
from app.site.rules.pages import TEXT_LENGTH
from app.site.rules.words import PageKey


def save(key: PageKey, body: Translated, *, seen_version: int, now: datetime, by: Actor) -> None:
    """Let a page say something else; raises StalePageError or PageTooLongError."""
    if any(len(text) > TEXT_LENGTH for text in body.texts.values()):
        raise PageTooLongError(TEXT_LENGTH)
    row, version = _next(key, seen_version)
    if row is None:
        db.session.add(PageText(key=key, body=body, updated_at=now, version=version))
    else:
        row.body, row.updated_at, row.version = body, now, version
    _write_down(key, version, body, "page.edited", now=now, by=by)


def put_back(key: PageKey, *, seen_version: int, now: datetime, by: Actor) -> None:
    """Let a page say what comes with Muster; raises StalePageError. Twice changes nothing."""
    row, version = _next(key, seen_version)
    if row is not None:
        db.session.delete(row)
        _write_down(key, version, None, "page.put_back", now=now, by=by)


def restore(key: PageKey, version: int, *, seen_version: int, now: datetime, by: Actor) -> None:
    """Let a page say again what it said in an earlier version.

    Raises NotFoundError for a version that never was, or StalePageError.
    """
    body = reads.get_revision(key, version).body
    if body is None:
        put_back(key, seen_version=seen_version, now=now, by=by)
    else:
        save(key, body, seen_version=seen_version, now=now, by=by)


def _next(key: PageKey, seen_version: int) -> tuple[PageText | None, int]:
    """The page's row and the number of the version that is written now."""
    row, last = reads.lock_text(key), reads.last_version(key)
    if last != seen_version:
        raise StalePageError
    return row, last + 1


def _write_down(
    key: PageKey, version: int, body: Translated | None, action: str, *, now: datetime, by: Actor
) -> None:
    revision = PageRevision(
        key=key, version=version, body=body, saved_by_id=by.account_id, saved_at=now
    )
    db.session.add(revision)
    try:
        db.session.flush()
    except IntegrityError:
        # Two wrote the page's first words at the same moment: there was no row to hold.
        raise StalePageError from None
    audit.record(by, action, f"page:{key.value}", now=now, detail={"version": version})
    touch("pages")
